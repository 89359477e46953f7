/** Where a quad's pixels come from: the arithmetic that both back ends share. */
#ifndef RENDER_QUAD_H
#define RENDER_QUAD_H

#include "render/renderer.h"

#include <pixman.h>

/** The largest width or height of a buffer, pixels: pixman's coordinates end at 32767, and a source
 * may reach a pixel and a bit beyond its buffer (worker_handle.c). */
#define QUAD_MAX_EXTENT 32765

/** Affine: buffer x = xx * x + xy * y + x0, buffer y = yx * x + yy * y + y0; x, y from the quad's
 * corner, target pixels. */
struct quad_map {
	float xx, xy, x0;
	float yx, yy, y0;
};

/** The whole buffer pixels that the quad's source touches, half open, clipped to the buffer, at
 * least one. */
struct quad_source {
	int32_t x1, y1, x2, y2;
};

/** How much of the buffer one target pixel covers, buffer pixels. */
struct quad_footprint {
	float width, height;
};

struct quad_map quad_map(const struct renderer_quad *quad);

/**
 * The map as pixman counts: in 65536ths of a pixel. Both back ends do, so that they agree in which
 * pixels are mixed, and how. It fits, by QUAD_MAX_EXTENT.
 */
void quad_fixed(const struct quad_map *map, pixman_transform_t *fixed);

struct quad_footprint quad_footprint(const struct quad_map *map);
struct quad_source quad_source(const struct renderer_quad *quad);

/** The part of it that is seen where the quad's rects are, of which there is one at least, and what
 * filters mix in there. */
struct quad_source quad_seen(const struct renderer_quad *quad);

/** True: each target pixel's centre falls on a buffer pixel's centre, so that no filter is wanted.
 */
bool quad_is_exact(const struct quad_map *map);

/** The same, and neither turned nor mirrored: rows are rows. */
bool quad_is_upright(const struct quad_map *map);

/** Where in rect (target pixels) the quad lies. False: nowhere. */
bool quad_clip(
	const struct renderer_quad *quad, const struct wire_rect *rect, struct wire_rect *clip);

/** True: what lies below cannot be seen, so that no blending is wanted. */
bool quad_is_opaque(const struct renderer_quad *quad);

#endif

/*
 * What a renderer draws, pixel by pixel, and what it copies for that. Usage: draw RENDERER ACCESS,
 * the access to the target being map, copy, host-pointer, dmabuf or allocate.
 */
#include "harness.h"

#include "common/format.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *draw_renderer;
static enum wire_target_access draw_access;
static struct harness draw_harness;
static struct harness_frame draw_frame;

#define DRAW_UNTOUCHED 0x55555555
#define DRAW_SIZE 64 /* of most targets: its stride suits every driver */

/* One worker serves all tests, for starting one is slow; after a test that failed the next gets a
 * new one. */
static bool draw_is_clean;

static int draw_setup(void **state)
{
	if (!draw_is_clean)
		harness_kill(&draw_harness);
	if (draw_harness.pid == 0)
		harness_start(&draw_harness, draw_renderer);
	draw_is_clean = false;
	*state = &draw_harness;
	return 0;
}

static int draw_finish(void **state)
{
	if (draw_is_clean)
		harness_stop(&draw_harness);
	else
		harness_kill(&draw_harness);
	return 0;
}

static void draw_target_create(struct harness *harness, struct harness_target *target)
{
	char reason[WIRE_MAX_REASON];
	if (!harness_target_create(harness, target, draw_access, DRAW_SIZE, DRAW_SIZE,
		    DRM_FORMAT_XRGB8888, 0, reason))
		fail_msg("no target: %s", reason);
	if (!draw_access)
		memset(target->data, 0x55, target->size);
}

static bool draw_near(uint32_t a, uint32_t b, int tolerance)
{
	for (int shift = 0; shift < 24; shift += 8) {
		int x = a >> shift & 0xff, y = b >> shift & 0xff;
		if (abs(x - y) > tolerance)
			return false;
	}
	return true;
}

static void draw_expect(
	const struct harness_target *target, int32_t x, int32_t y, uint32_t rgb, int tolerance)
{
	uint32_t seen = harness_target_get(target, x, y);
	if (!draw_near(seen, rgb, tolerance))
		fail_msg(
			"at %d,%d: 0x%06x, expected 0x%06x", x, y, seen & 0xffffff, rgb & 0xffffff);
}

static bool draw_is_untouched(const struct harness_target *target, int32_t x, int32_t y)
{
	return harness_target_get(target, x, y) == DRAW_UNTOUCHED;
}

static void draw_expect_rect(
	const struct harness_target *target, const struct wire_rect *rect, uint32_t rgb)
{
	for (int32_t y = rect->y1; y < rect->y2; y++) {
		for (int32_t x = rect->x1; x < rect->x2; x++)
			draw_expect(target, x, y, rgb, 1);
	}
}

/* A texture of one 32-bit ARGB value all over. */
static uint32_t draw_plain(struct harness *harness, struct harness_shm *shm, int32_t width,
	int32_t height, uint32_t format, uint32_t value)
{
	harness_shm_create(harness, shm, width, height, format, 0, 0);
	for (int32_t y = 0; y < height; y++) {
		for (int32_t x = 0; x < width; x++)
			harness_shm_put(shm, x, y, value);
	}
	return harness_texture_update(harness, 0, shm->buffer, NULL, 0);
}

static void draw_test_hello(void **state)
{
	const struct wire_hello *hello = &draw_harness.hello;
	assert_true(hello->device[0] != '\0');
	assert_true(hello->driver[0] != '\0');
	assert_true(hello->max_extent >= 4096);
	assert_int_equal(!!(hello->features & WIRE_FEATURE_MAP), strcmp(draw_renderer, "cpu") == 0);
	draw_is_clean = true;
}

static void draw_test_solid(void **state)
{
	struct harness_target target;
	draw_target_create(*state, &target);
	uint32_t buffer = harness_solid_create(*state, 1, 0.5f, 0.25f, 1);
	uint32_t texture = harness_texture_update(*state, 0, buffer, NULL, 0);
	harness_frame_init(&draw_frame, &target);
	struct wire_quad *quad =
		harness_frame_add(&draw_frame, &target, texture, 0, 0, DRAW_SIZE, DRAW_SIZE);
	quad->src_w = quad->src_h = 1;
	struct wire_frame_done done = harness_frame_draw(*state, &draw_frame, &target);
	draw_expect_rect(&target, &draw_frame.rects[0], 0xff8040);
	assert_int_equal(done.upload_bytes, 0);
	harness_target_finish(*state, &target);
	draw_is_clean = true;
}

/* Only inside the quad's rects, though the quad and the damage are larger. */
static void draw_test_clip(void **state)
{
	struct harness_target target;
	draw_target_create(*state, &target);
	uint32_t buffer = harness_solid_create(*state, 0, 0, 1, 1);
	uint32_t texture = harness_texture_update(*state, 0, buffer, NULL, 0);
	harness_frame_init(&draw_frame, &target);
	struct wire_quad *quad = harness_frame_add(&draw_frame, &target, texture, -5, -5, 50, 50);
	quad->src_w = quad->src_h = 1;
	const struct wire_rect rects[] = {{3, 3, 10, 10}, {20, 0, 21, 64}, {40, 40, 64, 64}};
	harness_frame_clip(&draw_frame, quad, rects, 3);
	/* Paint all of it first, for a target's first frame need not keep what was there. */
	struct harness_frame *first = calloc(1, sizeof *first);
	assert_non_null(first);
	uint32_t grey = harness_texture_update(
		*state, 0, harness_solid_create(*state, 1 / 3.f, 1 / 3.f, 1 / 3.f, 1), NULL, 0);
	harness_frame_init(first, &target);
	struct wire_quad *all = harness_frame_add(first, &target, grey, 0, 0, 64, 64);
	all->src_w = all->src_h = 1;
	harness_frame_draw(*state, first, &target);
	free(first);
	harness_frame_draw(*state, &draw_frame, &target);
	for (int32_t y = 0; y < DRAW_SIZE; y++) {
		for (int32_t x = 0; x < DRAW_SIZE; x++) {
			bool inside = false;
			for (int i = 0; i < 3; i++)
				inside |= x >= rects[i].x1 && x < rects[i].x2 && y >= rects[i].y1 &&
					  y < rects[i].y2;
			inside &= x < 45 && y < 45;
			draw_expect(&target, x, y, inside ? 0x0000ff : 0x555555, 0);
		}
	}
	draw_is_clean = true;
}

struct draw_format {
	uint32_t fourcc, pixel, rgb;
};

/* Each a colour whose channels differ, so that a swap shows; rgb is what an XRGB8888 target must
 * show of it. */
static const struct draw_format draw_formats[] = {
	{DRM_FORMAT_ARGB8888, 0xffc08040, 0xc08040},
	{DRM_FORMAT_XRGB8888, 0x00c08040, 0xc08040},
	{DRM_FORMAT_ABGR8888, 0xff4080c0, 0xc08040},
	{DRM_FORMAT_XBGR8888, 0x004080c0, 0xc08040},
	{DRM_FORMAT_ARGB2101010, 0xc0000000 | 0x303u << 20 | 0x202 << 10 | 0x101, 0xc08040},
	{DRM_FORMAT_XRGB2101010, 0x303u << 20 | 0x202 << 10 | 0x101, 0xc08040},
	{DRM_FORMAT_ABGR2101010, 0xc0000000 | 0x101 << 20 | 0x202 << 10 | 0x303, 0xc08040},
	{DRM_FORMAT_XBGR2101010, 0x101 << 20 | 0x202 << 10 | 0x303, 0xc08040},
	{DRM_FORMAT_RGB565, 0x18 << 11 | 0x20 << 5 | 0x08, 0xc68242},
};

static void draw_test_formats(void **state)
{
	struct harness_target target;
	struct harness_shm shm[sizeof draw_formats / sizeof draw_formats[0]];
	size_t n;
	format_list(&n);
	assert_int_equal(n, sizeof draw_formats / sizeof draw_formats[0]);
	draw_target_create(*state, &target);
	harness_frame_init(&draw_frame, &target);
	for (size_t i = 0; i < n; i++) {
		harness_shm_create(*state, &shm[i], 5, 6, draw_formats[i].fourcc, 0, 0);
		uint32_t bpp = format_find(draw_formats[i].fourcc)->bytes_per_pixel;
		for (int p = 0; p < 30; p++)
			memcpy(harness_shm_pixel(&shm[i], p % 5, p / 5), &draw_formats[i].pixel,
				bpp);
		uint32_t texture = harness_texture_update(*state, 0, shm[i].buffer, NULL, 0);
		harness_frame_add(&draw_frame, &target, texture, (int32_t)i * 7, 3, 5, 6);
	}
	harness_frame_draw(*state, &draw_frame, &target);
	for (size_t i = 0; i < n; i++) {
		int32_t x = (int32_t)i * 7;
		draw_expect_rect(&target, &(struct wire_rect){x, 3, x + 5, 9}, draw_formats[i].rgb);
		harness_shm_finish(*state, &shm[i]);
	}
	draw_is_clean = true;
}

/* Where a point of the surface lies in the buffer, surface w by h: wl_output.transform, written
 * out. */
static void draw_transform(
	uint32_t transform, int32_t w, int32_t h, int32_t x, int32_t y, int32_t *bx, int32_t *by)
{
	const int32_t table[8][2] = {
		{x, y},
		{y, w - 1 - x},
		{w - 1 - x, h - 1 - y},
		{h - 1 - y, x},
		{w - 1 - x, y},
		{y, x},
		{x, h - 1 - y},
		{h - 1 - y, w - 1 - x},
	};
	*bx = table[transform][0];
	*by = table[transform][1];
}

static void draw_test_transforms(void **state)
{
	for (uint32_t transform = 0; transform < 8; transform++) {
		struct harness_target target;
		struct harness_shm shm;
		const int32_t w = 12, h = 7; /* on the target */
		bool turned = transform & 1;
		int32_t bw = turned ? h : w, bh = turned ? w : h;
		draw_target_create(*state, &target);
		harness_shm_create(*state, &shm, bw, bh, DRM_FORMAT_XRGB8888, 0, 0);
		for (int32_t i = 0; i < bw * bh; i++)
			harness_shm_put(&shm, i % bw, i / bw,
				(uint32_t)(0x204060 + i * 3 + (i % bw << 16)));
		uint32_t texture = harness_texture_update(*state, 0, shm.buffer, NULL, 0);
		harness_frame_init(&draw_frame, &target);
		struct wire_quad *quad =
			harness_frame_add(&draw_frame, &target, texture, 9, 5, w, h);
		quad->src_w = (float)bw;
		quad->src_h = (float)bh;
		quad->transform = transform;
		harness_frame_draw(*state, &draw_frame, &target);
		for (int32_t i = 0; i < w * h; i++) {
			int32_t x = i % w, y = i / w, bx, by;
			uint32_t value;
			draw_transform(transform, w, h, x, y, &bx, &by);
			memcpy(&value, harness_shm_pixel(&shm, bx, by), 4);
			draw_expect(&target, 9 + x, 5 + y, value, 0);
		}
		harness_shm_finish(*state, &shm);
		harness_target_finish(*state, &target);
	}
	draw_is_clean = true;
}

/*
 * A source within a larger buffer, four times as large: pure at the ends, rising between, and
 * nothing of the buffer's other pixels, which are red.
 */
static void draw_test_scaling(void **state)
{
	struct harness_target target;
	struct harness_shm shm;
	draw_target_create(*state, &target);
	uint32_t texture = draw_plain(*state, &shm, 6, 5, DRM_FORMAT_XRGB8888, 0xff0000);
	for (int32_t y = 2; y < 4; y++) {
		harness_shm_put(&shm, 2, y, 0x000000);
		harness_shm_put(&shm, 3, y, 0x00ffff);
	}
	texture = harness_texture_update(
		*state, texture, shm.buffer, &(struct wire_rect){0, 0, 6, 5}, 1);
	harness_frame_init(&draw_frame, &target);
	struct wire_quad *quad = harness_frame_add(&draw_frame, &target, texture, 10, 20, 8, 8);
	quad->src_x = quad->src_y = quad->src_w = quad->src_h = 2;
	harness_frame_draw(*state, &draw_frame, &target);
	for (int32_t y = 20; y < 28; y++) {
		uint32_t last = 0;
		draw_expect(&target, 10, y, 0x000000, 1);
		draw_expect(&target, 17, y, 0x00ffff, 1);
		for (int32_t x = 10; x < 18; x++) {
			uint32_t seen = harness_target_get(&target, x, y);
			assert_in_range(seen >> 16 & 0xff, 0, 1);
			assert_true((seen & 0xff) >= last);
			last = seen & 0xff;
		}
		draw_expect(&target, 13, y, 0x006060, 8);
	}
	draw_is_clean = true;
}

static int32_t draw_clamp(int32_t value, int32_t end)
{
	return value < 0 ? 0 : value < end ? value : end - 1;
}

/* A source that reaches a pixel beyond its buffer, on one side: there the edge is repeated. */
static void draw_test_edge(void **state)
{
	const int32_t sides[][4] = {{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
	struct harness_target target;
	struct harness_shm shm;
	const int32_t w = 6, h = 5;
	draw_target_create(*state, &target);
	harness_shm_create(*state, &shm, w, h, DRM_FORMAT_XRGB8888, 0, 0);
	for (int32_t i = 0; i < w * h; i++)
		harness_shm_put(&shm, i % w, i / w, (uint32_t)(0x204060 + i * 0x10203));
	uint32_t texture = harness_texture_update(*state, 0, shm.buffer, NULL, 0);
	/* Each twice, for a target's second frame may be drawn in another way (by_cpu.c). */
	for (int frame = 0; frame < 8; frame++) {
		const int32_t *side = sides[frame % 4];
		int32_t x1 = side[0], y1 = side[1], x2 = w + side[2], y2 = h + side[3];
		harness_frame_init(&draw_frame, &target);
		struct wire_quad *quad =
			harness_frame_add(&draw_frame, &target, texture, 20, 30, x2 - x1, y2 - y1);
		quad->src_x = (float)x1;
		quad->src_y = (float)y1;
		harness_frame_draw(*state, &draw_frame, &target);
		for (int32_t y = y1; y < y2; y++) {
			for (int32_t x = x1; x < x2; x++) {
				uint32_t value;
				memcpy(&value,
					harness_shm_pixel(&shm, draw_clamp(x, w), draw_clamp(y, h)),
					4);
				draw_expect(&target, 20 + x - x1, 30 + y - y1, value, 0);
			}
		}
	}
	harness_shm_finish(*state, &shm);
	harness_target_finish(*state, &target);
	draw_is_clean = true;
}

static void draw_test_alpha(void **state)
{
	struct harness_target target;
	struct harness_shm shm[3];
	draw_target_create(*state, &target);
	uint32_t under = draw_plain(*state, &shm[0], 64, 64, DRM_FORMAT_XRGB8888, 0x204060);
	/* Half transparent, premultiplied. */
	uint32_t half = draw_plain(*state, &shm[1], 8, 8, DRM_FORMAT_ARGB8888, 0x80402010);
	uint32_t full = draw_plain(*state, &shm[2], 8, 8, DRM_FORMAT_XRGB8888, 0x00c08040);
	uint32_t solid = harness_texture_update(
		*state, 0, harness_solid_create(*state, 0.5f, 0, 0, 0.5f), NULL, 0);
	harness_frame_init(&draw_frame, &target);
	harness_frame_add(&draw_frame, &target, under, 0, 0, 64, 64);
	harness_frame_add(&draw_frame, &target, half, 0, 0, 8, 8);
	harness_frame_add(&draw_frame, &target, half, 10, 0, 8, 8)->flags = WIRE_QUAD_OPAQUE;
	harness_frame_add(&draw_frame, &target, full, 20, 0, 8, 8)->alpha = 0.5f;
	harness_frame_add(&draw_frame, &target, half, 30, 0, 8, 8)->alpha = 0.5f;
	struct wire_quad *both = harness_frame_add(&draw_frame, &target, half, 40, 0, 8, 8);
	both->alpha = 0.5f;
	both->flags = WIRE_QUAD_OPAQUE;
	struct wire_quad *quad = harness_frame_add(&draw_frame, &target, solid, 50, 0, 8, 8);
	quad->src_w = quad->src_h = 1;
	harness_frame_add(&draw_frame, &target, full, 0, 20, 8, 8)->alpha = 0;
	harness_frame_draw(*state, &draw_frame, &target);
	draw_expect_rect(&target, &(struct wire_rect){0, 0, 8, 8}, 0x504040);
	draw_expect_rect(&target, &(struct wire_rect){10, 0, 18, 8}, 0x402010);
	draw_expect_rect(&target, &(struct wire_rect){20, 0, 28, 8}, 0x706050);
	draw_expect_rect(&target, &(struct wire_rect){30, 0, 38, 8}, 0x384050);
	draw_expect_rect(&target, &(struct wire_rect){40, 0, 48, 8}, 0x303038);
	draw_expect_rect(&target, &(struct wire_rect){50, 0, 58, 8}, 0x902030);
	draw_expect_rect(&target, &(struct wire_rect){0, 20, 8, 28}, 0x204060);
	draw_is_clean = true;
}

/* What is over what, each to the nearest; more than the alpha allows ends at white. */
static uint32_t draw_over(uint32_t above, uint32_t below)
{
	uint32_t rest = 255 - (above >> 24), seen = 0;
	for (int shift = 0; shift < 24; shift += 8) {
		uint32_t channel =
			(above >> shift & 0xff) + ((below >> shift & 0xff) * rest + 127) / 255;
		seen |= (channel > 255 ? 255 : channel) << shift;
	}
	return seen;
}

static uint32_t draw_above(int32_t x, int32_t y)
{
	uint32_t alpha = (uint32_t)y, other = (uint32_t)(x * y / 255);
	return alpha << 24 | alpha << 16 | other << 8 | (x % 2 ? 255 : alpha / 2);
}

/* Every alpha over every channel, in rows of a width that is no round number. */
static void draw_test_blending(void **state)
{
	const int32_t size = 256, width = 251;
	const int tolerance = strcmp(draw_renderer, "cpu") == 0 ? 0 : 1;
	char reason[WIRE_MAX_REASON];
	struct harness_target target;
	struct harness_shm below, above;
	if (!harness_target_create(
		    *state, &target, draw_access, size, size, DRM_FORMAT_XRGB8888, 0, reason))
		fail_msg("no target: %s", reason);
	harness_shm_create(*state, &below, size, size, DRM_FORMAT_XRGB8888, 0, 0);
	harness_shm_create(*state, &above, width, size, DRM_FORMAT_ARGB8888, 0, 0);
	for (int32_t y = 0; y < size; y++) {
		for (int32_t x = 0; x < size; x++)
			harness_shm_put(&below, x, y, (uint32_t)x * 0x10101);
		for (int32_t x = 0; x < width; x++)
			harness_shm_put(&above, x, y, draw_above(x, y));
	}
	harness_frame_init(&draw_frame, &target);
	uint32_t texture = harness_texture_update(*state, 0, below.buffer, NULL, 0);
	harness_frame_add(&draw_frame, &target, texture, 0, 0, size, size);
	texture = harness_texture_update(*state, 0, above.buffer, NULL, 0);
	harness_frame_add(&draw_frame, &target, texture, 0, 0, width, size);
	harness_frame_draw(*state, &draw_frame, &target);
	for (int32_t y = 0; y < size; y++) {
		for (int32_t x = 0; x < size; x++) {
			uint32_t grey = (uint32_t)x * 0x10101;
			draw_expect(&target, x, y,
				x < width ? draw_over(draw_above(x, y), grey) : grey, tolerance);
		}
	}
	harness_shm_finish(*state, &below);
	harness_shm_finish(*state, &above);
	harness_target_finish(*state, &target);
	draw_is_clean = true;
}

static uint32_t draw_swap(uint32_t rgb)
{
	return (rgb & 0xff) << 16 | (rgb & 0xff00) | (rgb >> 16 & 0xff);
}

/* The same of plain colours; and one that is brighter than its alpha allows. */
static void draw_colours(struct harness *harness, const struct harness_target *target)
{
	static const uint32_t colours[] = {
		0x01010001, 0x40201040, 0x80808000, 0xfe7f01fe, 0x20ff1000};
	const int tolerance = strcmp(draw_renderer, "cpu") == 0 ? 0 : 1;
	bool is_bgr = target->format == DRM_FORMAT_XBGR8888;
	struct harness_shm below;
	harness_shm_create(harness, &below, DRAW_SIZE, DRAW_SIZE, DRM_FORMAT_XRGB8888, 0, 0);
	for (int32_t i = 0; i < DRAW_SIZE * DRAW_SIZE; i++)
		harness_shm_put(&below, i % DRAW_SIZE, i / DRAW_SIZE, (uint32_t)i * 0x10205);
	uint32_t texture = harness_texture_update(harness, 0, below.buffer, NULL, 0);
	harness_frame_init(&draw_frame, target);
	harness_frame_add(&draw_frame, target, texture, 0, 0, DRAW_SIZE, DRAW_SIZE);
	for (int32_t i = 0; i < 5; i++) {
		uint32_t c = colours[i];
		uint32_t buffer = harness_solid_create(harness, (float)(c >> 16 & 0xff) / 255,
			(float)(c >> 8 & 0xff) / 255, (float)(c & 0xff) / 255,
			(float)(c >> 24) / 255);
		texture = harness_texture_update(harness, 0, buffer, NULL, 0);
		struct wire_quad *quad =
			harness_frame_add(&draw_frame, target, texture, 3, i * 12, 37, 12);
		quad->src_w = quad->src_h = 1;
	}
	harness_frame_draw(harness, &draw_frame, target);
	for (int32_t i = 0; i < DRAW_SIZE * DRAW_SIZE; i++) {
		int32_t x = i % DRAW_SIZE, y = i / DRAW_SIZE;
		uint32_t wanted = (uint32_t)i * 0x10205 & 0xffffff;
		if (x >= 3 && x < 40 && y < 60)
			wanted = draw_over(colours[y / 12], wanted);
		draw_expect(target, x, y, is_bgr ? draw_swap(wanted) : wanted, tolerance);
	}
	harness_shm_finish(harness, &below);
}

static void draw_test_colours(void **state)
{
	const uint32_t formats[] = {DRM_FORMAT_XRGB8888, DRM_FORMAT_XBGR8888};
	for (int i = 0; i < 2; i++) {
		struct harness_target target;
		char reason[WIRE_MAX_REASON];
		bool is_had = harness_target_create(
			*state, &target, draw_access, DRAW_SIZE, DRAW_SIZE, formats[i], 0, reason);
		/* A driver need not draw into the second. */
		if (!is_had && (i == 0 || strcmp(draw_renderer, "cpu") == 0))
			fail_msg("no target: %s", reason);
		if (!is_had)
			continue;
		draw_colours(*state, &target);
		harness_target_finish(*state, &target);
	}
	draw_is_clean = true;
}

/* The counted bytes are the damage's and no more, and what lay outside of it is not read again. */
static void draw_test_damage(void **state)
{
	bool is_cpu = strcmp(draw_renderer, "cpu") == 0;
	struct harness_target target;
	struct harness_shm shm;
	draw_target_create(*state, &target);
	uint32_t texture = draw_plain(*state, &shm, 64, 64, DRM_FORMAT_XRGB8888, 0x112233);
	harness_frame_init(&draw_frame, &target);
	harness_frame_add(&draw_frame, &target, texture, 0, 0, 64, 64);
	struct wire_frame_done done = harness_frame_draw(*state, &draw_frame, &target);
	assert_int_equal(done.upload_bytes, is_cpu ? 0 : 64 * 64 * 4);
	draw_expect_rect(&target, &draw_frame.rects[0], 0x112233);

	for (int32_t i = 0; i < 64 * 64; i++)
		harness_shm_put(&shm, i % 64, i / 64, 0x445566);
	const struct wire_rect damage[] = {{3, 4, 13, 5}, {60, 60, 64, 64}};
	harness_texture_update(*state, texture, shm.buffer, damage, 2);
	memcpy(draw_frame.rects, damage, sizeof damage);
	draw_frame.n_damage = draw_frame.n_rects = 2;
	harness_frame_clip(&draw_frame, &draw_frame.quads[0], damage, 2);
	done = harness_frame_draw(*state, &draw_frame, &target);
	/* The CPU draws so little beside the GPU, too, where it reaches the target (by_cpu.c). */
	const char *frames = getenv("VITRINE_CPU_FRAMES");
	bool is_reached = !draw_access && !(target.flags & WIRE_TARGET_GPU_COPY) &&
			  !(frames && strcmp(frames, "none") == 0);
	assert_int_equal(done.upload_bytes, is_cpu || is_reached ? 0 : (10 + 16) * 4);
	if (draw_access == WIRE_TARGET_COPY)
		assert_int_equal(done.copy_bytes, (10 + 16) * 4);
	else
		assert_int_equal(done.copy_bytes, 0);
	if (target.flags & WIRE_TARGET_GPU_COPY)
		assert_int_equal(done.gpu_copy_bytes, (10 + 16) * 4);
	else
		assert_int_equal(done.gpu_copy_bytes, 0);
	for (int32_t y = 0; y < 64; y++) {
		for (int32_t x = 0; x < 64; x++) {
			bool inside = (y == 4 && x >= 3 && x < 13) || (x >= 60 && y >= 60);
			draw_expect(&target, x, y, inside ? 0x445566 : 0x112233, 0);
		}
	}
	/* The CPU's copy comes after all that a sync file could tell of. */
	if (draw_access == WIRE_TARGET_COPY)
		assert_int_equal(draw_harness.n_submitted, 0);
	/* Nothing changed, nothing is read. */
	done = harness_frame_draw(*state, &draw_frame, &target);
	assert_int_equal(done.upload_bytes, 0);
	draw_is_clean = true;
}

/* A client that truncates its pool reads as zeros, and the worker lives on. */
static void draw_test_truncated(void **state)
{
	struct harness_target target;
	struct harness_shm shm, other;
	draw_target_create(*state, &target);
	harness_shm_create(*state, &shm, 64, 64, DRM_FORMAT_XRGB8888, 0, 0);
	memset(shm.data, 0x77, shm.size);
	assert_int_equal(ftruncate(shm.fd, 0), 0);
	uint32_t texture = harness_texture_update(*state, 0, shm.buffer, NULL, 0);
	harness_frame_init(&draw_frame, &target);
	harness_frame_add(&draw_frame, &target, texture, 0, 0, 64, 64);
	harness_frame_draw(*state, &draw_frame, &target);
	draw_expect_rect(&target, &draw_frame.rects[0], 0);

	texture = draw_plain(*state, &other, 64, 64, DRM_FORMAT_XRGB8888, 0xabcdef);
	harness_frame_init(&draw_frame, &target);
	harness_frame_add(&draw_frame, &target, texture, 0, 0, 64, 64);
	harness_frame_draw(*state, &draw_frame, &target);
	draw_expect_rect(&target, &draw_frame.rects[0], 0xabcdef);
	draw_is_clean = true;
}

/* The pool grows, and a buffer in its new part can be drawn, also after the pool was forgotten. */
static void draw_test_pool_resize(void **state)
{
	struct harness_target target;
	struct harness_shm shm;
	draw_target_create(*state, &target);
	harness_shm_create(*state, &shm, 16, 16, DRM_FORMAT_XRGB8888, 0, 0);
	const uint32_t size = 1 << 20, offset = size - 16 * 64;
	assert_int_equal(ftruncate(shm.fd, size), 0);
	uint8_t *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, shm.fd, 0);
	assert_ptr_not_equal(data, MAP_FAILED);
	memset(data, 0x11, offset);
	memset(data + offset, 0x99, size - offset);
	munmap(data, size);
	const struct wire_pool resize = {{WIRE_POOL_RESIZE, sizeof resize}, shm.pool, size};
	harness_send(*state, &resize, sizeof resize, -1);
	const struct wire_buffer_shm buffer = {
		.header = {WIRE_BUFFER_SHM, sizeof buffer},
		.buffer = harness_new_id(*state),
		.pool = shm.pool,
		.offset = offset,
		.stride = 64,
		.width = 16,
		.height = 16,
		.format = DRM_FORMAT_XRGB8888,
	};
	harness_send(*state, &buffer, sizeof buffer, -1);
	harness_forget(*state, WIRE_POOL_FORGET, shm.pool);
	uint32_t texture = harness_texture_update(*state, 0, buffer.buffer, NULL, 0);
	harness_forget(*state, WIRE_BUFFER_FORGET, buffer.buffer);
	harness_frame_init(&draw_frame, &target);
	harness_frame_add(&draw_frame, &target, texture, 0, 0, 16, 16);
	harness_frame_draw(*state, &draw_frame, &target);
	draw_expect_rect(&target, &(struct wire_rect){0, 0, 16, 16}, 0x999999);
	draw_is_clean = true;
}

/* Rows at odd addresses, which wl_shm allows for RGB565. */
static void draw_test_unaligned(void **state)
{
	struct harness_target target;
	struct harness_shm shm;
	draw_target_create(*state, &target);
	harness_shm_create(*state, &shm, 7, 9, DRM_FORMAT_RGB565, 3, 17);
	for (int32_t i = 0; i < 63; i++) {
		uint16_t pixel = (uint16_t)(i % 7 < 3 ? 0xf800 : 0x001f);
		memcpy(harness_shm_pixel(&shm, i % 7, i / 7), &pixel, 2);
	}
	uint32_t texture = harness_texture_update(*state, 0, shm.buffer, NULL, 0);
	harness_frame_init(&draw_frame, &target);
	harness_frame_add(&draw_frame, &target, texture, 0, 0, 7, 9);
	struct wire_frame_done done = harness_frame_draw(*state, &draw_frame, &target);
	assert_int_equal(done.upload_bytes, 7 * 9 * 2);
	draw_expect_rect(&target, &(struct wire_rect){0, 0, 3, 9}, 0xff0000);
	draw_expect_rect(&target, &(struct wire_rect){3, 0, 7, 9}, 0x0000ff);
	draw_is_clean = true;
}

/* However large a picture is: of a copy that the CPU draws from no more is made than is seen. */
static void draw_test_huge(void **state)
{
	const int32_t size = (int32_t)((struct harness *)*state)->hello.max_extent;
	const uint16_t orange = 0xfc00;
	struct harness_target target;
	struct harness_shm shm;
	draw_is_clean = true;
	if (strcmp(draw_renderer, "cpu") != 0)
		return; /* a GPU's texture has all of it */
	draw_is_clean = false;
	draw_target_create(*state, &target);
	harness_shm_create(*state, &shm, size, size, DRM_FORMAT_RGB565, 0, 0);
	memcpy(harness_shm_pixel(&shm, size - 1, size - 1), &orange, sizeof orange);
	uint32_t texture = harness_texture_update(*state, 0, shm.buffer, NULL, 0);
	harness_frame_init(&draw_frame, &target);
	harness_frame_add(
		&draw_frame, &target, texture, DRAW_SIZE - size, DRAW_SIZE - size, size, size);
	struct wire_frame_done done = harness_frame_draw(*state, &draw_frame, &target);
	assert_in_range(done.upload_bytes, DRAW_SIZE * DRAW_SIZE * 2, 80 * 80 * 2);
	draw_expect(&target, DRAW_SIZE - 1, DRAW_SIZE - 1, 0xff8200, 1);
	draw_expect(&target, 0, 0, 0, 0);
	harness_shm_finish(*state, &shm);
	harness_target_finish(*state, &target);
	draw_is_clean = true;
}

/* Draws the quad once, or a piece after the other. */
static void draw_in_pieces(struct harness *harness, const struct harness_target *target,
	const struct wire_quad *wanted, int32_t piece)
{
	for (int32_t at = 0; at < DRAW_SIZE * DRAW_SIZE / piece; at += piece) {
		int32_t x = at % DRAW_SIZE, y = at / DRAW_SIZE * piece;
		const struct wire_rect rect = {x, y, x + piece, y + piece};
		harness_frame_init(&draw_frame, target);
		draw_frame.rects[0] = rect; /* the damage */
		struct wire_quad *quad = harness_frame_add(
			&draw_frame, target, wanted->texture, 0, 0, DRAW_SIZE, DRAW_SIZE);
		*quad = *wanted;
		harness_frame_clip(&draw_frame, quad, &rect, 1);
		harness_frame_draw(harness, &draw_frame, target);
	}
}

/* Scaled and turned in every way, drawn by parts it is the same picture. */
static void draw_test_pieces(void **state)
{
	static const struct {
		float x, y, width, height;
		int32_t to_width, to_height;
	} ways[] = {{0, 0, 40, 30, 40, 30}, {0, 0, 40, 30, 61, 53},
		{3.25f, 2.5f, 30.5f, 20.25f, 50, 60}, {10, 10, 30, 20, 7, 5}, {0, 0, 1, 1, 33, 60}};
	struct harness_target targets[2];
	struct harness_shm shm;
	for (int i = 0; i < 2; i++)
		draw_target_create(*state, &targets[i]);
	harness_shm_create(*state, &shm, 40, 30, DRM_FORMAT_RGB565, 0, 0);
	for (uint32_t i = 0; i < shm.size; i++)
		shm.data[i] = (uint8_t)(i * 2654435761u >> 24);
	struct wire_quad quad = {.alpha = 1, .x = 2, .y = 1};
	quad.texture = harness_texture_update(*state, 0, shm.buffer, NULL, 0);
	for (size_t way = 0; way < 8 * sizeof ways / sizeof ways[0]; way++) {
		size_t i = way / 8;
		quad.transform = way % 8;
		quad.src_x = ways[i].x;
		quad.src_y = ways[i].y;
		quad.src_w = ways[i].width;
		quad.src_h = ways[i].height;
		quad.width = ways[i].to_width;
		quad.height = ways[i].to_height;
		draw_in_pieces(*state, &targets[0], &quad, DRAW_SIZE);
		draw_in_pieces(*state, &targets[1], &quad, DRAW_SIZE / 4);
		for (int32_t at = 0; at < quad.width * quad.height; at++) {
			int32_t x = quad.x + at % quad.width, y = quad.y + at / quad.width;
			draw_expect(&targets[1], x, y, harness_target_get(&targets[0], x, y), 0);
		}
	}
	harness_shm_finish(*state, &shm);
	for (int i = 0; i < 2; i++)
		harness_target_finish(*state, &targets[i]);
	draw_is_clean = true;
}

/* Frames for two targets in one go: both are drawn, answered in order, and forgetting at once does
 * no harm. */
static void draw_test_two_frames(void **state)
{
	struct harness_target targets[2];
	uint32_t sequences[2];
	for (int i = 0; i < 2; i++)
		draw_target_create(*state, &targets[i]);
	for (int i = 0; i < 2; i++) {
		uint32_t buffer = harness_solid_create(*state, (float)i, 1, 0, 1);
		uint32_t texture = harness_texture_update(*state, 0, buffer, NULL, 0);
		harness_frame_init(&draw_frame, &targets[i]);
		struct wire_quad *quad =
			harness_frame_add(&draw_frame, &targets[i], texture, 0, 0, 64, 64);
		quad->src_w = quad->src_h = 1;
		sequences[i] = harness_frame_send(*state, &draw_frame, &targets[i]);
		harness_forget(*state, WIRE_TEXTURE_FORGET, texture);
		harness_forget(*state, WIRE_BUFFER_FORGET, buffer);
	}
	for (int i = 0; i < 2; i++) {
		assert_true(harness_frame_wait(*state, sequences[i]).ok);
		draw_expect_rect(&targets[i], &draw_frame.rects[0], i ? 0xffff00 : 0x00ff00);
	}
	assert_true(harness_is_silent(*state, 50));
	draw_is_clean = true;
}

/* A texture changes its buffer's size and kind from frame to frame. */
static void draw_test_texture_changes(void **state)
{
	struct harness_target target;
	struct harness_shm small, large;
	draw_target_create(*state, &target);
	uint32_t texture = draw_plain(*state, &small, 8, 8, DRM_FORMAT_XRGB8888, 0x010203);
	uint32_t spare = draw_plain(*state, &large, 64, 64, DRM_FORMAT_ARGB8888, 0xff0a0b0c);
	uint32_t solid = harness_solid_create(*state, 0, 1, 0, 1);
	const struct {
		uint32_t buffer;
		int32_t size, src;
		uint32_t rgb;
	} steps[] = {
		{small.buffer, 8, 8, 0x010203},
		{large.buffer, 64, 64, 0x0a0b0c},
		{solid, 64, 1, 0x00ff00},
		{small.buffer, 8, 8, 0x010203},
	};
	harness_forget(*state, WIRE_TEXTURE_FORGET, spare);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		harness_texture_update(*state, texture, steps[i].buffer, NULL, 0);
		harness_frame_init(&draw_frame, &target);
		struct wire_quad *quad = harness_frame_add(
			&draw_frame, &target, texture, 0, 0, steps[i].size, steps[i].size);
		quad->src_w = quad->src_h = (float)steps[i].src;
		harness_frame_draw(*state, &draw_frame, &target);
		draw_expect_rect(&target, &(struct wire_rect){0, 0, steps[i].size, steps[i].size},
			steps[i].rgb);
	}
	draw_is_clean = true;
}

/* Targets of every format that the renderer draws into. */
static void draw_test_target_formats(void **state)
{
	for (size_t i = 0; i < sizeof draw_formats / sizeof draw_formats[0]; i++) {
		struct harness_target target;
		struct harness_shm shm;
		const struct draw_format *format = &draw_formats[i];
		char reason[WIRE_MAX_REASON];
		if (!harness_target_create(*state, &target, draw_access, DRAW_SIZE, DRAW_SIZE,
			    format->fourcc, 0, reason)) {
			/* Every driver must offer the first two. */
			if (i < 2)
				fail_msg("no target: %s", reason);
			continue;
		}
		uint32_t texture =
			draw_plain(*state, &shm, 64, 64, DRM_FORMAT_XRGB8888, format->rgb);
		harness_frame_init(&draw_frame, &target);
		harness_frame_add(&draw_frame, &target, texture, 0, 0, 64, 64);
		harness_frame_draw(*state, &draw_frame, &target);
		uint32_t seen = harness_target_get(&target, 5, 5);
		const struct format *known = format_find(format->fourcc);
		uint32_t mask = known->bytes_per_pixel == 2 ? 0xffff
				: known->has_alpha          ? 0xffffffff
							    : 0x00ffffff;
		/* Ten bits a channel made of eight may differ in the lowest two. */
		bool is_deep = format->fourcc == DRM_FORMAT_ARGB2101010 ||
			       format->fourcc == DRM_FORMAT_XRGB2101010 ||
			       format->fourcc == DRM_FORMAT_ABGR2101010 ||
			       format->fourcc == DRM_FORMAT_XBGR2101010;
		for (int shift = 0; is_deep && shift < 30; shift += 10)
			assert_in_range((seen >> shift & 0x3ff) + 4,
				(format->pixel >> shift & 0x3ff),
				(format->pixel >> shift & 0x3ff) + 8);
		if (!is_deep)
			assert_int_equal(seen & mask, format->pixel & mask);
		harness_target_finish(*state, &target);
		harness_shm_finish(*state, &shm);
	}
	draw_is_clean = true;
}

/* Rows further apart than a driver would lay them: drawn right all the same, by a copy if need be.
 */
static void draw_test_padded_target(void **state)
{
	struct harness_target target;
	char reason[WIRE_MAX_REASON];
	if (!harness_target_create(
		    *state, &target, draw_access, 50, 40, DRM_FORMAT_XRGB8888, 1024, reason))
		fail_msg("no target: %s", reason);
	struct harness_shm shm;
	uint32_t texture = draw_plain(*state, &shm, 50, 40, DRM_FORMAT_XRGB8888, 0x123456);
	harness_shm_put(&shm, 49, 39, 0xfedcba);
	harness_texture_update(*state, texture, shm.buffer, &(struct wire_rect){49, 39, 50, 40}, 1);
	harness_frame_init(&draw_frame, &target);
	harness_frame_add(&draw_frame, &target, texture, 0, 0, 50, 40);
	harness_frame_draw(*state, &draw_frame, &target);
	draw_expect_rect(&target, &(struct wire_rect){0, 0, 50, 39}, 0x123456);
	draw_expect(&target, 49, 39, 0xfedcba, 0);
	/* What lies between the rows is not ours. */
	if (draw_access)
		assert_int_equal(target.data[50 * 4], 0x55);
	draw_is_clean = true;
}

/* More textures than one descriptor pool has sets, more bytes than one staging chunk, most of what
 * a frame may hold. */
static void draw_test_many_textures(void **state)
{
	struct harness_target target;
	struct harness_shm shm[150], large;
	draw_target_create(*state, &target);
	uint32_t under = draw_plain(*state, &large, 700, 600, DRM_FORMAT_XRGB8888, 0x0f0f0f);
	harness_frame_init(&draw_frame, &target);
	struct wire_quad *quad = harness_frame_add(&draw_frame, &target, under, 0, 0, 64, 64);
	quad->src_w = 700;
	quad->src_h = 600;
	for (int32_t i = 0; i < 150; i++) {
		uint32_t texture = draw_plain(
			*state, &shm[i], 2, 2, DRM_FORMAT_XRGB8888, 0x010101 * (uint32_t)(i + 50));
		harness_frame_add(&draw_frame, &target, texture, i % 20 * 3, i / 20 * 3, 2, 2);
	}
	harness_frame_draw(*state, &draw_frame, &target);
	for (int32_t i = 0; i < 150; i++) {
		int32_t x = i % 20 * 3, y = i / 20 * 3;
		draw_expect_rect(&target, &(struct wire_rect){x, y, x + 2, y + 2},
			0x010101 * (uint32_t)(i + 50));
		draw_expect(&target, x + 2, y + 2, 0x0f0f0f, 1);
		harness_shm_finish(*state, &shm[i]);
	}
	for (uint32_t i = 1; i < draw_frame.n_quads; i++)
		harness_forget(*state, WIRE_TEXTURE_FORGET, draw_frame.quads[i].texture);
	draw_is_clean = true;
}

/* Nothing but damage: answered, nothing drawn. */
static void draw_test_empty_frame(void **state)
{
	struct harness_target target;
	draw_target_create(*state, &target);
	harness_frame_init(&draw_frame, &target);
	draw_frame.n_damage = draw_frame.n_rects = 0;
	struct wire_frame_done done = harness_frame_draw(*state, &draw_frame, &target);
	assert_int_equal(done.copy_bytes, 0);
	if (draw_access)
		assert_true(draw_is_untouched(&target, 0, 0));
	draw_is_clean = true;
}

static enum wire_target_access draw_parse_access(const char *name)
{
	static const char *const names[] = {
		[0] = "allocate",
		[WIRE_TARGET_DMABUF] = "dmabuf",
		[WIRE_TARGET_HOST_POINTER] = "host-pointer",
		[WIRE_TARGET_COPY] = "copy",
		[WIRE_TARGET_MAP] = "map",
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(name, names[i]) == 0)
			return i;
	}
	exit(2);
}

#define DRAW_TEST(name) cmocka_unit_test_setup_teardown(draw_test_##name, draw_setup, NULL)

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	draw_renderer = argv[1];
	draw_access = draw_parse_access(argv[2]);
	const struct CMUnitTest tests[] = {
		DRAW_TEST(hello),
		DRAW_TEST(solid),
		DRAW_TEST(clip),
		DRAW_TEST(formats),
		DRAW_TEST(transforms),
		DRAW_TEST(scaling),
		DRAW_TEST(edge),
		DRAW_TEST(alpha),
		DRAW_TEST(blending),
		DRAW_TEST(colours),
		DRAW_TEST(damage),
		DRAW_TEST(truncated),
		DRAW_TEST(pool_resize),
		DRAW_TEST(unaligned),
		DRAW_TEST(huge),
		DRAW_TEST(pieces),
		DRAW_TEST(two_frames),
		DRAW_TEST(texture_changes),
		DRAW_TEST(target_formats),
		DRAW_TEST(padded_target),
		DRAW_TEST(many_textures),
		DRAW_TEST(empty_frame),
	};
	return cmocka_run_group_tests(tests, NULL, draw_finish);
}

/**
 * The pointer's picture on the CRTC's cursor plane: the worker draws it once into a small buffer,
 * and moving it costs one ioctl and no frame.
 *
 * The plane is tried once after every start of a worker: a test picture is drawn and read back, so
 * that one that is upside down or does not arrive is found out. Where it fails, or a picture is too
 * large for it, the pointer is drawn with the rest of the scene.
 */
#ifndef COMPOSITOR_CURSOR_PLANE_H
#define COMPOSITOR_CURSOR_PLANE_H

#include "compositor/feedback.h"
#include "compositor/renderer.h"
#include "compositor/scanout/swapchain.h"
#include "protocol/output_map.h"

#include <stdbool.h>
#include <stdint.h>

struct cursor;
struct kms_output;

enum cursor_plane_state {
	CURSOR_PLANE_OFF,     /**< no worker, or no plane */
	CURSOR_PLANE_MAKING,  /**< its buffers */
	CURSOR_PLANE_TESTING, /**< the test picture is drawn */
	CURSOR_PLANE_READY,
};

struct cursor_plane_listener {
	/** The plane shows the pointer now, or does not any more: the scene is to be built anew. */
	void (*changed)(void *data);
};

/** Zeroed but for listener, data, device, kms, renderer and output, then cursor_plane_init(). */
struct cursor_plane {
	const struct cursor_plane_listener *listener;
	void *data;
	struct kms_device *device;   /**< borrowed; NULL: headless */
	struct kms_output *kms;      /**< borrowed; NULL: headless, there is none */
	struct renderer *renderer;   /**< borrowed */
	const struct output *output; /**< borrowed: its map */

	enum cursor_plane_state state;
	struct swapchain *targets; /**< two that take turns; NULL: none */
	struct kms_buffer *empty; /**< what hides it: without a picture, QEMU's VNC viewers keep the
				     last one. NULL: there is none yet */
	struct renderer_frame frame;
	bool drawing;  /**< frame is under way */
	int next;      /**< of the targets: to be drawn into */
	bool setting;  /**< a picture is on its way to the plane */
	bool shown;    /**< the plane has a picture */
	bool hidden;   /**< it has none; neither: what another program has left, for all we know */
	bool in_scene; /**< the scene has it */
	bool broken;   /**< it failed: never again */
	uint32_t wanted;              /**< cursor::version of what is drawn or shown; 0: none */
	struct output_map map;        /**< by which that was drawn */
	int32_t hotspot_x, hotspot_y; /**< of what is drawn, pixels of the buffer */
	int32_t at_x, at_y;           /**< where the pointer is, pixels of the target */
	int32_t shown_hotspot_x, shown_hotspot_y;
	struct feedback feedback; /**< of the picture that is drawn */
};

void cursor_plane_init(struct cursor_plane *plane);

/** A worker is ready. width, height: of the device's cursors, pixels. */
void cursor_plane_start(
	struct cursor_plane *plane, struct scanout *scanout, int32_t width, int32_t height);

/** The worker is gone; what is shown stays. */
void cursor_plane_stop(struct cursor_plane *plane);
void cursor_plane_finish(struct cursor_plane *plane);

/** Hides it; and another program may have the display until the next picture. */
void cursor_plane_forget(struct cursor_plane *plane);

/**
 * The scene is built: whether the plane shows the cursor, so that the scene need not. Draws its
 * picture anew where that changed. cursor NULL: nothing is to be shown. scene: what its frame
 * answers; gets what was collected of pictures that the plane does not show.
 */
bool cursor_plane_show(
	struct cursor_plane *plane, const struct cursor *cursor, struct feedback *scene);

/** The scene is built, and is to show the cursor whatever the plane could. */
void cursor_plane_yield(struct cursor_plane *plane, struct feedback *scene);

/** The pointer has moved (NULL: is not to be seen). False: the scene is to be built anew. */
bool cursor_plane_move(struct cursor_plane *plane, const struct cursor *cursor);

/** The kernel's: the plane has its picture, or -errno. */
void cursor_plane_set(struct cursor_plane *plane, int error);

/** The worker's answer. False: not this plane's frame. */
bool cursor_plane_frame_done(struct cursor_plane *plane, const struct wire_frame_done *done);

#endif

/** wl_touch: each finger's events go to the surface that it came down on, until it is lifted. */
#ifndef PROTOCOL_TOUCH_H
#define PROTOCOL_TOUCH_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct seat;
struct seat_grab;
struct surface;

#define TOUCH_MAX_POINTS 32

/** A finger. */
struct seat_touch_point {
	struct seat *seat;
	bool down;
	int32_t id;              /**< as clients are told */
	struct surface *surface; /**< NULL: it came down on none, or that is gone */
	struct wl_listener surface_destroy;
	double sx, sy;
	double origin_x, origin_y; /**< where the surface is, in the space of the touches' teller,
				      whose these are */
	uint32_t serial;           /**< of the down */
	const struct wl_client *told; /**< waits for the frame; may be gone: only compared */
	const struct seat_grab *grab; /**< NULL: none. Gets the events in place of the surface */
	void *grab_data;
};

/** Part of struct seat. */
struct seat_touch {
	struct wl_list resources; /**< wl_resource links */
	struct seat_touch_point points[TOUCH_MAX_POINTS];
};

/** Times: milliseconds, CLOCK_MONOTONIC. id: unique among the fingers that are down. Coordinates
 * are the surface's. A finger more than there is room for does nothing: NULL. */
struct seat_touch_point *touch_down(struct seat *seat, uint32_t time, int32_t id,
	struct surface *surface, double sx, double sy);

/** NULL: no such finger is down. */
struct seat_touch_point *touch_find(struct seat *seat, int32_t id);

void touch_motion(struct seat *seat, uint32_t time, int32_t id, double sx, double sy);
void touch_up(struct seat *seat, uint32_t time, int32_t id);

/** Ends what belongs together, for everybody who was told of it. */
void touch_frame(struct seat *seat);

/** The fingers that are down were none after all: a gesture, a palm, a lost device. */
void touch_cancel(struct seat *seat);

/** The finger on the tree of surface whose wl_touch.down had the serial; NULL: none, or another
 * grab has it. */
struct seat_touch_point *touch_find_grab(
	struct seat *seat, struct surface *surface, uint32_t serial);

/**
 * The point's events go to grab until touch_end_grab(), which its release and cancel call. Only
 * then is the surface told that the finger is lifted, and of nothing after that: some clients take
 * a wl_touch.up while they drag for the drag's end.
 */
void touch_start_grab(struct seat_touch_point *point, const struct seat_grab *grab, void *data);
void touch_end_grab(struct seat_touch_point *point);

#endif

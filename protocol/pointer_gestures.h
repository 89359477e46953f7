/** pointer-gestures 3: swipes, pinches and holds on a touchpad. */
#ifndef PROTOCOL_POINTER_GESTURES_H
#define PROTOCOL_POINTER_GESTURES_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct seat;

enum pointer_gesture {
	POINTER_GESTURE_SWIPE,
	POINTER_GESTURE_PINCH,
	POINTER_GESTURE_HOLD,
	POINTER_GESTURE_KINDS,
};

struct pointer_gesture_update {
	double dx, dy;   /**< of the fingers' middle, surface coordinates */
	double scale;    /**< pinch: against the beginning */
	double rotation; /**< pinch: degrees clockwise since the update before */
};

/** Zeroed but for seat (created, borrowed), before pointer_gestures_create(). */
struct pointer_gestures {
	struct seat *seat;
	struct wl_global *global;
	struct wl_list resources[POINTER_GESTURE_KINDS]; /**< wl_resource links */
	struct wl_client *client;  /**< the gesture under way is its; NULL: nobody's */
	enum pointer_gesture kind; /**< of that gesture */
	struct wl_listener client_destroy;
};

/** False: no memory. */
bool pointer_gestures_create(struct pointer_gestures *gestures, struct wl_display *display);
void pointer_gestures_destroy(struct pointer_gestures *gestures);

/** A gesture is the client's that had the pointer when it began. time: milliseconds,
 * CLOCK_MONOTONIC. */
void pointer_gestures_begin(struct pointer_gestures *gestures, enum pointer_gesture kind,
	uint32_t time, uint32_t fingers);
void pointer_gestures_update(struct pointer_gestures *gestures, enum pointer_gesture kind,
	uint32_t time, const struct pointer_gesture_update *update);
void pointer_gestures_end(struct pointer_gestures *gestures, enum pointer_gesture kind,
	uint32_t time, bool cancelled);

/** The gesture under way is nobody's any more: for its client it was none. */
void pointer_gestures_cancel(struct pointer_gestures *gestures);

#endif

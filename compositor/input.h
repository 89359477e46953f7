/** Keyboards, pointing devices, touch screens and touchpads by libinput. */
#ifndef COMPOSITOR_INPUT_H
#define COMPOSITOR_INPUT_H

#include "protocol/pointer_device.h"
#include "protocol/pointer_gestures.h"
#include "protocol/tablet.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct input;
struct session;

/** What tells which output a device of places lies over. The strings are the device's. */
struct input_device_info {
	const char *name;   /**< as its kernel driver calls it */
	const char *output; /**< that udev says by WL_OUTPUT; NULL: nothing */
	uint32_t nth;       /**< of those with this name, counted from 0 */
};

/** A place on such a device. */
struct input_place {
	uint32_t output; /**< over whose panel the device lies, a bit as in surface::outputs; 0:
			    over all of them */
	double x, y;     /**< from 0 to 1 over it */
};

/** All that a drawing tablet's tool says at once. */
struct input_tool_event {
	struct tablet_tool *tool;
	struct tablet *tablet;
	uint32_t time;
	bool near; /**< in the tablet's reach, and at the next place */
	struct input_place place;
	bool tip;        /**< down */
	uint32_t button; /**< evdev code; 0: none has changed */
	bool pressed;
	struct tablet_tool_axes axes;
};

/** All are required. Times: milliseconds, CLOCK_MONOTONIC. */
struct input_listener {
	/** The output over which a device of places lies, as struct input_place has it. */
	uint32_t (*output_of)(void *data, const struct input_device_info *device);
	/** A device of this capability (enum wl_seat_capability, one of them) came or went. */
	void (*device)(void *data, uint32_t capability, bool added);
	/** A finger, else a button or a tip, is let go of next, but only because its device goes:
	 * it was unplugged, or another VT is shown. */
	void (*held_device_gone)(void *data, bool finger);
	const struct pointer_device_listener *pointer; /**< gets the same data */
	void (*key)(void *data, uint32_t time, uint32_t key, bool pressed); /**< evdev code */

	/** id: of the finger, unique among those that are down on any screen. */
	void (*touch_down)(void *data, uint32_t time, int32_t id, const struct input_place *place);
	void (*touch_motion)(
		void *data, uint32_t time, int32_t id, const struct input_place *place);
	void (*touch_up)(void *data, uint32_t time, int32_t id);
	void (*touch_cancel)(void *data);
	void (*touch_frame)(void *data);

	void (*tool)(void *data, const struct input_tool_event *event);

	void (*gesture_begin)(
		void *data, enum pointer_gesture kind, uint32_t time, uint32_t fingers);
	void (*gesture_update)(void *data, enum pointer_gesture kind, uint32_t time,
		const struct pointer_gesture_update *update);
	void (*gesture_end)(void *data, enum pointer_gesture kind, uint32_t time, bool cancelled);
};

/** Takes up every input device of the session's seat; drawing tablets and their tools become
 * tablets'. NULL: could not, and the reason has been logged. */
struct input *input_create(struct wl_event_loop *loop, struct session *session,
	struct tablet_manager *tablets, const struct input_listener *listener, void *data);

/** Accepts NULL. */
void input_destroy(struct input *input);

/** Sets the lights of all keyboards: enum keymap_light, bits. Accepts NULL. */
void input_set_lights(struct input *input, uint32_t lights);

/** The session got or lost its devices. */
void input_set_active(struct input *input, bool active);

#endif

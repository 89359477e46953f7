/** Keyboards and pointing devices by libinput, and the keyboard's layout by xkbcommon. */
#ifndef COMPOSITOR_INPUT_H
#define COMPOSITOR_INPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct input;
struct pointer_axis;
struct seat;
struct session;

/** All are required. Times: milliseconds, CLOCK_MONOTONIC. */
struct input_listener {
	void (*motion)(void *data, uint32_t time, double dx, double dy); /**< pixels, accelerated */
	/** x and y from 0 to 1 over the screen. */
	void (*motion_absolute)(void *data, uint32_t time, double x, double y);
	void (*button)(void *data, uint32_t time, uint32_t button, bool pressed); /**< evdev code */
	void (*axis)(void *data, uint32_t time, const struct pointer_axis *event);
	void (*pointer_frame)(void *data);
	void (*switch_vt)(void *data, int vt);
};

/** Takes up every input device of the session's seat. NULL: could not, and the reason has been
 * logged. */
struct input *input_create(struct wl_event_loop *loop, struct session *session, struct seat *seat,
	const struct input_listener *listener, void *data);

/** Accepts NULL. */
void input_destroy(struct input *input);

/** The session got or lost its devices. */
void input_set_active(struct input *input, bool active);

#endif

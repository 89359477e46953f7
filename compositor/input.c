#include "compositor/input.h"

#include "common/log.h"
#include "common/xalloc.h"
#include "compositor/keymap.h"
#include "compositor/session.h"
#include "protocol/seat.h"

#include <libinput.h>
#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wayland-server-protocol.h>

struct input {
	const struct input_listener *listener;
	void *data;
	struct session *session;
	struct seat *seat;
	struct udev *udev;
	struct libinput *libinput;
	struct wl_event_source *source;
	struct keymap keymap;
	int keyboards, pointers; /* devices */
};

static int input_open_device(const char *path, int flags, void *data)
{
	struct input *input = data;
	return session_open_device(input->session, path);
}

static void input_close_device(int fd, void *data)
{
	struct input *input = data;
	session_close_device(input->session, fd);
}

static const struct libinput_interface input_interface = {
	.open_restricted = input_open_device,
	.close_restricted = input_close_device,
};

static void input_count_device(struct input *input, struct libinput_device *device, int step)
{
	if (libinput_device_has_capability(device, LIBINPUT_DEVICE_CAP_KEYBOARD))
		input->keyboards += step;
	if (libinput_device_has_capability(device, LIBINPUT_DEVICE_CAP_POINTER))
		input->pointers += step;
	uint32_t capabilities = 0;
	if (input->keyboards > 0)
		capabilities |= WL_SEAT_CAPABILITY_KEYBOARD;
	if (input->pointers > 0)
		capabilities |= WL_SEAT_CAPABILITY_POINTER;
	seat_set_capabilities(input->seat, capabilities);
}

/* Ctrl+Alt+Fn, which the layout makes symbols of their own. 0: another key. */
static int input_vt_of(xkb_keysym_t symbol)
{
	if (symbol < XKB_KEY_XF86Switch_VT_1 || symbol > XKB_KEY_XF86Switch_VT_12)
		return 0;
	return (int)(symbol - XKB_KEY_XF86Switch_VT_1) + 1;
}

static void input_handle_key(struct input *input, struct libinput_event_keyboard *event)
{
	uint32_t key = libinput_event_keyboard_get_key(event);
	bool pressed = libinput_event_keyboard_get_key_state(event) == LIBINPUT_KEY_STATE_PRESSED;
	int vt = pressed ? input_vt_of(keymap_symbol(&input->keymap, key)) : 0;
	/* The client does not see a key that is ours; its release alone does no harm. */
	if (!vt)
		keyboard_key(input->seat, libinput_event_keyboard_get_time(event), key, pressed);
	keymap_update(&input->keymap, input->seat, key, pressed);
	if (vt)
		input->listener->switch_vt(input->data, vt);
}

static void input_handle_scroll(
	struct input *input, struct libinput_event_pointer *event, uint32_t source)
{
	static const enum libinput_pointer_axis axes[] = {
		[WL_POINTER_AXIS_VERTICAL_SCROLL] = LIBINPUT_POINTER_AXIS_SCROLL_VERTICAL,
		[WL_POINTER_AXIS_HORIZONTAL_SCROLL] = LIBINPUT_POINTER_AXIS_SCROLL_HORIZONTAL,
	};
	uint32_t time = libinput_event_pointer_get_time(event);
	for (uint32_t axis = 0; axis < 2; axis++) {
		if (!libinput_event_pointer_has_axis(event, axes[axis]))
			continue;
		struct pointer_axis out = {
			.axis = axis,
			.source = source,
			.value = libinput_event_pointer_get_scroll_value(event, axes[axis]),
		};
		if (source == WL_POINTER_AXIS_SOURCE_WHEEL)
			out.v120 = (int32_t)libinput_event_pointer_get_scroll_value_v120(
				event, axes[axis]);
		input->listener->axis(input->data, time, &out);
	}
	input->listener->pointer_frame(input->data);
}

static void input_handle_pointer(
	struct input *input, enum libinput_event_type type, struct libinput_event_pointer *event)
{
	uint32_t time = libinput_event_pointer_get_time(event);
	switch (type) {
	case LIBINPUT_EVENT_POINTER_MOTION:
		input->listener->motion(input->data, time, libinput_event_pointer_get_dx(event),
			libinput_event_pointer_get_dy(event));
		break;
	case LIBINPUT_EVENT_POINTER_MOTION_ABSOLUTE:
		input->listener->motion_absolute(input->data, time,
			libinput_event_pointer_get_absolute_x_transformed(event, 1),
			libinput_event_pointer_get_absolute_y_transformed(event, 1));
		break;
	case LIBINPUT_EVENT_POINTER_BUTTON:
		input->listener->button(input->data, time, libinput_event_pointer_get_button(event),
			libinput_event_pointer_get_button_state(event) ==
				LIBINPUT_BUTTON_STATE_PRESSED);
		break;
	case LIBINPUT_EVENT_POINTER_SCROLL_WHEEL:
		input_handle_scroll(input, event, WL_POINTER_AXIS_SOURCE_WHEEL);
		return;
	case LIBINPUT_EVENT_POINTER_SCROLL_FINGER:
		input_handle_scroll(input, event, WL_POINTER_AXIS_SOURCE_FINGER);
		return;
	case LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS:
		input_handle_scroll(input, event, WL_POINTER_AXIS_SOURCE_CONTINUOUS);
		return;
	default:
		return;
	}
	input->listener->pointer_frame(input->data);
}

static void input_handle_event(struct input *input, struct libinput_event *event)
{
	enum libinput_event_type type = libinput_event_get_type(event);
	switch (type) {
	case LIBINPUT_EVENT_DEVICE_ADDED:
		log_debug("input device %s",
			libinput_device_get_name(libinput_event_get_device(event)));
		input_count_device(input, libinput_event_get_device(event), 1);
		break;
	case LIBINPUT_EVENT_DEVICE_REMOVED:
		input_count_device(input, libinput_event_get_device(event), -1);
		break;
	case LIBINPUT_EVENT_KEYBOARD_KEY:
		input_handle_key(input, libinput_event_get_keyboard_event(event));
		break;
	case LIBINPUT_EVENT_POINTER_MOTION:
	case LIBINPUT_EVENT_POINTER_MOTION_ABSOLUTE:
	case LIBINPUT_EVENT_POINTER_BUTTON:
	case LIBINPUT_EVENT_POINTER_SCROLL_WHEEL:
	case LIBINPUT_EVENT_POINTER_SCROLL_FINGER:
	case LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS:
		input_handle_pointer(input, type, libinput_event_get_pointer_event(event));
		break;
	default:
		break;
	}
}

static void input_dispatch(struct input *input)
{
	struct libinput_event *event;
	libinput_dispatch(input->libinput);
	while ((event = libinput_get_event(input->libinput))) {
		input_handle_event(input, event);
		libinput_event_destroy(event);
	}
}

static int input_handle_readable(int fd, uint32_t mask, void *data)
{
	input_dispatch(data);
	return 0;
}

static void input_log(struct libinput *libinput, enum libinput_log_priority priority,
	const char *format, va_list args)
{
	char line[512];
	vsnprintf(line, sizeof line, format, args);
	line[strcspn(line, "\n")] = '\0';
	log_debug("libinput: %s", line);
}

struct input *input_create(struct wl_event_loop *loop, struct session *session, struct seat *seat,
	const struct input_listener *listener, void *data)
{
	struct input *input = xcalloc(1, sizeof *input);
	input->listener = listener;
	input->data = data;
	input->session = session;
	input->seat = seat;
	if (!keymap_init(&input->keymap, seat)) {
		input_destroy(input);
		return NULL;
	}
	input->udev = udev_new();
	if (input->udev)
		input->libinput =
			libinput_udev_create_context(&input_interface, input, input->udev);
	if (!input->libinput) {
		log_error("input: libinput cannot start");
		input_destroy(input);
		return NULL;
	}
	libinput_log_set_handler(input->libinput, input_log);
	if (libinput_udev_assign_seat(input->libinput, session_seat_name(session)) < 0) {
		log_error("input: the seat %s has no devices that can be watched",
			session_seat_name(session));
		input_destroy(input);
		return NULL;
	}
	input->source = wl_event_loop_add_fd(loop, libinput_get_fd(input->libinput),
		WL_EVENT_READABLE, input_handle_readable, input);
	input_dispatch(input);
	return input;
}

void input_destroy(struct input *input)
{
	if (!input)
		return;
	if (input->source)
		wl_event_source_remove(input->source);
	libinput_unref(input->libinput);
	udev_unref(input->udev);
	keymap_finish(&input->keymap);
	free(input);
}

void input_set_active(struct input *input, bool active)
{
	if (!active)
		libinput_suspend(input->libinput);
	else if (libinput_resume(input->libinput) < 0)
		log_warn("input: the devices could not be taken up again");
	/* Suspending releases every key and button: the clients are to know now, not when we are
	 * back. */
	input_dispatch(input);
}

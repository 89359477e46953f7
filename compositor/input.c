#include "compositor/input_private.h"

#include "common/log.h"
#include "common/xalloc.h"
#include "compositor/session.h"

#include <libudev.h>
#include <stdlib.h>
#include <string.h>
#include <wayland-server-protocol.h>

#define INPUT_BATCH 128 /* events that are looked through together */

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

static void input_tell_device(struct input *input, struct libinput_device *device, bool added)
{
	static const struct {
		enum libinput_device_capability libinput;
		uint32_t seat;
	} capabilities[] = {
		{LIBINPUT_DEVICE_CAP_KEYBOARD, WL_SEAT_CAPABILITY_KEYBOARD},
		{LIBINPUT_DEVICE_CAP_POINTER, WL_SEAT_CAPABILITY_POINTER},
		{LIBINPUT_DEVICE_CAP_TABLET_TOOL, WL_SEAT_CAPABILITY_POINTER},
		{LIBINPUT_DEVICE_CAP_TOUCH, WL_SEAT_CAPABILITY_TOUCH},
	};
	uint32_t told = 0;
	if (added)
		input_device_add(input, device);
	for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++) {
		if (told & capabilities[i].seat ||
			!libinput_device_has_capability(device, capabilities[i].libinput))
			continue;
		told |= capabilities[i].seat;
		input->listener->device(input->data, capabilities[i].seat, added);
	}
	input_tablet_tell_device(input, device, added);
	if (added)
		return;
	log_debug("input device %s went", libinput_device_get_name(device));
	input_device_remove(libinput_device_get_user_data(device));
	libinput_device_set_user_data(device, NULL);
}

static void input_handle_key(const struct input *input, struct libinput_event_keyboard *event)
{
	input->listener->key(input->data, libinput_event_keyboard_get_time(event),
		libinput_event_keyboard_get_key(event),
		libinput_event_keyboard_get_key_state(event) == LIBINPUT_KEY_STATE_PRESSED);
}

static bool input_is_between(enum libinput_event_type type, enum libinput_event_type first,
	enum libinput_event_type last)
{
	return type >= first && type <= last;
}

static void input_handle_event(struct input *input, struct libinput_event *event)
{
	enum libinput_event_type type = libinput_event_get_type(event);
	if (type == LIBINPUT_EVENT_DEVICE_ADDED || type == LIBINPUT_EVENT_DEVICE_REMOVED)
		input_tell_device(input, libinput_event_get_device(event),
			type == LIBINPUT_EVENT_DEVICE_ADDED);
	else if (type == LIBINPUT_EVENT_KEYBOARD_KEY)
		input_handle_key(input, libinput_event_get_keyboard_event(event));
	else if (input_is_between(type, LIBINPUT_EVENT_POINTER_MOTION,
			 LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS))
		input_pointer_handle(input, type, libinput_event_get_pointer_event(event));
	else if (input_is_between(type, LIBINPUT_EVENT_TOUCH_DOWN, LIBINPUT_EVENT_TOUCH_FRAME))
		input_touch_handle(input, type, libinput_event_get_touch_event(event));
	else if (input_is_between(
			 type, LIBINPUT_EVENT_TABLET_TOOL_AXIS, LIBINPUT_EVENT_TABLET_TOOL_BUTTON))
		input_tablet_handle(input, type, libinput_event_get_tablet_tool_event(event));
	else if (input_is_between(
			 type, LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN, LIBINPUT_EVENT_GESTURE_HOLD_END))
		input_gesture_handle(input, type, libinput_event_get_gesture_event(event));
}

static bool input_lets_go(struct libinput_event *event)
{
	switch (libinput_event_get_type(event)) {
	case LIBINPUT_EVENT_POINTER_BUTTON:
		return libinput_event_pointer_get_button_state(libinput_event_get_pointer_event(
			       event)) == LIBINPUT_BUTTON_STATE_RELEASED;
	case LIBINPUT_EVENT_TABLET_TOOL_TIP:
		return libinput_event_tablet_tool_get_tip_state(
			       libinput_event_get_tablet_tool_event(event)) ==
		       LIBINPUT_TABLET_TOOL_TIP_UP;
	case LIBINPUT_EVENT_TOUCH_UP:
		return true;
	default:
		return false;
	}
}

/* Whether the event is the end of something held on a device that goes, which libinput makes up
 * just before it tells so: the later events. */
static bool input_is_made_up(
	struct libinput_event *event, struct libinput_event **later, size_t len)
{
	if (!input_lets_go(event))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (libinput_event_get_type(later[i]) == LIBINPUT_EVENT_DEVICE_REMOVED &&
			libinput_event_get_device(later[i]) == libinput_event_get_device(event))
			return true;
	}
	return false;
}

static void input_dispatch(struct input *input)
{
	struct libinput_event *batch[INPUT_BATCH];
	size_t len;
	libinput_dispatch(input->libinput);
	do {
		for (len = 0; len < INPUT_BATCH; len++) {
			batch[len] = libinput_get_event(input->libinput);
			if (!batch[len])
				break;
		}
		for (size_t i = 0; i < len; i++) {
			if (input_is_made_up(batch[i], &batch[i + 1], len - i - 1))
				input->listener->held_device_gone(
					input->data, libinput_event_get_type(batch[i]) ==
							     LIBINPUT_EVENT_TOUCH_UP);
			input_handle_event(input, batch[i]);
			libinput_event_destroy(batch[i]);
		}
	} while (len == INPUT_BATCH);
}

static int input_handle_readable(int fd, uint32_t mask, void *data)
{
	input_dispatch(data);
	return 0;
}

static void input_log(struct libinput *libinput, enum libinput_log_priority priority,
	const char *format, va_list args)
{
	char line[LOG_MAX_LINE];
	log_debug("libinput: %s", log_line(line, format, args));
}

struct input *input_create(struct wl_event_loop *loop, struct session *session,
	struct tablet_manager *tablets, const struct input_listener *listener, void *data)
{
	struct input *input = xcalloc(1, sizeof *input);
	input->listener = listener;
	input->data = data;
	input->session = session;
	input->tablets = tablets;
	wl_list_init(&input->devices);
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
	struct input_device *device, *next;
	wl_list_for_each_safe (device, next, &input->devices, link)
		input_device_remove(device);
	libinput_unref(input->libinput);
	udev_unref(input->udev);
	free(input);
}

void input_set_lights(struct input *input, uint32_t lights)
{
	const struct input_device *device;
	if (!input || input->lights == lights)
		return;
	input->lights = lights;
	wl_list_for_each (device, &input->devices, link)
		input_device_set_lights(device, lights);
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

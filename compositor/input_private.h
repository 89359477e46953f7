/** Between the input*.c files only. */
#ifndef COMPOSITOR_INPUT_PRIVATE_H
#define COMPOSITOR_INPUT_PRIVATE_H

#include "compositor/input.h"

#include <libinput.h>

struct input {
	const struct input_listener *listener;
	void *data;
	struct session *session;
	struct tablet_manager *tablets;
	struct udev *udev;
	struct libinput *libinput;
	struct wl_event_source *source;
	struct wl_list devices; /**< struct input_device::link */
	uint32_t lights;        /**< of keyboards: enum keymap_light, bits */
};

/** What we know of one of libinput's devices, whose user data it is. */
struct input_device {
	struct wl_list link;
	struct libinput_device *libinput; /**< borrowed: it is told when that goes */
	struct input_device_info info;
	struct tablet *tablet; /**< NULL: it is no drawing tablet */
};

/** One that came or goes. */
void input_device_add(struct input *input, struct libinput_device *libinput);
void input_device_remove(struct input_device *device);

/** enum keymap_light, bits; of a device without lights none is set. */
void input_device_set_lights(const struct input_device *device, uint32_t lights);

/** A place of an event's device. */
struct input_place input_device_place(
	const struct input *input, struct libinput_event *event, double x, double y);

/** Each for events of its kind. */
void input_pointer_handle(const struct input *input, enum libinput_event_type type,
	struct libinput_event_pointer *event);
void input_touch_handle(const struct input *input, enum libinput_event_type type,
	struct libinput_event_touch *event);
void input_tablet_handle(const struct input *input, enum libinput_event_type type,
	struct libinput_event_tablet_tool *event);
void input_gesture_handle(const struct input *input, enum libinput_event_type type,
	struct libinput_event_gesture *event);

/** A drawing tablet came or went; other devices are none. */
void input_tablet_tell_device(
	const struct input *input, struct libinput_device *device, bool added);

#endif

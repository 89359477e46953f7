#include "compositor/input_private.h"
#include "protocol/pointer.h"

#include <wayland-server-protocol.h>

static void input_pointer_scroll(
	const struct input *input, struct libinput_event_pointer *event, uint32_t source)
{
	static const enum libinput_pointer_axis axes[] = {
		[WL_POINTER_AXIS_VERTICAL_SCROLL] = LIBINPUT_POINTER_AXIS_SCROLL_VERTICAL,
		[WL_POINTER_AXIS_HORIZONTAL_SCROLL] = LIBINPUT_POINTER_AXIS_SCROLL_HORIZONTAL,
	};
	struct libinput_device *device =
		libinput_event_get_device(libinput_event_pointer_get_base_event(event));
	uint32_t time = libinput_event_pointer_get_time(event);
	for (uint32_t axis = 0; axis < 2; axis++) {
		if (!libinput_event_pointer_has_axis(event, axes[axis]))
			continue;
		struct pointer_axis out = {
			.axis = axis,
			.source = source,
			.value = libinput_event_pointer_get_scroll_value(event, axes[axis]),
			.inverted =
				libinput_device_config_scroll_get_natural_scroll_enabled(device),
		};
		if (source == WL_POINTER_AXIS_SOURCE_WHEEL)
			out.v120 = (int32_t)libinput_event_pointer_get_scroll_value_v120(
				event, axes[axis]);
		input->listener->pointer->axis(input->data, time, &out);
	}
}

static void input_pointer_motion(const struct input *input, struct libinput_event_pointer *event)
{
	const struct pointer_delta delta = {
		.time = (int64_t)libinput_event_pointer_get_time_usec(event),
		.dx = libinput_event_pointer_get_dx(event),
		.dy = libinput_event_pointer_get_dy(event),
		.raw_dx = libinput_event_pointer_get_dx_unaccelerated(event),
		.raw_dy = libinput_event_pointer_get_dy_unaccelerated(event),
	};
	input->listener->pointer->motion(input->data, &delta);
}

static void input_pointer_motion_absolute(
	const struct input *input, struct libinput_event_pointer *event)
{
	struct input_place place =
		input_device_place(input, libinput_event_pointer_get_base_event(event),
			libinput_event_pointer_get_absolute_x_transformed(event, 1),
			libinput_event_pointer_get_absolute_y_transformed(event, 1));
	input->listener->pointer->motion_absolute(input->data,
		libinput_event_pointer_get_time(event), place.x, place.y, place.output);
}

void input_pointer_handle(const struct input *input, enum libinput_event_type type,
	struct libinput_event_pointer *event)
{
	const struct pointer_device_listener *pointer = input->listener->pointer;
	uint32_t time = libinput_event_pointer_get_time(event);
	switch (type) {
	case LIBINPUT_EVENT_POINTER_MOTION:
		input_pointer_motion(input, event);
		break;
	case LIBINPUT_EVENT_POINTER_MOTION_ABSOLUTE:
		input_pointer_motion_absolute(input, event);
		break;
	case LIBINPUT_EVENT_POINTER_BUTTON:
		pointer->button(input->data, time, libinput_event_pointer_get_button(event),
			libinput_event_pointer_get_button_state(event) ==
				LIBINPUT_BUTTON_STATE_PRESSED);
		break;
	case LIBINPUT_EVENT_POINTER_SCROLL_WHEEL:
		input_pointer_scroll(input, event, WL_POINTER_AXIS_SOURCE_WHEEL);
		break;
	case LIBINPUT_EVENT_POINTER_SCROLL_FINGER:
		input_pointer_scroll(input, event, WL_POINTER_AXIS_SOURCE_FINGER);
		break;
	case LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS:
		input_pointer_scroll(input, event, WL_POINTER_AXIS_SOURCE_CONTINUOUS);
		break;
	default: /* POINTER_AXIS: the same scrolling once more, in its older form */
		return;
	}
	pointer->frame(input->data);
}

#include "compositor/input_private.h"

void input_touch_handle(const struct input *input, enum libinput_event_type type,
	struct libinput_event_touch *event)
{
	const struct input_listener *listener = input->listener;
	if (type == LIBINPUT_EVENT_TOUCH_FRAME) {
		listener->touch_frame(input->data);
		return;
	}
	if (type == LIBINPUT_EVENT_TOUCH_CANCEL) {
		listener->touch_cancel(input->data);
		return;
	}
	uint32_t time = libinput_event_touch_get_time(event);
	int32_t id = libinput_event_touch_get_seat_slot(event);
	if (type == LIBINPUT_EVENT_TOUCH_UP) {
		listener->touch_up(input->data, time, id);
		return;
	}
	struct input_place place =
		input_device_place(input, libinput_event_touch_get_base_event(event),
			libinput_event_touch_get_x_transformed(event, 1),
			libinput_event_touch_get_y_transformed(event, 1));
	if (type == LIBINPUT_EVENT_TOUCH_DOWN)
		listener->touch_down(input->data, time, id, &place);
	else if (type == LIBINPUT_EVENT_TOUCH_MOTION)
		listener->touch_motion(input->data, time, id, &place);
}

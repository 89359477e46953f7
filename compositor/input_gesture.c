#include "compositor/input_private.h"

enum input_gesture_step {
	INPUT_GESTURE_BEGIN,
	INPUT_GESTURE_UPDATE,
	INPUT_GESTURE_END,
};

static const struct {
	enum libinput_event_type type;
	enum pointer_gesture kind;
	enum input_gesture_step step;
} input_gesture_table[] = {
	{LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN, POINTER_GESTURE_SWIPE, INPUT_GESTURE_BEGIN},
	{LIBINPUT_EVENT_GESTURE_SWIPE_UPDATE, POINTER_GESTURE_SWIPE, INPUT_GESTURE_UPDATE},
	{LIBINPUT_EVENT_GESTURE_SWIPE_END, POINTER_GESTURE_SWIPE, INPUT_GESTURE_END},
	{LIBINPUT_EVENT_GESTURE_PINCH_BEGIN, POINTER_GESTURE_PINCH, INPUT_GESTURE_BEGIN},
	{LIBINPUT_EVENT_GESTURE_PINCH_UPDATE, POINTER_GESTURE_PINCH, INPUT_GESTURE_UPDATE},
	{LIBINPUT_EVENT_GESTURE_PINCH_END, POINTER_GESTURE_PINCH, INPUT_GESTURE_END},
	{LIBINPUT_EVENT_GESTURE_HOLD_BEGIN, POINTER_GESTURE_HOLD, INPUT_GESTURE_BEGIN},
	{LIBINPUT_EVENT_GESTURE_HOLD_END, POINTER_GESTURE_HOLD, INPUT_GESTURE_END},
};

static void input_gesture_update(const struct input *input, enum pointer_gesture kind,
	uint32_t time, struct libinput_event_gesture *event)
{
	struct pointer_gesture_update update = {
		.dx = libinput_event_gesture_get_dx(event),
		.dy = libinput_event_gesture_get_dy(event),
	};
	if (kind == POINTER_GESTURE_PINCH) {
		update.scale = libinput_event_gesture_get_scale(event);
		update.rotation = libinput_event_gesture_get_angle_delta(event);
	}
	input->listener->gesture_update(input->data, kind, time, &update);
}

void input_gesture_handle(const struct input *input, enum libinput_event_type type,
	struct libinput_event_gesture *event)
{
	uint32_t time = libinput_event_gesture_get_time(event);
	for (size_t i = 0; i < sizeof input_gesture_table / sizeof input_gesture_table[0]; i++) {
		enum pointer_gesture kind = input_gesture_table[i].kind;
		if (input_gesture_table[i].type != type)
			continue;
		switch (input_gesture_table[i].step) {
		case INPUT_GESTURE_BEGIN:
			input->listener->gesture_begin(input->data, kind, time,
				(uint32_t)libinput_event_gesture_get_finger_count(event));
			break;
		case INPUT_GESTURE_UPDATE:
			input_gesture_update(input, kind, time, event);
			break;
		case INPUT_GESTURE_END:
			input->listener->gesture_end(input->data, kind, time,
				libinput_event_gesture_get_cancelled(event));
			break;
		}
	}
}

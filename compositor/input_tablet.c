#include "compositor/input_private.h"

#include "tablet-v2-server.h"

static const struct {
	enum libinput_tablet_tool_type libinput;
	uint32_t type;
} input_tablet_types[] = {
	{LIBINPUT_TABLET_TOOL_TYPE_PEN, ZWP_TABLET_TOOL_V2_TYPE_PEN},
	{LIBINPUT_TABLET_TOOL_TYPE_ERASER, ZWP_TABLET_TOOL_V2_TYPE_ERASER},
	{LIBINPUT_TABLET_TOOL_TYPE_BRUSH, ZWP_TABLET_TOOL_V2_TYPE_BRUSH},
	{LIBINPUT_TABLET_TOOL_TYPE_PENCIL, ZWP_TABLET_TOOL_V2_TYPE_PENCIL},
	{LIBINPUT_TABLET_TOOL_TYPE_AIRBRUSH, ZWP_TABLET_TOOL_V2_TYPE_AIRBRUSH},
	{LIBINPUT_TABLET_TOOL_TYPE_MOUSE, ZWP_TABLET_TOOL_V2_TYPE_MOUSE},
	{LIBINPUT_TABLET_TOOL_TYPE_LENS, ZWP_TABLET_TOOL_V2_TYPE_LENS},
};

static uint32_t input_tablet_type(struct libinput_tablet_tool *tool)
{
	for (size_t i = 0; i < sizeof input_tablet_types / sizeof input_tablet_types[0]; i++) {
		if (input_tablet_types[i].libinput == libinput_tablet_tool_get_type(tool))
			return input_tablet_types[i].type;
	}
	return ZWP_TABLET_TOOL_V2_TYPE_PEN;
}

static uint32_t input_tablet_capabilities(struct libinput_tablet_tool *tool)
{
	const struct {
		int has;
		uint32_t capability;
	} table[] = {
		{libinput_tablet_tool_has_tilt(tool), ZWP_TABLET_TOOL_V2_CAPABILITY_TILT},
		{libinput_tablet_tool_has_pressure(tool), ZWP_TABLET_TOOL_V2_CAPABILITY_PRESSURE},
		{libinput_tablet_tool_has_distance(tool), ZWP_TABLET_TOOL_V2_CAPABILITY_DISTANCE},
		{libinput_tablet_tool_has_rotation(tool), ZWP_TABLET_TOOL_V2_CAPABILITY_ROTATION},
		{libinput_tablet_tool_has_slider(tool), ZWP_TABLET_TOOL_V2_CAPABILITY_SLIDER},
		{libinput_tablet_tool_has_wheel(tool), ZWP_TABLET_TOOL_V2_CAPABILITY_WHEEL},
	};
	uint32_t capabilities = 0;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		capabilities |= table[i].has ? UINT32_C(1) << table[i].capability : 0;
	return capabilities;
}

void input_tablet_tell_device(const struct input *input, struct libinput_device *device, bool added)
{
	if (!libinput_device_has_capability(device, LIBINPUT_DEVICE_CAP_TABLET_TOOL))
		return;
	const struct tablet_info info = {
		.name = libinput_device_get_name(device),
		.vendor = libinput_device_get_id_vendor(device),
		.product = libinput_device_get_id_product(device),
		.bus = libinput_device_get_id_bustype(device),
	};
	struct input_device *known = libinput_device_get_user_data(device);
	if (added)
		known->tablet = tablet_add(input->tablets, &info);
	else
		tablet_remove(known->tablet);
}

/* Ours is the user data of libinput's, and stays when that goes: a pen comes back. */
static struct tablet_tool *input_tablet_tool(
	const struct input *input, struct libinput_tablet_tool *tool)
{
	struct tablet_tool *known = libinput_tablet_tool_get_user_data(tool);
	if (known)
		return known;
	const struct tablet_tool_info info = {
		.type = input_tablet_type(tool),
		.serial = libinput_tablet_tool_get_serial(tool),
		.hardware = libinput_tablet_tool_get_tool_id(tool),
		.capabilities = input_tablet_capabilities(tool),
	};
	known = tablet_tool_add(input->tablets, &info);
	libinput_tablet_tool_set_user_data(tool, known);
	return known;
}

static void input_tablet_read_axes(
	struct libinput_event_tablet_tool *event, struct tablet_tool_axes *axes)
{
	const struct {
		int changed;
		uint32_t axis;
	} table[] = {
		{libinput_event_tablet_tool_pressure_has_changed(event), TABLET_TOOL_PRESSURE},
		{libinput_event_tablet_tool_distance_has_changed(event), TABLET_TOOL_DISTANCE},
		{libinput_event_tablet_tool_tilt_x_has_changed(event) ||
				libinput_event_tablet_tool_tilt_y_has_changed(event),
			TABLET_TOOL_TILT},
		{libinput_event_tablet_tool_rotation_has_changed(event), TABLET_TOOL_ROTATION},
		{libinput_event_tablet_tool_slider_has_changed(event), TABLET_TOOL_SLIDER},
		{libinput_event_tablet_tool_wheel_has_changed(event), TABLET_TOOL_WHEEL},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		axes->changed |= table[i].changed ? table[i].axis : 0;
	axes->pressure = libinput_event_tablet_tool_get_pressure(event);
	axes->distance = libinput_event_tablet_tool_get_distance(event);
	axes->tilt_x = libinput_event_tablet_tool_get_tilt_x(event);
	axes->tilt_y = libinput_event_tablet_tool_get_tilt_y(event);
	axes->rotation = libinput_event_tablet_tool_get_rotation(event);
	axes->slider = libinput_event_tablet_tool_get_slider_position(event);
	axes->wheel = libinput_event_tablet_tool_get_wheel_delta(event);
	axes->wheel_clicks = libinput_event_tablet_tool_get_wheel_delta_discrete(event);
}

void input_tablet_handle(const struct input *input, enum libinput_event_type type,
	struct libinput_event_tablet_tool *event)
{
	struct libinput_event *base = libinput_event_tablet_tool_get_base_event(event);
	const struct input_device *device =
		libinput_device_get_user_data(libinput_event_get_device(base));
	struct input_tool_event out = {
		.tool = input_tablet_tool(input, libinput_event_tablet_tool_get_tool(event)),
		.tablet = device ? device->tablet : NULL,
		.time = libinput_event_tablet_tool_get_time(event),
		.place = input_device_place(input, base,
			libinput_event_tablet_tool_get_x_transformed(event, 1),
			libinput_event_tablet_tool_get_y_transformed(event, 1)),
		.near = libinput_event_tablet_tool_get_proximity_state(event) ==
			LIBINPUT_TABLET_TOOL_PROXIMITY_STATE_IN,
		.tip = libinput_event_tablet_tool_get_tip_state(event) ==
		       LIBINPUT_TABLET_TOOL_TIP_DOWN,
	};
	if (!out.tablet)
		return; /* its device has gone */
	if (type == LIBINPUT_EVENT_TABLET_TOOL_BUTTON) {
		out.button = libinput_event_tablet_tool_get_button(event);
		out.pressed = libinput_event_tablet_tool_get_button_state(event) ==
			      LIBINPUT_BUTTON_STATE_PRESSED;
	} else {
		input_tablet_read_axes(event, &out.axes);
	}
	input->listener->tool(input->data, &out);
}

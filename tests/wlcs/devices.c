/* WLCS's fake pointer and touch screen, as devices of the seat like any other. */
#include "common/clock.h"
#include "common/xalloc.h"
#include "compositor/server_input.h"
#include "tests/wlcs/module.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

struct device {
	WlcsPointer pointer; /* one of the two */
	WlcsTouch touch;
	struct module *module;
	uint32_t capability;
};

/* What a device does, as it goes to the server's thread. */
struct device_event {
	struct device *device;
	void (*send)(struct server *server, const struct device_event *event);
	uint32_t time;
	double x, y; /* pixels of the screen, or their difference */
	uint32_t button;
	bool pressed;
};

static void device_run(void *data)
{
	const struct device_event *event = data;
	event->send(&event->device->module->server, event);
}

static void device_send(struct device *device, struct device_event event)
{
	event.device = device;
	event.time = clock_event_time();
	module_call(device->module, device_run, &event);
}

static struct device *device_of_pointer(WlcsPointer *wlcs)
{
	struct device *device = wl_container_of(wlcs, device, pointer);
	return device;
}

static struct device *device_of_touch(WlcsTouch *wlcs)
{
	struct device *device = wl_container_of(wlcs, device, touch);
	return device;
}

/* A place of the layout as an absolute device tells it: from 0 to 1. */
static void device_place(
	const struct server *server, const struct device_event *event, double *x, double *y)
{
	struct xdg_box box = server_layout_box(server);
	*x = event->x / box.width;
	*y = event->y / box.height;
}

static void device_send_absolute(struct server *server, const struct device_event *event)
{
	double x, y;
	device_place(server, event, &x, &y);
	server_pointer_device.motion_absolute(server, event->time, x, y, 0);
	server_pointer_device.frame(server);
}

static void device_move_absolute(WlcsPointer *wlcs, wl_fixed_t x, wl_fixed_t y)
{
	device_send(device_of_pointer(wlcs), (struct device_event){.send = device_send_absolute,
						     .x = wl_fixed_to_double(x),
						     .y = wl_fixed_to_double(y)});
}

static void device_send_relative(struct server *server, const struct device_event *event)
{
	const struct pointer_delta delta = {
		.time = (int64_t)event->time * 1000,
		.dx = event->x,
		.dy = event->y,
		.raw_dx = event->x,
		.raw_dy = event->y,
	};
	server_pointer_device.motion(server, &delta);
	server_pointer_device.frame(server);
}

static void device_move_relative(WlcsPointer *wlcs, wl_fixed_t dx, wl_fixed_t dy)
{
	device_send(device_of_pointer(wlcs), (struct device_event){.send = device_send_relative,
						     .x = wl_fixed_to_double(dx),
						     .y = wl_fixed_to_double(dy)});
}

static void device_send_button(struct server *server, const struct device_event *event)
{
	server_pointer_device.button(server, event->time, event->button, event->pressed);
	server_pointer_device.frame(server);
}

static void device_button_up(WlcsPointer *wlcs, int button)
{
	device_send(device_of_pointer(wlcs),
		(struct device_event){.send = device_send_button, .button = (uint32_t)button});
}

static void device_button_down(WlcsPointer *wlcs, int button)
{
	device_send(device_of_pointer(wlcs),
		(struct device_event){
			.send = device_send_button, .button = (uint32_t)button, .pressed = true});
}

static void device_send_down(struct server *server, const struct device_event *event)
{
	struct input_place place = {0};
	device_place(server, event, &place.x, &place.y);
	server_touch_down(server, event->time, 0, &place);
	server_touch_frame(server);
}

/* WLCS 1.7 gives whole pixels where its header says wl_fixed_t. */
static void device_touch_down(WlcsTouch *wlcs, wl_fixed_t x, wl_fixed_t y)
{
	device_send(device_of_touch(wlcs),
		(struct device_event){.send = device_send_down, .x = x, .y = y});
}

static void device_send_touch_motion(struct server *server, const struct device_event *event)
{
	struct input_place place = {0};
	device_place(server, event, &place.x, &place.y);
	server_touch_motion(server, event->time, 0, &place);
	server_touch_frame(server);
}

static void device_touch_move(WlcsTouch *wlcs, wl_fixed_t x, wl_fixed_t y)
{
	device_send(device_of_touch(wlcs),
		(struct device_event){.send = device_send_touch_motion, .x = x, .y = y});
}

static void device_send_up(struct server *server, const struct device_event *event)
{
	server_touch_up(server, event->time, 0);
	server_touch_frame(server);
}

static void device_touch_up(WlcsTouch *wlcs)
{
	device_send(device_of_touch(wlcs), (struct device_event){.send = device_send_up});
}

static void device_send_plugged(struct server *server, const struct device_event *event)
{
	server_input_device(server, event->device->capability, event->pressed);
}

static struct device *device_create(struct module *module, uint32_t capability)
{
	struct device *device = xcalloc(1, sizeof *device);
	device->module = module;
	device->capability = capability;
	device_send(device, (struct device_event){.send = device_send_plugged, .pressed = true});
	return device;
}

/* The seat keeps its capability: WLCS makes and drops devices at will, its clients bind once. */
static void device_destroy_pointer(WlcsPointer *wlcs)
{
	free(device_of_pointer(wlcs));
}

static void device_destroy_touch(WlcsTouch *wlcs)
{
	free(device_of_touch(wlcs));
}

WlcsPointer *device_create_pointer(struct module *module)
{
	struct device *device = device_create(module, WL_SEAT_CAPABILITY_POINTER);
	device->pointer = (WlcsPointer){
		.version = WLCS_POINTER_VERSION,
		.move_absolute = device_move_absolute,
		.move_relative = device_move_relative,
		.button_up = device_button_up,
		.button_down = device_button_down,
		.destroy = device_destroy_pointer,
	};
	return &device->pointer;
}

WlcsTouch *device_create_touch(struct module *module)
{
	struct device *device = device_create(module, WL_SEAT_CAPABILITY_TOUCH);
	device->touch = (WlcsTouch){
		.version = WLCS_TOUCH_VERSION,
		.touch_down = device_touch_down,
		.touch_move = device_touch_move,
		.touch_up = device_touch_up,
		.destroy = device_destroy_touch,
	};
	return &device->touch;
}

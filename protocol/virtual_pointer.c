#include "protocol/virtual_pointer.h"

#include "common/clock.h"
#include "common/xalloc.h"
#include "protocol/held_keys.h"
#include "protocol/output.h"
#include "protocol/pointer.h"
#include "protocol/resource.h"

#include "wlr-virtual-pointer-unstable-v1-server.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

#define VIRTUAL_POINTER_VERSION 2
#define VIRTUAL_POINTER_AXES 2

struct virtual_pointer {
	struct virtual_pointer_manager *manager;
	uint32_t output; /* a bit as in surface::outputs; 0: all */
	struct held_keys buttons;

	/* What the frame under way says of the axes. */
	struct pointer_axis axes[VIRTUAL_POINTER_AXES];
	bool moved[VIRTUAL_POINTER_AXES];
	uint32_t axis_time;
};

static void virtual_pointer_handle_motion(struct wl_client *client, struct wl_resource *resource,
	uint32_t time, wl_fixed_t dx, wl_fixed_t dy)
{
	const struct virtual_pointer *pointer = wl_resource_get_user_data(resource);
	double x = wl_fixed_to_double(dx), y = wl_fixed_to_double(dy);
	const struct pointer_delta delta = {
		.time = (int64_t)time * 1000, .dx = x, .dy = y, .raw_dx = x, .raw_dy = y};
	pointer->manager->device->motion(pointer->manager->data, &delta);
}

static void virtual_pointer_handle_motion_absolute(struct wl_client *client,
	struct wl_resource *resource, uint32_t time, uint32_t x, uint32_t y, uint32_t x_extent,
	uint32_t y_extent)
{
	const struct virtual_pointer *pointer = wl_resource_get_user_data(resource);
	if (x_extent == 0 || y_extent == 0)
		return;
	pointer->manager->device->motion_absolute(pointer->manager->data, time,
		(double)x / x_extent, (double)y / y_extent, pointer->output);
}

static void virtual_pointer_handle_button(struct wl_client *client, struct wl_resource *resource,
	uint32_t time, uint32_t button, uint32_t state)
{
	struct virtual_pointer *pointer = wl_resource_get_user_data(resource);
	bool pressed = state == WL_POINTER_BUTTON_STATE_PRESSED;
	if (held_keys_track(&pointer->buttons, button, pressed))
		pointer->manager->device->button(pointer->manager->data, time, button, pressed);
}

/* The frame's event of the axis; NULL: no such axis, posted. */
static struct pointer_axis *virtual_pointer_axis(
	struct wl_resource *resource, uint32_t time, uint32_t axis)
{
	struct virtual_pointer *pointer = wl_resource_get_user_data(resource);
	if (axis >= VIRTUAL_POINTER_AXES) {
		wl_resource_post_error(resource, ZWLR_VIRTUAL_POINTER_V1_ERROR_INVALID_AXIS,
			"no such axis: %u", axis);
		return NULL;
	}
	pointer->moved[axis] = true;
	pointer->axis_time = time;
	return &pointer->axes[axis];
}

static void virtual_pointer_handle_axis(struct wl_client *client, struct wl_resource *resource,
	uint32_t time, uint32_t axis, wl_fixed_t value)
{
	struct pointer_axis *event = virtual_pointer_axis(resource, time, axis);
	if (event)
		event->value = wl_fixed_to_double(value);
}

static void virtual_pointer_handle_axis_source(
	struct wl_client *client, struct wl_resource *resource, uint32_t source)
{
	struct virtual_pointer *pointer = wl_resource_get_user_data(resource);
	if (source > WL_POINTER_AXIS_SOURCE_WHEEL_TILT) {
		wl_resource_post_error(resource, ZWLR_VIRTUAL_POINTER_V1_ERROR_INVALID_AXIS_SOURCE,
			"no such axis source: %u", source);
		return;
	}
	for (int axis = 0; axis < VIRTUAL_POINTER_AXES; axis++)
		pointer->axes[axis].source = source;
}

static void virtual_pointer_handle_axis_stop(
	struct wl_client *client, struct wl_resource *resource, uint32_t time, uint32_t axis)
{
	struct pointer_axis *event = virtual_pointer_axis(resource, time, axis);
	if (event)
		event->value = 0;
}

static void virtual_pointer_handle_axis_discrete(struct wl_client *client,
	struct wl_resource *resource, uint32_t time, uint32_t axis, wl_fixed_t value,
	int32_t discrete)
{
	struct pointer_axis *event = virtual_pointer_axis(resource, time, axis);
	int32_t v120;
	if (!event)
		return;
	event->value = wl_fixed_to_double(value);
	event->v120 = __builtin_mul_overflow(discrete, 120, &v120) ? 0 : v120;
}

static void virtual_pointer_handle_frame(struct wl_client *client, struct wl_resource *resource)
{
	struct virtual_pointer *pointer = wl_resource_get_user_data(resource);
	const struct virtual_pointer_manager *manager = pointer->manager;
	for (uint32_t axis = 0; axis < VIRTUAL_POINTER_AXES; axis++) {
		pointer->axes[axis].axis = axis;
		if (pointer->moved[axis])
			manager->device->axis(
				manager->data, pointer->axis_time, &pointer->axes[axis]);
		pointer->axes[axis] = (struct pointer_axis){0};
		pointer->moved[axis] = false;
	}
	manager->device->frame(manager->data);
}

static const struct zwlr_virtual_pointer_v1_interface virtual_pointer_implementation = {
	.motion = virtual_pointer_handle_motion,
	.motion_absolute = virtual_pointer_handle_motion_absolute,
	.button = virtual_pointer_handle_button,
	.axis = virtual_pointer_handle_axis,
	.frame = virtual_pointer_handle_frame,
	.axis_source = virtual_pointer_handle_axis_source,
	.axis_stop = virtual_pointer_handle_axis_stop,
	.axis_discrete = virtual_pointer_handle_axis_discrete,
	.destroy = resource_handle_destroy,
};

/* Nobody will release what it holds. */
static void virtual_pointer_handle_resource_destroy(struct wl_resource *resource)
{
	struct virtual_pointer *pointer = wl_resource_get_user_data(resource);
	const struct virtual_pointer_manager *manager = pointer->manager;
	uint32_t now = clock_event_time();
	for (int i = 0; i < pointer->buttons.len; i++)
		manager->device->button(manager->data, now, pointer->buttons.keys[i], false);
	if (pointer->buttons.len > 0)
		manager->device->frame(manager->data);
	free(pointer);
	manager->listener->removed(manager->data);
}

static void virtual_pointer_add(
	struct wl_resource *resource, struct wl_resource *output, uint32_t id)
{
	struct virtual_pointer_manager *manager = wl_resource_get_user_data(resource);
	struct virtual_pointer *pointer = xcalloc(1, sizeof *pointer);
	if (!resource_create(wl_resource_get_client(resource), &zwlr_virtual_pointer_v1_interface,
		    (uint32_t)wl_resource_get_version(resource), id,
		    &virtual_pointer_implementation, pointer,
		    virtual_pointer_handle_resource_destroy)) {
		free(pointer);
		return;
	}
	const struct output *mapped = output ? wl_resource_get_user_data(output) : NULL;
	pointer->manager = manager;
	pointer->output = mapped ? UINT32_C(1) << mapped->index : 0;
	manager->listener->added(manager->data);
}

static void virtual_pointer_handle_create(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *seat, uint32_t id)
{
	virtual_pointer_add(resource, NULL, id);
}

static void virtual_pointer_handle_create_with_output(struct wl_client *client,
	struct wl_resource *resource, struct wl_resource *seat, struct wl_resource *output,
	uint32_t id)
{
	virtual_pointer_add(resource, output, id);
}

static const struct zwlr_virtual_pointer_manager_v1_interface
	virtual_pointer_manager_implementation = {
		.create_virtual_pointer = virtual_pointer_handle_create,
		.destroy = resource_handle_destroy,
		.create_virtual_pointer_with_output = virtual_pointer_handle_create_with_output,
};

static void virtual_pointer_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwlr_virtual_pointer_manager_v1_interface, version, id,
		&virtual_pointer_manager_implementation, data, NULL);
}

bool virtual_pointer_create(struct virtual_pointer_manager *manager, struct wl_display *display)
{
	manager->global = wl_global_create(display, &zwlr_virtual_pointer_manager_v1_interface,
		VIRTUAL_POINTER_VERSION, manager, virtual_pointer_bind);
	return manager->global;
}

void virtual_pointer_destroy(struct virtual_pointer_manager *manager)
{
	if (manager->global)
		wl_global_destroy(manager->global);
	manager->global = NULL;
}

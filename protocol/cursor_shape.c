#include "protocol/cursor_shape.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/seat.h"
#include "protocol/tablet.h"

#include "cursor-shape-v1-server.h"
#include "tablet-v2-server.h"

#include <stdlib.h>

#define CURSOR_SHAPE_VERSION 2

static const struct {
	const char *name;
	int since;
} cursor_shape_table[] = {
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_DEFAULT] = {"default", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_CONTEXT_MENU] = {"context-menu", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_HELP] = {"help", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_POINTER] = {"pointer", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_PROGRESS] = {"progress", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_WAIT] = {"wait", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_CELL] = {"cell", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_CROSSHAIR] = {"crosshair", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_TEXT] = {"text", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_VERTICAL_TEXT] = {"vertical-text", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_ALIAS] = {"alias", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_COPY] = {"copy", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_MOVE] = {"move", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_NO_DROP] = {"no-drop", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_NOT_ALLOWED] = {"not-allowed", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_GRAB] = {"grab", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_GRABBING] = {"grabbing", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_E_RESIZE] = {"e-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_N_RESIZE] = {"n-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_NE_RESIZE] = {"ne-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_NW_RESIZE] = {"nw-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_S_RESIZE] = {"s-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_SE_RESIZE] = {"se-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_SW_RESIZE] = {"sw-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_W_RESIZE] = {"w-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_EW_RESIZE] = {"ew-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_NS_RESIZE] = {"ns-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_NESW_RESIZE] = {"nesw-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_NWSE_RESIZE] = {"nwse-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_COL_RESIZE] = {"col-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_ROW_RESIZE] = {"row-resize", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_ALL_SCROLL] = {"all-scroll", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_ZOOM_IN] = {"zoom-in", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_ZOOM_OUT] = {"zoom-out", 1},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_DND_ASK] = {"dnd-ask", 2},
	[WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_ALL_RESIZE] = {"all-resize", 2},
};

const char *cursor_shape_name(uint32_t shape)
{
	size_t len = sizeof cursor_shape_table / sizeof cursor_shape_table[0];
	return shape < len ? cursor_shape_table[shape].name : NULL;
}

/* False: an error was posted. */
static bool cursor_shape_check(struct wl_resource *resource, uint32_t shape)
{
	if (cursor_shape_name(shape) &&
		cursor_shape_table[shape].since <= wl_resource_get_version(resource))
		return true;
	wl_resource_post_error(resource, WP_CURSOR_SHAPE_DEVICE_V1_ERROR_INVALID_SHAPE,
		"no such shape: %u", shape);
	return false;
}

/* There is one cursor, wherever its moves come from. */
static void cursor_shape_show(const struct cursor_shape_manager *manager, uint32_t shape)
{
	pointer_forget_cursor(manager->seat);
	manager->listener->set_shape(manager->data, shape);
}

static void cursor_shape_handle_set(
	struct wl_client *client, struct wl_resource *resource, uint32_t serial, uint32_t shape)
{
	const struct cursor_shape_manager *manager = wl_resource_get_user_data(resource);
	if (cursor_shape_check(resource, shape) &&
		pointer_may_set_cursor(manager->seat, client, serial))
		cursor_shape_show(manager, shape);
}

static const struct wp_cursor_shape_device_v1_interface cursor_shape_device_implementation = {
	.destroy = resource_handle_destroy,
	.set_shape = cursor_shape_handle_set,
};

static void cursor_shape_handle_get(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *device)
{
	resource_create(client, &wp_cursor_shape_device_v1_interface,
		(uint32_t)wl_resource_get_version(resource), id,
		&cursor_shape_device_implementation, wl_resource_get_user_data(resource), NULL);
}

/* The device of a tablet's tool. */
struct cursor_shape_tool {
	const struct cursor_shape_manager *manager;
	struct wl_resource *tool; /* NULL: gone */
	struct wl_listener tool_destroy;
};

static void cursor_shape_tool_handle_set(
	struct wl_client *client, struct wl_resource *resource, uint32_t serial, uint32_t shape)
{
	const struct cursor_shape_tool *device = wl_resource_get_user_data(resource);
	const struct tablet_tool *tool =
		device->tool ? tablet_tool_from_resource(device->tool) : NULL;
	if (cursor_shape_check(resource, shape) && tool &&
		tablet_tool_may_set_cursor(tool, client, serial))
		cursor_shape_show(device->manager, shape);
}

static const struct wp_cursor_shape_device_v1_interface cursor_shape_tool_implementation = {
	.destroy = resource_handle_destroy,
	.set_shape = cursor_shape_tool_handle_set,
};

static void cursor_shape_tool_leave(struct cursor_shape_tool *device)
{
	if (device->tool)
		wl_list_remove(&device->tool_destroy.link);
	device->tool = NULL;
}

static void cursor_shape_handle_tool_destroy(struct wl_listener *listener, void *data)
{
	struct cursor_shape_tool *device = wl_container_of(listener, device, tool_destroy);
	cursor_shape_tool_leave(device);
}

static void cursor_shape_tool_handle_destroy(struct wl_resource *resource)
{
	struct cursor_shape_tool *device = wl_resource_get_user_data(resource);
	cursor_shape_tool_leave(device);
	free(device);
}

static void cursor_shape_handle_get_tool(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *tool)
{
	struct cursor_shape_tool *device = xcalloc(1, sizeof *device);
	if (!resource_create(client, &wp_cursor_shape_device_v1_interface,
		    (uint32_t)wl_resource_get_version(resource), id,
		    &cursor_shape_tool_implementation, device, cursor_shape_tool_handle_destroy)) {
		free(device);
		return;
	}
	device->manager = wl_resource_get_user_data(resource);
	device->tool = tool;
	device->tool_destroy.notify = cursor_shape_handle_tool_destroy;
	wl_resource_add_destroy_listener(tool, &device->tool_destroy);
}

static const struct wp_cursor_shape_manager_v1_interface cursor_shape_implementation = {
	.destroy = resource_handle_destroy,
	.get_pointer = cursor_shape_handle_get,
	.get_tablet_tool_v2 = cursor_shape_handle_get_tool,
};

static void cursor_shape_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_cursor_shape_manager_v1_interface, version, id,
		&cursor_shape_implementation, data, NULL);
}

bool cursor_shape_create(struct cursor_shape_manager *manager, struct wl_display *display)
{
	manager->global = wl_global_create(display, &wp_cursor_shape_manager_v1_interface,
		CURSOR_SHAPE_VERSION, manager, cursor_shape_bind);
	return manager->global;
}

void cursor_shape_destroy(struct cursor_shape_manager *manager)
{
	if (manager->global)
		wl_global_destroy(manager->global);
	manager->global = NULL;
}

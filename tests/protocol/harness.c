#include "tests/protocol/harness.h"

#include "common/xalloc.h"
#include "protocol/presentation.h"
#include "protocol/quota.h"
#include "protocol/shm.h"
#include "protocol/subsurface.h"
#include "protocol/viewporter.h"
#include "protocol/xdg_private.h"

#include <drm_fourcc.h>
#include <stdlib.h>
#include <wayland-server-protocol.h>

/* Follows a surface and goes with it. */
struct harness_surface {
	struct wl_listener destroy;
	struct harness *harness;
};

static void harness_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct harness_surface *tracked = wl_container_of(listener, tracked, destroy);
	tracked->harness->surfaces--;
	wl_list_remove(&listener->link);
	free(tracked);
}

static void harness_handle_new_surface(void *data, struct surface *surface)
{
	struct harness_surface *tracked = xcalloc(1, sizeof *tracked);
	tracked->harness = data;
	tracked->harness->surfaces++;
	tracked->destroy.notify = harness_handle_surface_destroy;
	wl_signal_add(&surface->events.destroy, &tracked->destroy);
}

static const struct compositor_listener harness_compositor_listener = {
	.new_surface = harness_handle_new_surface,
};

static void harness_handle_map(void *data)
{
	((struct harness *)data)->mapped++;
}

static void harness_handle_unmap(void *data)
{
	((struct harness *)data)->unmapped++;
}

static void harness_handle_commit(void *data)
{
	((struct harness *)data)->commits++;
}

static void harness_handle_parent(void *data, bool mapped)
{
}

static void harness_handle_nothing(void *data)
{
}

static void harness_handle_request_state(
	void *data, enum xdg_toplevel_flag flag, bool on, struct wl_resource *output)
{
}

static void harness_handle_request_move(void *data, uint32_t serial)
{
}

static void harness_handle_request_resize(void *data, uint32_t serial, uint32_t edges)
{
}

static const struct xdg_toplevel_listener harness_toplevel_listener = {
	.map = harness_handle_map,
	.unmap = harness_handle_unmap,
	.commit = harness_handle_commit,
	.destroy = harness_handle_nothing,
	.parent_changed = harness_handle_parent,
	.title_changed = harness_handle_nothing,
	.request_state = harness_handle_request_state,
	.request_minimize = harness_handle_nothing,
	.request_move = harness_handle_request_move,
	.request_resize = harness_handle_request_resize,
};

static const struct xdg_popup_listener harness_popup_listener = {
	.map = harness_handle_map,
	.unmap = harness_handle_unmap,
	.commit = harness_handle_commit,
	.destroy = harness_handle_nothing,
};

static void harness_handle_new_toplevel(void *data, struct xdg_toplevel *toplevel)
{
	toplevel->listener = &harness_toplevel_listener;
	toplevel->data = data;
}

static void harness_handle_new_popup(void *data, struct xdg_popup *popup)
{
	popup->listener = &harness_popup_listener;
	popup->data = data;
}

static struct xdg_box harness_handle_popup_bounds(void *data, struct xdg_popup *popup)
{
	return ((struct harness *)data)->bounds;
}

static void harness_handle_popup_grab(void *data, struct xdg_popup *popup)
{
	((struct harness *)data)->grabs++;
}

static const struct xdg_shell_listener harness_shell_listener = {
	.new_toplevel = harness_handle_new_toplevel,
	.new_popup = harness_handle_new_popup,
	.popup_bounds = harness_handle_popup_bounds,
	.popup_grab = harness_handle_popup_grab,
};

static void harness_handle_set_cursor(
	void *data, struct surface *surface, int32_t hotspot_x, int32_t hotspot_y)
{
	((struct harness *)data)->cursor = surface;
}

static bool harness_handle_take_over(void *data, struct surface *surface, uint32_t serial)
{
	return false;
}

static const struct seat_listener harness_seat_listener = {
	.set_cursor = harness_handle_set_cursor,
	.take_over = harness_handle_take_over,
};

static void harness_handle_drag_icon(
	void *data, struct surface *icon, const struct seat_touch_point *finger)
{
	struct harness *harness = data;
	harness->icon = icon;
	harness->finger = finger;
}

static void harness_handle_drag_ended(void *data)
{
	((struct harness *)data)->drags_ended++;
}

static const struct data_device_listener harness_data_device_listener = {
	.drag_icon = harness_handle_drag_icon,
	.drag_ended = harness_handle_drag_ended,
};

static void harness_handle_asked(void *data)
{
	((struct harness *)data)->dmabuf_asked++;
}

static void harness_handle_import(void *data, struct buffer *buffer)
{
	struct harness *harness = data;
	if (harness->import == IMPORT_LATER)
		harness->importing = buffer;
	else
		linux_dmabuf_imported(buffer, harness->import == IMPORT_ACCEPT, "the test says so");
}

static const struct linux_dmabuf_listener harness_dmabuf_listener = {
	.asked = harness_handle_asked,
	.import = harness_handle_import,
};

static const struct linux_dmabuf_format harness_formats[] = {
	{DRM_FORMAT_XRGB8888, 1, DRM_FORMAT_MOD_LINEAR, .scanout = true},
	{DRM_FORMAT_ARGB8888, 1, DRM_FORMAT_MOD_LINEAR},
	{DRM_FORMAT_NV12, 2, DRM_FORMAT_MOD_LINEAR},
};

int harness_setup(void **state)
{
	struct harness *harness = xcalloc(1, sizeof *harness);
	struct wl_display *display = harness->display = wl_display_create();
	harness->loop = wl_display_get_event_loop(display);
	quota_watch(display);
	harness->compositor.listener = &harness_compositor_listener;
	harness->shell = xcalloc(1, sizeof *harness->shell);
	harness->shell->listener = &harness_shell_listener;
	harness->seat.listener = &harness_seat_listener;
	harness->data_device.listener = &harness_data_device_listener;
	harness->data_device.seat = &harness->seat;
	harness->compositor.data = harness->shell->data = harness->seat.data = harness;
	harness->data_device.data = harness->dmabuf.data = harness;
	harness->dmabuf.listener = &harness_dmabuf_listener;
	harness->dmabuf.has_device = true;
	harness->dmabuf.formats = harness_formats;
	harness->dmabuf.formats_len = sizeof harness_formats / sizeof harness_formats[0];
	harness->output = (struct output){.name = "TEST-1",
		.description = "a test",
		.make = "none",
		.model = "none",
		.map = {.width = 640, .height = 480, .scale = OUTPUT_MAP_SCALE_ONE},
		.refresh = 60000};
	harness->bounds = (struct xdg_box){0, 0, 640, 480};
	assert_non_null(compositor_create(display, &harness->compositor));
	assert_non_null(subcompositor_create(display));
	assert_non_null(shm_create(display));
	assert_non_null(xdg_shell_create(display, harness->shell));
	assert_non_null(presentation_create(display));
	assert_non_null(viewporter_create(display));
	assert_true(seat_create(&harness->seat, display));
	assert_true(data_device_create(&harness->data_device, display));
	assert_true(linux_dmabuf_create(&harness->dmabuf, display));
	assert_true(output_create(&harness->output, display));
	seat_set_capabilities(
		&harness->seat, WL_SEAT_CAPABILITY_POINTER | WL_SEAT_CAPABILITY_KEYBOARD);
	assert_int_equal(keyboard_set_keymap(&harness->seat, "keymap", sizeof "keymap",
				 &(struct keyboard_modifiers){0}),
		KEYBOARD_KEYMAP_CHANGED);
	*state = harness;
	return 0;
}

int harness_teardown(void **state)
{
	struct harness *harness = *state;
	wl_display_destroy_clients(harness->display);
	assert_int_equal(harness->surfaces, 0);
	assert_null(harness->seat.pointer.focus);
	assert_null(harness->seat.keyboard.focus);
	assert_null(harness->data_device.drag);
	assert_null(harness->seat.clipboard.source);
	assert_null(harness->seat.primary.source);
	data_device_destroy(&harness->data_device);
	seat_destroy(&harness->seat);
	linux_dmabuf_destroy(&harness->dmabuf);
	output_destroy(&harness->output);
	wl_display_destroy(harness->display);
	free(harness->shell);
	free(harness);
	return 0;
}

struct wl_resource *harness_grab(struct harness *harness)
{
	const struct xdg_popup *popup = xdg_shell_grab(harness->shell);
	return popup ? popup->resource : NULL;
}

void harness_dismiss_grabs(struct harness *harness)
{
	xdg_shell_end_grabs(harness->shell);
}

bool harness_toplevel_is_modal(struct wl_resource *toplevel)
{
	return xdg_toplevel_from_resource(toplevel)->modal;
}

struct wl_resource *harness_toplevel_parent(struct wl_resource *toplevel)
{
	const struct xdg_toplevel *parent =
		xdg_toplevel_parent(xdg_toplevel_from_resource(toplevel));
	return parent ? parent->resource : NULL;
}

const struct xdg_window *harness_toplevel_window(struct wl_resource *toplevel)
{
	return &xdg_toplevel_from_resource(toplevel)->xdg->window;
}

struct xdg_box harness_popup_box(struct wl_resource *popup)
{
	return ((struct xdg_popup *)wl_resource_get_user_data(popup))->box;
}

const char *harness_toplevel_title(struct wl_resource *toplevel)
{
	return xdg_toplevel_from_resource(toplevel)->title;
}

void harness_toplevel_resize(struct wl_resource *toplevel, int32_t width, int32_t height)
{
	xdg_toplevel_set_size(xdg_toplevel_from_resource(toplevel), width, height);
}

void harness_toplevel_ping(struct wl_resource *toplevel)
{
	xdg_surface_ping(xdg_toplevel_from_resource(toplevel)->xdg);
}

bool harness_toplevel_has_ponged(struct wl_resource *toplevel)
{
	return xdg_toplevel_from_resource(toplevel)->xdg->wm_base->ping == 0;
}

void harness_toplevel_end_client(struct wl_resource *toplevel)
{
	xdg_surface_end_client(xdg_toplevel_from_resource(toplevel)->xdg);
}

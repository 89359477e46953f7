#include "common/xalloc.h"
#include "protocol/input_private.h"
#include "protocol/resource.h"
#include "protocol/surface.h"

#include "input-method-unstable-v2-server.h"

#include <stdlib.h>

static void input_popup_changed(const struct input_popup *popup)
{
	if (popup->method && popup->method->manager)
		popup->method->manager->listener->popups_changed(popup->method->manager->data);
}

static void input_popup_leave_surface(struct input_popup *popup)
{
	if (!popup->surface)
		return;
	wl_list_remove(&popup->surface_commit.link);
	wl_list_remove(&popup->surface_destroy.link);
	popup->surface->role_data = NULL;
	popup->surface = NULL;
	input_popup_changed(popup);
}

static void input_popup_handle_surface_commit(struct wl_listener *listener, void *data)
{
	const struct input_popup *popup = wl_container_of(listener, popup, surface_commit);
	input_popup_changed(popup);
}

static void input_popup_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct input_popup *popup = wl_container_of(listener, popup, surface_destroy);
	input_popup_leave_surface(popup);
}

static const struct surface_role input_popup_role = {
	.name = "zwp_input_popup_surface_v2",
	.has_object = true,
};

static const struct zwp_input_popup_surface_v2_interface input_popup_implementation = {
	.destroy = resource_handle_destroy,
};

static void input_popup_handle_destroy(struct wl_resource *resource)
{
	struct input_popup *popup = wl_resource_get_user_data(resource);
	wl_list_remove(&popup->link);
	input_popup_leave_surface(popup);
	free(popup);
}

void input_popup_create(struct input_method *method, struct wl_resource *method_resource,
	uint32_t id, struct surface *surface)
{
	struct input_popup *popup = xcalloc(1, sizeof *popup);
	if (!surface_set_role(surface, &input_popup_role, popup, method_resource,
		    ZWP_INPUT_METHOD_V2_ERROR_ROLE)) {
		free(popup);
		return;
	}
	popup->resource = resource_create(wl_resource_get_client(method_resource),
		&zwp_input_popup_surface_v2_interface, 1, id, &input_popup_implementation, popup,
		input_popup_handle_destroy);
	if (!popup->resource) {
		surface->role_data = NULL;
		free(popup);
		return;
	}
	popup->method = method;
	wl_list_insert(&method->popups, &popup->link);
	popup->surface = surface;
	popup->surface_commit.notify = input_popup_handle_surface_commit;
	wl_signal_add(&surface->events.commit, &popup->surface_commit);
	popup->surface_destroy.notify = input_popup_handle_surface_destroy;
	wl_signal_add(&surface->events.destroy, &popup->surface_destroy);
}

void input_popup_orphan_all(struct input_method *method)
{
	struct input_popup *popup, *next;
	wl_list_for_each_safe (popup, next, &method->popups, link) {
		wl_list_remove(&popup->link);
		wl_list_init(&popup->link);
		input_popup_changed(popup);
		popup->method = NULL;
	}
}

void input_popup_send_rectangle(
	struct input_popup *popup, int32_t x, int32_t y, int32_t width, int32_t height)
{
	zwp_input_popup_surface_v2_send_text_input_rectangle(popup->resource, x, y, width, height);
}

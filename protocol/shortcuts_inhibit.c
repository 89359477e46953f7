#include "protocol/shortcuts_inhibit.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/seat.h"
#include "protocol/surface.h"

#include "keyboard-shortcuts-inhibit-unstable-v1-server.h"

#include <stdlib.h>

struct shortcuts_inhibitor {
	struct wl_list link;
	struct surface *surface; /* NULL: gone, does nothing any more */
	struct wl_listener surface_destroy;
};

static struct shortcuts_inhibitor *shortcuts_inhibit_find(
	const struct shortcuts_inhibit_manager *manager, const struct surface *surface)
{
	struct shortcuts_inhibitor *inhibitor;
	wl_list_for_each (inhibitor, &manager->inhibitors, link) {
		if (inhibitor->surface == surface)
			return inhibitor;
	}
	return NULL;
}

bool shortcuts_inhibit_is_active(const struct shortcuts_inhibit_manager *manager)
{
	const struct surface *focus = manager->seat->keyboard.focus;
	return focus && shortcuts_inhibit_find(manager, focus);
}

static void shortcuts_inhibitor_leave_surface(struct shortcuts_inhibitor *inhibitor)
{
	if (inhibitor->surface)
		wl_list_remove(&inhibitor->surface_destroy.link);
	inhibitor->surface = NULL;
}

static void shortcuts_inhibitor_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct shortcuts_inhibitor *inhibitor =
		wl_container_of(listener, inhibitor, surface_destroy);
	shortcuts_inhibitor_leave_surface(inhibitor);
}

static void shortcuts_inhibitor_handle_destroy(struct wl_resource *resource)
{
	struct shortcuts_inhibitor *inhibitor = wl_resource_get_user_data(resource);
	wl_list_remove(&inhibitor->link);
	shortcuts_inhibitor_leave_surface(inhibitor);
	free(inhibitor);
}

static const struct zwp_keyboard_shortcuts_inhibitor_v1_interface
	shortcuts_inhibitor_implementation = {
		.destroy = resource_handle_destroy,
};

static void shortcuts_inhibit_handle_inhibit(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface_resource, struct wl_resource *seat)
{
	struct shortcuts_inhibit_manager *manager = wl_resource_get_user_data(resource);
	struct surface *surface = surface_from_resource(surface_resource);
	if (shortcuts_inhibit_find(manager, surface)) {
		wl_resource_post_error(resource,
			ZWP_KEYBOARD_SHORTCUTS_INHIBIT_MANAGER_V1_ERROR_ALREADY_INHIBITED,
			"wl_surface#%u has an inhibitor already",
			wl_resource_get_id(surface_resource));
		return;
	}
	struct shortcuts_inhibitor *inhibitor = xcalloc(1, sizeof *inhibitor);
	struct wl_resource *created = resource_create(client,
		&zwp_keyboard_shortcuts_inhibitor_v1_interface, 1, id,
		&shortcuts_inhibitor_implementation, inhibitor, shortcuts_inhibitor_handle_destroy);
	if (!created) {
		free(inhibitor);
		return;
	}
	inhibitor->surface = surface;
	inhibitor->surface_destroy.notify = shortcuts_inhibitor_handle_surface_destroy;
	wl_signal_add(&surface->events.destroy, &inhibitor->surface_destroy);
	wl_list_insert(&manager->inhibitors, &inhibitor->link);
	/* Good whenever the surface has the keyboard: nobody asks the user. */
	zwp_keyboard_shortcuts_inhibitor_v1_send_active(created);
}

static const struct zwp_keyboard_shortcuts_inhibit_manager_v1_interface
	shortcuts_inhibit_implementation = {
		.destroy = resource_handle_destroy,
		.inhibit_shortcuts = shortcuts_inhibit_handle_inhibit,
};

static void shortcuts_inhibit_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwp_keyboard_shortcuts_inhibit_manager_v1_interface, version, id,
		&shortcuts_inhibit_implementation, data, NULL);
}

bool shortcuts_inhibit_create(struct shortcuts_inhibit_manager *manager, struct wl_display *display)
{
	wl_list_init(&manager->inhibitors);
	manager->global =
		wl_global_create(display, &zwp_keyboard_shortcuts_inhibit_manager_v1_interface, 1,
			manager, shortcuts_inhibit_bind);
	return manager->global;
}

void shortcuts_inhibit_destroy(struct shortcuts_inhibit_manager *manager)
{
	if (manager->global)
		wl_global_destroy(manager->global);
	manager->global = NULL;
}

#include "protocol/idle_inhibit.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/surface.h"

#include "idle-inhibit-unstable-v1-server.h"

#include <stdlib.h>

struct idle_inhibitor {
	struct idle_inhibit_manager *manager;
	struct wl_list link;
	struct surface *surface; /* NULL: gone, does nothing any more */
	bool mapped;             /* the surface, as last looked */
	struct wl_listener surface_commit, surface_destroy;
};

static void idle_inhibitor_handle_commit(struct wl_listener *listener, void *data)
{
	struct idle_inhibitor *inhibitor = wl_container_of(listener, inhibitor, surface_commit);
	bool mapped = surface_is_mapped(inhibitor->surface);
	if (mapped == inhibitor->mapped)
		return;
	inhibitor->mapped = mapped;
	inhibitor->manager->listener->changed(inhibitor->manager->data);
}

static void idle_inhibitor_leave_surface(struct idle_inhibitor *inhibitor)
{
	if (!inhibitor->surface)
		return;
	inhibitor->surface = NULL;
	wl_list_remove(&inhibitor->surface_commit.link);
	wl_list_remove(&inhibitor->surface_destroy.link);
	inhibitor->manager->listener->changed(inhibitor->manager->data);
}

static void idle_inhibitor_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct idle_inhibitor *inhibitor = wl_container_of(listener, inhibitor, surface_destroy);
	idle_inhibitor_leave_surface(inhibitor);
}

static void idle_inhibitor_handle_destroy(struct wl_resource *resource)
{
	struct idle_inhibitor *inhibitor = wl_resource_get_user_data(resource);
	wl_list_remove(&inhibitor->link);
	idle_inhibitor_leave_surface(inhibitor);
	free(inhibitor);
}

static const struct zwp_idle_inhibitor_v1_interface idle_inhibitor_implementation = {
	.destroy = resource_handle_destroy,
};

static void idle_inhibit_handle_create(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface_resource)
{
	struct idle_inhibit_manager *manager = wl_resource_get_user_data(resource);
	struct surface *surface = surface_from_resource(surface_resource);
	struct idle_inhibitor *inhibitor = xcalloc(1, sizeof *inhibitor);
	if (!resource_create(client, &zwp_idle_inhibitor_v1_interface, 1, id,
		    &idle_inhibitor_implementation, inhibitor, idle_inhibitor_handle_destroy)) {
		free(inhibitor);
		return;
	}
	inhibitor->manager = manager;
	inhibitor->surface = surface;
	inhibitor->mapped = surface_is_mapped(surface);
	inhibitor->surface_commit.notify = idle_inhibitor_handle_commit;
	wl_signal_add(&surface->events.commit, &inhibitor->surface_commit);
	inhibitor->surface_destroy.notify = idle_inhibitor_handle_surface_destroy;
	wl_signal_add(&surface->events.destroy, &inhibitor->surface_destroy);
	wl_list_insert(&manager->inhibitors, &inhibitor->link);
	manager->listener->changed(manager->data);
}

static const struct zwp_idle_inhibit_manager_v1_interface idle_inhibit_implementation = {
	.destroy = resource_handle_destroy,
	.create_inhibitor = idle_inhibit_handle_create,
};

static void idle_inhibit_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwp_idle_inhibit_manager_v1_interface, version, id,
		&idle_inhibit_implementation, data, NULL);
}

bool idle_inhibit_is_active(const struct idle_inhibit_manager *manager)
{
	const struct idle_inhibitor *inhibitor;
	wl_list_for_each (inhibitor, &manager->inhibitors, link) {
		if (inhibitor->surface && surface_is_mapped(inhibitor->surface) &&
			manager->listener->is_seen(manager->data, inhibitor->surface))
			return true;
	}
	return false;
}

bool idle_inhibit_create(struct idle_inhibit_manager *manager, struct wl_display *display)
{
	wl_list_init(&manager->inhibitors);
	manager->global = wl_global_create(
		display, &zwp_idle_inhibit_manager_v1_interface, 1, manager, idle_inhibit_bind);
	return manager->global;
}

void idle_inhibit_destroy(struct idle_inhibit_manager *manager)
{
	if (manager->global)
		wl_global_destroy(manager->global);
	manager->global = NULL;
}

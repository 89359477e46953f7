#include "protocol/idle_inhibit.h"

#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/surface_companion.h"

#include "idle-inhibit-unstable-v1-server.h"

/* A surface that has had inhibitors. They are zwp_idle_inhibitor_v1, linked by
 * wl_resource_get_link(); their data is this, NULL when the surface is gone. */
struct idle_inhibited {
	struct surface_companion companion;
	struct idle_inhibit_manager *manager;
	struct wl_list link; /* idle_inhibit_manager::surfaces, while there are any: */
	struct wl_list inhibitors;
	bool mapped; /* as last looked */
};

static void idle_inhibited_begin(struct idle_inhibited *inhibited)
{
	struct idle_inhibit_manager *manager = inhibited->manager;
	inhibited->mapped = surface_is_mapped(inhibited->companion.surface);
	wl_list_insert(&manager->surfaces, &inhibited->link);
	manager->listener->changed(manager->data);
}

static void idle_inhibited_end(struct idle_inhibited *inhibited)
{
	struct idle_inhibit_manager *manager = inhibited->manager;
	wl_list_remove(&inhibited->link);
	manager->listener->changed(manager->data);
}

static void idle_inhibited_init(struct surface_companion *companion, void *data)
{
	struct idle_inhibited *inhibited = wl_container_of(companion, inhibited, companion);
	inhibited->manager = data;
	wl_list_init(&inhibited->inhibitors);
}

static void idle_inhibited_applied(struct surface_companion *companion)
{
	struct idle_inhibited *inhibited = wl_container_of(companion, inhibited, companion);
	bool mapped = surface_is_mapped(companion->surface);
	if (wl_list_empty(&inhibited->inhibitors) || mapped == inhibited->mapped)
		return;
	inhibited->mapped = mapped;
	inhibited->manager->listener->changed(inhibited->manager->data);
}

static void idle_inhibited_finish(struct surface_companion *companion)
{
	struct idle_inhibited *inhibited = wl_container_of(companion, inhibited, companion);
	struct wl_resource *inhibitor, *next;
	if (wl_list_empty(&inhibited->inhibitors))
		return;
	wl_resource_for_each_safe (inhibitor, next, &inhibited->inhibitors)
		resource_orphan(inhibitor);
	idle_inhibited_end(inhibited);
}

static const struct surface_companion_kind idle_inhibited_kind = {
	.size = sizeof(struct idle_inhibited),
	.init = idle_inhibited_init,
	.applied = idle_inhibited_applied,
	.finish = idle_inhibited_finish,
};

static void idle_inhibitor_handle_destroy(struct wl_resource *resource)
{
	struct idle_inhibited *inhibited = wl_resource_get_user_data(resource);
	resource_unlink(resource);
	if (inhibited && wl_list_empty(&inhibited->inhibitors))
		idle_inhibited_end(inhibited);
}

static const struct zwp_idle_inhibitor_v1_interface idle_inhibitor_implementation = {
	.destroy = resource_handle_destroy,
};

static void idle_inhibit_handle_create(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface)
{
	struct idle_inhibited *inhibited = surface_companion_get(surface_from_resource(surface),
		&idle_inhibited_kind, wl_resource_get_user_data(resource));
	struct wl_resource *inhibitor = resource_create(client, &zwp_idle_inhibitor_v1_interface, 1,
		id, &idle_inhibitor_implementation, inhibited, idle_inhibitor_handle_destroy);
	if (!inhibitor)
		return;
	bool first = wl_list_empty(&inhibited->inhibitors);
	wl_list_insert(&inhibited->inhibitors, wl_resource_get_link(inhibitor));
	if (first)
		idle_inhibited_begin(inhibited);
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
	const struct idle_inhibited *inhibited;
	wl_list_for_each (inhibited, &manager->surfaces, link) {
		struct surface *surface = inhibited->companion.surface;
		if (surface_is_mapped(surface) &&
			manager->listener->is_seen(manager->data, surface))
			return true;
	}
	return false;
}

bool idle_inhibit_create(struct idle_inhibit_manager *manager, struct wl_display *display)
{
	wl_list_init(&manager->surfaces);
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

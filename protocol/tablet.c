#include "protocol/tablet.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/tablet_private.h"

#include "tablet-v2-server.h"

#include <stdlib.h>

#define TABLET_VERSION 2

static const struct zwp_tablet_v2_interface tablet_implementation = {
	.destroy = resource_handle_destroy,
};

static void tablet_introduce(struct tablet *tablet, struct wl_resource *seat)
{
	struct wl_resource *resource = resource_create(wl_resource_get_client(seat),
		&zwp_tablet_v2_interface, (uint32_t)wl_resource_get_version(seat), 0,
		&tablet_implementation, tablet, resource_unlink);
	if (!resource)
		return;
	wl_list_insert(&tablet->resources, wl_resource_get_link(resource));
	zwp_tablet_seat_v2_send_tablet_added(seat, resource);
	zwp_tablet_v2_send_name(resource, tablet->info.name);
	zwp_tablet_v2_send_id(resource, tablet->info.vendor, tablet->info.product);
	if (tablet->info.bus &&
		wl_resource_get_version(resource) >= ZWP_TABLET_V2_BUSTYPE_SINCE_VERSION)
		zwp_tablet_v2_send_bustype(resource, tablet->info.bus);
	zwp_tablet_v2_send_done(resource);
}

struct tablet *tablet_add(struct tablet_manager *manager, const struct tablet_info *info)
{
	struct tablet *tablet = xcalloc(1, sizeof *tablet);
	tablet->manager = manager;
	tablet->info = *info;
	tablet->info.name = xstrdup(info->name);
	wl_list_init(&tablet->resources);
	wl_list_insert(&manager->tablets, &tablet->link);
	struct wl_resource *seat;
	wl_resource_for_each (seat, &manager->seats)
		tablet_introduce(tablet, seat);
	return tablet;
}

void tablet_remove(struct tablet *tablet)
{
	struct wl_resource *resource, *next;
	wl_resource_for_each_safe (resource, next, &tablet->resources) {
		zwp_tablet_v2_send_removed(resource);
		resource_orphan(resource);
	}
	wl_list_remove(&tablet->link);
	free((char *)tablet->info.name);
	free(tablet);
}

static const struct zwp_tablet_seat_v2_interface tablet_seat_implementation = {
	.destroy = resource_handle_destroy,
};

static void tablet_handle_get_seat(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *wl_seat)
{
	struct tablet_manager *manager = wl_resource_get_user_data(resource);
	struct wl_resource *seat = resource_create(client, &zwp_tablet_seat_v2_interface,
		(uint32_t)wl_resource_get_version(resource), id, &tablet_seat_implementation,
		manager, resource_unlink);
	if (!seat)
		return;
	wl_list_insert(&manager->seats, wl_resource_get_link(seat));
	struct tablet *tablet;
	wl_list_for_each (tablet, &manager->tablets, link)
		tablet_introduce(tablet, seat);
	struct tablet_tool *tool;
	wl_list_for_each (tool, &manager->tools, link)
		tablet_tool_introduce(tool, seat);
}

static const struct zwp_tablet_manager_v2_interface tablet_manager_implementation = {
	.get_tablet_seat = tablet_handle_get_seat,
	.destroy = resource_handle_destroy,
};

static void tablet_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwp_tablet_manager_v2_interface, version, id,
		&tablet_manager_implementation, data, NULL);
}

bool tablet_create(struct tablet_manager *manager, struct wl_display *display)
{
	wl_list_init(&manager->seats);
	wl_list_init(&manager->tablets);
	wl_list_init(&manager->tools);
	manager->global = wl_global_create(
		display, &zwp_tablet_manager_v2_interface, TABLET_VERSION, manager, tablet_bind);
	return manager->global;
}

void tablet_cancel(struct tablet_manager *manager)
{
	struct tablet_tool *tool;
	wl_list_for_each (tool, &manager->tools, link)
		tablet_tool_set_focus(tool, NULL, NULL);
}

struct tablet_tool *tablet_find_press(
	const struct tablet_manager *manager, struct surface *surface, uint32_t serial)
{
	struct tablet_tool *tool;
	wl_list_for_each (tool, &manager->tools, link) {
		if (tool->focus && tool->down && tool->down_serial == serial &&
			surface_root(tool->focus) == surface_root(surface))
			return tool;
	}
	return NULL;
}

bool tablet_has_focus(const struct tablet_manager *manager)
{
	const struct tablet_tool *tool;
	wl_list_for_each (tool, &manager->tools, link) {
		if (tool->focus)
			return true;
	}
	return false;
}

void tablet_destroy(struct tablet_manager *manager)
{
	if (!manager->global)
		return;
	struct tablet *tablet, *next;
	wl_list_for_each_safe (tablet, next, &manager->tablets, link)
		tablet_remove(tablet);
	struct tablet_tool *tool, *next_tool;
	wl_list_for_each_safe (tool, next_tool, &manager->tools, link)
		tablet_tool_remove(tool);
	wl_global_destroy(manager->global);
	manager->global = NULL;
}

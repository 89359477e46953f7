#include "protocol/toplevel_list.h"

#include "common/clock.h"
#include "common/xalloc.h"
#include "protocol/resource.h"

#include "ext-foreign-toplevel-list-v1-server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const struct ext_foreign_toplevel_handle_v1_interface listed_toplevel_implementation = {
	.destroy = resource_handle_destroy,
};

static void listed_toplevel_tell(
	struct listed_toplevel *toplevel, struct wl_resource *list_resource)
{
	struct wl_resource *handle = resource_create(wl_resource_get_client(list_resource),
		&ext_foreign_toplevel_handle_v1_interface,
		(uint32_t)wl_resource_get_version(list_resource), 0,
		&listed_toplevel_implementation, toplevel, resource_unlink);
	if (!handle)
		return;
	wl_list_insert(&toplevel->handles, wl_resource_get_link(handle));
	ext_foreign_toplevel_list_v1_send_toplevel(list_resource, handle);
	ext_foreign_toplevel_handle_v1_send_identifier(handle, toplevel->identifier);
	if (toplevel->title)
		ext_foreign_toplevel_handle_v1_send_title(handle, toplevel->title);
	if (toplevel->app_id)
		ext_foreign_toplevel_handle_v1_send_app_id(handle, toplevel->app_id);
	ext_foreign_toplevel_handle_v1_send_done(handle);
}

void listed_toplevel_init(struct listed_toplevel *toplevel, struct toplevel_list *list,
	const char *title, const char *app_id)
{
	toplevel->list = list;
	toplevel->title = xstrdup(title);
	toplevel->app_id = xstrdup(app_id);
	snprintf(toplevel->identifier, sizeof toplevel->identifier, "%" PRIx64 "-%" PRIx64,
		list->session, ++list->last);
	wl_signal_init(&toplevel->events.finish);
	wl_list_init(&toplevel->handles);
	wl_list_insert(list->toplevels.prev, &toplevel->link);
	struct wl_resource *resource;
	wl_resource_for_each (resource, &list->resources)
		listed_toplevel_tell(toplevel, resource);
}

void listed_toplevel_update(struct listed_toplevel *toplevel, const char *title, const char *app_id)
{
	bool new_title = xstrreplace(&toplevel->title, title);
	bool new_app_id = xstrreplace(&toplevel->app_id, app_id);
	struct wl_resource *handle;
	if (!new_title && !new_app_id)
		return;
	wl_resource_for_each (handle, &toplevel->handles) {
		if (new_title && title)
			ext_foreign_toplevel_handle_v1_send_title(handle, title);
		if (new_app_id && app_id)
			ext_foreign_toplevel_handle_v1_send_app_id(handle, app_id);
		ext_foreign_toplevel_handle_v1_send_done(handle);
	}
}

void listed_toplevel_finish(struct listed_toplevel *toplevel)
{
	if (!toplevel->list)
		return;
	struct wl_resource *handle, *next;
	wl_signal_emit_mutable(&toplevel->events.finish, toplevel);
	wl_resource_for_each_safe (handle, next, &toplevel->handles) {
		ext_foreign_toplevel_handle_v1_send_closed(handle);
		resource_orphan(handle);
	}
	wl_list_remove(&toplevel->link);
	free(toplevel->title);
	free(toplevel->app_id);
	toplevel->title = toplevel->app_id = NULL;
	toplevel->list = NULL;
}

/* The object stays until the client destroys it. */
static void toplevel_list_handle_stop(struct wl_client *client, struct wl_resource *resource)
{
	resource_unlink(resource);
	wl_list_init(wl_resource_get_link(resource));
	ext_foreign_toplevel_list_v1_send_finished(resource);
}

static const struct ext_foreign_toplevel_list_v1_interface toplevel_list_implementation = {
	.stop = toplevel_list_handle_stop,
	.destroy = resource_handle_destroy,
};

static void toplevel_list_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	struct toplevel_list *list = data;
	struct wl_resource *resource =
		resource_create(client, &ext_foreign_toplevel_list_v1_interface, version, id,
			&toplevel_list_implementation, list, resource_unlink);
	if (!resource)
		return;
	wl_list_insert(&list->resources, wl_resource_get_link(resource));
	struct listed_toplevel *toplevel;
	wl_list_for_each (toplevel, &list->toplevels, link)
		listed_toplevel_tell(toplevel, resource);
}

bool toplevel_list_create(struct toplevel_list *list, struct wl_display *display)
{
	list->session = (uint64_t)clock_now(); /* another one in the next session's identifiers */
	wl_list_init(&list->resources);
	wl_list_init(&list->toplevels);
	return wl_global_create(
		display, &ext_foreign_toplevel_list_v1_interface, 1, list, toplevel_list_bind);
}

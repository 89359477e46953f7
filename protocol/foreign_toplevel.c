#include "protocol/foreign_toplevel.h"

#include "common/xalloc.h"
#include "protocol/output.h"
#include "protocol/resource.h"

#include "wlr-foreign-toplevel-management-unstable-v1-server.h"

#include <stdlib.h>

#define FOREIGN_TOPLEVEL_VERSION 3

/* NULL: the window is gone. */
static struct foreign_toplevel *foreign_toplevel_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

static void foreign_toplevel_request_state(
	struct wl_resource *resource, enum foreign_toplevel_flag flag, bool on)
{
	struct foreign_toplevel *toplevel = foreign_toplevel_from_resource(resource);
	if (toplevel)
		toplevel->manager->listener->request_state(toplevel->data, flag, on);
}

static void foreign_toplevel_handle_set_maximized(
	struct wl_client *client, struct wl_resource *resource)
{
	foreign_toplevel_request_state(resource, FOREIGN_TOPLEVEL_MAXIMIZED, true);
}

static void foreign_toplevel_handle_unset_maximized(
	struct wl_client *client, struct wl_resource *resource)
{
	foreign_toplevel_request_state(resource, FOREIGN_TOPLEVEL_MAXIMIZED, false);
}

static void foreign_toplevel_handle_set_minimized(
	struct wl_client *client, struct wl_resource *resource)
{
	foreign_toplevel_request_state(resource, FOREIGN_TOPLEVEL_MINIMIZED, true);
}

static void foreign_toplevel_handle_unset_minimized(
	struct wl_client *client, struct wl_resource *resource)
{
	foreign_toplevel_request_state(resource, FOREIGN_TOPLEVEL_MINIMIZED, false);
}

static void foreign_toplevel_handle_activate(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *seat)
{
	struct foreign_toplevel *toplevel = foreign_toplevel_from_resource(resource);
	if (toplevel)
		toplevel->manager->listener->request_activate(toplevel->data);
}

static void foreign_toplevel_handle_close(struct wl_client *client, struct wl_resource *resource)
{
	struct foreign_toplevel *toplevel = foreign_toplevel_from_resource(resource);
	if (toplevel)
		toplevel->manager->listener->request_close(toplevel->data);
}

/* For an animation, which we have none of. */
static void foreign_toplevel_handle_set_rectangle(struct wl_client *client,
	struct wl_resource *resource, struct wl_resource *surface, int32_t x, int32_t y,
	int32_t width, int32_t height)
{
	if (width < 0 || height < 0)
		wl_resource_post_error(resource,
			ZWLR_FOREIGN_TOPLEVEL_HANDLE_V1_ERROR_INVALID_RECTANGLE,
			"a rectangle of %dx%d", width, height);
}

static void foreign_toplevel_handle_set_fullscreen(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *output)
{
	foreign_toplevel_request_state(resource, FOREIGN_TOPLEVEL_FULLSCREEN, true);
}

static void foreign_toplevel_handle_unset_fullscreen(
	struct wl_client *client, struct wl_resource *resource)
{
	foreign_toplevel_request_state(resource, FOREIGN_TOPLEVEL_FULLSCREEN, false);
}

static const struct zwlr_foreign_toplevel_handle_v1_interface foreign_toplevel_implementation = {
	.set_maximized = foreign_toplevel_handle_set_maximized,
	.unset_maximized = foreign_toplevel_handle_unset_maximized,
	.set_minimized = foreign_toplevel_handle_set_minimized,
	.unset_minimized = foreign_toplevel_handle_unset_minimized,
	.activate = foreign_toplevel_handle_activate,
	.close = foreign_toplevel_handle_close,
	.set_rectangle = foreign_toplevel_handle_set_rectangle,
	.destroy = resource_handle_destroy,
	.set_fullscreen = foreign_toplevel_handle_set_fullscreen,
	.unset_fullscreen = foreign_toplevel_handle_unset_fullscreen,
};

static void foreign_toplevel_send_flags(
	const struct foreign_toplevel *toplevel, struct wl_resource *handle)
{
	static const struct {
		enum foreign_toplevel_flag flag;
		uint32_t state;
		int since;
	} states[] = {
		{FOREIGN_TOPLEVEL_MAXIMIZED, ZWLR_FOREIGN_TOPLEVEL_HANDLE_V1_STATE_MAXIMIZED, 1},
		{FOREIGN_TOPLEVEL_MINIMIZED, ZWLR_FOREIGN_TOPLEVEL_HANDLE_V1_STATE_MINIMIZED, 1},
		{FOREIGN_TOPLEVEL_ACTIVATED, ZWLR_FOREIGN_TOPLEVEL_HANDLE_V1_STATE_ACTIVATED, 1},
		{FOREIGN_TOPLEVEL_FULLSCREEN, ZWLR_FOREIGN_TOPLEVEL_HANDLE_V1_STATE_FULLSCREEN,
			ZWLR_FOREIGN_TOPLEVEL_HANDLE_V1_STATE_FULLSCREEN_SINCE_VERSION},
	};
	uint32_t list[sizeof states / sizeof states[0]];
	struct wl_array array = {.data = list, .alloc = sizeof list};
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		if (!(toplevel->flags & states[i].flag) ||
			wl_resource_get_version(handle) < states[i].since)
			continue;
		list[array.size / sizeof list[0]] = states[i].state;
		array.size += sizeof list[0];
	}
	zwlr_foreign_toplevel_handle_v1_send_state(handle, &array);
}

/* Made by the same client's manager as handle; NULL: it has none. */
static struct wl_resource *foreign_toplevel_find_handle(
	const struct foreign_toplevel *toplevel, struct wl_resource *handle)
{
	struct wl_resource *other;
	wl_resource_for_each (other, &toplevel->handles) {
		if (wl_resource_get_client(other) == wl_resource_get_client(handle))
			return other;
	}
	return NULL;
}

static void foreign_toplevel_send_parent(
	const struct foreign_toplevel *toplevel, struct wl_resource *handle)
{
	if (wl_resource_get_version(handle) >= ZWLR_FOREIGN_TOPLEVEL_HANDLE_V1_PARENT_SINCE_VERSION)
		zwlr_foreign_toplevel_handle_v1_send_parent(handle,
			toplevel->parent ? foreign_toplevel_find_handle(toplevel->parent, handle)
					 : NULL);
}

static void foreign_toplevel_send_output(const struct foreign_toplevel *toplevel,
	struct wl_resource *handle,
	void (*send)(struct wl_resource *handle, struct wl_resource *output))
{
	if (toplevel->output)
		output_tell(toplevel->output, handle, send);
}

/* A client that has heard of the window already binds the output. */
static void foreign_toplevel_handle_output_bind(struct wl_listener *listener, void *data)
{
	struct foreign_toplevel *toplevel = wl_container_of(listener, toplevel, output_bind);
	struct wl_resource *output = data, *handle;
	wl_resource_for_each (handle, &toplevel->handles) {
		if (wl_resource_get_client(handle) != wl_resource_get_client(output))
			continue;
		zwlr_foreign_toplevel_handle_v1_send_output_enter(handle, output);
		zwlr_foreign_toplevel_handle_v1_send_done(handle);
	}
}

static void foreign_toplevel_set_output(struct foreign_toplevel *toplevel, struct output *output)
{
	if (toplevel->output)
		wl_list_remove(&toplevel->output_bind.link);
	toplevel->output = output;
	toplevel->output_bind.notify = foreign_toplevel_handle_output_bind;
	if (output)
		wl_signal_add(&output->events.bind, &toplevel->output_bind);
}

void foreign_toplevel_move(struct foreign_toplevel *toplevel, struct output *output)
{
	struct wl_resource *handle;
	if (toplevel->output == output)
		return;
	wl_resource_for_each (handle, &toplevel->handles)
		foreign_toplevel_send_output(
			toplevel, handle, zwlr_foreign_toplevel_handle_v1_send_output_leave);
	foreign_toplevel_set_output(toplevel, output);
	wl_resource_for_each (handle, &toplevel->handles) {
		foreign_toplevel_send_output(
			toplevel, handle, zwlr_foreign_toplevel_handle_v1_send_output_enter);
		zwlr_foreign_toplevel_handle_v1_send_done(handle);
	}
}

static void foreign_toplevel_tell(
	struct foreign_toplevel *toplevel, struct wl_resource *manager_resource)
{
	struct wl_resource *handle = resource_create(wl_resource_get_client(manager_resource),
		&zwlr_foreign_toplevel_handle_v1_interface,
		(uint32_t)wl_resource_get_version(manager_resource), 0,
		&foreign_toplevel_implementation, toplevel, resource_unlink);
	if (!handle)
		return;
	wl_list_insert(&toplevel->handles, wl_resource_get_link(handle));
	zwlr_foreign_toplevel_manager_v1_send_toplevel(manager_resource, handle);
	if (toplevel->title)
		zwlr_foreign_toplevel_handle_v1_send_title(handle, toplevel->title);
	if (toplevel->app_id)
		zwlr_foreign_toplevel_handle_v1_send_app_id(handle, toplevel->app_id);
	foreign_toplevel_send_output(
		toplevel, handle, zwlr_foreign_toplevel_handle_v1_send_output_enter);
	foreign_toplevel_send_flags(toplevel, handle);
	foreign_toplevel_send_parent(toplevel, handle);
	zwlr_foreign_toplevel_handle_v1_send_done(handle);
}

void foreign_toplevel_init(struct foreign_toplevel *toplevel,
	struct foreign_toplevel_manager *manager, const struct foreign_toplevel_state *state,
	struct output *output)
{
	toplevel->manager = manager;
	foreign_toplevel_set_output(toplevel, output);
	toplevel->title = xstrdup(state->title);
	toplevel->app_id = xstrdup(state->app_id);
	toplevel->flags = state->flags;
	toplevel->parent = state->parent;
	wl_list_init(&toplevel->handles);
	wl_list_insert(manager->toplevels.prev, &toplevel->link);
	struct wl_resource *resource;
	wl_resource_for_each (resource, &manager->resources)
		foreign_toplevel_tell(toplevel, resource);
}

void foreign_toplevel_update(
	struct foreign_toplevel *toplevel, const struct foreign_toplevel_state *state)
{
	bool title = xstrreplace(&toplevel->title, state->title);
	bool app_id = xstrreplace(&toplevel->app_id, state->app_id);
	bool flags = toplevel->flags != state->flags, parent = toplevel->parent != state->parent;
	toplevel->flags = state->flags;
	toplevel->parent = state->parent;
	if (!title && !app_id && !flags && !parent)
		return;
	struct wl_resource *handle;
	wl_resource_for_each (handle, &toplevel->handles) {
		if (title && toplevel->title)
			zwlr_foreign_toplevel_handle_v1_send_title(handle, toplevel->title);
		if (app_id && toplevel->app_id)
			zwlr_foreign_toplevel_handle_v1_send_app_id(handle, toplevel->app_id);
		if (flags)
			foreign_toplevel_send_flags(toplevel, handle);
		if (parent)
			foreign_toplevel_send_parent(toplevel, handle);
		zwlr_foreign_toplevel_handle_v1_send_done(handle);
	}
}

void foreign_toplevel_finish(struct foreign_toplevel *toplevel)
{
	if (!toplevel->manager)
		return;
	struct wl_resource *handle, *next;
	wl_resource_for_each_safe (handle, next, &toplevel->handles) {
		zwlr_foreign_toplevel_handle_v1_send_closed(handle);
		resource_orphan(handle);
	}
	struct foreign_toplevel *other;
	foreign_toplevel_set_output(toplevel, NULL);
	wl_list_remove(&toplevel->link);
	wl_list_for_each (other, &toplevel->manager->toplevels, link) {
		if (other->parent != toplevel)
			continue;
		struct foreign_toplevel_state state = {other->title, other->app_id, other->flags};
		foreign_toplevel_update(other, &state);
	}
	free(toplevel->title);
	free(toplevel->app_id);
	toplevel->title = toplevel->app_id = NULL;
	toplevel->manager = NULL;
}

static void foreign_toplevel_manager_handle_stop(
	struct wl_client *client, struct wl_resource *resource)
{
	zwlr_foreign_toplevel_manager_v1_send_finished(resource);
	wl_resource_destroy(resource);
}

static const struct zwlr_foreign_toplevel_manager_v1_interface
	foreign_toplevel_manager_implementation = {
		.stop = foreign_toplevel_manager_handle_stop,
};

static void foreign_toplevel_manager_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	struct foreign_toplevel_manager *manager = data;
	struct wl_resource *resource =
		resource_create(client, &zwlr_foreign_toplevel_manager_v1_interface, version, id,
			&foreign_toplevel_manager_implementation, manager, resource_unlink);
	if (!resource)
		return;
	wl_list_insert(&manager->resources, wl_resource_get_link(resource));
	struct foreign_toplevel *toplevel;
	wl_list_for_each (toplevel, &manager->toplevels, link)
		foreign_toplevel_tell(toplevel, resource);
}

bool foreign_toplevel_create_manager(
	struct foreign_toplevel_manager *manager, struct wl_display *display)
{
	wl_list_init(&manager->resources);
	wl_list_init(&manager->toplevels);
	return wl_global_create(display, &zwlr_foreign_toplevel_manager_v1_interface,
		FOREIGN_TOPLEVEL_VERSION, manager, foreign_toplevel_manager_bind);
}

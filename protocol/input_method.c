#include "protocol/input_method.h"

#include "common/xalloc.h"
#include "protocol/input_private.h"
#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/text_input.h"

#include "input-method-unstable-v2-server.h"

#include <stdlib.h>
#include <string.h>

static void input_method_reset(struct input_method *method)
{
	free(method->pending.preedit);
	free(method->pending.text);
	method->pending = (struct input_method_state){0};
}

/* False: it is too long, or no memory, told to the client. */
static bool input_method_keep(struct wl_resource *resource, char **slot, const char *text)
{
	if (strlen(text) > TEXT_INPUT_MAX_TEXT)
		return false;
	char *copy = strdup(text);
	if (!copy) {
		wl_resource_post_no_memory(resource);
		return false;
	}
	free(*slot);
	*slot = copy;
	return true;
}

static void input_method_handle_commit_string(
	struct wl_client *client, struct wl_resource *resource, const char *text)
{
	struct input_method *method = wl_resource_get_user_data(resource);
	input_method_keep(resource, &method->pending.text, text);
}

static void input_method_handle_set_preedit(struct wl_client *client, struct wl_resource *resource,
	const char *text, int32_t cursor_begin, int32_t cursor_end)
{
	struct input_method *method = wl_resource_get_user_data(resource);
	if (!input_method_keep(resource, &method->pending.preedit, text))
		return;
	method->pending.cursor_begin = cursor_begin;
	method->pending.cursor_end = cursor_end;
}

static void input_method_handle_delete(
	struct wl_client *client, struct wl_resource *resource, uint32_t before, uint32_t after)
{
	struct input_method *method = wl_resource_get_user_data(resource);
	method->pending.delete_before = before;
	method->pending.delete_after = after;
}

static void input_method_handle_commit(
	struct wl_client *client, struct wl_resource *resource, uint32_t serial)
{
	struct input_method *method = wl_resource_get_user_data(resource);
	/* What was meant for another field does not reach this one; what was meant for an earlier
	 * state of this one does, as the user has typed it. */
	bool current = (int32_t)(serial - method->activated) >= 0;
	if (method->manager && method->active && current)
		method->manager->listener->committed(method->manager->data, &method->pending);
	input_method_reset(method);
}

static void input_method_handle_get_popup(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface)
{
	input_popup_create(
		wl_resource_get_user_data(resource), resource, id, surface_from_resource(surface));
}

static void input_method_handle_grab_keyboard(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	input_method_grab_create(wl_resource_get_user_data(resource), id);
}

static const struct zwp_input_method_v2_interface input_method_implementation = {
	.commit_string = input_method_handle_commit_string,
	.set_preedit_string = input_method_handle_set_preedit,
	.delete_surrounding_text = input_method_handle_delete,
	.commit = input_method_handle_commit,
	.get_input_popup_surface = input_method_handle_get_popup,
	.grab_keyboard = input_method_handle_grab_keyboard,
	.destroy = resource_handle_destroy,
};

static void input_method_done(struct input_method *method)
{
	method->dones++;
	zwp_input_method_v2_send_done(method->resource);
}

static void input_method_send_state(
	struct input_method *method, const struct text_input_state *state)
{
	if (state->surrounding) {
		zwp_input_method_v2_send_surrounding_text(method->resource, state->surrounding,
			(uint32_t)state->cursor, (uint32_t)state->anchor);
		zwp_input_method_v2_send_text_change_cause(method->resource, state->cause);
	}
	if (state->has_content)
		zwp_input_method_v2_send_content_type(
			method->resource, state->hint, state->purpose);
	input_method_done(method);
}

void input_method_activate(struct input_method *method, const struct text_input_state *state)
{
	method->active = true;
	zwp_input_method_v2_send_activate(method->resource);
	input_method_send_state(method, state);
	method->activated = method->dones;
}

void input_method_update(struct input_method *method, const struct text_input_state *state)
{
	input_method_send_state(method, state);
}

void input_method_deactivate(struct input_method *method)
{
	if (!method->active)
		return;
	method->active = false;
	zwp_input_method_v2_send_deactivate(method->resource);
	input_method_done(method);
}

static void input_method_handle_resource_destroy(struct wl_resource *resource)
{
	struct input_method *method = wl_resource_get_user_data(resource);
	struct input_method_manager *manager = method->manager;
	input_method_reset(method);
	if (manager)
		manager->method = NULL;
	input_popup_orphan_all(method);
	input_method_grab_orphan(method);
	if (manager)
		manager->listener->vanished(manager->data, method);
	free(method);
}

static void input_method_handle_get(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *seat, uint32_t id)
{
	struct input_method_manager *manager = wl_resource_get_user_data(resource);
	struct input_method *method = xcalloc(1, sizeof *method);
	wl_list_init(&method->popups);
	method->resource = resource_create(client, &zwp_input_method_v2_interface, 1, id,
		&input_method_implementation, method, input_method_handle_resource_destroy);
	if (!method->resource) {
		free(method);
		return;
	}
	if (manager->method) {
		zwp_input_method_v2_send_unavailable(method->resource);
		return;
	}
	method->manager = manager;
	manager->method = method;
	manager->listener->appeared(manager->data, method);
}

static const struct zwp_input_method_manager_v2_interface input_method_manager_implementation = {
	.get_input_method = input_method_handle_get,
	.destroy = resource_handle_destroy,
};

static void input_method_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwp_input_method_manager_v2_interface, version, id,
		&input_method_manager_implementation, data, NULL);
}

bool input_method_create(struct input_method_manager *manager, struct wl_display *display)
{
	manager->global = wl_global_create(
		display, &zwp_input_method_manager_v2_interface, 1, manager, input_method_bind);
	return manager->global;
}

void input_method_destroy(struct input_method_manager *manager)
{
	if (manager->global)
		wl_global_destroy(manager->global);
	manager->global = NULL;
}

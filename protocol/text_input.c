#include "protocol/text_input.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/seat.h"
#include "protocol/surface.h"

#include "text-input-unstable-v3-server.h"

#include <stdlib.h>
#include <string.h>

static void text_input_state_reset(struct text_input_state *state)
{
	free(state->surrounding);
	*state = (struct text_input_state){0};
}

static void text_input_handle_enable(struct wl_client *client, struct wl_resource *resource)
{
	struct text_input *input = wl_resource_get_user_data(resource);
	text_input_state_reset(&input->pending);
	input->pending.enabled = input->pending.afresh = true;
}

static void text_input_handle_disable(struct wl_client *client, struct wl_resource *resource)
{
	struct text_input *input = wl_resource_get_user_data(resource);
	input->pending.enabled = false;
}

static void text_input_handle_set_surrounding(struct wl_client *client,
	struct wl_resource *resource, const char *text, int32_t cursor, int32_t anchor)
{
	struct text_input *input = wl_resource_get_user_data(resource);
	int32_t len = (int32_t)strlen(text);
	if (len > TEXT_INPUT_MAX_TEXT)
		return;
	if (cursor < 0 || cursor > len || anchor < 0 || anchor > len)
		return; /* places that are not in the text */
	char *copy = strdup(text);
	if (!copy) {
		wl_resource_post_no_memory(resource);
		return;
	}
	free(input->pending.surrounding);
	input->pending.surrounding = copy;
	input->pending.cursor = cursor;
	input->pending.anchor = anchor;
}

static void text_input_handle_set_cause(
	struct wl_client *client, struct wl_resource *resource, uint32_t cause)
{
	struct text_input *input = wl_resource_get_user_data(resource);
	input->pending.cause = cause;
}

static void text_input_handle_set_content(
	struct wl_client *client, struct wl_resource *resource, uint32_t hint, uint32_t purpose)
{
	struct text_input *input = wl_resource_get_user_data(resource);
	input->pending.has_content = true;
	input->pending.hint = hint;
	input->pending.purpose = purpose;
}

static void text_input_handle_set_rectangle(struct wl_client *client, struct wl_resource *resource,
	int32_t x, int32_t y, int32_t width, int32_t height)
{
	struct text_input *input = wl_resource_get_user_data(resource);
	input->pending.has_rectangle = true;
	input->pending.x = space_limit(x);
	input->pending.y = space_limit(y);
	input->pending.width = space_limit(width);
	input->pending.height = space_limit(height);
}

/* The pending state holds what was set since enable; that it was enabled, and the cause, are of one
 * commit only. */
static void text_input_apply(struct text_input *input)
{
	struct text_input_state *current = &input->current, *pending = &input->pending;
	free(current->surrounding);
	*current = *pending;
	current->surrounding = pending->surrounding ? xstrdup(pending->surrounding) : NULL;
	pending->afresh = false;
	pending->cause = ZWP_TEXT_INPUT_V3_CHANGE_CAUSE_INPUT_METHOD;
}

static void text_input_disable(struct text_input *input)
{
	if (!input->current.enabled)
		return;
	text_input_state_reset(&input->current);
	input->manager->active = NULL;
	input->manager->listener->disabled(input->manager->data, input);
}

static void text_input_handle_commit(struct wl_client *client, struct wl_resource *resource)
{
	struct text_input *input = wl_resource_get_user_data(resource);
	struct text_input_manager *manager = input->manager;
	input->commits++;
	if (!input->surface)
		return;
	/* "Requests to enable the another text input when some text input is active must be ignored
	 * by compositor" (zwp_text_input_v3.enable). */
	if (manager->active && manager->active != input)
		text_input_state_reset(&input->pending);
	if (!input->pending.enabled) {
		text_input_disable(input);
		return;
	}
	manager->active = input;
	text_input_apply(input);
	if (input->current.afresh)
		manager->listener->enabled(manager->data, input);
	else
		manager->listener->changed(manager->data, input);
}

static const struct zwp_text_input_v3_interface text_input_implementation = {
	.destroy = resource_handle_destroy,
	.enable = text_input_handle_enable,
	.disable = text_input_handle_disable,
	.set_surrounding_text = text_input_handle_set_surrounding,
	.set_text_change_cause = text_input_handle_set_cause,
	.set_content_type = text_input_handle_set_content,
	.set_cursor_rectangle = text_input_handle_set_rectangle,
	.commit = text_input_handle_commit,
};

static void text_input_set_surface(struct text_input *input, struct surface *surface)
{
	if (input->surface == surface)
		return;
	if (input->surface) {
		zwp_text_input_v3_send_leave(input->resource, input->surface->resource);
		text_input_disable(input);
	}
	text_input_state_reset(&input->pending); /* requests without a surface are void, too */
	input->surface = surface;
	if (surface)
		zwp_text_input_v3_send_enter(input->resource, surface->resource);
}

/* The surface with the keyboard, where it is of the text input's client. */
static void text_input_follow_focus(struct text_input *input)
{
	struct surface *focus = input->manager->seat->keyboard.focus;
	struct wl_client *client = wl_resource_get_client(input->resource);
	bool own = focus && wl_resource_get_client(focus->resource) == client;
	text_input_set_surface(input, own ? focus : NULL);
}

static void text_input_handle_keyboard_entered(struct wl_listener *listener, void *data)
{
	struct text_input_manager *manager = wl_container_of(listener, manager, keyboard_entered);
	struct text_input *input, *next;
	const struct surface *focus = manager->seat->keyboard.focus;
	/* First those that lose it: one field at most is typed into. */
	wl_list_for_each_safe (input, next, &manager->inputs, link) {
		if (input->surface && input->surface != focus)
			text_input_set_surface(input, NULL);
	}
	wl_list_for_each_safe (input, next, &manager->inputs, link)
		text_input_follow_focus(input);
}

static void text_input_handle_resource_destroy(struct wl_resource *resource)
{
	struct text_input *input = wl_resource_get_user_data(resource);
	wl_list_remove(&input->link);
	text_input_disable(input);
	text_input_state_reset(&input->pending);
	free(input);
}

static void text_input_handle_get(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *seat)
{
	struct text_input_manager *manager = wl_resource_get_user_data(resource);
	struct text_input *input = xcalloc(1, sizeof *input);
	input->resource = resource_create(client, &zwp_text_input_v3_interface, 1, id,
		&text_input_implementation, input, text_input_handle_resource_destroy);
	if (!input->resource) {
		free(input);
		return;
	}
	input->manager = manager;
	wl_list_insert(&manager->inputs, &input->link);
	text_input_follow_focus(input);
}

static const struct zwp_text_input_manager_v3_interface text_input_manager_implementation = {
	.destroy = resource_handle_destroy,
	.get_text_input = text_input_handle_get,
};

static void text_input_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwp_text_input_manager_v3_interface, version, id,
		&text_input_manager_implementation, data, NULL);
}

void text_input_send_preedit(
	struct text_input *input, const char *text, int32_t cursor_begin, int32_t cursor_end)
{
	zwp_text_input_v3_send_preedit_string(input->resource, text, cursor_begin, cursor_end);
}

void text_input_send_commit(struct text_input *input, const char *text)
{
	zwp_text_input_v3_send_commit_string(input->resource, text);
}

void text_input_send_delete(struct text_input *input, uint32_t before, uint32_t after)
{
	zwp_text_input_v3_send_delete_surrounding_text(input->resource, before, after);
}

void text_input_send_done(struct text_input *input)
{
	zwp_text_input_v3_send_done(input->resource, input->commits);
}

bool text_input_create(struct text_input_manager *manager, struct wl_display *display)
{
	wl_list_init(&manager->inputs);
	manager->keyboard_entered.notify = text_input_handle_keyboard_entered;
	wl_signal_add(&manager->seat->events.keyboard_entered, &manager->keyboard_entered);
	manager->global = wl_global_create(
		display, &zwp_text_input_manager_v3_interface, 1, manager, text_input_bind);
	return manager->global;
}

void text_input_destroy(struct text_input_manager *manager)
{
	if (!manager->global)
		return;
	wl_list_remove(&manager->keyboard_entered.link);
	wl_global_destroy(manager->global);
	manager->global = NULL;
}

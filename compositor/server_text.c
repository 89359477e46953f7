/*
 * Between the text field that has the keyboard and the input method: what the one says the other
 * hears. The input method's popups are shown at the field's cursor.
 */
#include "compositor/server_input.h"

#include "compositor/scene.h"

static void server_text_handle_enabled(void *data, struct text_input *input)
{
	struct server *server = data;
	struct input_method *method = server->input_method.method;
	server->text_field = input;
	if (method)
		input_method_activate(method, &input->current);
	server_text_update(server);
}

static void server_text_handle_disabled(void *data, struct text_input *input)
{
	struct server *server = data;
	server->text_field = NULL;
	if (server->input_method.method)
		input_method_deactivate(server->input_method.method);
	server_text_update(server);
}

static void server_text_handle_changed(void *data, struct text_input *input)
{
	struct server *server = data;
	if (server->input_method.method)
		input_method_update(server->input_method.method, &input->current);
	server_text_update(server);
}

static const struct text_input_listener server_text_field_listener = {
	.enabled = server_text_handle_enabled,
	.disabled = server_text_handle_disabled,
	.changed = server_text_handle_changed,
};

static void server_text_handle_appeared(void *data, struct input_method *method)
{
	struct server *server = data;
	if (server->text_field)
		input_method_activate(method, &server->text_field->current);
}

/* What it was composing goes with it. */
static void server_text_handle_vanished(void *data, struct input_method *method)
{
	struct server *server = data;
	if (server->text_field) {
		text_input_send_preedit(server->text_field, NULL, 0, 0);
		text_input_send_done(server->text_field);
	}
	server_text_update(server);
}

static void server_text_handle_committed(void *data, const struct input_method_state *state)
{
	const struct server *server = data;
	struct text_input *field = server->text_field;
	if (!field)
		return;
	if (state->preedit)
		text_input_send_preedit(
			field, state->preedit, state->cursor_begin, state->cursor_end);
	if (state->text)
		text_input_send_commit(field, state->text);
	if (state->delete_before || state->delete_after)
		text_input_send_delete(field, state->delete_before, state->delete_after);
	text_input_send_done(field);
}

static void server_text_handle_popups_changed(void *data)
{
	server_text_update(data);
}

static const struct input_method_listener server_text_method_listener = {
	.appeared = server_text_handle_appeared,
	.vanished = server_text_handle_vanished,
	.committed = server_text_handle_committed,
	.popups_changed = server_text_handle_popups_changed,
};

/* Where the field's cursor is in the layout; the surface's own rectangle where it does not say. */
static bool server_text_cursor(const struct server *server, struct xdg_box *box)
{
	const struct text_input *field = server->text_field;
	int32_t x, y;
	if (!field || !field->surface || !view_find_surface(field->surface, &x, &y))
		return false;
	const struct text_input_state *state = &field->current;
	*box = state->has_rectangle
		       ? (struct xdg_box){x + state->x, y + state->y, state->width, state->height}
		       : (struct xdg_box){x, y, field->surface->width, field->surface->height};
	return true;
}

/* Below the cursor, or above it where there is no room; never out of the screen. */
static void server_text_place_popup(const struct server *server, const struct input_popup *popup,
	const struct xdg_box *cursor, int32_t *x, int32_t *y)
{
	const struct server_screen *screen = server_screen_at(server, cursor->x, cursor->y);
	struct xdg_box box = screen ? screen->place.box : server_layout_box(server);
	*x = cursor->x;
	*y = cursor->y + cursor->height;
	if (*y + popup->surface->height > box.y + box.height)
		*y = cursor->y - popup->surface->height;
	if (*x + popup->surface->width > box.x + box.width)
		*x = box.x + box.width - popup->surface->width;
	*x = *x < box.x ? box.x : *x;
	*y = *y < box.y ? box.y : *y;
}

/* Calls visit for each popup that is seen, and where. */
static void server_text_for_each_popup(const struct server *server,
	void (*visit)(struct input_popup *popup, const struct xdg_box *cursor, int32_t x, int32_t y,
		void *data),
	void *data)
{
	const struct input_method *method = server->input_method.method;
	struct xdg_box cursor;
	struct input_popup *popup;
	if (!method || !method->active || !server_text_cursor(server, &cursor))
		return;
	wl_list_for_each_reverse (popup, &method->popups, link) {
		int32_t x, y;
		if (!popup->surface || !surface_is_mapped(popup->surface))
			continue;
		server_text_place_popup(server, popup, &cursor, &x, &y);
		visit(popup, &cursor, x, y, data);
	}
}

static void server_text_tell_popup(
	struct input_popup *popup, const struct xdg_box *cursor, int32_t x, int32_t y, void *data)
{
	input_popup_send_rectangle(
		popup, cursor->x - x, cursor->y - y, cursor->width, cursor->height);
}

void server_text_update(struct server *server)
{
	server_text_for_each_popup(server, server_text_tell_popup, NULL);
	server_schedule(server);
	server_update_pointer(server);
}

static void server_text_add_popup(
	struct input_popup *popup, const struct xdg_box *cursor, int32_t x, int32_t y, void *data)
{
	scene_add_tree(data, popup->surface, x, y);
}

void server_text_build_scene(const struct server *server, struct scene *scene)
{
	server_text_for_each_popup(server, server_text_add_popup, scene);
}

struct server_text_point {
	double x, y, *sx, *sy;
	struct surface *found;
};

static void server_text_find(
	struct input_popup *popup, const struct xdg_box *cursor, int32_t x, int32_t y, void *data)
{
	struct server_text_point *point = data;
	struct surface *surface =
		surface_at(popup->surface, point->x - x, point->y - y, point->sx, point->sy);
	if (surface)
		point->found = surface; /* the last one is the top one */
}

struct surface *server_text_surface_at(
	const struct server *server, double x, double y, double *sx, double *sy)
{
	struct server_text_point point = {.x = x, .y = y, .sx = sx, .sy = sy};
	server_text_for_each_popup(server, server_text_find, &point);
	return point.found;
}

bool server_text_create(struct server *server)
{
	server->text_input.listener = &server_text_field_listener;
	server->text_input.data = server;
	server->text_input.seat = &server->seat;
	server->input_method.listener = &server_text_method_listener;
	server->input_method.data = server;
	server->input_method.seat = &server->seat;
	return text_input_create(&server->text_input, server->display) &&
	       input_method_create(&server->input_method, server->display);
}

void server_text_destroy(struct server *server)
{
	text_input_destroy(&server->text_input);
	input_method_destroy(&server->input_method);
}

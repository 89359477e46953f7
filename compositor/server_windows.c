/* The keys and buttons by which the user handles floating windows, and the file that names them. */
#include "compositor/server_private.h"

#include "common/log.h"

#include "xdg-shell-server.h"

#include <linux/input-event-codes.h>
#include <string.h>
#include <unistd.h>

bool server_read_settings(struct server *server)
{
	struct settings fresh;
	char path[4096];
	const char *named = server->options->config;
	settings_init(&fresh);
	if (named ? !settings_read(&fresh, named)
		  : settings_path(path, sizeof path) && access(path, F_OK) == 0 &&
				!settings_read(&fresh, path))
		return false;
	bool relaid = fresh.layout != server->settings.layout;
	server->settings = fresh;
	/* What the command line says goes before; what `vitrine ctl` said since stays. */
	if (relaid && server->options->layout == LAYOUT_UNSAID)
		server_set_layout(server, fresh.layout);
	return true;
}

static void server_toggle(struct view *view, enum xdg_toplevel_flag flag)
{
	const struct xdg_toplevel *toplevel = view->xdg->toplevel;
	toplevel->listener->request_state(toplevel->data, flag, !(toplevel->flags & flag), NULL);
}

/* The same half again: it floats. */
static void server_snap(struct view *view, enum xdg_toplevel_flag half)
{
	const struct xdg_toplevel *toplevel = view->xdg->toplevel;
	uint32_t halves = XDG_TOPLEVEL_TILED_LEFT | XDG_TOPLEVEL_TILED_RIGHT;
	desktop_snap(view, (toplevel->flags & halves) == half ? 0 : half);
}

static void server_act(struct desktop *desktop, enum settings_action action)
{
	struct view *view = desktop->active;
	if (action == SETTINGS_NEXT_WINDOW || action == SETTINGS_PREVIOUS_WINDOW)
		desktop_cycle(desktop, action == SETTINGS_PREVIOUS_WINDOW);
	if (!view)
		return;
	if (action == SETTINGS_CLOSE)
		desktop_close(view);
	else if (action == SETTINGS_MAXIMIZE)
		server_toggle(view, XDG_TOPLEVEL_MAXIMIZED);
	else if (action == SETTINGS_FULLSCREEN)
		server_toggle(view, XDG_TOPLEVEL_FULLSCREEN);
	else if (action == SETTINGS_MINIMIZE)
		desktop_minimize(desktop, view, true);
	else if (action == SETTINGS_SNAP_LEFT)
		server_snap(view, XDG_TOPLEVEL_TILED_LEFT);
	else if (action == SETTINGS_SNAP_RIGHT)
		server_snap(view, XDG_TOPLEVEL_TILED_RIGHT);
}

static bool server_has_bindings(const struct server *server)
{
	return server->options->windows && !server->desktop.locked &&
	       !shortcuts_inhibit_is_active(&server->shortcuts_inhibit);
}

static uint32_t server_held_modifiers(const struct keymap *keymap)
{
	static const struct {
		const char *name;
		uint32_t modifier;
	} modifiers[] = {
		{XKB_MOD_NAME_SHIFT, SETTINGS_SHIFT},
		{XKB_MOD_NAME_CTRL, SETTINGS_CTRL},
		{XKB_MOD_NAME_ALT, SETTINGS_ALT},
		{XKB_MOD_NAME_LOGO, SETTINGS_SUPER},
	};
	uint32_t held = 0;
	for (size_t i = 0; i < sizeof modifiers / sizeof modifiers[0]; i++) {
		if (xkb_state_mod_name_is_active(
			    keymap->state, modifiers[i].name, XKB_STATE_MODS_EFFECTIVE) > 0)
			held |= modifiers[i].modifier;
	}
	return held;
}

static enum settings_action server_find_action(
	const struct server *server, const struct keymap *keymap, uint32_t key)
{
	xkb_keysym_t symbols[KEYMAP_MAX_SYMBOLS];
	size_t len = keymap_base_symbols(keymap, key, symbols);
	enum settings_action action = SETTINGS_ACTIONS;
	for (size_t i = 0; i < len && action == SETTINGS_ACTIONS; i++) {
		struct settings_key pressed = {server_held_modifiers(keymap), symbols[i]};
		action = settings_find(&server->settings, pressed);
	}
	return action;
}

bool server_take_binding(struct server *server, const struct keymap *keymap, uint32_t key)
{
	if (!server_has_bindings(server) || !keymap->state)
		return false;
	enum settings_action action = server_find_action(server, keymap, key);
	if (action == SETTINGS_ACTIONS)
		return false;
	server_act(&server->desktop, action);
	return true;
}

/* The corner or edge that is nearest to a point of the window. */
static uint32_t server_nearest_edges(const struct view *view, double x, double y)
{
	struct xdg_box box = view_geometry(view);
	double left = (x - view->x) / box.width, top = (y - view->y) / box.height;
	uint32_t edges = 0;
	if (left < 1 / 3.0)
		edges |= XDG_TOPLEVEL_RESIZE_EDGE_LEFT;
	else if (left > 2 / 3.0)
		edges |= XDG_TOPLEVEL_RESIZE_EDGE_RIGHT;
	if (top < 1 / 3.0)
		edges |= XDG_TOPLEVEL_RESIZE_EDGE_TOP;
	else if (top > 2 / 3.0)
		edges |= XDG_TOPLEVEL_RESIZE_EDGE_BOTTOM;
	return edges ? edges : XDG_TOPLEVEL_RESIZE_EDGE_BOTTOM_RIGHT;
}

void server_take_drag(struct server *server, uint32_t button)
{
	const struct seat_pointer *pointer = &server->seat.pointer;
	const struct keymap *keymap = server->keymap_used;
	double x = server->cursor.x, y = server->cursor.y;
	if (!server_has_bindings(server) || !pointer->focus || pointer->held.len > 0 ||
		pointer->grab || !keymap || !keymap->state || server->settings.drag == 0 ||
		server_held_modifiers(keymap) != server->settings.drag)
		return;
	struct view *view = desktop_view_at(&server->desktop, x, y);
	uint32_t edges = view && button == BTN_RIGHT ? server_nearest_edges(view, x, y) : 0;
	if (view && (button == BTN_LEFT || button == BTN_RIGHT) &&
		server->desktop.policy->may_drag(view, edges))
		drag_start(&server->desktop.drag, view, NULL, edges);
}

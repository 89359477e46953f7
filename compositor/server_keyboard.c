/*
 * Keys of the session's keyboards and of clients' virtual ones. Each has a keymap; clients know of
 * one keyboard, which has the keymap of whichever was used last.
 */
#include "compositor/server_input.h"

#include "common/log.h"
#include "common/xalloc.h"
#include "compositor/input.h"
#include "compositor/session.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

/* Ctrl+Alt+Fn, which the layout makes symbols of their own. 0: another key. */
static int server_keyboard_vt_of(xkb_keysym_t symbol)
{
	if (symbol < XKB_KEY_XF86Switch_VT_1 || symbol > XKB_KEY_XF86Switch_VT_12)
		return 0;
	return (int)(symbol - XKB_KEY_XF86Switch_VT_1) + 1;
}

static enum keyboard_keymap server_keyboard_give(struct server *server, const struct keymap *keymap)
{
	const struct keyboard_modifiers modifiers = keymap_modifiers(keymap);
	if (!server->keymap_used || server->keymap_used->map != keymap->map)
		return keymap_give(keymap, &server->seat);
	keyboard_set_modifiers(&server->seat, &modifiers);
	return KEYBOARD_KEYMAP_KEPT;
}

/* False: no memory; the keys of another keymap are not told. */
static bool server_keyboard_use(struct server *server, const struct keymap *keymap)
{
	if (server->keymap_used == keymap)
		return true;
	enum keyboard_keymap given = server_keyboard_give(server, keymap);
	if (given == KEYBOARD_KEYMAP_FAILED) {
		log_limited(LOG_LEVEL_WARN, "a keyboard's keymap cannot be told: no memory");
		return false;
	}
	server->keymap_used = keymap;
	if (given == KEYBOARD_KEYMAP_CHANGED)
		input_method_grab_keymap(&server->input_method);
	return true;
}

/* The input method's own keys are meant for the focus. A release follows its press, which the input
 * method may have passed on. */
static bool server_keyboard_is_grabbed(
	const struct server *server, const struct wl_client *from, uint32_t key, bool pressed)
{
	const struct input_method *method = server->input_method.method;
	if (!input_method_has_grab(&server->input_method) ||
		from == wl_resource_get_client(method->resource))
		return false;
	return pressed || input_method_grab_holds(&server->input_method, key);
}

static void server_keyboard_tell_modifiers(
	struct server *server, const struct keymap *keymap, const struct wl_client *from)
{
	const struct keyboard_modifiers modifiers = keymap_modifiers(keymap);
	const struct input_method *method = server->input_method.method;
	if (input_method_has_grab(&server->input_method) &&
		from != wl_resource_get_client(method->resource))
		input_method_grab_modifiers(&server->input_method, &modifiers);
	else
		keyboard_set_modifiers(&server->seat, &modifiers);
}

/* from: the client whose virtual keyboard it is; NULL: a device. */
static void server_keyboard_send_key(struct server *server, const struct wl_client *from,
	uint32_t time, uint32_t key, bool pressed)
{
	if (server_keyboard_is_grabbed(server, from, key, pressed))
		input_method_grab_key(&server->input_method, time, key, pressed);
	else
		keyboard_key(&server->seat, time, key, pressed);
}

/* Whether the key was a shortcut of ours, which no client sees; its release alone does no harm. */
static bool server_keyboard_take_shortcut(
	struct server *server, const struct keymap *keymap, uint32_t key, bool pressed)
{
	int vt = pressed ? server_keyboard_vt_of(keymap_symbol(keymap, key)) : 0;
	if (pressed && server_take_binding(server, keymap, key))
		return true;
	if (!vt || !server->session || !server->options->vt_switch)
		return false;
	session_switch_vt(server->session, vt);
	return true;
}

void server_keyboard_key(void *data, uint32_t time, uint32_t key, bool pressed)
{
	struct server *server = data;
	server_idle_activity(server);
	if (!server_keyboard_take_shortcut(server, &server->keymap, key, pressed) &&
		server_keyboard_use(server, &server->keymap))
		server_keyboard_send_key(server, NULL, time, key, pressed);
	keymap_press(&server->keymap, key, pressed);
	input_set_lights(server->input, keymap_lights(&server->keymap));
	server_keyboard_tell_modifiers(server, &server->keymap, NULL);
}

static void server_keyboard_handle_virtual_added(void *data, struct virtual_keyboard *keyboard)
{
	keyboard->data = xcalloc(1, sizeof(struct keymap));
	server_input_device(data, WL_SEAT_CAPABILITY_KEYBOARD, true);
}

/* An input method repeats the keymap that its grab was told of. It stays that one, for xkbcommon
 * may not write what it has read. */
static bool server_keyboard_read(
	const struct server *server, struct keymap *keymap, const char *text)
{
	const struct keymap *used = server->keymap_used ? server->keymap_used : &server->keymap;
	if (used->map && keymap_is_told_as(used, text))
		return keymap_init_same(keymap, used);
	return keymap_init_text(keymap, text);
}

static bool server_keyboard_handle_virtual_keymap(
	void *data, struct virtual_keyboard *keyboard, const char *text)
{
	struct server *server = data;
	struct keymap *keymap = keyboard->data, fresh = {0};
	if (!server_keyboard_read(server, &fresh, text))
		return false;
	keymap_finish(keymap);
	*keymap = fresh;
	if (server->keymap_used == keymap)
		server->keymap_used = NULL;
	return true;
}

static void server_keyboard_handle_virtual_key(
	void *data, struct virtual_keyboard *keyboard, uint32_t time, uint32_t key, bool pressed)
{
	struct server *server = data;
	server_idle_activity(server);
	if (!server_keyboard_take_shortcut(server, keyboard->data, key, pressed) &&
		server_keyboard_use(server, keyboard->data))
		server_keyboard_send_key(
			server, wl_resource_get_client(keyboard->resource), time, key, pressed);
}

static void server_keyboard_handle_virtual_modifiers(
	void *data, struct virtual_keyboard *keyboard, const struct keyboard_modifiers *modifiers)
{
	struct server *server = data;
	keymap_set_modifiers(keyboard->data, modifiers);
	if (server_keyboard_use(server, keyboard->data))
		server_keyboard_tell_modifiers(
			server, keyboard->data, wl_resource_get_client(keyboard->resource));
}

/* Nobody will release what it holds; what it has locked stays so until another keyboard is used. */
static void server_keyboard_release_modifiers(
	struct server *server, const struct virtual_keyboard *keyboard)
{
	struct keyboard_modifiers modifiers = keymap_modifiers(keyboard->data);
	modifiers.depressed = modifiers.latched = 0;
	keymap_set_modifiers(keyboard->data, &modifiers);
	server_keyboard_tell_modifiers(
		server, keyboard->data, wl_resource_get_client(keyboard->resource));
}

static void server_keyboard_handle_virtual_removed(void *data, struct virtual_keyboard *keyboard)
{
	struct server *server = data;
	/* Clients keep its keymap until another keyboard is used: some, as Xwayland's, only now
	 * look up what its last key meant. */
	if (server->keymap_used == keyboard->data) {
		server_keyboard_release_modifiers(server, keyboard);
		server->keymap_used = NULL;
	}
	keymap_finish(keyboard->data);
	free(keyboard->data);
	server_input_device(server, WL_SEAT_CAPABILITY_KEYBOARD, false);
}

static const struct virtual_keyboard_listener server_keyboard_virtual_listener = {
	.added = server_keyboard_handle_virtual_added,
	.keymap = server_keyboard_handle_virtual_keymap,
	.key = server_keyboard_handle_virtual_key,
	.modifiers = server_keyboard_handle_virtual_modifiers,
	.removed = server_keyboard_handle_virtual_removed,
};

bool server_keyboard_prepare(struct server *server)
{
	if (server->keymap.map)
		return true;
	if (!keymap_init(&server->keymap)) {
		server_fail(server, "no such keyboard layout: check XKB_DEFAULT_LAYOUT and its "
				    "like, and that xkb-data is installed");
		return false;
	}
	if (server_keyboard_use(server, &server->keymap))
		return true;
	keymap_finish(&server->keymap);
	server_fail(server, "the keyboard cannot be offered: no memory");
	return false;
}

bool server_keyboard_create(struct server *server)
{
	struct wl_display *display = server->display;
	server->virtual_keyboard.listener = &server_keyboard_virtual_listener;
	server->virtual_keyboard.data = server;
	server->shortcuts_inhibit.seat = &server->seat;
	return virtual_keyboard_create(&server->virtual_keyboard, display) &&
	       shortcuts_inhibit_create(&server->shortcuts_inhibit, display);
}

void server_keyboard_destroy(struct server *server)
{
	virtual_keyboard_destroy(&server->virtual_keyboard);
	shortcuts_inhibit_destroy(&server->shortcuts_inhibit);
	keymap_finish(&server->keymap);
	server->keymap_used = NULL;
}

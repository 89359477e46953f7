#include "protocol/keyboard.h"

#include "common/fd.h"
#include "protocol/resource.h"
#include "protocol/seat_private.h"
#include "protocol/surface.h"

#include <string.h>
#include <sys/mman.h>
#include <wayland-server-protocol.h>

#define KEYBOARD_REPEAT_RATE 25   /* keys a second */
#define KEYBOARD_REPEAT_DELAY 600 /* milliseconds */

static const struct wl_keyboard_interface keyboard_implementation = {
	.release = resource_handle_destroy,
};

static void keyboard_send_keymap(const struct seat_keyboard *keyboard, struct wl_resource *resource)
{
	wl_keyboard_send_keymap(resource, WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1, keyboard->keymap,
		keyboard->keymap_size);
}

static void keyboard_send_enter(struct seat *seat, struct wl_resource *resource)
{
	struct seat_keyboard *keyboard = &seat->keyboard;
	struct wl_array keys;
	wl_array_init(&keys);
	size_t size = (size_t)keyboard->held.len * sizeof keyboard->held.keys[0];
	void *copy = wl_array_add(&keys, size);
	if (copy && size > 0)
		memcpy(copy, keyboard->held.keys, size);
	uint32_t serial = seat_next_serial(seat, keyboard->focus);
	wl_keyboard_send_enter(resource, serial, keyboard->focus->resource, &keys);
	wl_array_release(&keys);
	wl_keyboard_send_modifiers(resource, wl_display_next_serial(seat->display),
		keyboard->modifiers.depressed, keyboard->modifiers.latched,
		keyboard->modifiers.locked, keyboard->modifiers.group);
}

/* There is a keymap: the client hears of it, and of all that follows. */
static void keyboard_introduce(struct seat *seat, struct wl_resource *resource)
{
	struct seat_keyboard *keyboard = &seat->keyboard;
	wl_list_remove(wl_resource_get_link(resource));
	wl_list_insert(&keyboard->resources, wl_resource_get_link(resource));
	keyboard_send_keymap(keyboard, resource);
	if (wl_resource_get_version(resource) >= WL_KEYBOARD_REPEAT_INFO_SINCE_VERSION)
		wl_keyboard_send_repeat_info(
			resource, keyboard->repeat_rate, keyboard->repeat_delay);
	if (keyboard->focus && wl_resource_get_client(keyboard->focus->resource) ==
				       wl_resource_get_client(resource))
		keyboard_send_enter(seat, resource);
}

void keyboard_create(struct seat *seat, struct wl_client *client, uint32_t version, uint32_t id)
{
	struct wl_resource *resource = resource_create(client, &wl_keyboard_interface, version, id,
		&keyboard_implementation, seat, resource_unlink);
	if (!resource)
		return;
	wl_list_insert(&seat->keyboard.early, wl_resource_get_link(resource));
	if (seat->keyboard.keymap >= 0)
		keyboard_introduce(seat, resource);
}

static void keyboard_handle_focus_destroy(struct wl_listener *listener, void *data)
{
	struct seat *seat = wl_container_of(listener, seat, keyboard.focus_destroy);
	keyboard_set_focus(seat, NULL);
}

void keyboard_set_focus(struct seat *seat, struct surface *surface)
{
	struct seat_keyboard *keyboard = &seat->keyboard;
	struct wl_resource *resource;
	if (keyboard->focus == surface)
		return;
	if (keyboard->focus) {
		uint32_t serial = wl_display_next_serial(seat->display);
		seat_for_each_focused(resource, &keyboard->resources, keyboard->focus)
			wl_keyboard_send_leave(resource, serial, keyboard->focus->resource);
	}
	seat_watch_focus(
		&keyboard->focus, &keyboard->focus_destroy, surface, keyboard_handle_focus_destroy);
	wl_signal_emit_mutable(&seat->events.keyboard_focus, seat);
	seat_for_each_focused(resource, &keyboard->resources, surface)
		keyboard_send_enter(seat, resource);
	wl_signal_emit_mutable(&seat->events.keyboard_entered, seat);
}

void keyboard_key(struct seat *seat, uint32_t time, uint32_t key, bool pressed)
{
	struct seat_keyboard *keyboard = &seat->keyboard;
	if (!held_keys_track(&keyboard->held, key, pressed))
		return;
	uint32_t serial = seat_next_serial(seat, keyboard->focus);
	struct wl_resource *resource;
	seat_for_each_focused(resource, &keyboard->resources, keyboard->focus)
		wl_keyboard_send_key(resource, serial, time, key,
			pressed ? WL_KEYBOARD_KEY_STATE_PRESSED : WL_KEYBOARD_KEY_STATE_RELEASED);
}

static void keyboard_tell_modifiers(struct seat *seat, const struct keyboard_modifiers *modifiers)
{
	struct seat_keyboard *keyboard = &seat->keyboard;
	keyboard->modifiers = *modifiers;
	uint32_t serial = wl_display_next_serial(seat->display);
	struct wl_resource *resource;
	seat_for_each_focused(resource, &keyboard->resources, keyboard->focus)
		wl_keyboard_send_modifiers(resource, serial, modifiers->depressed,
			modifiers->latched, modifiers->locked, modifiers->group);
}

void keyboard_set_modifiers(struct seat *seat, const struct keyboard_modifiers *modifiers)
{
	if (memcmp(modifiers, &seat->keyboard.modifiers, sizeof *modifiers) != 0)
		keyboard_tell_modifiers(seat, modifiers);
}

static bool keyboard_has_keymap(
	const struct seat_keyboard *keyboard, const char *text, uint32_t size)
{
	if (keyboard->keymap < 0 || keyboard->keymap_size != size)
		return false;
	void *known = mmap(NULL, size, PROT_READ, MAP_PRIVATE, keyboard->keymap, 0);
	if (known == MAP_FAILED)
		return false;
	bool same = memcmp(known, text, size) == 0;
	munmap(known, size);
	return same;
}

enum keyboard_keymap keyboard_set_keymap(struct seat *seat, const char *text, uint32_t size,
	const struct keyboard_modifiers *modifiers)
{
	struct seat_keyboard *keyboard = &seat->keyboard;
	if (keyboard_has_keymap(keyboard, text, size)) {
		keyboard_set_modifiers(seat, modifiers);
		return KEYBOARD_KEYMAP_KEPT;
	}
	int fd = fd_create_sealed("keymap", text, size);
	if (fd < 0)
		return KEYBOARD_KEYMAP_FAILED;
	fd_close(&keyboard->keymap);
	keyboard->keymap = fd;
	keyboard->keymap_size = size;
	struct wl_resource *resource, *next;
	wl_resource_for_each (resource, &keyboard->resources)
		keyboard_send_keymap(keyboard, resource);
	/* Also the same ones: with a keymap clients begin anew. */
	keyboard_tell_modifiers(seat, modifiers);
	wl_resource_for_each_safe (resource, next, &keyboard->early)
		keyboard_introduce(seat, resource);
	return KEYBOARD_KEYMAP_CHANGED;
}

void keyboard_init(struct seat *seat)
{
	wl_list_init(&seat->keyboard.resources);
	wl_list_init(&seat->keyboard.early);
	seat->keyboard.keymap = -1;
	seat->keyboard.repeat_rate = KEYBOARD_REPEAT_RATE;
	seat->keyboard.repeat_delay = KEYBOARD_REPEAT_DELAY;
}

void keyboard_finish(struct seat *seat)
{
	seat_watch_focus(&seat->keyboard.focus, &seat->keyboard.focus_destroy, NULL, NULL);
	fd_close(&seat->keyboard.keymap);
}

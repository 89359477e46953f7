/** virtual-keyboard 1: a client plays a keyboard, with a keymap of its own. Privileged. */
#ifndef PROTOCOL_VIRTUAL_KEYBOARD_H
#define PROTOCOL_VIRTUAL_KEYBOARD_H

#include "protocol/keyboard.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

/** Longer keymaps are refused, bytes. */
#define VIRTUAL_KEYBOARD_MAX_KEYMAP (1 << 20)

struct virtual_keyboard_manager;

struct virtual_keyboard {
	struct virtual_keyboard_manager *manager;
	struct wl_resource *resource;
	struct wl_list link; /**< virtual_keyboard_manager::keyboards */
	bool has_keymap;
	struct held_keys held;
	void *data; /**< the listener's; NULL at first */
};

/** All are required. Times: milliseconds, CLOCK_MONOTONIC. */
struct virtual_keyboard_listener {
	void (*added)(void *data, struct virtual_keyboard *keyboard);
	/** text: an xkb keymap, NUL-terminated. False: it is none; what it had before stays. */
	bool (*keymap)(void *data, struct virtual_keyboard *keyboard, const char *text);
	void (*key)(void *data, struct virtual_keyboard *keyboard, uint32_t time, uint32_t key,
		bool pressed);
	void (*modifiers)(void *data, struct virtual_keyboard *keyboard,
		const struct keyboard_modifiers *modifiers);
	/** Its keys were released. */
	void (*removed)(void *data, struct virtual_keyboard *keyboard);
};

/** Zeroed but for listener and data, both borrowed, before virtual_keyboard_create(). */
struct virtual_keyboard_manager {
	const struct virtual_keyboard_listener *listener;
	void *data;
	struct wl_global *global;
	struct wl_list keyboards; /**< struct virtual_keyboard::link */
};

/** False: no memory. */
bool virtual_keyboard_create(struct virtual_keyboard_manager *manager, struct wl_display *display);
void virtual_keyboard_destroy(struct virtual_keyboard_manager *manager);

/** Whether the client plays a keyboard. */
bool virtual_keyboard_is_of(
	const struct virtual_keyboard_manager *manager, const struct wl_client *client);

#endif

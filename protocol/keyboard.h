/** wl_keyboard: the surface with the keyboard's focus is told of its keys. */
#ifndef PROTOCOL_KEYBOARD_H
#define PROTOCOL_KEYBOARD_H

#include "protocol/held_keys.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct seat;
struct surface;

/** The xkb state as clients are told it: modifier masks and the effective layout. */
struct keyboard_modifiers {
	uint32_t depressed, latched, locked, group;
};

/** Part of struct seat. */
struct seat_keyboard {
	struct wl_list resources;
	struct wl_list early; /**< resources of clients that asked before there was a keymap, and
				 hear nothing until there is one */
	struct surface *focus;
	struct wl_listener focus_destroy;
	int keymap; /**< sealed fd; -1: none */
	uint32_t keymap_size;
	int32_t repeat_rate, repeat_delay; /**< keys a second, milliseconds */
	struct held_keys held;             /**< as far as clients know */
	struct keyboard_modifiers modifiers;
};

/** surface NULL: leaves. */
void keyboard_set_focus(struct seat *seat, struct surface *surface);

/** time: milliseconds, CLOCK_MONOTONIC; key: evdev code. */
void keyboard_key(struct seat *seat, uint32_t time, uint32_t key, bool pressed);

void keyboard_set_modifiers(struct seat *seat, const struct keyboard_modifiers *modifiers);

enum keyboard_keymap {
	KEYBOARD_KEYMAP_FAILED, /**< no memory: nothing is told */
	KEYBOARD_KEYMAP_KEPT,   /**< clients have it: only modifiers are told, if they are others */
	KEYBOARD_KEYMAP_CHANGED,
};

/** An xkb keymap as text, its NUL included in size, and the modifiers of its keyboard. */
enum keyboard_keymap keyboard_set_keymap(struct seat *seat, const char *text, uint32_t size,
	const struct keyboard_modifiers *modifiers);

#endif

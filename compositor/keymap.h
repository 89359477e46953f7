/** A keyboard's layout and state, by xkbcommon. */
#ifndef COMPOSITOR_KEYMAP_H
#define COMPOSITOR_KEYMAP_H

#include "protocol/keyboard.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xkbcommon/xkbcommon.h>

struct seat;

/** Of a keyboard; bits, as libinput has them. */
enum keymap_light {
	KEYMAP_LIGHT_NUM = 1 << 0,
	KEYMAP_LIGHT_CAPS = 1 << 1,
	KEYMAP_LIGHT_SCROLL = 1 << 2,
};

/** Zeroed, then one of the keymap_init*(). */
struct keymap {
	struct xkb_context *context;
	struct xkb_keymap *map;
	struct xkb_state *state;
};

/** The layout of XKB_DEFAULT_RULES, _MODEL, _LAYOUT, _VARIANT, _OPTIONS. False: it does not exist,
 * or there is no memory. */
bool keymap_init(struct keymap *keymap);

/** A layout as a client wrote it. False: it is none, which is not logged. */
bool keymap_init_text(struct keymap *keymap, const char *text);

/** The layout of another, with a state of its own. False: no memory. */
bool keymap_init_same(struct keymap *keymap, const struct keymap *other);

/** Whether this is the text that clients are told. */
bool keymap_is_told_as(const struct keymap *keymap, const char *text);

void keymap_finish(struct keymap *keymap);

/** Makes it what clients know of the seat's keyboard, with its modifiers. */
enum keyboard_keymap keymap_give(const struct keymap *keymap, struct seat *seat);

/** The key's symbol in the state before it is pressed. key: evdev code. */
xkb_keysym_t keymap_symbol(const struct keymap *keymap, uint32_t key);

#define KEYMAP_MAX_SYMBOLS 8

/**
 * By what the key may be called whatever modifiers are held, the best first: its symbol in the
 * current layout, and where that is none of Latin-1, as a Cyrillic letter, those in all of them.
 * How many: one at least, which may be XKB_KEY_NoSymbol.
 */
size_t keymap_base_symbols(
	const struct keymap *keymap, uint32_t key, xkb_keysym_t symbols[KEYMAP_MAX_SYMBOLS]);

/** The state follows a key, or is set. */
void keymap_press(struct keymap *keymap, uint32_t key, bool pressed);
void keymap_set_modifiers(struct keymap *keymap, const struct keyboard_modifiers *modifiers);

/** Lights that are on: enum keymap_light. */
uint32_t keymap_lights(const struct keymap *keymap);

struct keyboard_modifiers keymap_modifiers(const struct keymap *keymap);

#endif

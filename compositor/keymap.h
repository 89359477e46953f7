/** The keyboard's layout and state, by xkbcommon. The layout comes from XKB_DEFAULT_RULES, _MODEL,
 * _LAYOUT, _VARIANT, _OPTIONS. */
#ifndef COMPOSITOR_KEYMAP_H
#define COMPOSITOR_KEYMAP_H

#include <stdbool.h>
#include <stdint.h>
#include <xkbcommon/xkbcommon.h>

struct seat;

struct keymap {
	struct xkb_context *context;
	struct xkb_keymap *map;
	struct xkb_state *state;
};

/** Compiles the layout and gives it to the seat. False: it does not exist, and the reason has been
 * logged. */
bool keymap_init(struct keymap *keymap, struct seat *seat);
void keymap_finish(struct keymap *keymap);

/** The key's symbol in the state before it is pressed. key: evdev code. */
xkb_keysym_t keymap_symbol(const struct keymap *keymap, uint32_t key);

/** A key goes down or up: the state follows, and the seat is told of changed modifiers. */
void keymap_update(struct keymap *keymap, struct seat *seat, uint32_t key, bool pressed);

#endif

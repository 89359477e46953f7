#include "compositor/keymap.h"

#include "common/log.h"
#include "protocol/seat.h"

#include <stdlib.h>
#include <string.h>

#define KEYMAP_EVDEV_OFFSET 8 /* xkb keycodes are evdev's plus 8 (X11's heritage) */

static bool keymap_give(const struct keymap *keymap, struct seat *seat)
{
	char *text = xkb_keymap_get_as_string(keymap->map, XKB_KEYMAP_FORMAT_TEXT_V1);
	if (!text)
		return false;
	bool given = keyboard_set_keymap(seat, text, (uint32_t)strlen(text) + 1);
	free(text);
	return given;
}

bool keymap_init(struct keymap *keymap, struct seat *seat)
{
	keymap->context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	if (keymap->context)
		/* NULL names: xkbcommon reads XKB_DEFAULT_*. */
		keymap->map = xkb_keymap_new_from_names(
			keymap->context, NULL, XKB_KEYMAP_COMPILE_NO_FLAGS);
	if (keymap->map)
		keymap->state = xkb_state_new(keymap->map);
	if (!keymap->state || !keymap_give(keymap, seat)) {
		log_error("no such keyboard layout: check XKB_DEFAULT_LAYOUT and its like, and "
			  "that xkb-data is installed");
		keymap_finish(keymap);
		return false;
	}
	return true;
}

void keymap_finish(struct keymap *keymap)
{
	xkb_state_unref(keymap->state);
	xkb_keymap_unref(keymap->map);
	xkb_context_unref(keymap->context);
	*keymap = (struct keymap){0};
}

xkb_keysym_t keymap_symbol(const struct keymap *keymap, uint32_t key)
{
	return xkb_state_key_get_one_sym(keymap->state, key + KEYMAP_EVDEV_OFFSET);
}

void keymap_update(struct keymap *keymap, struct seat *seat, uint32_t key, bool pressed)
{
	struct xkb_state *state = keymap->state;
	xkb_state_update_key(state, key + KEYMAP_EVDEV_OFFSET, pressed ? XKB_KEY_DOWN : XKB_KEY_UP);
	struct keyboard_modifiers modifiers = {
		.depressed = xkb_state_serialize_mods(state, XKB_STATE_MODS_DEPRESSED),
		.latched = xkb_state_serialize_mods(state, XKB_STATE_MODS_LATCHED),
		.locked = xkb_state_serialize_mods(state, XKB_STATE_MODS_LOCKED),
		.group = xkb_state_serialize_layout(state, XKB_STATE_LAYOUT_EFFECTIVE),
	};
	keyboard_set_modifiers(seat, &modifiers);
}

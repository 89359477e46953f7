#include "compositor/keymap.h"

#include "common/log.h"
#include "compositor/keymap_read.h"
#include "protocol/seat.h"

#include <stdlib.h>
#include <string.h>

#define KEYMAP_EVDEV_OFFSET 8                /* xkb keycodes are evdev's plus 8 (X11's heritage) */
#define KEYMAP_LAST_LATIN XKB_KEY_ydiaeresis /* 0xff: until there keysyms are Latin-1's */

/* map is taken over; NULL: there is none. False: nothing is left. */
static bool keymap_take(struct keymap *keymap, struct xkb_keymap *map)
{
	keymap->map = map;
	if (map)
		keymap->state = xkb_state_new(map);
	if (!keymap->state)
		keymap_finish(keymap);
	return keymap->state;
}

bool keymap_init(struct keymap *keymap)
{
	keymap->context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	/* NULL names: xkbcommon reads XKB_DEFAULT_*. */
	struct xkb_keymap *map = keymap->context ? xkb_keymap_new_from_names(keymap->context, NULL,
							   XKB_KEYMAP_COMPILE_NO_FLAGS)
						 : NULL;
	return keymap_take(keymap, map);
}

static void keymap_log_nothing(
	struct xkb_context *context, enum xkb_log_level level, const char *format, va_list args)
{
}

bool keymap_init_text(struct keymap *keymap, const char *text)
{
	keymap->context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	if (!keymap->context)
		return false;
	xkb_context_set_log_fn(keymap->context, keymap_log_nothing);
	return keymap_take(keymap, keymap_read(keymap->context, text));
}

bool keymap_init_same(struct keymap *keymap, const struct keymap *other)
{
	keymap->context = xkb_context_ref(other->context);
	return keymap_take(keymap, xkb_keymap_ref(other->map));
}

bool keymap_is_told_as(const struct keymap *keymap, const char *text)
{
	char *told = xkb_keymap_get_as_string(keymap->map, XKB_KEYMAP_FORMAT_TEXT_V1);
	bool same = told && strcmp(told, text) == 0;
	free(told);
	return same;
}

void keymap_finish(struct keymap *keymap)
{
	xkb_state_unref(keymap->state);
	xkb_keymap_unref(keymap->map);
	xkb_context_unref(keymap->context);
	*keymap = (struct keymap){0};
}

enum keyboard_keymap keymap_give(const struct keymap *keymap, struct seat *seat)
{
	const struct keyboard_modifiers modifiers = keymap_modifiers(keymap);
	char *text = xkb_keymap_get_as_string(keymap->map, XKB_KEYMAP_FORMAT_TEXT_V1);
	enum keyboard_keymap given = KEYBOARD_KEYMAP_FAILED;
	if (text)
		given = keyboard_set_keymap(seat, text, (uint32_t)strlen(text) + 1, &modifiers);
	free(text);
	return given;
}

static xkb_keysym_t keymap_symbol_in(
	const struct keymap *keymap, xkb_keycode_t code, xkb_layout_index_t layout)
{
	const xkb_keysym_t *symbols;
	int len = xkb_keymap_key_get_syms_by_level(keymap->map, code, layout, 0, &symbols);
	return len > 0 ? symbols[0] : XKB_KEY_NoSymbol;
}

size_t keymap_base_symbols(
	const struct keymap *keymap, uint32_t key, xkb_keysym_t symbols[KEYMAP_MAX_SYMBOLS])
{
	xkb_keycode_t code = key + KEYMAP_EVDEV_OFFSET;
	xkb_layout_index_t layout = xkb_state_key_get_layout(keymap->state, code);
	xkb_layout_index_t n = xkb_keymap_num_layouts_for_key(keymap->map, code);
	size_t len = 1;
	symbols[0] = keymap_symbol_in(keymap, code, layout);
	/* A Latin-1 symbol is what the user means: y and z are each other's in us,de. */
	for (layout = 0; symbols[0] > KEYMAP_LAST_LATIN && layout < n && len < KEYMAP_MAX_SYMBOLS;
		layout++)
		symbols[len++] = keymap_symbol_in(keymap, code, layout);
	return len;
}

xkb_keysym_t keymap_symbol(const struct keymap *keymap, uint32_t key)
{
	return xkb_state_key_get_one_sym(keymap->state, key + KEYMAP_EVDEV_OFFSET);
}

void keymap_press(struct keymap *keymap, uint32_t key, bool pressed)
{
	xkb_state_update_key(
		keymap->state, key + KEYMAP_EVDEV_OFFSET, pressed ? XKB_KEY_DOWN : XKB_KEY_UP);
}

void keymap_set_modifiers(struct keymap *keymap, const struct keyboard_modifiers *modifiers)
{
	xkb_state_update_mask(keymap->state, modifiers->depressed, modifiers->latched,
		modifiers->locked, 0, 0, modifiers->group);
}

uint32_t keymap_lights(const struct keymap *keymap)
{
	static const struct {
		const char *name;
		enum keymap_light light;
	} lights[] = {
		{XKB_LED_NAME_NUM, KEYMAP_LIGHT_NUM},
		{XKB_LED_NAME_CAPS, KEYMAP_LIGHT_CAPS},
		{XKB_LED_NAME_SCROLL, KEYMAP_LIGHT_SCROLL},
	};
	uint32_t on = 0;
	for (size_t i = 0; i < sizeof lights / sizeof lights[0]; i++) {
		if (xkb_state_led_name_is_active(keymap->state, lights[i].name) > 0)
			on |= lights[i].light;
	}
	return on;
}

struct keyboard_modifiers keymap_modifiers(const struct keymap *keymap)
{
	struct xkb_state *state = keymap->state;
	return (struct keyboard_modifiers){
		.depressed = xkb_state_serialize_mods(state, XKB_STATE_MODS_DEPRESSED),
		.latched = xkb_state_serialize_mods(state, XKB_STATE_MODS_LATCHED),
		.locked = xkb_state_serialize_mods(state, XKB_STATE_MODS_LOCKED),
		.group = xkb_state_serialize_layout(state, XKB_STATE_LAYOUT_EFFECTIVE),
	};
}

/** The configuration file: an ini file of few keys, vitrine(1) names them all. */
#ifndef COMPOSITOR_SETTINGS_H
#define COMPOSITOR_SETTINGS_H

#include "compositor/layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xkbcommon/xkbcommon.h>

/** What a key does in a session of floating windows. */
enum settings_action {
	SETTINGS_CLOSE,
	SETTINGS_NEXT_WINDOW,
	SETTINGS_PREVIOUS_WINDOW,
	SETTINGS_MAXIMIZE,
	SETTINGS_FULLSCREEN,
	SETTINGS_MINIMIZE,
	SETTINGS_SNAP_LEFT,
	SETTINGS_SNAP_RIGHT,
	SETTINGS_ACTIONS, /**< how many */
};

enum settings_modifier {
	SETTINGS_SHIFT = 1 << 0,
	SETTINGS_CTRL = 1 << 1,
	SETTINGS_ALT = 1 << 2,
	SETTINGS_SUPER = 1 << 3,
};

struct settings_key {
	uint32_t modifiers;  /**< enum settings_modifier */
	xkb_keysym_t symbol; /**< of the key without modifiers; XKB_KEY_NoSymbol: none */
};

#define SETTINGS_MAX_ENTRIES 32 /**< of outputs, and of devices */
#define SETTINGS_MAX_NAME 50    /**< bytes, with its end: of longer ones inih reads so much */

/** An output whose scale is not left to its size. */
struct settings_scale {
	char output[SETTINGS_MAX_NAME];
	uint32_t scale; /**< 120ths */
};

/** The output over whose panel an input device of places lies; "*": over all of them. */
struct settings_device {
	char name[SETTINGS_MAX_NAME], output[SETTINGS_MAX_NAME];
};

struct settings {
	struct settings_key keys[SETTINGS_ACTIONS];
	uint32_t drag; /**< modifiers with which buttons move and resize windows; 0: none */
	enum layout layout;
	struct settings_scale scales[SETTINGS_MAX_ENTRIES];
	size_t n_scales;
	struct settings_device devices[SETTINGS_MAX_ENTRIES];
	size_t n_devices;
};

void settings_init(struct settings *settings);

/**
 * Reads path over what *settings has. Every bad line is logged with its number and what to do about
 * it, and changes nothing. False: the file cannot be read, which is logged.
 */
bool settings_read(struct settings *settings, const char *path);

/** Where it is looked for without --config: below XDG_CONFIG_HOME or HOME/.config. False: neither
 * is set, or the path is too long. */
bool settings_path(char *path, size_t size);

/** The action of a key; SETTINGS_ACTIONS: none. */
enum settings_action settings_find(const struct settings *settings, struct settings_key key);

/** Of an output; 0: not said. */
uint32_t settings_find_scale(const struct settings *settings, const char *output);

/** The name of the output over which a device lies, or "*"; NULL: not said. */
const char *settings_find_output(const struct settings *settings, const char *device);

#endif

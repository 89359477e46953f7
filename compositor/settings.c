#include "compositor/settings.h"

#include "common/file.h"
#include "common/log.h"
#include "protocol/output_map.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTINGS_MAX_MIB 1

static const struct {
	const char *name;
	struct settings_key key; /* unless the file says otherwise */
} settings_actions[SETTINGS_ACTIONS] = {
	[SETTINGS_CLOSE] = {"close", {SETTINGS_SUPER, XKB_KEY_q}},
	[SETTINGS_NEXT_WINDOW] = {"next-window", {SETTINGS_SUPER, XKB_KEY_Tab}},
	[SETTINGS_PREVIOUS_WINDOW] = {"previous-window",
		{SETTINGS_SUPER | SETTINGS_SHIFT, XKB_KEY_Tab}},
	[SETTINGS_MAXIMIZE] = {"maximize", {SETTINGS_SUPER, XKB_KEY_Up}},
	[SETTINGS_FULLSCREEN] = {"fullscreen", {SETTINGS_SUPER, XKB_KEY_f}},
	[SETTINGS_MINIMIZE] = {"minimize", {SETTINGS_SUPER, XKB_KEY_Down}},
	[SETTINGS_SNAP_LEFT] = {"snap-left", {SETTINGS_SUPER, XKB_KEY_Left}},
	[SETTINGS_SNAP_RIGHT] = {"snap-right", {SETTINGS_SUPER, XKB_KEY_Right}},
};

static const struct {
	const char *name;
	uint32_t modifier;
} settings_modifiers[] = {
	{"Shift", SETTINGS_SHIFT},
	{"Ctrl", SETTINGS_CTRL},
	{"Alt", SETTINGS_ALT},
	{"Super", SETTINGS_SUPER},
};

struct settings_reader {
	struct settings *settings;
	const char *path;
	FILE *file;
	int line;  /* the one just read */
	bool told; /* of a fault in it */
};

void settings_init(struct settings *settings)
{
	*settings = (struct settings){.drag = SETTINGS_SUPER};
	for (int i = 0; i < SETTINGS_ACTIONS; i++)
		settings->keys[i] = settings_actions[i].key;
}

static void settings_refuse(struct settings_reader *reader, const char *what, const char *advice)
{
	reader->told = true;
	log_warn("%s:%d: %s: %s", reader->path, reader->line, what, advice);
}

/* 0: no such modifier. */
static uint32_t settings_modifier_of(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof settings_modifiers / sizeof settings_modifiers[0]; i++) {
		if (strlen(settings_modifiers[i].name) == len &&
			strncasecmp(settings_modifiers[i].name, name, len) == 0)
			return settings_modifiers[i].modifier;
	}
	return 0;
}

/* "Super+Shift+Tab", or modifiers alone with symbol NULL. False: not understood. */
static bool settings_parse_key(const char *text, uint32_t *modifiers, xkb_keysym_t *symbol)
{
	*modifiers = 0;
	for (;;) {
		size_t len = strcspn(text, "+");
		bool last = text[len] == '\0';
		if (last && symbol) {
			*symbol = xkb_keysym_from_name(text, XKB_KEYSYM_CASE_INSENSITIVE);
			return *symbol != XKB_KEY_NoSymbol;
		}
		uint32_t modifier = settings_modifier_of(text, len);
		*modifiers |= modifier;
		if (modifier == 0 || last)
			return modifier != 0;
		text += len + 1;
	}
}

static void settings_set_key(struct settings_reader *reader, const char *name, const char *value)
{
	for (int i = 0; i < SETTINGS_ACTIONS; i++) {
		struct settings_key key = {0};
		if (strcmp(settings_actions[i].name, name) != 0)
			continue;
		if (value[0] == '\0' || settings_parse_key(value, &key.modifiers, &key.symbol))
			reader->settings->keys[i] = key;
		else
			settings_refuse(reader, "no such key",
				"write it like Super+Shift+Tab, with Shift, Ctrl, Alt, Super and "
				"a name from xkbcommon-keysyms.h without XKB_KEY_, or nothing "
				"for no key");
		return;
	}
	settings_refuse(reader, "no such action", "vitrine(1), CONFIGURATION, names them");
}

static void settings_set_mouse(struct settings_reader *reader, const char *name, const char *value)
{
	uint32_t modifiers = 0;
	if (strcmp(name, "drag") != 0)
		settings_refuse(reader, "no such entry", "[mouse] knows drag only");
	else if (value[0] == '\0' || settings_parse_key(value, &modifiers, NULL))
		reader->settings->drag = modifiers;
	else
		settings_refuse(reader, "no such modifier",
			"use Shift, Ctrl, Alt and Super, joined by +, or nothing for none");
}

static void settings_set_layout(struct settings_reader *reader, const char *name, const char *value)
{
	if (strcmp(name, "layout") != 0)
		settings_refuse(reader, "no such entry", "[outputs] knows layout only");
	else if (!layout_parse(value, &reader->settings->layout))
		settings_refuse(reader, "no such layout", "use extend or mirror");
}

static bool settings_has_room(struct settings_reader *reader, size_t len)
{
	if (len == SETTINGS_MAX_ENTRIES)
		settings_refuse(reader, "too many entries", "leave 32 in this section");
	return len < SETTINGS_MAX_ENTRIES;
}

static void settings_set_scale(struct settings_reader *reader, const char *name, const char *value)
{
	struct settings *settings = reader->settings;
	struct settings_scale entry = {0};
	if (!output_map_parse_scale(value, &entry.scale)) {
		settings_refuse(reader, "no such scale", "use a number from 0.25 to 8");
	} else if (settings_has_room(reader, settings->n_scales)) {
		snprintf(entry.output, sizeof entry.output, "%s", name);
		settings->scales[settings->n_scales++] = entry;
	}
}

static void settings_set_device(struct settings_reader *reader, const char *name, const char *value)
{
	struct settings *settings = reader->settings;
	struct settings_device *entry = &settings->devices[settings->n_devices];
	if (value[0] == '\0') {
		settings_refuse(reader, "no output", "write DEVICE = OUTPUT");
	} else if (settings_has_room(reader, settings->n_devices)) {
		snprintf(entry->name, sizeof entry->name, "%s", name);
		snprintf(entry->output, sizeof entry->output, "%s", value);
		settings->n_devices++;
	}
}

static const struct {
	const char *name;
	void (*set)(struct settings_reader *reader, const char *name, const char *value);
} settings_sections[] = {
	{"keys", settings_set_key},
	{"mouse", settings_set_mouse},
	{"outputs", settings_set_layout},
	{"scale", settings_set_scale},
	{"input", settings_set_device},
};

static int settings_handle_entry(
	void *data, const char *section, const char *name, const char *value)
{
	struct settings_reader *reader = data;
	for (size_t i = 0; i < sizeof settings_sections / sizeof settings_sections[0]; i++) {
		if (strcmp(settings_sections[i].name, section) != 0)
			continue;
		settings_sections[i].set(reader, name, value);
		return 1;
	}
	settings_refuse(reader, "an entry of no section that is known",
		"put it below [keys], [mouse], [outputs], [scale] or [input]");
	return 1;
}

/* inih does not tell its handler the line, nor all of the lines that it cannot read. */
static char *settings_read_line(char *line, int size, void *data)
{
	struct settings_reader *reader = data;
	if (!fgets(line, size, reader->file))
		return NULL;
	reader->line++;
	reader->told = false;
	size_t len = strlen(line);
	if (len + 1 == (size_t)size && line[len - 1] != '\n') {
		settings_refuse(reader, "the line is too long", "shorten it to 190 characters");
		for (int c = fgetc(reader->file); c != EOF && c != '\n';)
			c = fgetc(reader->file);
		strcpy(line, "\n");
	}
	/* inih takes an indented line for more of the one before. */
	char *text = line + strspn(line, " \t\r\n");
	if (*text == '[' ? !strchr(text, ']')
			 : *text && !strchr(";#", *text) && !strpbrk(text, "=:")) {
		settings_refuse(
			reader, "neither [SECTION] nor NAME = VALUE", "correct or remove it");
		strcpy(line, "\n");
	} else {
		memmove(line, text, strlen(text) + 1);
	}
	return line;
}

bool settings_read(struct settings *settings, const char *path)
{
	struct settings_reader reader = {.settings = settings, .path = path};
	char why[FILE_MAX_WHY];
	reader.file = file_open(path, SETTINGS_MAX_MIB, why);
	if (!reader.file) {
		log_error("the configuration %s cannot be read (%s): name another file with "
			  "--config, or remove it",
			path, why);
		return false;
	}
	ini_parse_stream(settings_read_line, &reader, settings_handle_entry, &reader);
	fclose(reader.file);
	return true;
}

bool settings_path(char *path, size_t size)
{
	const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int len = -1;
	if (folder && folder[0] == '/')
		len = snprintf(path, size, "%s/vitrine/vitrine.ini", folder);
	else if (home && home[0] == '/')
		len = snprintf(path, size, "%s/.config/vitrine/vitrine.ini", home);
	return len > 0 && (size_t)len < size;
}

enum settings_action settings_find(const struct settings *settings, struct settings_key key)
{
	for (int i = 0; i < SETTINGS_ACTIONS; i++) {
		const struct settings_key *bound = &settings->keys[i];
		if (bound->symbol != XKB_KEY_NoSymbol && bound->symbol == key.symbol &&
			bound->modifiers == key.modifiers)
			return (enum settings_action)i;
	}
	return SETTINGS_ACTIONS;
}

uint32_t settings_find_scale(const struct settings *settings, const char *output)
{
	for (size_t i = settings->n_scales; i-- > 0;) {
		if (strcmp(settings->scales[i].output, output) == 0)
			return settings->scales[i].scale;
	}
	return 0;
}

const char *settings_find_output(const struct settings *settings, const char *device)
{
	for (size_t i = settings->n_devices; i-- > 0;) {
		const struct settings_device *entry = &settings->devices[i];
		if (strncmp(entry->name, device, SETTINGS_MAX_NAME - 1) == 0)
			return entry->output;
	}
	return NULL;
}

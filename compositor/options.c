#include "compositor/options_private.h"

#include "compositor/frame_clock.h"
#include "compositor/mode.h"
#include "config.h"
#include "protocol/output_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* argp finds it by its name, so it must be seen outside of the program (the build hides all else).
 */
__attribute__((visibility("default"))) const char *argp_program_version =
	"vitrine " VITRINE_VERSION;

#define OPTIONS_MAX_SECONDS 86400
#define OPTIONS_MAX_RESTARTS 1000000
#define OPTIONS_MAX_BLANK 86400 /* seconds: a day */

enum options_key {
	OPTIONS_BACKEND = 256,
	OPTIONS_SCANOUT,
	OPTIONS_RENDERER,
	OPTIONS_SOCKET,
	OPTIONS_SIZE,
	OPTIONS_REFRESH,
	OPTIONS_MODE,
	OPTIONS_FOLLOW,
	OPTIONS_VT_SWITCH,
	OPTIONS_CURSOR,
	OPTIONS_SCALE,
	OPTIONS_TRANSFORM,
	OPTIONS_TRACE,
	OPTIONS_SPLASH,
	OPTIONS_BLANK,
	OPTIONS_LOG_LEVEL,
	OPTIONS_WINDOWS,
	OPTIONS_CONFIG,
	OPTIONS_PRIVILEGED,
	OPTIONS_RESTART,
	OPTIONS_RESTART_LIMIT,
	OPTIONS_OUTPUT,
	OPTIONS_LAYOUT,
};

static const struct argp_option options_table[] = {
	{"backend", OPTIONS_BACKEND, "drm|headless", 0,
		"Where the picture goes: to a display, or to memory only, for tests (default drm)",
		0},
	{"scanout", OPTIONS_SCANOUT, "ORDER", 0,
		"Rungs of the scanout ladder in the order to try, comma-separated: gbm-import, "
		"vk-export, host-pointer, "
		"copy, cpu, and auto for all others; a single rung is forced (default auto, "
		"but with Venus cpu until something is for the GPU)",
		0},
	{"renderer", OPTIONS_RENDERER, "vulkan|cpu|auto", 0, "What draws (default auto)", 0},
	{"socket", OPTIONS_SOCKET, "NAME", 0,
		"The Wayland socket's name in XDG_RUNTIME_DIR (default: the first free wayland-N)",
		0},
	{"privileged", OPTIONS_PRIVILEGED, "user|all|none", 0,
		"Whose programs may capture the screen, lock it, draw above others, type for them "
		"or change the outputs: the compositor's own user's, everybody's, nobody's "
		"(default user); those in "
		"a sandbox never may",
		0},
	{"output", OPTIONS_OUTPUT, "NAME", 0,
		"The output on which COMMAND's windows are; --output NAME -- COMMAND may follow "
		"again",
		0},
	{"layout", OPTIONS_LAYOUT, "extend|mirror", 0,
		"Whether several outputs lie beside each other or show the same (default extend)",
		0},
	{"mode", OPTIONS_MODE, "WxH[@HZ]", 0,
		"The mode of every display (default: the one that it prefers, also when that "
		"changes)",
		0},
	{"follow", OPTIONS_FOLLOW, "on|off", 0,
		"Whether a display that comes to prefer another mode, as a virtual machine's "
		"window "
		"does when it is resized, gets it (default on)",
		0},
	{"vt-switch", OPTIONS_VT_SWITCH, "on|off", 0,
		"Whether Ctrl+Alt+F1 to F12 go to another virtual terminal (default on)", 0},
	{"cursor", OPTIONS_CURSOR, "WHEN", 0,
		"When the pointer is seen: always, never, device (while there is a pointing "
		"device), "
		"or a number: as device, and hidden when it has not moved for so many seconds "
		"(default device)",
		0},
	{"size", OPTIONS_SIZE, "WxH,...", 0,
		"Headless: the output's size in pixels, or those of up to 16 outputs (default "
		"1280x800)",
		0},
	{"refresh", OPTIONS_REFRESH, "HZ", 0,
		"Frames a second at most; 0: as many as can be drawn (default the display's "
		"refresh rate, headless 60)",
		0},
	{"scale", OPTIONS_SCALE, "S", 0,
		"How much larger all is shown, from 0.25 to 8 (default 1, on a display of at least "
		"192 dots an inch 2, of at least 288 3)",
		0},
	{"transform", OPTIONS_TRANSFORM, "T", 0,
		"How the picture is turned on the display: normal, 90, 180 or 270 degrees "
		"counter-clockwise, flipped, flipped-90, flipped-180 or flipped-270 (default "
		"normal)",
		0},
	{"trace", OPTIONS_TRACE, "FILE", 0,
		"Write what each frame's time was spent on to FILE, for ui.perfetto.dev", 0},
	{"config", OPTIONS_CONFIG, "FILE", 0,
		"The configuration (default $XDG_CONFIG_HOME/vitrine/vitrine.ini, if it is there)",
		0},
	{"windows", OPTIONS_WINDOWS, NULL, 0,
		"Windows float and can be moved and resized (default: a kiosk, each fills the "
		"screen)",
		0},
	{"splash", OPTIONS_SPLASH, "FILE", 0,
		"A PNG for the middle of every display on which no window is (default: three "
		"dots while COMMAND is started again)",
		0},
	{"blank", OPTIONS_BLANK, "SECONDS", 0,
		"Turn the display off after so long without input; 0: never (default 0)", 0},
	{"restart", OPTIONS_RESTART, "never|on-failure|always", 0,
		"Whether COMMAND is started again when it ends, after a while that grows (default "
		"never)",
		0},
	{"restart-limit", OPTIONS_RESTART_LIMIT, "N", 0,
		"How many ends of COMMAND in a row, none after a minute or more, end the session "
		"with the last one's status; 0: no limit (default 10)",
		0},
	{"log-level", OPTIONS_LOG_LEVEL, "error|warn|info|debug", 0,
		"What is said on standard error (default info)", 0},
	{0},
};

static void options_parse_backend(
	struct options *options, const char *text, struct argp_state *state)
{
	options->headless = strcmp(text, "headless") == 0;
	if (!options->headless && strcmp(text, "drm") != 0)
		argp_error(state, "unknown backend '%s': use drm or headless", text);
}

static void options_parse_renderer(
	struct options *options, const char *text, struct argp_state *state)
{
	if (strcmp(text, "auto") == 0)
		options->renderer = SCANOUT_RENDERER_AUTO;
	else if (strcmp(text, "vulkan") == 0)
		options->renderer = SCANOUT_RENDERER_VULKAN;
	else if (strcmp(text, "cpu") == 0)
		options->renderer = SCANOUT_RENDERER_CPU;
	else
		argp_error(state, "unknown renderer '%s': use vulkan, cpu or auto", text);
}

static void options_parse_sizes(struct options *options, const char *text, struct argp_state *state)
{
	const char *at = text;
	options->n_sizes = 0;
	for (char end = ','; end == ','; at += strcspn(at, ",") + 1) {
		struct kms_mode mode = {0};
		end = '\0';
		if (sscanf(at, "%dx%d%c", &mode.width, &mode.height, &end) < 2 ||
			(end != ',' && end != '\0') || !mode_fits_screens(&mode))
			argp_error(state,
				"'%s' is no size: use WxH in pixels, such as 1280x800, from %dx%d "
				"to %dx%d",
				at, SCREEN_MIN_SIZE, SCREEN_MIN_SIZE, SCREEN_MAX_SIZE,
				SCREEN_MAX_SIZE);
		if (options->n_sizes == OPTIONS_MAX_SIZES)
			argp_error(state, "'%s': there are at most %d outputs", text,
				OPTIONS_MAX_SIZES);
		options->sizes[options->n_sizes++] = mode;
	}
}

static void options_parse_mode(struct options *options, const char *text, struct argp_state *state)
{
	struct kms_mode *mode = &options->mode;
	bool right = mode_parse(text, mode) && mode_fits_screens(mode) &&
		     (mode->refresh >= MODE_MIN_REFRESH || !strchr(text, '@'));
	if (!right)
		argp_error(state,
			"'%s' is no mode: use WxH or WxH@HZ, such as 1920x1080@60, from %dx%d to "
			"%dx%d",
			text, SCREEN_MIN_SIZE, SCREEN_MIN_SIZE, SCREEN_MAX_SIZE, SCREEN_MAX_SIZE);
}

static void options_parse_cursor(
	struct options *options, const char *text, struct argp_state *state)
{
	char rest;
	options->cursor_seconds = 0;
	options->cursor = OPTIONS_CURSOR_DEVICE;
	if (strcmp(text, "always") == 0)
		options->cursor = OPTIONS_CURSOR_ALWAYS;
	else if (strcmp(text, "never") == 0)
		options->cursor = OPTIONS_CURSOR_NEVER;
	else if (strcmp(text, "device") != 0 &&
		 (sscanf(text, "%d%c", &options->cursor_seconds, &rest) != 1 ||
			 options->cursor_seconds < 1 ||
			 options->cursor_seconds > OPTIONS_MAX_SECONDS))
		argp_error(state,
			"'%s': use always, never, device, or a number of seconds up to %d", text,
			OPTIONS_MAX_SECONDS);
}

static void options_parse_on(bool *on, const char *text, struct argp_state *state)
{
	*on = strcmp(text, "on") == 0;
	if (!*on && strcmp(text, "off") != 0)
		argp_error(state, "'%s' is neither on nor off", text);
}

static void options_parse_refresh(int32_t *refresh, const char *text, struct argp_state *state)
{
	char rest;
	int hz;
	if (sscanf(text, "%d%c", &hz, &rest) != 1 || hz < 0 ||
		hz * INT64_C(1000) > MODE_MAX_REFRESH)
		argp_error(state,
			"'%s' is no refresh: use whole frames a second up to %d, or 0 for no limit",
			text, MODE_MAX_REFRESH / 1000);
	*refresh = hz ? hz * 1000 : FRAME_CLOCK_UNLIMITED;
}

static void options_parse_scale(struct options *options, const char *text, struct argp_state *state)
{
	if (!output_map_parse_scale(text, &options->scale))
		argp_error(state, "'%s' is no scale: use a number from %g to %d, such as 1.5", text,
			(double)OUTPUT_MAP_SCALE_MIN / OUTPUT_MAP_SCALE_ONE,
			OUTPUT_MAP_SCALE_MAX / OUTPUT_MAP_SCALE_ONE);
}

static void options_parse_transform(
	struct options *options, const char *text, struct argp_state *state)
{
	options->transform = output_map_find_transform(text);
	if (options->transform < 0)
		argp_error(state,
			"unknown transform '%s': use normal, 90, 180, 270, flipped, flipped-90, "
			"flipped-180 or flipped-270",
			text);
}

static void options_parse_blank(struct options *options, const char *text, struct argp_state *state)
{
	char rest;
	if (sscanf(text, "%d%c", &options->blank, &rest) != 1 || options->blank < 0 ||
		options->blank > OPTIONS_MAX_BLANK)
		argp_error(state, "'%s' is no time: use whole seconds up to %d, or 0 for never",
			text, OPTIONS_MAX_BLANK);
}

static void options_parse_restart_limit(
	struct options *options, const char *text, struct argp_state *state)
{
	char rest;
	if (sscanf(text, "%d%c", &options->restart_limit, &rest) != 1 ||
		options->restart_limit < 0 || options->restart_limit > OPTIONS_MAX_RESTARTS)
		argp_error(state, "'%s' is no limit: use whole numbers up to %d, or 0 for none",
			text, OPTIONS_MAX_RESTARTS);
}

static error_t options_parse_one(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;
	char error[256];
	switch (key) {
	case OPTIONS_BACKEND:
		options_parse_backend(options, text, state);
		return 0;
	case OPTIONS_SCANOUT:
		if (!scanout_order_parse(text, &options->order, error, sizeof error))
			argp_error(state, "%s", error);
		options->ordered = true;
		return 0;
	case OPTIONS_RENDERER:
		options_parse_renderer(options, text, state);
		return 0;
	case OPTIONS_SOCKET:
		if (text[0] == '\0' || strchr(text, '/'))
			argp_error(state, "'%s' is no socket name: use a plain file name", text);
		options->socket = text;
		return 0;
	case OPTIONS_PRIVILEGED:
		if (!privilege_parse(text, &options->privileged))
			argp_error(state, "unknown policy '%s': use user, all or none", text);
		return 0;
	case OPTIONS_SIZE:
		options_parse_sizes(options, text, state);
		return 0;
	case OPTIONS_MODE:
		options_parse_mode(options, text, state);
		return 0;
	case OPTIONS_CURSOR:
		options_parse_cursor(options, text, state);
		return 0;
	case OPTIONS_FOLLOW:
		options_parse_on(&options->follow, text, state);
		return 0;
	case OPTIONS_VT_SWITCH:
		options_parse_on(&options->vt_switch, text, state);
		return 0;
	case OPTIONS_REFRESH:
		options_parse_refresh(&options->refresh, text, state);
		return 0;
	case OPTIONS_SCALE:
		options_parse_scale(options, text, state);
		return 0;
	case OPTIONS_TRANSFORM:
		options_parse_transform(options, text, state);
		return 0;
	case OPTIONS_TRACE:
		options->trace = text;
		return 0;
	case OPTIONS_SPLASH:
		options->splash = text;
		return 0;
	case OPTIONS_CONFIG:
		options->config = text;
		return 0;
	case OPTIONS_WINDOWS:
		options->windows = true;
		return 0;
	case OPTIONS_BLANK:
		options_parse_blank(options, text, state);
		return 0;
	case OPTIONS_RESTART:
		if (!restart_parse(text, &options->restart))
			argp_error(state, "unknown policy '%s': use never, on-failure or always",
				text);
		return 0;
	case OPTIONS_RESTART_LIMIT:
		options_parse_restart_limit(options, text, state);
		return 0;
	case OPTIONS_LOG_LEVEL:
		if (!log_level_parse(text, &options->log_level))
			argp_error(state, "unknown log level '%s': use error, warn, info or debug",
				text);
		return 0;
	case OPTIONS_LAYOUT:
		if (!layout_parse(text, &options->layout))
			argp_error(state, "unknown layout '%s': use extend or mirror", text);
		return 0;
	case OPTIONS_OUTPUT:
		options_set_output(&options->commands[0], text, state);
		return 0;
	case ARGP_KEY_ARGS:
		options_take_commands(options, state->argv + state->next, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		if (options->commands[0].output)
			options_check_command(&options->commands[0], state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct argp argp = {
		.options = options_table,
		.parser = options_parse_one,
		.args_doc = "[-- COMMAND [ARGS...]]\n"
			    "--output NAME -- COMMAND [ARGS...] ...",
		.doc = "A small Wayland compositor for the inside of a virtual machine: runs "
		       "COMMAND on the display, and ends "
		       "with its exit status.\v"
		       "Without COMMAND the session runs until SIGTERM. SIGUSR1 prints figures on "
		       "frames and copied bytes. "
		       "'vitrine doctor' tells what this machine can do. See vitrine(1).",
	};
	*options = (struct options){
		.follow = true,
		.vt_switch = true,
		.restart_limit = RESTART_LIMIT,
		.log_level = LOG_LEVEL_INFO,
	};
	scanout_order_init(&options->order);
	argp_err_exit_status = OPTIONS_USAGE_STATUS;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, options);
	if (options->n_sizes == 0)
		options->sizes[options->n_sizes++] =
			(struct kms_mode){.width = 1280, .height = 800};
	for (size_t i = 0; i < options->n_sizes; i++) {
		options->sizes[i].refresh =
			options->refresh ? options->refresh : KMS_MODE_DEFAULT_REFRESH;
		options->sizes[i].preferred = true;
	}
}

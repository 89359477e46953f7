#include "compositor/ctl.h"

#include "common/fd.h"
#include "common/log.h"
#include "compositor/ctl/private.h"
#include "compositor/options.h"

#include <argp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A command of `vitrine ctl` is a command of the socket, with at most one argument of its own. */
struct ctl_command {
	const char *name;
	const char *argument; /* its member in the request; NULL: the command takes none */
	const char *usage;    /* of the argument */
};

static const struct ctl_command ctl_commands[] = {
	{"outputs"},
	{"mode", "mode", "a mode, such as 1920x1080@60"},
	{"scale", "scale", "a scale, such as 1.5"},
	{"transform", "transform", "a transform, such as 90"},
	{"layout", "layout", "a layout, extend or mirror"},
	{"screenshot", "file", "a file to write, or -"},
	{"stats"},
	{"trace", "trace", "a file to write, or off"},
	{"quit"},
};

struct ctl_options {
	const char *socket; /* NULL: WAYLAND_DISPLAY's */
	const char *output; /* NULL: the first */
	const struct ctl_command *command;
	const char *argument;
};

static const struct argp_option ctl_table[] = {
	{"socket", 's', "NAME", 0, "The session's Wayland socket (default: WAYLAND_DISPLAY)", 0},
	{"output", 'o', "NAME", 0, "The output that is meant (default: the first)", 0},
	{0},
};

static const struct ctl_command *ctl_find(const char *name)
{
	for (size_t i = 0; i < sizeof ctl_commands / sizeof ctl_commands[0]; i++) {
		if (strcmp(ctl_commands[i].name, name) == 0)
			return &ctl_commands[i];
	}
	return NULL;
}

static void ctl_parse_argument(
	struct ctl_options *options, const char *text, struct argp_state *state)
{
	if (!options->command) {
		options->command = ctl_find(text);
		if (!options->command)
			argp_error(state, "unknown command '%s'", text);
	} else if (options->command->argument && !options->argument) {
		options->argument = text;
	} else {
		argp_error(state, "unexpected argument '%s'", text);
	}
}

static error_t ctl_parse(int key, char *text, struct argp_state *state)
{
	struct ctl_options *options = state->input;
	switch (key) {
	case 's':
		if (text[0] == '\0' || strchr(text, '/'))
			argp_error(state, "'%s' is no socket name: use a plain file name", text);
		options->socket = text;
		return 0;
	case 'o':
		options->output = text;
		return 0;
	case ARGP_KEY_ARG:
		ctl_parse_argument(options, text, state);
		return 0;
	case ARGP_KEY_END:
		if (!options->command)
			argp_error(state, "no command given");
		else if (options->command->argument && !options->argument)
			argp_error(state, "%s wants %s", options->command->name,
				options->command->usage);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* False: text is not UTF-8, as JSON wants it; logged. NULL: the request is without it. */
static bool ctl_add(json_t *request, const char *member, const char *text)
{
	if (!text || json_object_set_new(request, member, json_string(text)) == 0)
		return true;
	log_error("the %s is not UTF-8", member);
	return false;
}

/* NULL: logged. */
static json_t *ctl_make_request(const struct ctl_options *options)
{
	json_t *request = json_pack("{s:s}", "command", options->command->name);
	if (ctl_add(request, "output", options->output) &&
		ctl_add(request, options->command->argument, options->argument))
		return request;
	json_decref(request);
	return NULL;
}

/* The session has another folder. */
static bool ctl_resolve(struct ctl_options *options, char path[PATH_MAX])
{
	char folder[PATH_MAX];
	const char *file = options->argument;
	if (strcmp(options->command->name, "trace") != 0 || strcmp(file, "off") == 0 ||
		file[0] == '/')
		return true;
	if (!getcwd(folder, sizeof folder) ||
		snprintf(path, PATH_MAX, "%s/%s", folder, file) >= PATH_MAX) {
		log_error("%s: the path of the current folder is too long", file);
		return false;
	}
	options->argument = path;
	return true;
}

static bool ctl_show(const struct ctl_options *options, const json_t *answer, int fd)
{
	if (strcmp(options->command->name, "screenshot") == 0)
		return ctl_write_png(answer, fd, options->argument);
	if (json_object_size(answer) > 0) {
		json_dumpf(answer, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
		putchar('\n');
	}
	return true;
}

int ctl_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = ctl_table,
		.parser = ctl_parse,
		.args_doc = "COMMAND [ARGUMENT]",
		.doc = "Asks something of the session that runs.\v"
		       "Commands: outputs and stats print JSON; mode WxH[@HZ], scale N and "
		       "transform T change an output, layout extend|mirror all; screenshot FILE "
		       "writes a PNG (- for "
		       "standard output); trace FILE|off writes when each frame's parts began and "
		       "ended; quit ends the session. See vitrine(1).",
	};
	struct ctl_options options = {0};
	argp_err_exit_status = OPTIONS_USAGE_STATUS;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	char path[PATH_MAX];
	int fd;
	if (!ctl_resolve(&options, path))
		return EXIT_FAILURE;
	json_t *request = ctl_make_request(&options);
	if (!request)
		return EXIT_FAILURE;
	json_t *answer = ctl_ask(options.socket, request, &fd);
	bool ok = answer && ctl_show(&options, answer, fd);
	json_decref(answer);
	fd_close(&fd);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

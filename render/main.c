/* vitrine-render: the process that draws. Started by vitrine; not for a person's hands. */
#include "common/fd.h"
#include "common/log.h"
#include "render/mapping.h"
#include "render/renderer.h"
#include "render/sandbox.h"
#include "render/vulkan/list.h"
#include "render/vulkan/sync_file.h"
#include "render/worker.h"

#include <argp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/* libc finds it by its name, which -fvisibility=hidden would keep from it. */
__attribute__((visibility("default"))) const char *argp_program_version = "vitrine-render " VERSION;

struct main_options {
	int fd;
	const struct renderer_interface *impl;
	struct renderer_options renderer;
	enum log_level level;
	int (*print)(void); /* instead of drawing */
};

static const struct argp_option main_options[] = {
	{"fd", 'f', "N", 0, "The worker's end of a SOCK_SEQPACKET socket pair", 0},
	{"renderer", 'r', "NAME", 0, "vulkan or cpu", 0},
	{"drm", 'd', "MAJOR:MINOR", 0, "The DRM device that scans out", 0},
	{"log-level", 'l', "LEVEL", 0, "error, warn, info or debug", 0},
	{"list-devices", 'L', NULL, 0, "Print the Vulkan devices as JSON and exit", 0},
	{"time-sync-file", 'T', NULL, 0, "Print how long one of Venus takes as JSON and exit", 0},
	{0},
};

static bool main_parse_fd(const char *text, int *fd)
{
	char *end;
	long value = strtol(text, &end, 10);
	if (*text == '\0' || *end != '\0' || value < 0 || value > INT32_MAX)
		return false;
	*fd = (int)value;
	return fcntl(*fd, F_SETFD, FD_CLOEXEC) == 0;
}

static bool main_parse_renderer(const char *text, const struct renderer_interface **impl)
{
	if (strcmp(text, "cpu") == 0)
		*impl = &cpu_renderer;
	else if (strcmp(text, "vulkan") == 0)
		*impl = &vulkan_renderer;
	else
		return false;
	return true;
}

static bool main_parse_drm(const char *text, struct renderer_options *options)
{
	char end;
	options->has_drm =
		sscanf(text, "%u:%u%c", &options->drm_major, &options->drm_minor, &end) == 2;
	return options->has_drm;
}

static error_t main_parse(int key, char *arg, struct argp_state *state)
{
	struct main_options *options = state->input;
	bool ok = true;
	switch (key) {
	case 'f':
		ok = main_parse_fd(arg, &options->fd);
		break;
	case 'r':
		ok = main_parse_renderer(arg, &options->impl);
		break;
	case 'd':
		ok = main_parse_drm(arg, &options->renderer);
		break;
	case 'l':
		ok = log_level_parse(arg, &options->level);
		break;
	case 'L':
		options->print = list_devices;
		break;
	case 'T':
		options->print = sync_file_print;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "unexpected argument: %s", arg);
		break;
	case ARGP_KEY_END:
		if (!options->print && (options->fd < 0 || !options->impl))
			argp_error(state, "--fd and --renderer are needed");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	if (!ok)
		argp_error(state, "option -%c: %s is not possible", key, arg);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = main_options,
		.parser = main_parse,
		.doc = "Draws for vitrine, which starts it.",
	};
	struct main_options options = {.fd = -1, .level = LOG_LEVEL_INFO};
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	log_init("vitrine-render", options.level);
	if (options.print)
		return options.print();

	/* The core's death closes the socket too; this is for a worker that hangs in a driver. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Ctrl-C reaches the whole foreground group: when to end is the core's to say. */
	signal(SIGINT, SIG_IGN);
	if (!mapping_handle_sigbus()) {
		worker_say_error(options.fd, "SIGBUS cannot be handled");
		return 1;
	}
	sandbox_enter(options.impl == &vulkan_renderer);
	char reason[WIRE_MAX_REASON] = "";
	struct renderer *renderer = options.impl->create(&options.renderer, reason);
	if (!renderer) {
		worker_say_error(options.fd, reason);
		return 1;
	}
	int status = worker_run(renderer, options.fd);
	options.impl->destroy(renderer);
	fd_close(&options.fd);
	return status;
}

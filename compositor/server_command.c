/* The session's COMMAND: what it is started with, and what its end means. */
#include "compositor/server_private.h"

#include "common/log.h"
#include "compositor/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * OpenGL by virgl makes buffers that Venus cannot import; by zink it renders through Venus, whose
 * buffers can. Mesa reads the variable in the clients. NULL: their own choice.
 */
static const char *server_choose_opengl(const struct server *server)
{
	const struct render_info *info = render_client_info(scanout_client(server->scanout));
	const char *chosen = getenv("MESA_LOADER_DRIVER_OVERRIDE");
	return chosen || !server->device || !(info->features & WIRE_FEATURE_VENUS) ? chosen
										   : "zink";
}

/* "status 1", or "SIGABRT" of what a signal ended. */
static void server_describe_status(int status, char *text, size_t cap)
{
	const char *name = status > 128 ? sigabbrev_np(status - 128) : NULL;
	if (name)
		snprintf(text, cap, "SIG%s", name);
	else
		snprintf(text, cap, "status %d", status);
}

static void server_handle_command_waits(void *data, struct command *command, int status, int wait)
{
	struct server *server = data;
	char how[32], line[256];
	server_describe_status(status, how, sizeof how);
	snprintf(line, sizeof line, "%.100s ended with %s: it is started again in %.1f s",
		command_name(command), how, wait / 1000.0);
	log_warn("%s", line);
	notify_status(server->notify, line);
}

static void server_handle_command_restarted(void *data, struct command *command)
{
	struct server *server = data;
	char line[256];
	server->stats.restarts++;
	snprintf(line, sizeof line, "%.100s was started again (%llu so far)", command_name(command),
		(unsigned long long)server->stats.restarts);
	log_info("%s", line);
	notify_status(server->notify, line);
}

static void server_handle_command_ended(void *data, struct command *command, int status)
{
	struct server *server = data;
	char how[32], line[256];
	server_describe_status(status, how, sizeof how);
	snprintf(line, sizeof line, "%.100s ended with %s: the session ends", command_name(command),
		how);
	if (server->options->restart == RESTART_ALWAYS ||
		(server->options->restart == RESTART_ON_FAILURE && status != 0))
		log_error("%s, for it ended too often", line);
	else
		log_debug("%s", line);
	notify_status(server->notify, line);
	server->exit_status = status;
	wl_display_terminate(server->display);
}

static const struct command_listener server_command_listener = {
	.waits = server_handle_command_waits,
	.restarted = server_handle_command_restarted,
	.ended = server_handle_command_ended,
};

bool server_start_commands(struct server *server, const char *socket)
{
	const struct child_variable variables[] = {
		{"WAYLAND_DISPLAY", socket},
		{"XDG_SESSION_TYPE", "wayland"},
		{"DISPLAY", NULL},
		{"NOTIFY_SOCKET", NULL},
		{"WATCHDOG_USEC", NULL},
		{"WATCHDOG_PID", NULL},
		{"MESA_LOADER_DRIVER_OVERRIDE", server_choose_opengl(server)},
	};
	const struct command_options options = {
		.argv = server->options->command,
		.variables = variables,
		.n_variables = sizeof variables / sizeof variables[0],
		.files = server->files_raised ? &server->files : NULL,
		.restart = server->options->restart,
		.restart_limit = server->options->restart_limit,
	};
	if (!options.argv)
		return true;
	server->command = command_create(server->loop, &options, &server_command_listener, server);
	return server->command;
}

void server_end_commands(struct server *server)
{
	command_destroy(server->command);
	server->command = NULL;
}

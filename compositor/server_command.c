/*
 * The session's applications: what each COMMAND is started with, and what its end means. One whose
 * windows are to be on a certain output (--output NAME -- COMMAND) has a Wayland socket of its own,
 * by which all are known that it starts.
 */
#include "compositor/server_private.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "compositor/client_socket.h"
#include "compositor/control/control.h"
#include "compositor/notify.h"
#include "compositor/scene.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

/* In which a COMMAND shows something, most often; nanoseconds. */
#define SERVER_COMMAND_TIME (CLOCK_NS_PER_S / 2)

/* server::applications. */
struct server_application {
	struct server *server;
	const char *output;      /* its windows'; NULL: any */
	struct command *command; /* NULL: it was not started, or ended for good */
	enum {
		APPLICATION_RUNS,
		APPLICATION_WAITS,   /* it ended, and is to be started again */
		APPLICATION_RETURNS, /* it was, and nothing is seen yet where it is to be */
	} state;
	char socket[sizeof((struct sockaddr_un *)0)->sun_path]; /* the Wayland socket's name */
	struct client_socket *own; /* listens there; NULL: the display does */
	/* The path of the link by which `vitrine ctl` finds the session from there; "": none. */
	char control[sizeof((struct sockaddr_un *)0)->sun_path];
};

int server_check_commands(const struct options *options)
{
	int status = 0;
	for (size_t i = 0; i < options->n_commands && status == 0; i++)
		status = child_check(options->commands[i].argv[0]);
	return status;
}

/*
 * OpenGL by virgl makes buffers that Venus cannot import; by zink it renders through Venus, whose
 * buffers can. Mesa reads the variable in the clients. NULL: their own choice.
 */
static const char *server_choose_opengl(const struct server *server)
{
	const char *chosen = getenv("MESA_LOADER_DRIVER_OVERRIDE");
	return chosen || !server->device || !server->renderer.expects_venus ? chosen : "zink";
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

static size_t server_n_applications(const struct server *server)
{
	return server->applications ? server->options->n_commands : 0;
}

static bool server_application_is_on(
	const struct server_application *application, const char *output)
{
	return !application->output || strcmp(application->output, output) == 0;
}

/* Whether one that ended is to be seen on an output again. */
static bool server_awaits_command(const struct server *server, const char *output)
{
	for (size_t i = 0; i < server_n_applications(server); i++) {
		const struct server_application *application = &server->applications[i];
		if (server_application_is_on(application, output) &&
			application->state != APPLICATION_RUNS)
			return true;
	}
	return false;
}

/* Something is to be seen there. */
static void server_found_command(struct server *server, const char *output)
{
	for (size_t i = 0; i < server_n_applications(server); i++) {
		struct server_application *application = &server->applications[i];
		if (server_application_is_on(application, output) &&
			application->state == APPLICATION_RETURNS)
			application->state = APPLICATION_RUNS;
	}
}

void server_add_splash_to_scene(
	struct server *server, const struct screen *screen, struct scene *scene)
{
	const struct screen *source = screen->source ? screen->source : screen;
	const char *output = source->output.name;
	if (!server->splash.surface)
		return;
	if (scene_has_client(scene))
		server_found_command(server, output);
	else if (server->options->splash || server_awaits_command(server, output))
		splash_add_to_scene(&server->splash, scene);
}

static void server_handle_command_waits(void *data, struct command *command, int status, int wait)
{
	struct server_application *application = data;
	char how[32], line[256];
	application->state = APPLICATION_WAITS;
	splash_draw(&application->server->splash);
	server_schedule(application->server);
	server_describe_status(status, how, sizeof how);
	snprintf(line, sizeof line, "%.100s ended with %s: it is started again in %.1f s",
		command_name(command), how, wait / 1000.0);
	log_warn("%s", line);
	notify_status(application->server->notify, line);
}

static void server_handle_command_restarted(void *data, struct command *command)
{
	struct server_application *application = data;
	struct server *server = application->server;
	char line[256];
	application->state = APPLICATION_RETURNS;
	server->stats.restarts++;
	snprintf(line, sizeof line, "%.100s was started again (%llu so far)", command_name(command),
		(unsigned long long)server->stats.restarts);
	log_info("%s", line);
	notify_status(server->notify, line);
}

static bool server_has_commands(const struct server *server)
{
	for (size_t i = 0; i < server_n_applications(server); i++) {
		if (server->applications[i].command)
			return true;
	}
	return false;
}

static void server_handle_command_ended(void *data, struct command *command, int status)
{
	struct server_application *application = data;
	struct server *server = application->server;
	const struct options *options = server->options;
	char how[32], line[256];
	application->command = NULL;
	application->state = APPLICATION_RUNS;
	server_schedule(server);
	bool last = !server_has_commands(server);
	server_describe_status(status, how, sizeof how);
	snprintf(line, sizeof line, "%.100s ended with %s%s", command_name(command), how,
		last ? ": the session ends" : "");
	if (options->restart == RESTART_ALWAYS ||
		(options->restart == RESTART_ON_FAILURE && status != 0))
		log_error("%s, for it ended too often", line);
	else
		log_debug("%s", line);
	notify_status(server->notify, line);
	command_destroy(command);
	if (server->exit_status == 0)
		server->exit_status = status;
	if (last)
		wl_display_terminate(server->display);
}

static const struct command_listener server_command_listener = {
	.waits = server_handle_command_waits,
	.restarted = server_handle_command_restarted,
	.ended = server_handle_command_ended,
};

/* `vitrine ctl` looks beside the Wayland socket that it is told of. */
static void server_link_control(struct server_application *application, const char *socket)
{
	char target[sizeof application->socket];
	if (snprintf(target, sizeof target, "%s.ctl", socket) < 0 ||
		!control_path(
			application->socket, application->control, sizeof application->control)) {
		application->control[0] = '\0';
		return;
	}
	unlink(application->control);
	if (symlink(target, application->control) < 0)
		log_warn("%s cannot be made (%s): vitrine ctl needs --socket %s there",
			application->control, strerror(errno), socket);
}

/* A socket for the n-th application, whose windows are known by it. False: logged. */
static bool server_open_application(
	struct server_application *application, const char *socket, size_t n, const char *name)
{
	struct server *server = application->server;
	const char *output = application->output;
	const size_t size = sizeof application->socket;
	int len = output ? snprintf(application->socket, size, "%s.%zu", socket, n)
			 : snprintf(application->socket, size, "%s", socket);
	if (len < 0 || (size_t)len >= size) {
		log_error("the socket's name %s is too long: use a shorter --socket", socket);
		return false;
	}
	if (!output)
		return true;
	if (!server_find_screen(server, output))
		log_info("there is no output %s yet: the windows of %s are elsewhere until it "
			 "comes",
			output, name);
	application->own = client_socket_create(server->display, application->socket, output);
	if (application->own)
		server_link_control(application, socket);
	return application->own;
}

static bool server_start_application(
	struct server_application *application, char *const *argv, const char *socket, size_t n)
{
	struct server *server = application->server;
	const struct child_variable variables[] = {
		{"WAYLAND_DISPLAY", application->socket},
		{"XDG_SESSION_TYPE", "wayland"},
		{"DISPLAY", NULL},
		{"NOTIFY_SOCKET", NULL},
		{"WATCHDOG_USEC", NULL},
		{"WATCHDOG_PID", NULL},
		{"MESA_LOADER_DRIVER_OVERRIDE", server_choose_opengl(server)},
	};
	const struct command_options options = {
		.argv = argv,
		.variables = variables,
		.n_variables = sizeof variables / sizeof variables[0],
		.files = server->files_raised ? &server->files : NULL,
		.restart = server->options->restart,
		.restart_limit = server->options->restart_limit,
	};
	if (!server_open_application(application, socket, n, argv[0]))
		return false;
	application->command =
		command_create(server->loop, &options, &server_command_listener, application);
	return application->command;
}

/* What they show is to be the first picture. */
static void server_await_commands(struct server *server)
{
	int64_t until = clock_now() + SERVER_COMMAND_TIME;
	struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link)
		screen_await_client(&screen->screen, until);
}

bool server_start_commands(struct server *server, const char *socket)
{
	const struct options *options = server->options;
	server->applications = xcalloc(options->n_commands + 1, sizeof *server->applications);
	for (size_t i = 0; i < options->n_commands; i++) {
		struct server_application *application = &server->applications[i];
		application->server = server;
		application->output = options->commands[i].output;
		if (!server_start_application(
			    application, options->commands[i].argv, socket, i + 1))
			return false;
	}
	if (options->n_commands > 0 && !options->splash)
		server_await_commands(server);
	return true;
}

void server_end_commands(struct server *server)
{
	for (size_t i = 0; i < server_n_applications(server); i++) {
		struct server_application *application = &server->applications[i];
		command_destroy(application->command);
		client_socket_destroy(application->own);
		if (application->control[0])
			unlink(application->control);
	}
	free(server->applications);
	server->applications = NULL;
}

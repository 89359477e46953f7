#include "compositor/server.h"

#include "common/log.h"
#include "compositor/notify.h"
#include "compositor/server_private.h"
#include "protocol/quota.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Bytes of events that wait for a client to read them; one that lets more wait is disconnected. As
 * many bytes of requests are read from it and served before anybody else is (wl_connection_read()
 * of libwayland): more than 5,000 of them, some milliseconds. A window that stands still, under a
 * pointer that moves, lasts for 2,000 motions and what the kernel's socket holds.
 */
#define SERVER_MAX_UNREAD (64 * 1024)

/* Of a client's protocol errors, for the most part. */
static void server_log_wayland(const char *format, va_list args)
{
	char line[LOG_MAX_LINE];
	log_limited(LOG_LEVEL_WARN, "libwayland: %s", log_line(line, format, args));
}

void server_fail(struct server *server, const char *reason)
{
	log_error("%s", reason);
	if (server->notify)
		notify_status(server->notify, reason);
	server->exit_status = EXIT_FAILURE;
	wl_display_terminate(server->display);
}

/* The socket's folder must be ours alone (XDG base directory specification). False: logged. */
static bool server_check_runtime_dir(void)
{
	const char *path = getenv("XDG_RUNTIME_DIR");
	struct stat dir;
	if (!path || path[0] != '/') {
		log_error("XDG_RUNTIME_DIR is not set to an absolute path: set it to a folder of "
			  "yours with mode 0700");
		return false;
	}
	if (stat(path, &dir) < 0) {
		log_error("XDG_RUNTIME_DIR %s: %s: make the folder, with mode 0700", path,
			strerror(errno));
		return false;
	}
	if (!S_ISDIR(dir.st_mode) || dir.st_uid != getuid() || (dir.st_mode & 0777) != 0700) {
		log_error(
			"XDG_RUNTIME_DIR %s is unsafe: it must be a folder of yours with mode 0700",
			path);
		return false;
	}
	return true;
}

static int server_handle_signal(int signal_number, void *data)
{
	struct server *server = data;
	if (signal_number == SIGUSR1) {
		stats_report(&server->stats);
		return 0;
	}
	if (signal_number == SIGHUP) {
		if (server_read_settings(server))
			log_info("the configuration has been read again");
		return 0;
	}
	log_info("ending on %s", strsignal(signal_number));
	wl_display_terminate(server->display);
	return 0;
}

static void server_watch_signals(struct server *server)
{
	static const int signals[SERVER_SIGNALS] = {SIGHUP, SIGINT, SIGTERM, SIGUSR1};
	for (int i = 0; i < SERVER_SIGNALS; i++)
		server->signals[i] = wl_event_loop_add_signal(
			server->loop, signals[i], server_handle_signal, server);
	/* A client or worker that went away while we wrote to it is told by the write itself. */
	signal(SIGPIPE, SIG_IGN);
	/* A file that may not grow any more is an error of the write, too. */
	signal(SIGXFSZ, SIG_IGN);
	/* Ignored by whoever started us, it would make the command's status unknowable. */
	signal(SIGCHLD, SIG_DFL);
}

/* A status that ends the program before the session starts, or 0; every error is logged. */
static int server_check(const struct options *options)
{
	if (!server_check_runtime_dir())
		return EXIT_FAILURE;
	return server_check_commands(options);
}

bool server_init(struct server *server, const struct options *options)
{
	*server = (struct server){
		.options = options, .drm = -1, .layout = LAYOUT_EXTEND, .dmabuf.table = -1};
	wl_list_init(&server->outputs);
	wl_list_init(&server->screens);
	wl_list_init(&server->disabled);
	wl_list_init(&server->wishes);
	renderer_init(&server->renderer);
	direct_init(&server->direct);
	server->exit_status = server_check(options);
	if (server->exit_status)
		return false;
	server->exit_status = EXIT_FAILURE;
	if (!server_read_settings(server) ||
		(options->splash && !splash_read(&server->splash, options->splash)))
		return false;
	if (options->layout != LAYOUT_UNSAID)
		server_set_layout(server, options->layout);
	if (options->trace && !(server->trace = trace_create(options->trace)))
		return false;
	wl_log_set_handler_server(server_log_wayland);
	server->display = wl_display_create();
	if (!server->display) {
		log_error("the Wayland display cannot be made: %s", strerror(errno));
		return false;
	}
	wl_display_set_default_max_buffer_size(server->display, SERVER_MAX_UNREAD);
	server->loop = wl_display_get_event_loop(server->display);
	server_watch_signals(server);
	server->files_raised = child_raise_files(&server->files);
	quota_watch(server->display);
	if (!server_open_display(server))
		return false;
	server->exit_status = EXIT_SUCCESS;
	return true;
}

void server_finish(struct server *server)
{
	if (server->running)
		stats_report(&server->stats);
	server_close_control(server);
	server_close_session(server);
	if (server->display)
		wl_display_destroy_clients(server->display);
	desktop_destroy(&server->desktop);
	captures_finish(&server->captures);
	server_destroy_timing_globals(server);
	server_close_input(server);
	splash_finish(&server->splash);
	server_close_display(server);
	for (int i = 0; i < SERVER_SIGNALS; i++) {
		if (server->signals[i])
			wl_event_source_remove(server->signals[i]);
	}
	if (server->display)
		wl_display_destroy(server->display);
	trace_destroy(server->trace);
}

int server_run(const struct options *options)
{
	struct server server;
	if (server_init(&server, options))
		wl_display_run(server.display);
	server_finish(&server);
	return server.exit_status;
}

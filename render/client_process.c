#include "render/client_process.h"

#include "common/fd.h"
#include "common/reap.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

/* The socket's number in the worker. */
#define CLIENT_PROCESS_SOCKET 3
#define CLIENT_PROCESS_END_MS 1000

extern char **environ;

const char *render_client_worker_path(void)
{
	static char beside[PATH_MAX];
	const char *named = getenv("VITRINE_WORKER");
	if (named && *named)
		return named;
	char program[PATH_MAX - 64];
	ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
	if (len > 0) {
		program[len] = '\0';
		snprintf(beside, sizeof beside, "%s/../render/vitrine-render", dirname(program));
		if (access(beside, X_OK) == 0)
			return beside;
	}
	return RENDER_WORKER_PATH;
}

void client_process_init(struct client_process *process)
{
	*process = (struct client_process){.pid = -1, .fd = -1};
}

/* The core blocks signals for its event loop: the worker starts with none blocked and none handled.
 */
static int process_spawn(pid_t *pid, const char *path, char *const argv[], int socket)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	/* Of what is our own parent's it gets the log alone. */
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	/* Also when the numbers are equal: posix_spawn then clears close-on-exec (POSIX.1-2024). */
	posix_spawn_file_actions_adddup2(&actions, socket, CLIENT_PROCESS_SOCKET);
	posix_spawn_file_actions_addclosefrom_np(&actions, CLIENT_PROCESS_SOCKET + 1);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	int error = posix_spawn(pid, path, &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

bool client_process_start(struct client_process *process,
	const struct render_client_options *options, int socket, char *reason, size_t cap)
{
	const char *path = options->worker ? options->worker : render_client_worker_path();
	char fd[16], drm[32];
	snprintf(fd, sizeof fd, "%d", CLIENT_PROCESS_SOCKET);
	snprintf(drm, sizeof drm, "%u:%u", major(options->device), minor(options->device));
	bool cpu = options->renderer == RENDER_RENDERER_CPU;
	const char *argv[] = {
		"vitrine-render",
		"--fd",
		fd,
		"--renderer",
		cpu ? "cpu" : "vulkan",
		"--log-level",
		log_level_name(options->log_level),
		options->device ? "--drm" : NULL,
		drm,
		NULL,
	};
	reap_ended();
	int error = process_spawn(&process->pid, path, (char *const *)argv, socket);
	if (error) {
		process->pid = -1;
		snprintf(reason, cap, "could not be started: %s: %s", path, strerror(error));
		return false;
	}
	process->fd = pidfd_open(process->pid, 0);
	if (process->fd >= 0)
		return true;
	snprintf(reason, cap, "could not be watched: %s", strerror(errno));
	client_process_finish(process);
	return false;
}

bool client_process_reap(struct client_process *process, char *reason, size_t cap)
{
	if (process->pid < 0)
		return false;
	int status;
	pid_t pid = waitpid(process->pid, &status, WNOHANG);
	if (pid == 0 || (pid < 0 && errno == EINTR))
		return false;
	if (pid < 0)
		snprintf(reason, cap, "ended, and somebody else took its status");
	else if (WIFSIGNALED(status))
		snprintf(reason, cap, "killed by signal %d (%s)", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else
		snprintf(reason, cap, "exited with status %d", WEXITSTATUS(status));
	process->pid = -1;
	fd_close(&process->fd);
	reap_ended();
	return true;
}

void client_process_kill(const struct client_process *process)
{
	if (process->pid > 0)
		kill(process->pid, SIGKILL);
}

void client_process_finish(struct client_process *process)
{
	client_process_kill(process);
	struct pollfd ended = {.fd = process->fd, .events = POLLIN};
	/* The pidfd can be readable (Linux 6.18) a moment before the status is there: waiting for
	 * it is short now. */
	if (process->fd >= 0 && poll(&ended, 1, CLIENT_PROCESS_END_MS) == 1) {
		while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
			;
	} else if (process->pid > 0) {
		reap_later(process->pid);
	}
	process->pid = -1;
	fd_close(&process->fd);
}

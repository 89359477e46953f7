#include "compositor/child.h"

#include "common/fd.h"
#include "common/log.h"
#include "common/reap.h"
#include "common/xalloc.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_NOT_FOUND 127
#define CHILD_NOT_EXECUTABLE 126

/* 0, or as child_check(). */
static int child_check_path(const char *path)
{
	struct stat stat_buffer;
	if (stat(path, &stat_buffer) < 0)
		return CHILD_NOT_FOUND;
	if (!S_ISREG(stat_buffer.st_mode) || access(path, X_OK) < 0)
		return CHILD_NOT_EXECUTABLE;
	return 0;
}

static int child_search(const char *command)
{
	const char *path = getenv("PATH");
	int result = CHILD_NOT_FOUND;
	if (!path)
		path = "/bin:/usr/bin"; /* as posix_spawnp() */
	while (*path) {
		size_t len = strcspn(path, ":");
		char candidate[4096];
		int n = snprintf(candidate, sizeof candidate, "%.*s%s%s", (int)len, path,
			len > 0 ? "/" : "", command);
		int found =
			n < (int)sizeof candidate ? child_check_path(candidate) : CHILD_NOT_FOUND;
		if (found == 0)
			return 0;
		if (found == CHILD_NOT_EXECUTABLE)
			result = found;
		path += len + (path[len] == ':');
	}
	return result;
}

int child_check(const char *command)
{
	int status = strchr(command, '/') ? child_check_path(command) : child_search(command);
	if (status == CHILD_NOT_FOUND)
		log_error("%s: command not found", command);
	else if (status == CHILD_NOT_EXECUTABLE)
		log_error("%s: is not an executable file", command);
	return status;
}

static int child_handle_end(int fd, uint32_t mask, void *data)
{
	struct child *child = data;
	int status;
	if (waitpid(child->pid, &status, WNOHANG) != child->pid)
		return 0;
	child->pid = 0;
	child_finish(child);
	reap_ended();
	child->ended(child->data, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}

bool child_raise_files(struct rlimit *before)
{
	if (getrlimit(RLIMIT_NOFILE, before) < 0)
		return false;
	struct rlimit raised = {before->rlim_max, before->rlim_max};
	if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
		return true;
	log_debug("the limit of open files stays at %llu", (unsigned long long)before->rlim_cur);
	return false;
}

static bool child_names(const char *entry, const char *name)
{
	size_t len = strlen(name);
	return strncmp(entry, name, len) == 0 && entry[len] == '=';
}

char **child_make_environment(const struct child_variable *variables, size_t n_variables)
{
	size_t len = 0, count = 0;
	while (environ[len])
		len++;
	char **environment = xcalloc(len + n_variables + 1, sizeof *environment);
	for (size_t i = 0; i < len; i++) {
		bool changed = false;
		for (size_t j = 0; j < n_variables; j++)
			changed |= child_names(environ[i], variables[j].name);
		if (!changed)
			environment[count++] = xstrdup(environ[i]);
	}
	for (size_t i = 0; i < n_variables; i++) {
		if (variables[i].value && asprintf(&environment[count], "%s=%s", variables[i].name,
						  variables[i].value) >= 0)
			count++;
	}
	environment[count] = NULL;
	return environment;
}

void child_free_environment(char **environment)
{
	for (size_t i = 0; environment[i]; i++)
		free(environment[i]);
	free(environment);
}

/* 0, or the error number. */
static int child_spawn(struct child *child, const struct child_options *options)
{
	posix_spawnattr_t attributes;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	int error = posix_spawnp(&child->pid, options->argv[0], NULL, &attributes, options->argv,
		options->environment);
	posix_spawnattr_destroy(&attributes);
	return error;
}

void child_init(struct child *child, void (*ended)(void *data, int status), void *data)
{
	*child = (struct child){.pidfd = -1, .ended = ended, .data = data};
}

bool child_start(
	struct child *child, struct wl_event_loop *loop, const struct child_options *options)
{
	const char *name = options->argv[0];
	reap_ended();
	int error = child_spawn(child, options);
	if (error) {
		child->pid = 0;
		log_error("%s: cannot be started: %s", name, strerror(error));
		return false;
	}
	if (options->files)
		prlimit(child->pid, RLIMIT_NOFILE, options->files, NULL);
	child->pidfd = pidfd_open(child->pid, 0);
	if (child->pidfd >= 0)
		child->source = wl_event_loop_add_fd(
			loop, child->pidfd, WL_EVENT_READABLE, child_handle_end, child);
	if (!child->source) {
		log_error("%s: cannot be watched: %s", name, strerror(errno));
		/* Not by what it may handle: another one may be started soon. */
		kill(child->pid, SIGKILL);
		child_finish(child);
		return false;
	}
	return true;
}

void child_finish(struct child *child)
{
	if (child->source)
		wl_event_source_remove(child->source);
	child->source = NULL;
	if (child->pid > 0) {
		kill(child->pid, SIGTERM);
		reap_later(child->pid);
		child->pid = 0;
	}
	fd_close(&child->pidfd);
}

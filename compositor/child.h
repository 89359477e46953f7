/** A process of the session's, and when it ends. */
#ifndef COMPOSITOR_CHILD_H
#define COMPOSITOR_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <wayland-server-core.h>

struct child {
	pid_t pid; /**< 0: none */
	int pidfd;
	struct wl_event_source *source;
	/** It ended; status as a shell would say it: its own, or 128 + the signal's number. It may
	 * be started again from here. */
	void (*ended)(void *data, int status);
	void *data;
};

/**
 * Whether argv[0] names something that can be run, by PATH if it has no slash. 0, or the exit
 * status that tells why not (127 not found, 126 not executable), and the reason has been logged.
 */
int child_check(const char *command);

/**
 * Lets this process have as many open files as the system allows: a pool of a client takes one.
 * *before: the limit until now, for children, which may use select(). False: nothing changed.
 */
bool child_raise_files(struct rlimit *before);

/** A change to a child's environment; value NULL: removed. */
struct child_variable {
	const char *name, *value;
};

/** Ours with the changes. NULL-terminated; freed by child_free_environment(). */
char **child_make_environment(const struct child_variable *variables, size_t n_variables);
void child_free_environment(char **environment);

struct child_options {
	char *const *argv;
	char *const *environment;
	const struct rlimit *files; /**< its RLIMIT_NOFILE; NULL: ours */
};

void child_init(struct child *child, void (*ended)(void *data, int status), void *data);

/** No process may run in it. Signal masks and handlers are the default ones in the child. False:
 * logged. */
bool child_start(
	struct child *child, struct wl_event_loop *loop, const struct child_options *options);

/** Asks it to end (SIGTERM) if it runs, and leaves it to reap_ended(). */
void child_finish(struct child *child);

#endif

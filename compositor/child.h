/** The session's COMMAND. */
#ifndef COMPOSITOR_CHILD_H
#define COMPOSITOR_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <wayland-server-core.h>

struct child {
	pid_t pid;           /**< 0: none */
	struct rlimit files; /**< RLIMIT_NOFILE as it was before child_raise_files() */
	int pidfd;
	struct wl_event_source *source;
	/** The command ended; status as a shell would say it: its own, or 128 + the signal's
	 * number. */
	void (*ended)(void *data, int status);
	void *data;
};

/**
 * Whether argv[0] names something that can be run, by PATH if it has no slash. 0, or the exit
 * status that tells why not (127 not found, 126 not executable), and the reason has been logged.
 */
int child_check(const char *command);

/**
 * Lets this process have as many open files as the system allows: a pool of a client takes one. The
 * child gets the limit back that was before, for programs that use select().
 */
void child_raise_files(struct child *child);

/** A change to the child's environment; value NULL: removed. */
struct child_variable {
	const char *name, *value;
};

/**
 * Zeroed but for ended and data. Signal masks and handlers are the default ones in the child, its
 * environment is ours with n_variables changes. False: logged.
 */
bool child_start(struct child *child, struct wl_event_loop *loop, char *const argv[],
	const struct child_variable *variables, size_t n_variables);

/** Asks it to end (SIGTERM) if it runs, and forgets it. */
void child_finish(struct child *child);

#endif

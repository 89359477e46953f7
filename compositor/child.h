/** The session's COMMAND. */
#ifndef COMPOSITOR_CHILD_H
#define COMPOSITOR_CHILD_H

#include <stdbool.h>
#include <sys/types.h>
#include <wayland-server-core.h>

struct child {
	pid_t pid; /**< 0: none */
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

/** Zeroed but for ended and data. Signal masks and handlers are the default ones in the child.
 * False: logged. */
bool child_start(struct child *child, struct wl_event_loop *loop, char *const argv[]);

/** Asks it to end (SIGTERM) if it runs, and forgets it. */
void child_finish(struct child *child);

#endif

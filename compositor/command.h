/**
 * A COMMAND of the session: a process (child.h) that is started again when it ends, as its policy
 * says. There may be several, each with a state of its own.
 */
#ifndef COMPOSITOR_COMMAND_H
#define COMPOSITOR_COMMAND_H

#include "compositor/child.h"
#include "compositor/restart.h"

struct command;

struct command_listener {
	/** It ended with a shell's status and is started again in wait milliseconds. */
	void (*waits)(void *data, struct command *command, int status, int wait);
	/** It was started again. */
	void (*restarted)(void *data, struct command *command);
	/** It ended and stays so. May destroy the command. */
	void (*ended)(void *data, struct command *command, int status);
};

struct command_options {
	char *const *argv;                      /**< must outlive the command */
	const struct child_variable *variables; /**< changes of its environment; copied */
	size_t n_variables;
	const struct rlimit *files; /**< child_start(); must outlive the command */
	enum restart_policy restart;
	int restart_limit;
};

/** Starts it; listener functions are called from the loop, never from here. NULL: it cannot be
 * started, which is logged. */
struct command *command_create(struct wl_event_loop *loop, const struct command_options *options,
	const struct command_listener *listener, void *data);

/** Asks it to end (SIGTERM) if it runs, and forgets it. Accepts NULL. */
void command_destroy(struct command *command);

/** argv[0], for people. */
const char *command_name(const struct command *command);

#endif

#include "compositor/command.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"

#include <stdlib.h>

/* As a shell has it, for what was there at the start and cannot be started again. */
#define COMMAND_NOT_EXECUTABLE 126

struct command {
	struct wl_event_loop *loop;
	char *const *argv;
	char **environment;
	const struct rlimit *files;
	struct restart restart;
	struct child child;
	int64_t started;
	struct wl_event_source *timer;
	const struct command_listener *listener;
	void *data;
};

static void command_handle_ended(void *data, int status)
{
	struct command *command = data;
	int wait = restart_after(&command->restart, status, clock_now() - command->started);
	if (wait < 0) {
		command->listener->ended(command->data, command, status);
		return;
	}
	wl_event_source_timer_update(command->timer, wait);
	command->listener->waits(command->data, command, status, wait);
}

static bool command_start(struct command *command)
{
	command->started = clock_now();
	return child_start(&command->child, command->loop,
		&(struct child_options){command->argv, command->environment, command->files});
}

static int command_handle_timer(void *data)
{
	struct command *command = data;
	if (command_start(command))
		command->listener->restarted(command->data, command);
	else
		command_handle_ended(command, COMMAND_NOT_EXECUTABLE);
	return 0;
}

struct command *command_create(struct wl_event_loop *loop, const struct command_options *options,
	const struct command_listener *listener, void *data)
{
	struct command *command = xcalloc(1, sizeof *command);
	command->loop = loop;
	command->argv = options->argv;
	command->environment = child_make_environment(options->variables, options->n_variables);
	command->files = options->files;
	command->restart.policy = options->restart;
	command->restart.limit = options->restart_limit;
	command->listener = listener;
	command->data = data;
	child_init(&command->child, command_handle_ended, command);
	command->timer = wl_event_loop_add_timer(loop, command_handle_timer, command);
	if (!command->timer)
		log_error("%s: cannot be watched: no memory", command_name(command));
	if (!command->timer || !command_start(command)) {
		command_destroy(command);
		return NULL;
	}
	return command;
}

void command_destroy(struct command *command)
{
	if (!command)
		return;
	child_finish(&command->child);
	if (command->timer)
		wl_event_source_remove(command->timer);
	child_free_environment(command->environment);
	free(command);
}

const char *command_name(const struct command *command)
{
	return command->argv[0];
}

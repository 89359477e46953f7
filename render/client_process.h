/** The worker's process: started, watched, ended, without ever blocking the core. */
#ifndef RENDER_CLIENT_PROCESS_H
#define RENDER_CLIENT_PROCESS_H

#include "render/client.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct client_process {
	pid_t pid; /**< -1: none, or reaped */
	int fd;    /**< a pidfd, readable once the process has ended; -1: none */
};

void client_process_init(struct client_process *process);

/**
 * Starts vitrine-render with socket (borrowed) as its end of the wire. False: reason (cap bytes)
 * says why not.
 */
bool client_process_start(struct client_process *process,
	const struct render_client_options *options, int socket, char *reason, size_t cap);

/**
 * Takes the exit status if the process has ended: true, and reason says how, a person's words:
 * "killed by signal 6 (Aborted)", "exited with status 1".
 */
bool client_process_reap(struct client_process *process, char *reason, size_t cap);

void client_process_kill(const struct client_process *process);

/** Kills and reaps. A process that hangs in a driver is left behind after a second, for
 * reap_ended(). */
void client_process_finish(struct client_process *process);

#endif

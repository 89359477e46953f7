/** The worker: takes the core's packets one by one, keeps what they name, and answers. */
#ifndef RENDER_WORKER_H
#define RENDER_WORKER_H

#include "render/renderer.h"

/**
 * Greets the core over socket (borrowed) and serves it until its end closes.
 * The process's exit status: 0 after the core closed, 1 after WIRE_ERROR.
 */
int worker_run(struct renderer *renderer, int socket);

/** Says WIRE_ERROR, as the last words over socket, and logs the reason. */
void worker_say_error(int socket, const char *reason);

#endif

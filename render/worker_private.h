/** The worker's state, for worker.c and worker_handle.c only. */
#ifndef RENDER_WORKER_PRIVATE_H
#define RENDER_WORKER_PRIVATE_H

#include "common/packet.h"
#include "render/renderer.h"
#include "render/table.h"
#include "render/worker.h"

struct worker {
	int socket; /* borrowed */
	struct renderer *renderer;
	struct table pools, buffers, textures, targets;
	bool failed; /* WIRE_ERROR was said */
	bool closed; /* by the core */

	/* A packet under way, and the frame made of it. */
	_Alignas(8) unsigned char packet[WIRE_MAX_SIZE];
	int fds[PACKET_MAX_FDS];
	int n_fds;
	int64_t arrived;
	struct renderer_quad quads[WIRE_MAX_QUADS];
};

/** Handles the packet, which message_check() passed. False: WIRE_ERROR was said. */
bool worker_handle(struct worker *worker);

/** Sends a packet, and fd unless it is -1. A core that is gone ends the loop. */
void worker_answer(struct worker *worker, const void *data, size_t size, int fd);

/** The answer to a frame. */
void worker_answer_done(struct worker *worker, const struct renderer_result *result);

/** Says WIRE_ERROR, once, and ends the loop. Always false. */
bool worker_fail(struct worker *worker, const char *reason);

#endif

/** Packets that a full socket did not take yet, in order, with duplicates of their fds. */
#ifndef RENDER_CLIENT_QUEUE_H
#define RENDER_CLIENT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct client_queue_entry;

struct client_queue {
	struct client_queue_entry *first, **last; /* last: the link to fill next */
	size_t bytes;
	int n_fds;
};

void client_queue_init(struct client_queue *queue);

/** Frees what still waits; harmless when repeated. */
void client_queue_finish(struct client_queue *queue);

bool client_queue_is_empty(const struct client_queue *queue);

/**
 * Sends a packet, or keeps a copy of it when the socket is full or others wait already. fds are
 * borrowed. 0, or -errno: -ENOBUFS so much waits that the peer must be stuck, others from the
 * socket.
 */
int client_queue_send(struct client_queue *queue, int socket, const void *data, size_t size,
	const int *fds, int n_fds);

/** Sends what waits, as far as the socket takes it. 0, or -errno. */
int client_queue_flush(struct client_queue *queue, int socket);

#endif

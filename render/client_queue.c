#include "render/client_queue.h"

#include "common/fd.h"
#include "common/packet.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A worker that lets so much wait reads no more. Its fds count against the core's own limit (1024
 * by default). */
#define CLIENT_QUEUE_MAX_BYTES (16 * 1024 * 1024)
#define CLIENT_QUEUE_MAX_FDS 256

struct client_queue_entry {
	struct client_queue_entry *next;
	int fds[PACKET_MAX_FDS]; /* ours */
	int n_fds;
	size_t size;
	unsigned char data[];
};

void client_queue_init(struct client_queue *queue)
{
	*queue = (struct client_queue){.last = &queue->first};
}

static void queue_free_entry(struct client_queue_entry *entry)
{
	for (int i = 0; i < entry->n_fds; i++)
		fd_close(&entry->fds[i]);
	free(entry);
}

static void queue_pop(struct client_queue *queue)
{
	struct client_queue_entry *entry = queue->first;
	queue->first = entry->next;
	if (!queue->first)
		queue->last = &queue->first;
	queue->bytes -= entry->size;
	queue->n_fds -= entry->n_fds;
	queue_free_entry(entry);
}

void client_queue_finish(struct client_queue *queue)
{
	while (queue->first)
		queue_pop(queue);
}

bool client_queue_is_empty(const struct client_queue *queue)
{
	return !queue->first;
}

static int queue_append(
	struct client_queue *queue, const void *data, size_t size, const int *fds, int n_fds)
{
	if (queue->bytes + size > CLIENT_QUEUE_MAX_BYTES ||
		queue->n_fds + n_fds > CLIENT_QUEUE_MAX_FDS)
		return -ENOBUFS;
	struct client_queue_entry *entry = malloc(sizeof *entry + size);
	if (!entry)
		return -ENOMEM;
	entry->next = NULL;
	entry->size = size;
	memcpy(entry->data, data, size);
	for (entry->n_fds = 0; entry->n_fds < n_fds; entry->n_fds++) {
		int fd = fd_dup(fds[entry->n_fds]);
		if (fd < 0) {
			int error = -errno;
			queue_free_entry(entry);
			return error;
		}
		entry->fds[entry->n_fds] = fd;
	}
	*queue->last = entry;
	queue->last = &entry->next;
	queue->bytes += size;
	queue->n_fds += n_fds;
	return 0;
}

int client_queue_send(struct client_queue *queue, int socket, const void *data, size_t size,
	const int *fds, int n_fds)
{
	if (client_queue_is_empty(queue)) {
		int error = packet_send(socket, data, size, fds, n_fds);
		if (error != -EAGAIN)
			return error;
	}
	return queue_append(queue, data, size, fds, n_fds);
}

int client_queue_flush(struct client_queue *queue, int socket)
{
	while (queue->first) {
		struct client_queue_entry *entry = queue->first;
		int error = packet_send(socket, entry->data, entry->size, entry->fds, entry->n_fds);
		if (error)
			return error == -EAGAIN ? 0 : error;
		queue_pop(queue);
	}
	return 0;
}

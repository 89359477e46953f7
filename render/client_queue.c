#include "render/client_queue.h"

#include "common/fd.h"
#include "common/packet.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* A worker that lets so much wait reads no more. */
#define CLIENT_QUEUE_MAX_BYTES (16 * 1024 * 1024)
#define CLIENT_QUEUE_MAX_FDS 4096
/* How long a full queue may hold up the core before the worker counts as stuck. */
#define CLIENT_QUEUE_PATIENCE_MS 1000

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

/* The queue's descriptors count against the core's own limit: never more than a quarter of it. */
static int queue_max_fds(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur / 4 > CLIENT_QUEUE_MAX_FDS)
		return CLIENT_QUEUE_MAX_FDS;
	return (int)(limit.rlim_cur / 4);
}

static int queue_append(
	struct client_queue *queue, const void *data, size_t size, const int *fds, int n_fds)
{
	if (queue->bytes + size > CLIENT_QUEUE_MAX_BYTES ||
		(n_fds > 0 && queue->n_fds + n_fds > queue_max_fds()))
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

static bool queue_make_room(struct client_queue *queue, int socket)
{
	struct pollfd ready = {.fd = socket, .events = POLLOUT};
	size_t waiting = queue->bytes;
	return poll(&ready, 1, CLIENT_QUEUE_PATIENCE_MS) > 0 &&
	       client_queue_flush(queue, socket) == 0 && queue->bytes < waiting;
}

int client_queue_send(struct client_queue *queue, int socket, const void *data, size_t size,
	const int *fds, int n_fds)
{
	if (client_queue_is_empty(queue)) {
		int error = packet_send(socket, data, size, fds, n_fds);
		if (error != -EAGAIN)
			return error;
	}
	int error = queue_append(queue, data, size, fds, n_fds);
	/* A client that shows hundreds of new buffers at once: the worker is only busy. */
	if (error == -ENOBUFS && queue_make_room(queue, socket))
		error = queue_append(queue, data, size, fds, n_fds);
	return error;
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

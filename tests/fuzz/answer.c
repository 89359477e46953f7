/* What the core reads from its worker, which may say anything (render/client_receive.c). */
#include "common/fd.h"
#include "common/log.h"
#include "render/client_private.h"
#include "tests/fuzz/packets.h"

#include <drm_fourcc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_SIZE 16
#define ANSWER_IDS 8

/* Every text is used as one, to its end. */
static void answer_read(const char *text)
{
	if (strlen(text) > 256)
		abort();
}

static void answer_ready(void *data, const struct render_info *info)
{
	answer_read(info->device);
	answer_read(info->driver);
	for (size_t i = 0; i < info->n_formats; i++)
		*(uint64_t *)data += info->formats[i].modifier;
}

static void answer_buffer(void *data, uint32_t buffer, bool ok, const char *reason)
{
	answer_read(reason);
}

static void answer_target(void *data, uint32_t target, bool ok, uint32_t flags,
	struct dmabuf *memory, const char *reason)
{
	answer_read(reason);
	if (memory && (memory->width != ANSWER_SIZE ||
			      fd_size(memory->planes[0].fd) <
				      (int64_t)memory->planes[0].stride * (ANSWER_SIZE - 1) +
					      ANSWER_SIZE * 4))
		abort();
}

static void answer_submitted(void *data, uint32_t sequence, int fence)
{
	if (fence < 0)
		abort();
	close(fence);
}

static void answer_done(void *data, const struct wire_frame_done *done)
{
	answer_read(done->reason);
}

static const struct render_client_listener answer_listener = {
	.ready = answer_ready,
	.buffer_result = answer_buffer,
	.target_result = answer_target,
	.frame_submitted = answer_submitted,
	.frame_done = answer_done,
};

static void answer_ask(struct client_pending_list *list)
{
	for (uint32_t id = 1; id <= ANSWER_IDS; id++) {
		client_pending_add(
			list, (struct client_pending){.kind = CLIENT_PENDING_BUFFER, .id = id});
		client_pending_add(
			list, (struct client_pending){.kind = CLIENT_PENDING_FRAME, .id = id});
		client_pending_add(list,
			(struct client_pending){
				.kind = id % 2 ? CLIENT_PENDING_ALLOCATE : CLIENT_PENDING_IMPORT,
				.id = id,
				.width = ANSWER_SIZE,
				.height = ANSWER_SIZE,
				.format = DRM_FORMAT_XRGB8888,
			});
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t sum = 0;
	int sockets[2], fd = fd_create_memory("fuzz", ANSWER_SIZE * ANSWER_SIZE * 4);
	log_init("fuzz", LOG_LEVEL_ERROR);
	if (fd < 0 ||
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets) < 0)
		abort();
	struct render_client *client = calloc(1, sizeof *client);
	client->socket = sockets[0];
	client->epoll = client->timer = -1;
	client_process_init(&client->process);
	client_queue_init(&client->queue);
	render_client_set_listener(client, &answer_listener, &sum);
	answer_ask(&client->pending);
	packets_send(sockets[1], data, size, fd);
	client_receive(client);
	client_receive(client); /* more than one batch */
	render_client_destroy(client);
	close(sockets[1]);
	close(fd);
	return 0;
}

/* What the worker says: checked in form (client_answer.h), then against what was asked, then told.
 */
#include "render/client_private.h"

#include "common/fd.h"
#include "common/packet.h"
#include "render/client_answer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECEIVE_BIT(kind) (UINT32_C(1) << (kind))

static void receive_refuse(struct render_client *client, const char *what)
{
	char reason[256];
	snprintf(reason, sizeof reason, "broke the protocol: %s", what);
	client_give_up(client, reason);
}

static void receive_hello(struct render_client *client, const struct wire_hello *hello)
{
	if (client->ready) {
		receive_refuse(client, "HELLO twice");
		return;
	}
	size_t len = hello->n_formats;
	client->formats = calloc(len ? len : 1, sizeof *client->formats);
	if (!client->formats) {
		client_give_up(client, "no memory for its formats");
		return;
	}
	memcpy(client->formats, hello + 1, len * sizeof *client->formats);
	client->info = (struct render_info){.features = hello->features,
		.max_extent = hello->max_extent,
		.formats = client->formats,
		.n_formats = len};
	memcpy(client->info.device, hello->device, sizeof client->info.device);
	memcpy(client->info.driver, hello->driver, sizeof client->info.driver);
	client->ready = true;
	if (client->listener && client->listener->ready)
		client->listener->ready(client->data, &client->info);
}

static void receive_buffer(struct render_client *client, const struct wire_result *result)
{
	struct client_pending asked;
	if (!client_take_answer(client, RECEIVE_BIT(CLIENT_PENDING_BUFFER), result->id, &asked))
		receive_refuse(client, "a BUFFER_RESULT that nobody asked for");
	else if (!asked.forgotten && client->listener && client->listener->buffer_result)
		client->listener->buffer_result(
			client->data, result->id, result->ok != 0, result->reason);
}

/* What is wrong with an allocated target beyond its form: not what was asked for, or shorter than
 * it says. */
static const char *receive_check_memory(
	const struct client_pending *asked, const struct dmabuf *dmabuf)
{
	if (dmabuf->width != asked->width || dmabuf->height != asked->height ||
		dmabuf->format != asked->format)
		return "a TARGET_RESULT of another size or format";
	int64_t size = fd_size(dmabuf->planes[0].fd);
	if (size < 0 || (uint64_t)size < dmabuf_linear_size(dmabuf))
		return "a TARGET_RESULT shorter than its picture";
	return NULL;
}

static void receive_take_memory(const struct wire_dmabuf *wire, int *fd, struct dmabuf *dmabuf)
{
	dmabuf_init(dmabuf);
	dmabuf->width = wire->width;
	dmabuf->height = wire->height;
	dmabuf->format = wire->format;
	dmabuf->modifier = wire->modifier;
	dmabuf->n_planes = 1;
	dmabuf->planes[0] = (struct dmabuf_plane){.fd = *fd, .stride = wire->planes[0].stride};
	*fd = -1;
}

static void receive_tell_target(struct render_client *client,
	const struct wire_target_result *result, struct dmabuf *dmabuf)
{
	if (client->listener && client->listener->target_result)
		client->listener->target_result(client->data, result->target, result->ok != 0,
			result->flags, dmabuf, result->reason);
}

static void receive_target(
	struct render_client *client, const struct wire_target_result *result, int *fd)
{
	const uint32_t kinds =
		RECEIVE_BIT(CLIENT_PENDING_ALLOCATE) | RECEIVE_BIT(CLIENT_PENDING_IMPORT);
	struct client_pending asked;
	if (!client_take_answer(client, kinds, result->target, &asked)) {
		receive_refuse(client, "a TARGET_RESULT that nobody asked for");
		return;
	}
	bool expects_memory = asked.kind == CLIENT_PENDING_ALLOCATE && result->ok;
	if (expects_memory != (*fd >= 0)) {
		receive_refuse(client, "a TARGET_RESULT with a wrong number of descriptors");
		return;
	}
	if (!expects_memory) {
		if (!asked.forgotten)
			receive_tell_target(client, result, NULL);
		return;
	}
	struct dmabuf dmabuf;
	receive_take_memory(&result->dmabuf, fd, &dmabuf);
	const char *wrong = receive_check_memory(&asked, &dmabuf);
	if (wrong)
		receive_refuse(client, wrong);
	else if (!asked.forgotten)
		receive_tell_target(client, result, &dmabuf);
	dmabuf_finish(&dmabuf);
}

static void receive_submitted(
	struct render_client *client, const struct wire_frame_submitted *submitted, int *fd)
{
	if (!client_pending_has(
		    &client->pending, RECEIVE_BIT(CLIENT_PENDING_FRAME), submitted->sequence)) {
		receive_refuse(client, "a FRAME_SUBMITTED that nobody asked for");
		return;
	}
	if (!client->listener || !client->listener->frame_submitted)
		return;
	int fence = *fd;
	*fd = -1;
	client->listener->frame_submitted(client->data, submitted->sequence, fence);
}

static void receive_done(struct render_client *client, const struct wire_frame_done *done)
{
	struct client_pending asked;
	if (!client_take_answer(client, RECEIVE_BIT(CLIENT_PENDING_FRAME), done->sequence, &asked))
		receive_refuse(client, "a FRAME_DONE that nobody asked for");
	else if (client->listener && client->listener->frame_done)
		client->listener->frame_done(client->data, done);
}

static void receive_packet(struct render_client *client, size_t size, int *fds, int n_fds)
{
	const void *packet = client->packet;
	const char *wrong = client_answer_check(client->packet, size, n_fds);
	if (wrong) {
		receive_refuse(client, wrong);
		return;
	}
	uint32_t type = ((const struct wire_header *)packet)->type;
	if (!client->ready && type != WIRE_HELLO && type != WIRE_ERROR) {
		receive_refuse(client, "an answer before HELLO");
		return;
	}
	switch ((enum wire_type)type) {
	case WIRE_HELLO:
		receive_hello(client, packet);
		break;
	case WIRE_BUFFER_RESULT:
		receive_buffer(client, packet);
		break;
	case WIRE_TARGET_RESULT:
		receive_target(client, packet, &fds[0]);
		break;
	case WIRE_FRAME_SUBMITTED:
		receive_submitted(client, packet, &fds[0]);
		break;
	case WIRE_FRAME_DONE:
		receive_done(client, packet);
		break;
	case WIRE_ERROR:
		memcpy(client->last_words, ((const struct wire_error *)packet)->reason,
			sizeof client->last_words);
		break;
	default:
		break;
	}
}

/* The worker is not to blame. A fence is no loss, for FRAME_DONE follows; without another file we
 * could not go on. */
static void receive_without_file(struct render_client *client)
{
	if (((const struct wire_header *)client->packet)->type != WIRE_FRAME_SUBMITTED)
		client_give_up(client, "its file cannot be taken: too many are open");
}

bool client_receive(struct render_client *client)
{
	if (client->state != CLIENT_RUNNING)
		return false;
	int fds[PACKET_MAX_FDS] = {-1, -1, -1, -1}, n_fds;
	ssize_t size =
		packet_receive(client->socket, client->packet, sizeof client->packet, fds, &n_fds);
	if (size == -EAGAIN)
		return false;
	if (size == 0)
		client_end(client, NULL);
	else if (size == -EMFILE)
		receive_without_file(client);
	else if (size < 0)
		receive_refuse(client, "a packet that is too long");
	else
		receive_packet(client, (size_t)size, fds, n_fds);
	for (int i = 0; i < PACKET_MAX_FDS; i++)
		fd_close(&fds[i]);
	return true;
}

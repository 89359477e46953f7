#include "render/worker.h"

#include "common/clock.h"
#include "common/fd.h"
#include "common/log.h"
#include "render/buffer.h"
#include "render/message.h"
#include "render/pool.h"
#include "render/target.h"
#include "render/texture.h"
#include "render/worker_private.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Waits for room: the core reads whenever it is alive, and a closed socket ends the wait. */
static int worker_send(int socket, const void *data, size_t size, int fd)
{
	int error;
	while ((error = packet_send(socket, data, size, &fd, fd >= 0)) == -EAGAIN) {
		struct pollfd wait = {.fd = socket, .events = POLLOUT};
		poll(&wait, 1, -1);
	}
	return error;
}

void worker_answer(struct worker *worker, const void *data, size_t size, int fd)
{
	int error = worker_send(worker->socket, data, size, fd);
	if (error == -EPIPE || error == -ECONNRESET) {
		worker->closed = true;
	} else if (error < 0) {
		log_error("the core cannot be answered: %s", strerror(-error));
		worker->failed = true;
	}
}

void worker_say_error(int socket, const char *reason)
{
	struct wire_error message = {.header = {WIRE_ERROR, sizeof message}};
	snprintf(message.reason, sizeof message.reason, "%s", reason);
	log_error("%s", message.reason);
	worker_send(socket, &message, sizeof message, -1);
}

bool worker_fail(struct worker *worker, const char *reason)
{
	if (!worker->failed)
		worker_say_error(worker->socket, reason);
	worker->failed = true;
	return false;
}

static void worker_say_hello(struct worker *worker)
{
	struct renderer *renderer = worker->renderer;
	struct wire_hello *hello = (struct wire_hello *)worker->packet;
	size_t room = (sizeof worker->packet - sizeof *hello) / sizeof(struct wire_format);
	uint32_t n = renderer->n_formats < room ? renderer->n_formats : (uint32_t)room;
	size_t size = sizeof *hello + n * sizeof(struct wire_format);
	*hello = (struct wire_hello){
		.header = {WIRE_HELLO, (uint32_t)size},
		.version = WIRE_VERSION,
		.features = renderer->features,
		.max_extent = renderer->max_extent,
		.n_formats = n,
	};
	snprintf(hello->device, sizeof hello->device, "%s", renderer->device);
	snprintf(hello->driver, sizeof hello->driver, "%s", renderer->driver);
	if (n > 0)
		memcpy(hello + 1, renderer->formats, n * sizeof(struct wire_format));
	worker_answer(worker, hello, size, -1);
}

void worker_answer_done(struct worker *worker, const struct renderer_result *result)
{
	struct wire_frame_done done = {
		.header = {WIRE_FRAME_DONE, sizeof done},
		.sequence = result->sequence,
		.ok = !result->reason,
		.upload_bytes = result->upload_bytes,
		.copy_bytes = result->copy_bytes,
		.gpu_copy_bytes = result->gpu_copy_bytes,
		.duration = clock_now() - result->arrived,
		.record_duration = result->record_duration,
		.gpu_duration = result->gpu_duration,
	};
	if (result->reason)
		snprintf(done.reason, sizeof done.reason, "%s", result->reason);
	worker_answer(worker, &done, sizeof done, -1);
}

static void worker_close_fds(struct worker *worker)
{
	for (int i = 0; i < worker->n_fds; i++)
		fd_close(&worker->fds[i]);
	worker->n_fds = 0;
}

/* One packet: mostly a frame, whose answer the core waits for before it says more. */
static void worker_receive(struct worker *worker)
{
	char reason[WIRE_MAX_REASON];
	ssize_t n = packet_receive(
		worker->socket, worker->packet, sizeof worker->packet, worker->fds, &worker->n_fds);
	if (n == -EAGAIN)
		return;
	worker->arrived = clock_now();
	if (n == 0)
		worker->closed = true;
	else if (n < 0)
		worker_fail(worker, "malformed packet: too large or too many fds");
	else if (!message_check(worker->packet, (size_t)n, worker->n_fds,
			 worker->renderer->max_extent, reason))
		worker_fail(worker, reason);
	else
		worker_handle(worker);
	worker_close_fds(worker);
}

static void worker_handle_submitted(void *data, uint32_t sequence, int fence)
{
	struct worker *worker = data;
	struct wire_frame_submitted message = {
		.header = {WIRE_FRAME_SUBMITTED, sizeof message},
		.sequence = sequence,
	};
	worker_answer(worker, &message, sizeof message, fence);
}

static void worker_handle_done(void *data, const struct renderer_result *result)
{
	worker_answer_done(data, result);
}

static void worker_handle_lost(void *data, const char *reason)
{
	worker_fail(data, reason);
}

static const struct renderer_listener worker_listener = {
	.submitted = worker_handle_submitted,
	.done = worker_handle_done,
	.lost = worker_handle_lost,
};

static void worker_loop(struct worker *worker)
{
	struct renderer *renderer = worker->renderer;
	struct pollfd polls[] = {
		{.fd = worker->socket, .events = POLLIN},
		{.fd = renderer->impl->get_fd(renderer), .events = POLLIN},
	};
	while (!worker->failed && !worker->closed) {
		if (poll(polls, 2, -1) < 0)
			continue;
		if (polls[1].revents)
			renderer->impl->dispatch(renderer);
		if (polls[0].revents)
			worker_receive(worker);
	}
}

static void worker_finish(struct worker *worker)
{
	for (uint32_t id = 0; id < worker->textures.cap; id++)
		texture_unref(table_take(&worker->textures, id));
	for (uint32_t id = 0; id < worker->buffers.cap; id++)
		buffer_unref(table_take(&worker->buffers, id));
	for (uint32_t id = 0; id < worker->targets.cap; id++)
		target_unref(table_take(&worker->targets, id));
	for (uint32_t id = 0; id < worker->pools.cap; id++)
		pool_unref(table_take(&worker->pools, id));
	table_finish(&worker->textures);
	table_finish(&worker->buffers);
	table_finish(&worker->targets);
	table_finish(&worker->pools);
}

int worker_run(struct renderer *renderer, int socket)
{
	struct worker *worker = calloc(1, sizeof *worker);
	if (!worker) {
		worker_say_error(socket, "out of memory");
		return 1;
	}
	worker->socket = socket;
	worker->renderer = renderer;
	renderer->listener = &worker_listener;
	renderer->listener_data = worker;
	worker_say_hello(worker);
	worker_loop(worker);
	worker_finish(worker);
	int status = worker->failed;
	free(worker);
	return status;
}

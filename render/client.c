/*
 * The worker's life as its core sees it: RUNNING until the socket closes, breaks the protocol or
 * the process ends, then ENDING until the exit status is there, then DEAD, told once. Only
 * render_client_dispatch() tells.
 */
#include "render/client_private.h"

#include "common/fd.h"
#include "common/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* From the closed socket to the end of the process: long enough for a core dump of the worker to be
 * written. */
#define CLIENT_END_SECONDS 10

/* That are read of a worker that has ended: a child of its may go on. */
#define CLIENT_LAST_PACKETS 64

static void client_start_timer(struct render_client *client, struct timespec delay)
{
	struct itimerspec spec = {.it_value = delay};
	timerfd_settime(client->timer, 0, &spec, NULL);
}

void client_end(struct render_client *client, const char *reason)
{
	if (client->state != CLIENT_RUNNING)
		return;
	client->state = CLIENT_ENDING;
	if (reason)
		snprintf(client->reason, sizeof client->reason, "%s", reason);
	fd_close(&client->socket);
	client_queue_finish(&client->queue);
	client_start_timer(client, (struct timespec){.tv_sec = CLIENT_END_SECONDS});
}

void client_give_up(struct render_client *client, const char *reason)
{
	client_end(client, reason);
	client_process_kill(&client->process);
}

void client_update_events(struct render_client *client)
{
	bool wants_write = !client_queue_is_empty(&client->queue);
	if (client->socket < 0 || wants_write == client->wants_write)
		return;
	client->wants_write = wants_write;
	struct epoll_event event = {.events = EPOLLIN | (wants_write ? (uint32_t)EPOLLOUT : 0)};
	epoll_ctl(client->epoll, EPOLL_CTL_MOD, client->socket, &event);
}

static bool client_watch(struct render_client *client, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};
	return epoll_ctl(client->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool client_open(struct render_client *client, int sockets[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
		return false;
	client->socket = sockets[0];
	/* Only our end: the worker waits in its own way, and the flag belongs to the end, not to
	 * the pair. */
	if (fcntl(client->socket, F_SETFL, O_NONBLOCK) != 0)
		return false;
	client->epoll = epoll_create1(EPOLL_CLOEXEC);
	client->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return client->epoll >= 0 && client->timer >= 0 && client_watch(client, client->socket) &&
	       client_watch(client, client->timer);
}

static void client_start(
	struct render_client *client, const struct render_client_options *options, int socket)
{
	char reason[256];
	if (client_process_start(&client->process, options, socket, reason, sizeof reason)) {
		client_watch(client, client->process.fd);
		return;
	}
	client_end(client, reason);
	client_start_timer(client, (struct timespec){.tv_nsec = 1});
}

struct render_client *render_client_create(const struct render_client_options *options,
	const struct render_client_listener *listener, void *data)
{
	struct render_client *client = xcalloc(1, sizeof *client);
	client->socket = client->epoll = client->timer = -1;
	client_process_init(&client->process);
	client_queue_init(&client->queue);
	render_client_set_listener(client, listener, data);
	int sockets[2] = {-1, -1};
	bool opened = client_open(client, sockets);
	if (opened)
		client_start(client, options, sockets[1]);
	fd_close(&sockets[1]);
	if (!opened) {
		log_error("no worker: %s", strerror(errno));
		render_client_destroy(client);
		return NULL;
	}
	return client;
}

static void client_free(struct render_client *client)
{
	free(client->formats);
	free(client);
}

void render_client_destroy(struct render_client *client)
{
	if (!client)
		return;
	client->state = CLIENT_DEAD;
	client->listener = NULL;
	fd_close(&client->socket);
	client_process_finish(&client->process);
	client_queue_finish(&client->queue);
	client_pending_finish(&client->pending);
	fd_close(&client->timer);
	fd_close(&client->epoll);
	client->destroyed = true;
	if (!client->dispatching)
		client_free(client);
}

void render_client_set_listener(
	struct render_client *client, const struct render_client_listener *listener, void *data)
{
	client->listener = listener;
	client->data = data;
}

int render_client_fd(const struct render_client *client)
{
	return client->epoll;
}

const struct render_info *render_client_info(const struct render_client *client)
{
	return client->ready ? &client->info : NULL;
}

pid_t render_client_pid(const struct render_client *client)
{
	return client->process.pid;
}

int64_t render_client_wait(const struct render_client *client)
{
	return client_pending_wait(&client->pending);
}

static void client_tell_debt(struct render_client *client)
{
	if (client->listener && client->listener->owes)
		client->listener->owes(client->data, client->pending.first);
}

void client_ask(struct render_client *client, struct client_pending pending)
{
	bool first = !client->pending.first;
	client_pending_add(&client->pending, pending);
	if (first)
		client_tell_debt(client);
}

bool client_take_answer(
	struct render_client *client, uint32_t kinds, uint32_t id, struct client_pending *asked)
{
	if (!client_pending_take(&client->pending, kinds, id, asked))
		return false;
	if (!client->pending.first)
		client_tell_debt(client);
	return true;
}

static void client_write(struct render_client *client)
{
	if (client->state != CLIENT_RUNNING)
		return;
	/* A broken pipe is told by the end of the process. */
	if (client_queue_flush(&client->queue, client->socket) != 0)
		client_queue_finish(&client->queue);
	client_update_events(client);
}

static void client_tell_death(struct render_client *client, const char *how)
{
	client_end(client, NULL);
	client->state = CLIENT_DEAD;
	client_start_timer(client, (struct timespec){0});
	client_pending_finish(&client->pending);
	if (!client->reason[0])
		snprintf(client->reason, sizeof client->reason, "%s%s%s", how,
			client->last_words[0] ? ": " : "", client->last_words);
	if (client->listener && client->listener->died)
		client->listener->died(client->data, client->reason);
}

/* What the worker said before it ended is still in the socket and comes first. */
static void client_watch_end(struct render_client *client)
{
	uint64_t expirations;
	char how[128];
	if (client->state == CLIENT_DEAD)
		return;
	if (client_process_reap(&client->process, how, sizeof how)) {
		for (int i = 0; i < CLIENT_LAST_PACKETS && client_receive(client); i++)
			;
		if (client->state != CLIENT_DEAD)
			client_tell_death(client, how);
	} else if (read(client->timer, &expirations, sizeof expirations) > 0) {
		client_process_finish(&client->process);
		client_tell_death(client, "closed its socket and hung");
	}
}

void render_client_dispatch(struct render_client *client)
{
	client->dispatching = true;
	client_write(client);
	/* Mostly it has said something, and what else there may be is told again. */
	if (!client_receive(client))
		client_watch_end(client);
	client->dispatching = false;
	if (client->destroyed)
		client_free(client);
}

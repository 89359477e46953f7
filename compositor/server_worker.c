/*
 * The worker's life as the session sees it: when it is gone, or as good as gone, the screens keep
 * their pictures and the ladder starts another one. Whatever it owes an answer for, a frame, a
 * client's dma-buf, the pointer's picture or a capture: it is as good as gone when none comes for
 * WORKER_DEADLINE, unless it waits for the host, which does not answer us either.
 */
#include "compositor/server_private.h"

#include "common/clock.h"
#include "common/log.h"
#include "compositor/notify.h"
#include "kms/device.h"

#include <stdio.h>

#define WORKER_DEADLINE 20000 /* milliseconds; virtual machines without KVM are slow */
#define WORKER_EXCUSE 1000    /* milliseconds in which the host answers, if it answers at all */

void server_let_go_of_worker(void *data)
{
	struct server *server = data;
	deadline_clear(&server->worker_deadline);
	server_stop_screens(server);
	captures_stop(&server->captures);
}

void server_replace_worker(struct server *server, const char *reason)
{
	char line[400];
	snprintf(line, sizeof line,
		"the renderer is gone (%s): the picture stays, another one is started", reason);
	log_warn("%s", line);
	if (server->running)
		notify_status(server->notify, line);
	renderer_worker_died(&server->renderer);
	server_let_go_of_worker(server);
	server->stats.worker_deaths++;
	scanout_worker_died(server->scanout, reason);
}

void server_handle_death(void *data, const char *reason)
{
	server_replace_worker(data, reason);
}

void server_handle_debt(void *data, bool owes)
{
	struct server *server = data;
	struct server_screen *screen;
	server->worker_excused = false;
	if (owes) {
		deadline_set(&server->worker_deadline, WORKER_DEADLINE);
		return;
	}
	deadline_clear(&server->worker_deadline);
	wl_list_for_each (screen, &server->screens, link)
		screen_settle(&screen->screen);
}

/* Milliseconds until it is too late for the worker; none: it is. */
static int worker_time_left(const struct server *server)
{
	const struct render_client *client = scanout_client(server->scanout);
	int64_t waited = client ? render_client_wait(client) / CLOCK_NS_PER_MS : 0;
	return waited < WORKER_DEADLINE ? WORKER_DEADLINE - (int)waited : 0;
}

/* The host is asked, and what it has not answered in time either is no fault of the worker's. */
static bool worker_waits_for_host(struct server *server)
{
	if (!server->device)
		return false;
	server->worker_excused = !server->worker_excused;
	if (server->worker_excused) {
		kms_device_ask(server->device);
		deadline_set(&server->worker_deadline, WORKER_EXCUSE);
		return true;
	}
	if (kms_device_has_answered(server->device))
		return false;
	log_warn("the renderer does not answer, but nor does the host: it is waited for");
	deadline_set(&server->worker_deadline, WORKER_DEADLINE);
	return true;
}

static void server_handle_worker_deadline(void *data)
{
	struct server *server = data;
	int left = worker_time_left(server);
	if (left > 0) {
		server->worker_excused = false;
		deadline_set(&server->worker_deadline, left);
	} else if (!worker_waits_for_host(server)) {
		server_replace_worker(server, "no answer in time");
	}
}

bool server_watch_worker(struct server *server)
{
	if (deadline_init(
		    &server->worker_deadline, server->loop, server_handle_worker_deadline, server))
		return true;
	log_error("the renderer cannot be watched: no memory");
	return false;
}

/* What a GPU's worker says of itself, of one that is started for this alone. */
#include "compositor/scanout/private.h"

#include "common/clock.h"
#include "common/log.h"

#include <poll.h>
#include <stdio.h>

struct ask {
	const struct render_info *info; /* NULL: nothing was said yet */
	char death[256];                /* empty: it lives */
};

static void ask_handle_ready(void *data, const struct render_info *info)
{
	((struct ask *)data)->info = info;
}

static void ask_handle_died(void *data, const char *how)
{
	struct ask *ask = data;
	snprintf(ask->death, sizeof ask->death, "worker %.240s", how);
}

static const struct render_client_listener ask_listener = {
	.ready = ask_handle_ready,
	.died = ask_handle_died,
};

static void ask_wait(struct ask *ask, struct render_client *client, int ms)
{
	int64_t end = clock_now() + ms * CLOCK_NS_PER_MS;
	for (int64_t left; !ask->info && !ask->death[0] && (left = end - clock_now()) > 0;) {
		struct pollfd fd = {.fd = render_client_fd(client), .events = POLLIN};
		poll(&fd, 1, (int)(left / CLOCK_NS_PER_MS) + 1);
		render_client_dispatch(client);
	}
}

/* NULL, or why it is no GPU for clients' dma-bufs. */
static const char *ask_refusal(const struct ask *ask)
{
	if (!ask->info)
		return ask->death[0] ? ask->death : "it says nothing";
	if (!render_info_reads_dmabufs(ask->info))
		return "it cannot import dma-bufs";
	return scanout_rule_gpu(ask->info);
}

bool scanout_ask_gpu(struct scanout *scanout, int ms,
	void (*hear)(void *data, const struct render_info *info), void *data)
{
	struct ask ask = {0};
	struct render_client *client =
		scanout_worker_create(scanout, RENDER_RENDERER_VULKAN, &ask_listener, &ask);
	if (client)
		ask_wait(&ask, client, ms);
	const char *refusal = client ? ask_refusal(&ask) : "no worker can be started";
	if (refusal)
		log_info("no GPU for clients' buffers: %s", refusal);
	else
		hear(data, ask.info);
	render_client_destroy(client);
	return !refusal;
}

/* The worker of the ladder: started for a rung, polled on the event loop, dropped. */
#include "compositor/scanout/private.h"

#include "common/log.h"

void scanout_worker_drop(struct scanout *scanout)
{
	if (scanout->client_source)
		wl_event_source_remove(scanout->client_source);
	scanout->client_source = NULL;
	render_client_destroy(scanout->client);
	scanout->client = NULL;
	scanout->client_known = false;
	scanout_drop_swapchains(scanout);
	ids_finish(&scanout->target_ids); /* the next worker knows none */
}

enum render_renderer scanout_worker_renderer(const struct scanout *scanout)
{
	return scanout_rung(scanout) == SCANOUT_CPU ? RENDER_RENDERER_CPU : RENDER_RENDERER_VULKAN;
}

static int worker_handle_readable(int fd, uint32_t mask, void *data)
{
	struct scanout *scanout = data;
	render_client_dispatch(scanout->client);
	return 0;
}

static bool worker_watch(struct scanout *scanout)
{
	scanout->client_source =
		wl_event_loop_add_fd(scanout->loop, render_client_fd(scanout->client),
			WL_EVENT_READABLE, worker_handle_readable, scanout);
	return scanout->client_source;
}

struct render_client *scanout_worker_create(const struct scanout *scanout,
	enum render_renderer renderer, const struct render_client_listener *listener, void *data)
{
	const struct scanout_options *options = &scanout->options;
	struct render_client_options client = {
		.worker = options->worker,
		.renderer = renderer,
		.device = options->device ? kms_device_info(options->device)->primary
					  : options->render_device,
		.log_level = log_get_level(),
	};
	return render_client_create(&client, listener, data);
}

const char *scanout_worker_start(
	struct scanout *scanout, const struct render_client_listener *listener)
{
	scanout->renderer = scanout_worker_renderer(scanout);
	scanout->client = scanout_worker_create(scanout, scanout->renderer, listener, scanout);
	if (!scanout->client)
		return "no worker can be started";
	if (worker_watch(scanout))
		return NULL;
	scanout_worker_drop(scanout);
	return "no worker can be watched";
}

bool scanout_worker_take(struct scanout *scanout, struct scanout *from)
{
	scanout->client = from->client;
	scanout->renderer = from->renderer;
	from->client = NULL;
	scanout_worker_drop(from);
	if (worker_watch(scanout))
		return true;
	scanout_worker_drop(scanout);
	return false;
}

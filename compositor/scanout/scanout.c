#include "compositor/scanout/private.h"

#include "common/xalloc.h"

#include <drm_fourcc.h>
#include <stdlib.h>

/* gpu_on_demand: begins where the CPU draws, if there is anything above that. */
static void scanout_begin_low(struct scanout *scanout)
{
	const struct scanout_order *order = &scanout->options.order;
	while (scanout->position + 1 < order->len && scanout_rung(scanout) != SCANOUT_CPU)
		scanout->position++;
	scanout->began_low = scanout->position > 0;
}

struct scanout *scanout_create(struct wl_event_loop *loop, const struct scanout_options *options,
	const struct scanout_listener *listener, void *data)
{
	struct scanout *scanout = xcalloc(1, sizeof *scanout);
	scanout->loop = loop;
	scanout->options = *options;
	scanout->vmm = vmm_current();
	if (!scanout->options.format)
		scanout->options.format = DRM_FORMAT_XRGB8888;
	scanout->limit = options->order.len;
	scanout->listener = listener;
	scanout->data = data;
	wl_list_init(&scanout->swapchains);
	dmabuf_init(&scanout->target.memory);
	if (!scanout_ladder_init(scanout) || !scanout_climb_init(scanout)) {
		scanout_destroy(scanout);
		return NULL;
	}
	if (scanout->options.gpu_on_demand)
		scanout_begin_low(scanout);
	scanout_ladder_start(scanout);
	return scanout;
}

void scanout_destroy(struct scanout *scanout)
{
	if (!scanout)
		return;
	scanout_climb_finish(scanout);
	scanout_ladder_finish(scanout);
	ids_finish(&scanout->target_ids);
	free(scanout);
}

void scanout_move_proof(struct scanout *scanout, const struct scanout_place *place)
{
	scanout->options.proof.output = place->output;
	/* The proof under way is of the size that it began with. */
	if (scanout->state != SCANOUT_MAKING && scanout->state != SCANOUT_PROVING)
		scanout->options.proof.mode = place->mode;
	if (scanout->scout)
		scanout_move_proof(scanout->scout, place);
}

struct render_client *scanout_client(struct scanout *scanout)
{
	return scanout->state == SCANOUT_READY ? scanout->client : NULL;
}

void scanout_frame_drawn(struct scanout *scanout)
{
	scanout->served = true;
	scanout->rounds = 0;
}

void scanout_frame_shown(struct scanout *scanout)
{
	scanout->served = true;
	if (scanout->rounds > 1)
		scanout->rounds = 1; /* the next round has the shortest pause */
}

const struct scanout_verdict *scanout_verdict(const struct scanout *scanout)
{
	return scanout->state == SCANOUT_READY ? &scanout->verdict : NULL;
}

const struct scanout_attempt *scanout_attempt(const struct scanout *scanout, enum scanout_rung rung)
{
	return &scanout->attempts[rung];
}

#include "compositor/scanout/private.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"

#include <drm_fourcc.h>
#include <stdio.h>
#include <stdlib.h>

/* Two deaths within this time are the rung's fault, not chance. */
#define SCANOUT_STEADY_NS (60 * CLOCK_NS_PER_S)
#define SCANOUT_MAX_DEATHS 2

struct scanout *scanout_create(struct wl_event_loop *loop, const struct scanout_options *options,
	const struct scanout_listener *listener, void *data)
{
	struct scanout *scanout = xcalloc(1, sizeof *scanout);
	scanout->loop = loop;
	scanout->options = *options;
	scanout->vmm = vmm_current();
	if (!scanout->options.format)
		scanout->options.format = DRM_FORMAT_XRGB8888;
	scanout->listener = listener;
	scanout->data = data;
	wl_list_init(&scanout->swapchains);
	dmabuf_init(&scanout->target.memory);
	if (!scanout_ladder_init(scanout)) {
		scanout_destroy(scanout);
		return NULL;
	}
	scanout_ladder_start(scanout);
	return scanout;
}

void scanout_destroy(struct scanout *scanout)
{
	if (!scanout)
		return;
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
}

struct render_client *scanout_client(struct scanout *scanout)
{
	return scanout->state == SCANOUT_READY ? scanout->client : NULL;
}

const struct scanout_verdict *scanout_verdict(const struct scanout *scanout)
{
	return scanout->state == SCANOUT_READY ? &scanout->verdict : NULL;
}

const struct scanout_attempt *scanout_attempt(const struct scanout *scanout, enum scanout_rung rung)
{
	return &scanout->attempts[rung];
}

void scanout_worker_died(struct scanout *scanout, const char *reason)
{
	char text[320];
	if (!scanout->client_known)
		return;
	if (clock_now() - scanout->ready_since > SCANOUT_STEADY_NS)
		scanout->deaths = 0;
	log_debug("the worker at %s died: %s", scanout_rung_name(scanout_rung(scanout)), reason);
	scanout_ladder_drop(scanout);
	if (++scanout->deaths < SCANOUT_MAX_DEATHS) {
		scanout_ladder_start(scanout);
		return;
	}
	snprintf(text, sizeof text, "worker keeps dying, last %s", reason);
	scanout_ladder_give_up(scanout, SCANOUT_FAILED, text);
}

void scanout_rung_failed(struct scanout *scanout, const char *reason)
{
	if (scanout->state == SCANOUT_READY)
		scanout_ladder_give_up(scanout, SCANOUT_FAILED, reason);
}

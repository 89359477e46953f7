/*
 * The way up. A rung that held and was given up may hold again: the host's renderer was started
 * anew, memory is free again. After a quiet time, or when a GPU is wanted for the first time, a
 * scout tries the rungs above, a ladder of its own with a worker of its own, while this one goes on
 * serving. If one holds, its worker takes over.
 */
#include "compositor/scanout/private.h"

#include "common/log.h"

#include <stdlib.h>
#include <string.h>

/* Doubled at each try, as long as none leads to a rung that stays. */
#define CLIMB_FIRST_MS 60000
#define CLIMB_MAX_MS 3600000

static int climb_first(void)
{
	const char *text = getenv("VITRINE_QUIET");
	int seconds = text ? atoi(text) : 0;
	return seconds > 0 && seconds <= CLIMB_MAX_MS / 1000 ? seconds * 1000 : CLIMB_FIRST_MS;
}

static void climb_drop_scout(struct scanout *scanout)
{
	if (scanout->adopt)
		wl_event_source_remove(scanout->adopt);
	scanout->adopt = NULL;
	scanout_destroy(scanout->scout);
	scanout->scout = NULL;
}

static void climb_adopt(struct scanout *scanout)
{
	struct scanout *scout = scanout->scout;
	if (scout->state != SCANOUT_READY)
		return; /* its worker has died since, and it goes on or fails */
	scanout->scout = NULL;
	scanout->listener->replaced(scanout->data);
	scanout_ladder_drop(scanout);
	scanout->position = scout->position;
	memcpy(scanout->attempts, scout->attempts, sizeof scanout->attempts);
	scanout->gpu_copy = scout->gpu_copy;
	scanout->proof_bytes = scout->proof_bytes;
	scanout->trusted = scanout->began_low = false;
	scanout->deaths = 0;
	bool taken = scanout_worker_take(scanout, scout);
	scanout_destroy(scout);
	if (taken)
		scanout_ladder_hold(scanout);
	else
		scanout_ladder_start(scanout);
}

static void climb_handle_adopt(void *data)
{
	struct scanout *scanout = data;
	scanout->adopt = NULL;
	climb_adopt(scanout);
}

static void climb_handle_failed(void *data, const char *reason)
{
	struct scanout *scanout = data;
	log_info("no better way than %s yet: %s", scanout_rung_name(scanout_rung(scanout)), reason);
	climb_drop_scout(scanout);
	scanout_climb_wait(scanout);
	if (scanout->options.gpu_on_demand)
		scanout->listener->kept(scanout->data, reason);
}

/* Not from here, where the scout is just being heard, but soon: by the timer if there is no memory.
 */
static void climb_handle_ready(void *data, const struct scanout_verdict *verdict)
{
	struct scanout *scanout = data;
	scanout->adopt = wl_event_loop_add_idle(scanout->loop, climb_handle_adopt, scanout);
	if (!scanout->adopt)
		wl_event_source_timer_update(scanout->quiet, 1);
}

static const struct scanout_listener climb_listener = {
	.ready = climb_handle_ready,
	.failed = climb_handle_failed,
};

static void climb_begin(struct scanout *scanout)
{
	struct scanout_options options = scanout->options;
	options.needs_gpu = options.gpu_on_demand;
	options.gpu_on_demand = false;
	scanout->scout = scanout_create(scanout->loop, &options, &climb_listener, scanout);
	if (scanout->scout)
		scanout->scout->limit = scanout->position;
	else
		scanout_climb_wait(scanout);
}

static int climb_handle_quiet(void *data)
{
	struct scanout *scanout = data;
	if (scanout->scout) {
		climb_adopt(scanout);
		return 0;
	}
	log_info("all is quiet: better ways than %s are tried again",
		scanout_rung_name(scanout_rung(scanout)));
	scanout->climb_ms =
		scanout->climb_ms < CLIMB_MAX_MS / 2 ? scanout->climb_ms * 2 : CLIMB_MAX_MS;
	climb_begin(scanout);
	return 0;
}

/* What draws without a GPU, and never had one. */
static bool climb_lacks_gpu(const struct scanout *scanout)
{
	return scanout->options.gpu_on_demand && scanout->state == SCANOUT_READY &&
	       scanout_rung(scanout) == SCANOUT_CPU && scanout->position > 0 &&
	       scanout->position <= scanout->best;
}

bool scanout_want_gpu(struct scanout *scanout)
{
	if (!climb_lacks_gpu(scanout))
		return false;
	if (!scanout->wanted) {
		scanout->wanted = true;
		log_info("a GPU is wanted: better ways than cpu are tried");
		climb_begin(scanout);
	}
	return scanout->scout;
}

void scanout_climb_wait(struct scanout *scanout)
{
	if (scanout->position < scanout->best)
		scanout->best = scanout->position;
	bool climbs = scanout->position > scanout->best ||
		      (scanout->wanted && scanout_rung(scanout) == SCANOUT_CPU);
	wl_event_source_timer_update(scanout->quiet, climbs ? scanout->climb_ms : 0);
}

void scanout_climb_steady(struct scanout *scanout)
{
	if (scanout->position == scanout->best)
		scanout->climb_ms = climb_first();
}

void scanout_climb_stop(struct scanout *scanout)
{
	wl_event_source_timer_update(scanout->quiet, 0);
	if (scanout->scout)
		scanout->wanted = false; /* it had no chance to say: the next wish is the first */
	climb_drop_scout(scanout);
}

bool scanout_climb_init(struct scanout *scanout)
{
	scanout->best = SIZE_MAX;
	scanout->climb_ms = climb_first();
	scanout->quiet = wl_event_loop_add_timer(scanout->loop, climb_handle_quiet, scanout);
	return scanout->quiet;
}

void scanout_climb_finish(struct scanout *scanout)
{
	climb_drop_scout(scanout);
	if (scanout->quiet)
		wl_event_source_remove(scanout->quiet);
	scanout->quiet = NULL;
}

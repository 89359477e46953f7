/*
 * The state machine of the worker's life: docs/architecture.md draws it, tests/compositor/scanout/
 * machine.c tries every event in every state. Every step ends by waiting for the worker's next
 * word, or by one of two calls: the rung is given up (scanout_ladder_give_up()), or it holds
 * (scanout_ladder_hold()).
 *
 *   STARTING --HELLO--> MAKING --TARGET_RESULT--> PROVING --FRAME_DONE, twice--> READY
 *
 * A rung that held before is READY at HELLO. A worker that dies, or that lets LADDER_DEADLINE_MS
 * pass, gives up the rung from any state before READY. In READY the worker is the caller's, who
 * tells of its death (scanout_worker_died()) and of a rung that cannot serve
 * (scanout_rung_failed()). Words that are not awaited change nothing.
 */
#include "compositor/scanout/private.h"

#include "common/clock.h"
#include "common/log.h"
#include "compositor/scanout/readback.h"

#include <stdio.h>
#include <string.h>

/* For a whole rung. Emulated machines (TCG) need seconds to start Vulkan; a hung driver never ends.
 */
#define LADDER_DEADLINE_MS 30000

/* Two deaths within this time are the rung's fault, not chance. */
#define LADDER_STEADY_NS (60 * CLOCK_NS_PER_S)
#define LADDER_MAX_DEATHS 2

/* Down the whole ladder without a frame between; before each but the first a pause, doubled. */
#define LADDER_MAX_ROUNDS 6
#define LADDER_PAUSE_MS 100

static const struct render_client_listener ladder_listener;
static void ladder_make(struct scanout *scanout);

static void ladder_drop_target(struct scanout *scanout)
{
	if (scanout->target.id)
		scanout_target_finish(scanout, &scanout->target);
}

static void ladder_set_deadline(struct scanout *scanout, int ms)
{
	wl_event_source_timer_update(scanout->deadline, ms);
}

void scanout_ladder_drop(struct scanout *scanout)
{
	scanout_climb_stop(scanout);
	scanout_worker_drop(scanout);
	ladder_drop_target(scanout);
	ladder_set_deadline(scanout, 0);
}

void scanout_ladder_finish(struct scanout *scanout)
{
	scanout_worker_drop(scanout);
	ladder_drop_target(scanout);
	if (scanout->idle)
		wl_event_source_remove(scanout->idle);
	if (scanout->deadline)
		wl_event_source_remove(scanout->deadline);
	scanout->idle = scanout->deadline = NULL;
}

static void ladder_fail(struct scanout *scanout)
{
	char reasons[1024], line[1100];
	scanout->state = SCANOUT_OVER;
	scanout_worker_drop(scanout);
	ladder_set_deadline(scanout, 0);
	scanout_verdict_list(scanout, reasons, sizeof reasons);
	snprintf(line, sizeof line, "no way to the screen: %s", reasons);
	scanout->listener->failed(scanout->data, line);
}

/* The worker of a rung before serves again if it draws with the right renderer. */
static void ladder_begin(struct scanout *scanout)
{
	const char *wrong = scanout_rule_before(scanout);
	if (wrong) {
		scanout_ladder_give_up(scanout, SCANOUT_SKIPPED, wrong);
		return;
	}
	ladder_set_deadline(scanout, LADDER_DEADLINE_MS);
	if (scanout->client && scanout->renderer != scanout_worker_renderer(scanout))
		scanout_worker_drop(scanout);
	if (scanout->client) {
		ladder_make(scanout);
		return;
	}
	wrong = scanout_worker_start(scanout, &ladder_listener);
	if (wrong)
		scanout_ladder_give_up(scanout, SCANOUT_FAILED, wrong);
}

/* Begins later. */
static void ladder_pause(struct scanout *scanout, int ms)
{
	scanout->state = SCANOUT_STARTING;
	scanout->pauses = true;
	ladder_set_deadline(scanout, ms);
}

static void ladder_handle_idle(void *data)
{
	struct scanout *scanout = data;
	scanout->idle = NULL;
	ladder_begin(scanout);
}

void scanout_ladder_start(struct scanout *scanout)
{
	scanout->state = SCANOUT_STARTING;
	if (!scanout->idle)
		scanout->idle = wl_event_loop_add_idle(scanout->loop, ladder_handle_idle, scanout);
	if (!scanout->idle)
		ladder_pause(scanout, 1); /* no memory */
}

/*
 * Once frames of the caller's were drawn it is worth going on from the top again, whatever kills
 * the workers: at once the first time, then after longer and longer pauses. Else no way to the
 * screen is left, unless the round began below the top.
 */
static void ladder_end_round(struct scanout *scanout)
{
	if (scanout->began_low) {
		scanout->began_low = false;
		scanout->position = 0;
		scanout_ladder_start(scanout);
		return;
	}
	if (!scanout->served || scanout->rounds == LADDER_MAX_ROUNDS) {
		ladder_fail(scanout);
		return;
	}
	log_warn("no rung is left: all are tried again");
	memset(scanout->attempts, 0, sizeof scanout->attempts);
	memset(scanout->broken, 0, sizeof scanout->broken);
	scanout->position = 0;
	if (scanout->rounds++ == 0) {
		scanout_ladder_start(scanout);
		return;
	}
	ladder_pause(scanout, LADDER_PAUSE_MS << scanout->rounds);
}

void scanout_ladder_give_up(
	struct scanout *scanout, enum scanout_outcome outcome, const char *reason)
{
	enum scanout_rung rung = scanout_rung(scanout);
	struct scanout_attempt *attempt = &scanout->attempts[rung];
	attempt->outcome = outcome;
	snprintf(attempt->reason, sizeof attempt->reason, "%s", reason);
	log_debug("scanout %s %s: %s", scanout_rung_name(rung), scanout_outcome_name(outcome),
		attempt->reason);
	scanout_climb_stop(scanout);
	ladder_drop_target(scanout);
	ladder_set_deadline(scanout, 0);
	/*
	 * A worker whose driver just failed may die of it later, and a worker that knows the
	 * caller's objects has no ids left for the proof.
	 */
	if (outcome == SCANOUT_FAILED || scanout->client_known)
		scanout_worker_drop(scanout);
	scanout->trusted = false;
	scanout->deaths = 0;
	if (++scanout->position == scanout->limit)
		ladder_end_round(scanout);
	else
		scanout_ladder_start(scanout);
}

void scanout_ladder_hold(struct scanout *scanout)
{
	scanout->state = SCANOUT_READY;
	scanout->ready_since = clock_now();
	scanout->verdict.fresh_worker = !scanout->client_known;
	scanout->client_known = true;
	ladder_set_deadline(scanout, 0);
	scanout_climb_wait(scanout);
	scanout_verdict_fill(scanout);
	if (!scanout->trusted)
		log_info("%s", scanout->line);
	scanout->trusted = true;
	scanout->listener->ready(scanout->data, &scanout->verdict);
	ladder_drop_target(scanout); /* unless the first swapchain has taken it */
}

static void ladder_start_target(struct scanout *scanout)
{
	struct scanout_target *target = &scanout->target;
	scanout->state = SCANOUT_MAKING;
	const char *wrong = scanout_target_start(scanout, &scanout->options.proof, target);
	if (!wrong)
		return;
	bool fatal = target->buffer && wrong == scanout_rule_target(scanout, target);
	scanout_ladder_give_up(scanout, fatal ? SCANOUT_SKIPPED : SCANOUT_FAILED, wrong);
}

static void ladder_make(struct scanout *scanout)
{
	const char *wrong = scanout_rule_worker(scanout, render_client_info(scanout->client));
	if (wrong) {
		scanout_ladder_give_up(scanout, SCANOUT_SKIPPED, wrong);
		return;
	}
	ladder_set_deadline(scanout, LADDER_DEADLINE_MS);
	if (scanout->trusted)
		scanout_ladder_hold(scanout);
	else
		ladder_start_target(scanout);
}

static void ladder_draw(struct scanout *scanout)
{
	scanout->state = SCANOUT_PROVING;
	scanout_proof_draw(&scanout->proof, scanout->client, scanout->target.id);
}

static void ladder_handle_ready(void *data, const struct render_info *info)
{
	struct scanout *scanout = data;
	log_debug("worker: %s (%s), features %x", info->device, info->driver, info->features);
	ladder_make(scanout);
}

static void ladder_handle_target(
	void *data, uint32_t id, bool ok, uint32_t flags, struct dmabuf *memory, const char *reason)
{
	struct scanout *scanout = data;
	const struct scanout_place *place = &scanout->options.proof;
	if (scanout->state != SCANOUT_MAKING || id != scanout->target.id)
		return;
	const char *wrong = ok ? NULL : reason;
	if (!wrong && memory)
		wrong = scanout_target_take(scanout, place, &scanout->target, memory);
	if (wrong) {
		scanout_ladder_give_up(scanout, SCANOUT_FAILED, wrong);
		return;
	}
	scanout->gpu_copy = (flags & WIRE_TARGET_GPU_COPY) != 0;
	scanout_proof_init(&scanout->proof, place->mode.width, place->mode.height);
	ladder_draw(scanout);
}

static void ladder_end_proof(struct scanout *scanout, enum scanout_outcome outcome)
{
	struct scanout_attempt *attempt = &scanout->attempts[scanout_rung(scanout)];
	attempt->outcome = outcome;
	attempt->reason[0] = '\0';
	scanout_proof_finish(&scanout->proof, scanout->client);
	scanout_ladder_hold(scanout);
}

static void ladder_handle_done(void *data, const struct wire_frame_done *done)
{
	struct scanout *scanout = data;
	char reason[256];
	if (scanout->state != SCANOUT_PROVING || done->sequence != (uint32_t)scanout->proof.frame)
		return;
	if (!done->ok) {
		scanout_ladder_give_up(scanout, SCANOUT_FAILED, done->reason);
		return;
	}
	scanout->proof_bytes = done->upload_bytes + done->copy_bytes;
	switch (scanout_readback(&scanout->target, &scanout->proof, reason, sizeof reason)) {
	case SCANOUT_READBACK_WRONG:
		scanout_ladder_give_up(scanout, SCANOUT_FAILED, reason);
		break;
	case SCANOUT_READBACK_IMPOSSIBLE:
		log_debug("%s", reason);
		ladder_end_proof(scanout, SCANOUT_UNPROVED);
		break;
	case SCANOUT_READBACK_RIGHT:
		if (scanout->proof.frame < SCANOUT_PROOF_FRAMES)
			ladder_draw(scanout);
		else
			ladder_end_proof(scanout, SCANOUT_PROVED);
		break;
	}
}

/* A worker that never came up will not come up for another rung of the same renderer either. */
static void ladder_lose_client(struct scanout *scanout, const char *reason)
{
	if (!render_client_info(scanout->client))
		snprintf(scanout->broken[scanout->renderer], sizeof scanout->broken[0], "%.250s",
			reason);
	scanout_worker_drop(scanout);
	scanout_ladder_give_up(scanout, SCANOUT_FAILED, reason);
}

static void ladder_handle_died(void *data, const char *how)
{
	char reason[320];
	snprintf(reason, sizeof reason, "worker %s", how);
	ladder_lose_client(data, reason);
}

static int ladder_handle_deadline(void *data)
{
	struct scanout *scanout = data;
	char reason[64];
	if (scanout->pauses) {
		scanout->pauses = false;
		ladder_begin(scanout);
		return 0;
	}
	snprintf(reason, sizeof reason, "worker hung for %d seconds", LADDER_DEADLINE_MS / 1000);
	ladder_lose_client(data, reason);
	return 0;
}

static const struct render_client_listener ladder_listener = {
	.ready = ladder_handle_ready,
	.target_result = ladder_handle_target,
	.frame_done = ladder_handle_done,
	.died = ladder_handle_died,
};

void scanout_worker_died(struct scanout *scanout, const char *reason)
{
	char text[320];
	if (scanout->state != SCANOUT_READY)
		return;
	if (clock_now() - scanout->ready_since > LADDER_STEADY_NS) {
		scanout->deaths = 0;
		scanout_climb_steady(scanout);
	}
	log_debug("the worker at %s died: %s", scanout_rung_name(scanout_rung(scanout)), reason);
	scanout_ladder_drop(scanout);
	if (++scanout->deaths < LADDER_MAX_DEATHS) {
		scanout_ladder_start(scanout);
		return;
	}
	snprintf(text, sizeof text, "worker keeps dying, last %s", reason);
	scanout_ladder_give_up(scanout, SCANOUT_FAILED, text);
}

bool scanout_is_last(const struct scanout *scanout)
{
	return scanout->position + 1 == scanout->limit && !scanout->began_low;
}

void scanout_rung_failed(struct scanout *scanout, const char *reason)
{
	if (scanout->state == SCANOUT_READY)
		scanout_ladder_give_up(scanout, SCANOUT_FAILED, reason);
}

bool scanout_ladder_init(struct scanout *scanout)
{
	scanout->deadline = wl_event_loop_add_timer(scanout->loop, ladder_handle_deadline, scanout);
	return scanout->deadline != NULL;
}

/* Every rung of the ladder, each on its own, whatever the others did. */
#include "compositor/doctor/private.h"

#include "common/clock.h"
#include "compositor/scanout/gpu.h"

#include <string.h>

/* Without a connector there is no mode: any size will do for drawing. */
#define RUNGS_DEFAULT_WIDTH 1024
#define RUNGS_DEFAULT_HEIGHT 768

struct rungs_result {
	bool over;
	char verdict[1024]; /* empty: it failed */
};

static void rungs_handle_ready(void *data, const struct scanout_verdict *verdict)
{
	struct rungs_result *result = data;
	result->over = true;
	strncpy(result->verdict, verdict->line, sizeof result->verdict - 1);
}

static void rungs_handle_failed(void *data, const char *reason)
{
	struct rungs_result *result = data;
	result->over = true;
}

static const struct scanout_listener rungs_listener = {
	.ready = rungs_handle_ready,
	.failed = rungs_handle_failed,
};

static struct scanout_options rungs_options(const struct doctor *doctor, enum scanout_rung rung)
{
	struct scanout_options options = {
		.device = doctor->device,
		.proof = {doctor->output, {RUNGS_DEFAULT_WIDTH, RUNGS_DEFAULT_HEIGHT}},
		/* Not by name: what is known to kill the worker is skipped with its reason. */
		.order = {.rungs = {rung}, .len = 1},
	};
	if (doctor->output)
		options.proof.mode = kms_output_info(doctor->output)->preferred;
	return options;
}

static json_t *rungs_describe(const struct doctor *doctor, enum scanout_rung rung,
	const struct scanout_attempt *attempt, const char *verdict)
{
	const char *mend = doctor_advise(doctor->report, rung, attempt->outcome);
	return json_pack("{s:s, s:s, s:s, s:s*, s:s*}", "rung", scanout_rung_name(rung), "outcome",
		scanout_outcome_name(attempt->outcome), "reason", attempt->reason, "verdict",
		verdict[0] ? verdict : NULL, "mend", mend);
}

static json_t *rungs_try(
	const struct doctor *doctor, struct wl_event_loop *loop, enum scanout_rung rung)
{
	struct scanout_options options = rungs_options(doctor, rung);
	struct rungs_result result = {0};
	struct scanout *scanout = scanout_create(loop, &options, &rungs_listener, &result);
	/* What the ladder can tell at once it tells from its idle callback; for the rest it has
	 * deadlines. */
	wl_event_loop_dispatch_idle(loop);
	while (scanout && !result.over)
		wl_event_loop_dispatch(loop, -1);
	if (!scanout)
		return json_null();
	json_t *description =
		rungs_describe(doctor, rung, scanout_attempt(scanout, rung), result.verdict);
	scanout_destroy(scanout);
	return description;
}

static bool rungs_hold(const json_t *rungs, enum scanout_rung rung)
{
	return json_is_string(json_object_get(json_array_get(rungs, rung), "verdict"));
}

/* The first that holds, in the order that a session tries them. */
static json_t *rungs_best(const struct doctor *doctor, const json_t *rungs)
{
	struct scanout_order order;
	scanout_order_init(&order);
	gpu_suit_order(doctor->device, &order);
	for (size_t i = 0; i < order.len; i++) {
		if (rungs_hold(rungs, order.rungs[i]))
			return json_object_get(json_array_get(rungs, order.rungs[i]), "rung");
	}
	return NULL;
}

/* Whether a session begins with the CPU until something is for the GPU. */
static bool rungs_begin_with_cpu(
	const struct doctor *doctor, const json_t *rungs, const json_t *best)
{
	return best && strcmp(json_string_value(best), scanout_rung_name(SCANOUT_CPU)) != 0 &&
	       doctor->device && gpu_can_wait(kms_device_info(doctor->device), "") &&
	       rungs_hold(rungs, SCANOUT_CPU);
}

void doctor_try_rungs(struct doctor *doctor)
{
	json_t *rungs = json_array();
	struct wl_event_loop *loop = wl_event_loop_create();
	for (enum scanout_rung rung = 0; loop && rung < SCANOUT_RUNGS; rung++)
		json_array_append_new(rungs, rungs_try(doctor, loop, rung));
	if (loop)
		wl_event_loop_destroy(loop);
	json_t *best = rungs_best(doctor, rungs);
	json_object_set(doctor->report, "best", best ? best : json_null());
	json_object_set_new(doctor->report, "gpu_on_demand",
		json_boolean(rungs_begin_with_cpu(doctor, rungs, best)));
	json_object_set_new(doctor->report, "rungs", rungs);
}

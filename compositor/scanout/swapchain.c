#include "compositor/scanout/private.h"

#include "common/log.h"
#include "common/xalloc.h"

#include <stdlib.h>

struct swapchain {
	struct scanout *scanout; /* NULL: its worker is gone */
	struct wl_list link;     /* scanout::swapchains */
	struct scanout_place place;
	const struct swapchain_listener *listener;
	void *data;
	struct wl_event_source *idle; /* may be NULL */
	struct scanout_target targets[SWAPCHAIN_MAX_TARGETS];
	size_t len;    /* started, the last perhaps not finished */
	size_t wanted; /* how many there shall be; 0: not known before the first is made */
	bool ready;
};

static void swapchain_fail(struct swapchain *swapchain, const char *reason)
{
	swapchain->listener->failed(swapchain->data, swapchain, reason);
}

static void swapchain_finish(struct swapchain *swapchain)
{
	swapchain->ready = true;
	swapchain->listener->ready(swapchain->data);
}

/* One target is enough to go on, where a small device has no memory for two. */
static void swapchain_lose_target(struct swapchain *swapchain, const char *reason)
{
	if (swapchain->len == 1) {
		swapchain_fail(swapchain, reason);
		return;
	}
	log_warn("there is no second buffer (%s): the first is drawn into while it is shown",
		reason);
	scanout_target_finish(swapchain->scanout, &swapchain->targets[--swapchain->len]);
	swapchain_finish(swapchain);
}

static void swapchain_start_target(struct swapchain *swapchain)
{
	struct scanout_target *target = &swapchain->targets[swapchain->len++];
	const char *wrong = scanout_target_start(swapchain->scanout, &swapchain->place, target);
	if (wrong)
		swapchain_lose_target(swapchain, wrong);
}

static void swapchain_go_on(struct swapchain *swapchain)
{
	const struct kms_buffer *buffer = swapchain->targets[0].buffer;
	if (!swapchain->wanted)
		swapchain->wanted =
			buffer && !swapchain->place.cursor && kms_buffer_prefers_single(buffer)
				? 1
				: SWAPCHAIN_MAX_TARGETS;
	if (swapchain->len < swapchain->wanted)
		swapchain_start_target(swapchain);
	else
		swapchain_finish(swapchain);
}

static void swapchain_handle_idle(void *data)
{
	struct swapchain *swapchain = data;
	swapchain->idle = NULL;
	if (!swapchain->scanout)
		return;
	const char *wrong = scanout_rule_size(swapchain->scanout, &swapchain->place);
	if (wrong)
		swapchain_fail(swapchain, wrong);
	else if (swapchain->len > 0)
		swapchain_go_on(swapchain);
	else
		swapchain_start_target(swapchain);
}

static struct swapchain *swapchain_find(struct scanout *scanout, uint32_t target)
{
	struct swapchain *swapchain;
	wl_list_for_each (swapchain, &scanout->swapchains, link) {
		if (!swapchain->ready && swapchain->len > 0 &&
			swapchain->targets[swapchain->len - 1].id == target)
			return swapchain;
	}
	return NULL;
}

bool scanout_target_result(
	struct scanout *scanout, uint32_t id, bool ok, struct dmabuf *memory, const char *reason)
{
	struct swapchain *swapchain = swapchain_find(scanout, id);
	if (!swapchain)
		return false;
	struct scanout_target *target = &swapchain->targets[swapchain->len - 1];
	const char *wrong = ok ? NULL : reason;
	if (!wrong && memory)
		wrong = scanout_target_take(scanout, &swapchain->place, target, memory);
	if (wrong)
		swapchain_lose_target(swapchain, wrong);
	else
		swapchain_go_on(swapchain);
	return true;
}

void scanout_drop_swapchains(struct scanout *scanout)
{
	struct swapchain *swapchain, *next;
	wl_list_for_each_safe (swapchain, next, &scanout->swapchains, link) {
		wl_list_remove(&swapchain->link);
		wl_list_init(&swapchain->link);
		swapchain->scanout = NULL;
		swapchain->ready = false;
	}
}

/* What the rung was proved on is as good as any other: a start is spared one (its memory, which the
 * kernel clears). */
static void swapchain_take_proof(struct swapchain *swapchain)
{
	struct scanout *scanout = swapchain->scanout;
	const struct scanout_place *place = &swapchain->place, *proof = &scanout->options.proof;
	if (!scanout->target.id || place->cursor || place->output != proof->output ||
		!kms_mode_equal(&place->mode, &proof->mode))
		return;
	swapchain->targets[swapchain->len++] = scanout->target;
	scanout->target = (struct scanout_target){0};
	dmabuf_init(&scanout->target.memory);
}

struct swapchain *swapchain_create(struct scanout *scanout, const struct scanout_place *place,
	const struct swapchain_listener *listener, void *data)
{
	struct swapchain *swapchain = xcalloc(1, sizeof *swapchain);
	swapchain->scanout = scanout;
	swapchain->place = *place;
	swapchain->listener = listener;
	swapchain->data = data;
	wl_list_insert(&scanout->swapchains, &swapchain->link);
	swapchain_take_proof(swapchain);
	swapchain->idle = wl_event_loop_add_idle(scanout->loop, swapchain_handle_idle, swapchain);
	if (!swapchain->idle) {
		swapchain_destroy(swapchain);
		return NULL;
	}
	return swapchain;
}

void swapchain_destroy(struct swapchain *swapchain)
{
	if (!swapchain)
		return;
	for (size_t i = 0; i < swapchain->len; i++)
		scanout_target_finish(swapchain->scanout, &swapchain->targets[i]);
	wl_list_remove(&swapchain->link);
	if (swapchain->idle)
		wl_event_source_remove(swapchain->idle);
	free(swapchain);
}

bool swapchain_is_ready(const struct swapchain *swapchain)
{
	return swapchain->ready;
}

struct scanout_target *swapchain_targets(struct swapchain *swapchain, size_t *len)
{
	*len = swapchain->ready ? swapchain->len : 0;
	return swapchain->targets;
}

void swapchain_keep(struct swapchain *swapchain, const struct scanout_target *target)
{
	struct scanout_target kept = *target;
	for (size_t i = 0; i < swapchain->len; i++) {
		if (&swapchain->targets[i] != target)
			scanout_target_finish(swapchain->scanout, &swapchain->targets[i]);
	}
	swapchain->targets[0] = kept;
	swapchain->len = 1;
}

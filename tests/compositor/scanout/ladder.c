/* The ladder, headless, against a worker that misbehaves at chosen rungs. */
#include "compositor/scanout/swapchain.h"

#include "common/clock.h"
#include "common/log.h"
#include "tests/unit.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define WAIT_MS 60000

struct heard {
	struct wl_event_loop *loop;
	struct scanout *scanout;
	void (*at_ready)(struct heard *heard); /* may be NULL */
	struct swapchain *swapchain;
	int ready, failed;
	int swapchain_ready, swapchain_failed;
	struct scanout_verdict verdict;
	char line[2048];
};

static void hear_ready(void *data, const struct scanout_verdict *verdict)
{
	struct heard *heard = data;
	heard->ready++;
	heard->verdict = *verdict;
	snprintf(heard->line, sizeof heard->line, "%s", verdict->line);
	if (heard->at_ready)
		heard->at_ready(heard);
}

static void hear_failed(void *data, const char *reason)
{
	struct heard *heard = data;
	heard->failed++;
	snprintf(heard->line, sizeof heard->line, "%s", reason);
}

static const struct scanout_listener hear = {.ready = hear_ready, .failed = hear_failed};

static void start(
	struct heard *heard, const char *script, const char *order, enum scanout_renderer renderer)
{
	struct scanout_options options = {.worker = getenv("FAKE_WORKER_PATH"),
		.proof.mode = {.width = 100, .height = 75},
		.renderer = renderer};
	char error[256];
	setenv("FAKE_WORKER", script, 1);
	assert_true(scanout_order_parse(order, &options.order, error, sizeof error));
	*heard = (struct heard){.loop = wl_event_loop_create()};
	heard->scanout = scanout_create(heard->loop, &options, &hear, heard);
	assert_non_null(heard->scanout);
}

static void wait_for(struct heard *heard, const int *count, int wanted)
{
	int64_t end = clock_now() + WAIT_MS * CLOCK_NS_PER_MS;
	while (*count < wanted && clock_now() < end)
		wl_event_loop_dispatch(heard->loop, 100);
	if (*count != wanted)
		fail_msg("nothing came; last: %s", heard->line);
}

static void finish(struct heard *heard)
{
	scanout_destroy(heard->scanout);
	wl_event_loop_destroy(heard->loop);
}

static void expect_ready(const char *script, const char *order, const char *line)
{
	struct heard heard;
	start(&heard, script, order, SCANOUT_RENDERER_AUTO);
	wait_for(&heard, &heard.ready, 1);
	assert_string_equal(heard.line, line);
	finish(&heard);
}

static void expect_failed(const char *script, const char *order, const char *line)
{
	struct heard heard;
	start(&heard, script, order, SCANOUT_RENDERER_AUTO);
	wait_for(&heard, &heard.failed, 1);
	assert_string_equal(heard.line, line);
	finish(&heard);
}

#define NO_GBM "gbm-import skipped: headless: there is no GBM device"

static void the_first_rung_that_holds_is_taken(void **state)
{
	expect_ready("", "auto",
		"scanout: vk-export, zero-copy proven, 0 bytes copied a frame (" NO_GBM ")");
	expect_ready("", "host-pointer",
		"scanout: host-pointer, zero-copy proven, 0 bytes copied a frame");
	expect_ready("", "copy",
		"scanout: copy, one CPU copy of the damage proven, 0 bytes copied a frame");
	expect_ready(
		"", "cpu,auto", "scanout: cpu, drawn by the CPU proven, 0 bytes copied a frame");
	expect_ready("allocate=gpu-copy", "vk-export",
		"scanout: vk-export, zero CPU copies, one GPU copy proven, 0 bytes copied a frame");
}

static void a_death_leads_to_the_next_rung(void **state)
{
	expect_ready("allocate=abort", "auto",
		"scanout: host-pointer, zero-copy proven, 0 bytes copied a frame (" NO_GBM
		"; vk-export failed: worker killed by signal 6 (Aborted))");
}

static void wrong_pixels_lead_to_the_next_rung(void **state)
{
	struct heard heard;
	start(&heard, "allocate=wrong,host-pointer=once,copy=fail", "auto", SCANOUT_RENDERER_AUTO);
	wait_for(&heard, &heard.ready, 1);
	assert_int_equal(heard.verdict.rung, SCANOUT_CPU);
	assert_true(heard.verdict.proved);
	assert_false(heard.verdict.zero_copy);
	const struct scanout_attempt *attempt = scanout_attempt(heard.scanout, SCANOUT_VK_EXPORT);
	assert_int_equal(attempt->outcome, SCANOUT_FAILED);
	assert_non_null(strstr(attempt->reason, "of frame 1: "));
	attempt = scanout_attempt(heard.scanout, SCANOUT_HOST_POINTER);
	assert_int_equal(attempt->outcome, SCANOUT_FAILED);
	assert_non_null(strstr(attempt->reason, "of frame 2: "));
	attempt = scanout_attempt(heard.scanout, SCANOUT_COPY);
	assert_string_equal(attempt->reason, "the fake does not draw");
	finish(&heard);
}

static void refusals_and_hostile_memory_lead_on(void **state)
{
	expect_ready("allocate=refuse,host-pointer=refuse", "vk-export,host-pointer,copy",
		"scanout: copy, one CPU copy of the damage proven, 0 bytes copied a frame "
		"(vk-export failed: the fake "
		"refuses; "
		"host-pointer failed: the fake refuses)");
	expect_ready("allocate=short", "vk-export,copy",
		"scanout: copy, one CPU copy of the damage proven, 0 bytes copied a frame "
		"(vk-export failed: worker broke "
		"the "
		"protocol: a TARGET_RESULT shorter than its picture)");
	expect_ready("allocate=cut", "vk-export,copy",
		"scanout: copy, one CPU copy of the damage proven, 0 bytes copied a frame "
		"(vk-export failed: the target is shorter than its picture)");
}

static void lacking_features_are_skipped(void **state)
{
	/* WIRE_FEATURE_COPY and WIRE_FEATURE_MAP only. */
	expect_ready("features=0x18", "vk-export,host-pointer,copy",
		"scanout: copy, one CPU copy of the damage proven, 0 bytes copied a frame "
		"(vk-export skipped: the Vulkan "
		"driver "
		"cannot export dma-bufs; host-pointer skipped: the Vulkan driver has no "
		"VK_EXT_external_memory_host)");
}

static void a_forced_rung_does_not_fall(void **state)
{
	expect_failed("allocate=abort", "vk-export",
		"no way to the screen: vk-export failed: worker killed by signal 6 (Aborted)");
	expect_failed("", "gbm-import", "no way to the screen: " NO_GBM);
}

static void a_worker_that_never_starts_is_tried_once_a_renderer(void **state)
{
	expect_failed("start=error", "vk-export,host-pointer,cpu",
		"no way to the screen: "
		"vk-export failed: worker exited with status 1: the fake gives up; "
		"host-pointer skipped: worker exited with status 1: the fake gives up; "
		"cpu failed: worker exited with status 1: the fake gives up");
}

static void the_renderer_limits_the_rungs(void **state)
{
	struct heard heard;
	start(&heard, "", "auto", SCANOUT_RENDERER_CPU);
	wait_for(&heard, &heard.ready, 1);
	assert_int_equal(heard.verdict.rung, SCANOUT_CPU);
	finish(&heard);
	start(&heard, "", "cpu", SCANOUT_RENDERER_VULKAN);
	wait_for(&heard, &heard.failed, 1);
	assert_string_equal(
		heard.line, "no way to the screen: cpu skipped: the vulkan renderer was asked for");
	finish(&heard);
}

static void hear_target(
	void *data, uint32_t id, bool ok, uint32_t flags, struct dmabuf *memory, const char *reason)
{
	struct heard *heard = data;
	scanout_target_result(heard->scanout, id, ok, memory, reason);
}

static void hear_swapchain_ready(void *data)
{
	((struct heard *)data)->swapchain_ready++;
}

static void hear_swapchain_failed(void *data, struct swapchain *swapchain, const char *reason)
{
	struct heard *heard = data;
	heard->swapchain_failed++;
	snprintf(heard->line, sizeof heard->line, "%s", reason);
}

static const struct swapchain_listener hear_swapchain = {
	.ready = hear_swapchain_ready,
	.failed = hear_swapchain_failed,
};

static void hear_died(void *data, const char *reason)
{
	struct heard *heard = data;
	scanout_worker_died(heard->scanout, reason);
}

/* As a session does when it is told that a rung holds. */
static void serve(struct heard *heard)
{
	static const struct render_client_listener listener = {
		.target_result = hear_target, .died = hear_died};
	render_client_set_listener(scanout_client(heard->scanout), &listener, heard);
}

static struct swapchain *make_swapchain(struct heard *heard, int32_t width, int32_t height)
{
	const struct scanout_place place = {.mode = {.width = width, .height = height}};
	struct swapchain *swapchain =
		swapchain_create(heard->scanout, &place, &hear_swapchain, heard);
	size_t len;
	assert_non_null(swapchain);
	swapchain_targets(swapchain, &len);
	assert_int_equal(len, 0);
	return swapchain;
}

static void expect_targets(struct swapchain *swapchain, int32_t width, int32_t height)
{
	size_t len;
	struct scanout_target *targets = swapchain_targets(swapchain, &len);
	assert_int_equal(len, 2);
	assert_int_not_equal(targets[0].id, targets[1].id);
	for (size_t i = 0; i < len; i++) {
		pixman_box32_t whole = {0, 0, width, height};
		assert_int_equal(targets[i].memory.width, width);
		assert_int_equal(targets[i].memory.height, height);
		assert_int_equal(targets[i].memory.n_planes, 1);
		assert_int_equal(targets[i].state, SCANOUT_TARGET_FREE);
		assert_int_equal(pixman_region32_contains_rectangle(&targets[i].stale, &whole),
			PIXMAN_REGION_IN);
	}
}

static void targets_are_whole_and_stale(void **state)
{
	static const char *const rungs[] = {"vk-export", "copy"};
	for (size_t i = 0; i < 2; i++) {
		struct heard heard;
		start(&heard, "", rungs[i], SCANOUT_RENDERER_AUTO);
		assert_null(scanout_client(heard.scanout));
		wait_for(&heard, &heard.ready, 1);
		serve(&heard);
		struct swapchain *swapchain = make_swapchain(&heard, 100, 75);
		wait_for(&heard, &heard.swapchain_ready, 1);
		expect_targets(swapchain, 100, 75);
		swapchain_destroy(swapchain);
		finish(&heard);
	}
}

static void make_the_first_swapchain(struct heard *heard)
{
	serve(heard);
	heard->swapchain = make_swapchain(heard, 100, 75);
}

/* Memory that is new is black. */
static bool shows_something(const struct scanout_target *target)
{
	const struct dmabuf *memory = &target->memory;
	size_t size = memory->planes[0].stride * (size_t)memory->height;
	uint8_t *pixels = mmap(NULL, size, PROT_READ, MAP_SHARED, memory->planes[0].fd, 0);
	bool found = false;
	assert_ptr_not_equal(pixels, MAP_FAILED);
	for (size_t i = 0; i < size; i++)
		found = found || pixels[i];
	munmap(pixels, size);
	return found;
}

static void the_first_swapchain_has_what_the_proof_was_drawn_into(void **state)
{
	struct heard heard;
	size_t len;
	start(&heard, "", "vk-export", SCANOUT_RENDERER_AUTO);
	heard.at_ready = make_the_first_swapchain;
	wait_for(&heard, &heard.swapchain_ready, 1);
	expect_targets(heard.swapchain, 100, 75);
	struct scanout_target *targets = swapchain_targets(heard.swapchain, &len);
	assert_true(shows_something(&targets[0]));
	assert_false(shows_something(&targets[1]));
	struct swapchain *second = make_swapchain(&heard, 100, 75);
	wait_for(&heard, &heard.swapchain_ready, 2);
	expect_targets(second, 100, 75);
	assert_false(shows_something(&swapchain_targets(second, &len)[0]));
	swapchain_destroy(second);
	swapchain_destroy(heard.swapchain);
	finish(&heard);
}

static void several_swapchains_are_made_at_once(void **state)
{
	struct heard heard;
	start(&heard, "", "vk-export", SCANOUT_RENDERER_AUTO);
	wait_for(&heard, &heard.ready, 1);
	serve(&heard);
	/* One that is given up while it is made, as in a burst of resizes. */
	struct swapchain *first = make_swapchain(&heard, 100, 75),
			 *second = make_swapchain(&heard, 200, 150),
			 *third = make_swapchain(&heard, 300, 225);
	swapchain_destroy(second);
	wait_for(&heard, &heard.swapchain_ready, 2);
	expect_targets(first, 100, 75);
	expect_targets(third, 300, 225);
	swapchain_destroy(first);
	swapchain_destroy(third);
	finish(&heard);
}

static void a_swapchain_that_cannot_be_says_why(void **state)
{
	struct heard heard;
	start(&heard, "", "copy", SCANOUT_RENDERER_AUTO);
	wait_for(&heard, &heard.ready, 1);
	serve(&heard);
	struct swapchain *swapchain = make_swapchain(&heard, 5000, 100);
	wait_for(&heard, &heard.swapchain_failed, 1);
	assert_string_equal(heard.line, "the screen is larger than the device can draw");
	swapchain_destroy(swapchain);
	/* The caller may leave it at that, or want another rung. */
	assert_int_equal(heard.failed, 0);
	scanout_rung_failed(heard.scanout, "no place for the targets");
	wait_for(&heard, &heard.failed, 1);
	assert_string_equal(
		heard.line, "no way to the screen: copy failed: no place for the targets");
	finish(&heard);
}

static void one_target_is_enough(void **state)
{
	static const char *const rungs[][2] = {
		{"allocate=single", "vk-export"}, {"map=single", "cpu"}};
	for (size_t i = 0; i < sizeof rungs / sizeof rungs[0]; i++) {
		struct heard heard;
		size_t len;
		start(&heard, rungs[i][0], rungs[i][1], SCANOUT_RENDERER_AUTO);
		wait_for(&heard, &heard.ready, 1);
		serve(&heard);
		struct swapchain *swapchain = make_swapchain(&heard, 100, 75);
		wait_for(&heard, &heard.swapchain_ready, 1);
		swapchain_targets(swapchain, &len);
		assert_int_equal(len, 1);
		swapchain_destroy(swapchain);
		finish(&heard);
	}
}

static void swapchains_outlive_their_worker(void **state)
{
	struct heard heard;
	size_t len;
	start(&heard, "", "vk-export", SCANOUT_RENDERER_AUTO);
	wait_for(&heard, &heard.ready, 1);
	serve(&heard);
	struct swapchain *ready = make_swapchain(&heard, 100, 75);
	wait_for(&heard, &heard.swapchain_ready, 1);
	struct swapchain *made = make_swapchain(&heard, 200, 150);
	scanout_worker_died(heard.scanout, "of nothing");
	assert_false(swapchain_is_ready(ready));
	swapchain_targets(ready, &len);
	assert_int_equal(len, 0);
	wait_for(&heard, &heard.ready, 2);
	swapchain_destroy(ready);
	swapchain_destroy(made);
	serve(&heard);
	struct swapchain *again = make_swapchain(&heard, 100, 75);
	wait_for(&heard, &heard.swapchain_ready, 2);
	expect_targets(again, 100, 75);
	scanout_destroy(heard.scanout); /* whichever goes first */
	swapchain_destroy(again);
	wl_event_loop_destroy(heard.loop);
}

static void deaths_in_service_come_back(void **state)
{
	struct heard heard;
	start(&heard, "", "vk-export,copy", SCANOUT_RENDERER_AUTO);
	wait_for(&heard, &heard.ready, 1);
	/* The first death: the same rung again, with a worker that must be told everything. */
	serve(&heard);
	pid_t first = render_client_pid(scanout_client(heard.scanout));
	kill(first, SIGKILL);
	wait_for(&heard, &heard.ready, 2);
	assert_int_equal(heard.verdict.rung, SCANOUT_VK_EXPORT);
	assert_true(heard.verdict.fresh_worker);
	assert_true(heard.verdict.proved);
	assert_int_not_equal(render_client_pid(scanout_client(heard.scanout)), first);
	/* The second one soon after: the rung is given up. */
	serve(&heard);
	kill(render_client_pid(scanout_client(heard.scanout)), SIGKILL);
	wait_for(&heard, &heard.ready, 3);
	assert_int_equal(heard.verdict.rung, SCANOUT_COPY);
	assert_non_null(strstr(heard.line,
		"vk-export failed: worker keeps dying, last killed by signal 9 (Killed)"));
	finish(&heard);
}

static void hear_info(void *data, const struct render_info *info)
{
	*(size_t *)data += info->n_formats;
}

static void expect_gpu(struct heard *heard, const char *script, int ms, bool there)
{
	size_t formats = 0;
	setenv("FAKE_WORKER", script, 1);
	assert_int_equal(scanout_ask_gpu(heard->scanout, ms, hear_info, &formats), there);
	assert_int_equal(formats, there ? 2 : 0);
}

/* Beside the worker that serves, which knows nothing of it. */
static void a_gpu_is_asked_what_it_reads(void **state)
{
	struct heard heard;
	start(&heard, "", "cpu", SCANOUT_RENDERER_AUTO);
	wait_for(&heard, &heard.ready, 1);
	expect_gpu(&heard, "", WAIT_MS, true);
	expect_gpu(&heard, "features=0x61", WAIT_MS, true);  /* Venus of a host without a GPU */
	expect_gpu(&heard, "features=0x41", WAIT_MS, false); /* a program for the CPU */
	expect_gpu(&heard, "features=0x20", WAIT_MS, false); /* no dma-bufs */
	expect_gpu(&heard, "start=abort", WAIT_MS, false);
	expect_gpu(&heard, "start=garbage", WAIT_MS, false);
	expect_gpu(&heard, "start=silent", 100, false);
	assert_int_equal(heard.ready, 1);
	assert_non_null(scanout_client(heard.scanout));
	finish(&heard);
}

int main(void)
{
	log_init("test", LOG_LEVEL_WARN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_rung_that_holds_is_taken),
		cmocka_unit_test(a_death_leads_to_the_next_rung),
		cmocka_unit_test(wrong_pixels_lead_to_the_next_rung),
		cmocka_unit_test(refusals_and_hostile_memory_lead_on),
		cmocka_unit_test(lacking_features_are_skipped),
		cmocka_unit_test(a_forced_rung_does_not_fall),
		cmocka_unit_test(a_worker_that_never_starts_is_tried_once_a_renderer),
		cmocka_unit_test(the_renderer_limits_the_rungs),
		cmocka_unit_test(targets_are_whole_and_stale),
		cmocka_unit_test(deaths_in_service_come_back),
		cmocka_unit_test(a_gpu_is_asked_what_it_reads),
		cmocka_unit_test(the_first_swapchain_has_what_the_proof_was_drawn_into),
		cmocka_unit_test(several_swapchains_are_made_at_once),
		cmocka_unit_test(a_swapchain_that_cannot_be_says_why),
		cmocka_unit_test(one_target_is_enough),
		cmocka_unit_test(swapchains_outlive_their_worker),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

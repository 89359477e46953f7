/* render/client against a worker that lies, dies, floods and does not listen. */
#include "render/client.h"

#include "common/clock.h"
#include "common/fd.h"
#include "tests/unit.h"

#include <drm_fourcc.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 20000

struct heard {
	struct render_client *client;
	int ready, died, buffers, targets, done;
	uint32_t last_buffer; /* that was told of */
	bool target_ok, target_memory, destroy_in_ready, owes;
	bool in_order; /* each buffer's id is larger than the last one's */
	int debts;     /* how often it began to owe answers */
	char reason[512];
};

static void hear_ready(void *data, const struct render_info *info)
{
	struct heard *heard = data;
	heard->ready++;
	if (heard->destroy_in_ready) {
		render_client_destroy(heard->client);
		heard->client = NULL;
	}
}

static void hear_buffer(void *data, uint32_t buffer, bool ok, const char *reason)
{
	struct heard *heard = data;
	heard->buffers++;
	assert_true(buffer > heard->last_buffer || !heard->in_order);
	heard->last_buffer = buffer;
}

static void hear_target(void *data, uint32_t target, bool ok, uint32_t flags, struct dmabuf *dmabuf,
	const char *reason)
{
	struct heard *heard = data;
	heard->targets++;
	heard->target_ok = ok;
	heard->target_memory = dmabuf != NULL;
	snprintf(heard->reason, sizeof heard->reason, "%s", reason);
}

static void hear_done(void *data, const struct wire_frame_done *done)
{
	((struct heard *)data)->done++;
}

static void hear_debt(void *data, bool owes)
{
	struct heard *heard = data;
	assert_int_not_equal(heard->owes, owes);
	heard->owes = owes;
	heard->debts += owes;
}

static void hear_died(void *data, const char *reason)
{
	struct heard *heard = data;
	heard->died++;
	snprintf(heard->reason, sizeof heard->reason, "%s", reason);
}

static const struct render_client_listener hear = {
	.ready = hear_ready,
	.buffer_result = hear_buffer,
	.target_result = hear_target,
	.frame_done = hear_done,
	.owes = hear_debt,
	.died = hear_died,
};

static struct heard start(const char *script)
{
	setenv("FAKE_WORKER", script, 1);
	return (struct heard){0};
}

static void create(struct heard *heard, const char *worker)
{
	const struct render_client_options options = {.worker = worker};
	heard->client = render_client_create(&options, &hear, heard);
	assert_non_null(heard->client);
}

/* Dispatches until *count is reached. */
static void wait_for(struct heard *heard, const int *count, int wanted)
{
	int64_t end = clock_now() + WAIT_MS * CLOCK_NS_PER_MS;
	while (*count < wanted && heard->client && clock_now() < end) {
		struct pollfd poll_fd = {render_client_fd(heard->client), POLLIN, 0};
		poll(&poll_fd, 1, 100);
		if (poll_fd.revents)
			render_client_dispatch(heard->client);
	}
	assert_int_equal(*count, wanted);
}

static void expect_death(const char *script, const char *reason)
{
	struct heard heard = start(script);
	create(&heard, getenv("FAKE_WORKER_PATH"));
	wait_for(&heard, &heard.died, 1);
	if (!strstr(heard.reason, reason))
		fail_msg("%s: died of '%s', not of '%s'", script, heard.reason, reason);
	/* Told once; what comes after is silence. */
	render_client_pool_forget(heard.client, 1);
	render_client_dispatch(heard.client);
	assert_int_equal(heard.died, 1);
	assert_int_equal(render_client_pid(heard.client), -1);
	render_client_destroy(heard.client);
}

static void deaths_are_told(void **state)
{
	expect_death("start=abort", "killed by signal 6 (Aborted)");
	expect_death("start=exit", "exited with status 3");
	expect_death("start=error", "exited with status 1: the fake gives up");
}

static void hostile_packets_end_the_worker(void **state)
{
	expect_death("start=garbage", "broke the protocol: a packet of a wrong size");
	expect_death("start=size", "broke the protocol: a packet of a wrong size");
	expect_death("start=type", "broke the protocol: a packet of an unknown type");
	expect_death("start=version", "different builds");
	expect_death("start=extent", "an impossible max_extent");
	expect_death("start=twice", "HELLO twice");
	expect_death("start=early", "before HELLO");
	expect_death("start=fds", "wrong number of descriptors");
	expect_death("start=unasked", "FRAME_DONE that nobody asked for");
	expect_death("start=flood", "FRAME_DONE that nobody asked for");
}

static void a_missing_worker_is_a_death(void **state)
{
	struct heard heard = start("");
	create(&heard, "/nonexistent/vitrine-render");
	assert_int_equal(heard.died, 0);
	wait_for(&heard, &heard.died, 1);
	assert_string_equal(heard.reason,
		"could not be started: /nonexistent/vitrine-render: No such file or directory");
	render_client_destroy(heard.client);
}

static void a_deaf_worker_does_not_block(void **state)
{
	struct heard heard = start("start=deaf");
	create(&heard, getenv("FAKE_WORKER_PATH"));
	wait_for(&heard, &heard.ready, 1);
	int memory = fd_create_memory("pool", 4096);
	int64_t begin = clock_now();
	for (uint32_t i = 0; i < 20000 && render_client_pid(heard.client) > 0; i++)
		render_client_pool_create(heard.client, i % 1000 + 1, memory, 4096);
	assert_true(clock_now() - begin < 10 * CLOCK_NS_PER_S);
	close(memory);
	wait_for(&heard, &heard.died, 1);
	assert_non_null(strstr(heard.reason, "hung"));
	render_client_destroy(heard.client);
}

static void make_dmabuf(struct dmabuf *dmabuf)
{
	dmabuf_init(dmabuf);
	dmabuf->width = dmabuf->height = 4;
	dmabuf->format = DRM_FORMAT_XRGB8888;
	dmabuf->n_planes = 1;
	dmabuf->planes[0].fd = fd_create_memory("buffer", 4096);
}

/* Until the worker has said something, which is not handled yet. */
static void wait_for_answer(const struct heard *heard)
{
	struct pollfd poll_fd = {render_client_fd(heard->client), POLLIN, 0};
	assert_int_equal(poll(&poll_fd, 1, WAIT_MS), 1);
}

/* What waits in the queue arrives, in order, with its descriptors; and what is sent when the worker
 * has room again after that. */
static void a_slow_worker_gets_everything(void **state)
{
	struct heard heard = start("");
	heard.in_order = true;
	create(&heard, getenv("FAKE_WORKER_PATH"));
	struct dmabuf dmabuf;
	make_dmabuf(&dmabuf);
	/* Before the worker reads anything. */
	kill(render_client_pid(heard.client), SIGSTOP);
	enum { N = 200 };
	pixman_region32_t many;
	pixman_region32_init(&many);
	for (int i = 0; i < WIRE_MAX_RECTS; i++)
		pixman_region32_union_rect(&many, &many, 0, 2 * i, 1, 1);
	for (uint32_t i = 1; i <= N; i++) {
		render_client_texture_update(heard.client, 1, 1, &many);
		render_client_buffer_dmabuf(heard.client, i, &dmabuf);
	}
	pixman_region32_fini(&many);
	kill(render_client_pid(heard.client), SIGCONT);
	wait_for_answer(&heard);
	usleep(100000);
	render_client_buffer_dmabuf(heard.client, N + 1, &dmabuf);
	dmabuf_finish(&dmabuf);
	wait_for(&heard, &heard.buffers, N + 1);
	assert_int_equal(heard.died, 0);
	render_client_destroy(heard.client);
}

/* How long it lets one wait is counted from the last answer, or from the question. */
static void a_debt_is_told(void **state)
{
	struct heard heard = start("");
	create(&heard, getenv("FAKE_WORKER_PATH"));
	struct dmabuf dmabuf;
	make_dmabuf(&dmabuf);
	wait_for(&heard, &heard.ready, 1);
	assert_int_equal(render_client_wait(heard.client), 0);
	for (int round = 1; round <= 2; round++) {
		kill(render_client_pid(heard.client), SIGSTOP);
		render_client_buffer_dmabuf(heard.client, 1, &dmabuf);
		int64_t asked = clock_now();
		render_client_buffer_dmabuf(heard.client, 2, &dmabuf);
		assert_true(heard.owes && heard.debts == round);
		usleep(20000);
		assert_in_range(
			render_client_wait(heard.client), 20000000, clock_now() - asked + 20000000);
		kill(render_client_pid(heard.client), SIGCONT);
		wait_for(&heard, &heard.buffers, 2 * round);
		assert_false(heard.owes);
		assert_int_equal(render_client_wait(heard.client), 0);
	}
	dmabuf_finish(&dmabuf);
	render_client_destroy(heard.client);
}

/* What it has not answered yet is waited for from the answer to another question on. */
static void an_answer_begins_the_wait_anew(void **state)
{
	struct heard heard = start("");
	create(&heard, getenv("FAKE_WORKER_PATH"));
	struct dmabuf dmabuf;
	make_dmabuf(&dmabuf);
	wait_for(&heard, &heard.ready, 1);
	render_client_buffer_dmabuf(heard.client, 1, &dmabuf);
	wait_for_answer(&heard);
	kill(render_client_pid(heard.client), SIGSTOP);
	render_client_buffer_dmabuf(heard.client, 2, &dmabuf);
	usleep(100000);
	assert_true(render_client_wait(heard.client) >= 100000000);
	int64_t begin = clock_now();
	wait_for(&heard, &heard.buffers, 1);
	assert_true(heard.owes);
	int64_t wait = render_client_wait(heard.client);
	assert_true(wait > 0 && wait <= clock_now() - begin + 1);
	dmabuf_finish(&dmabuf);
	render_client_destroy(heard.client);
}

/* More than the queue holds, at once: what reads on is not taken for stuck. */
static void a_busy_worker_is_waited_for(void **state)
{
	struct heard heard = start("");
	create(&heard, getenv("FAKE_WORKER_PATH"));
	struct dmabuf dmabuf;
	make_dmabuf(&dmabuf);
	wait_for(&heard, &heard.ready, 1);
	for (uint32_t i = 0; i < 6000; i++)
		render_client_pool_create(heard.client, i % 1000 + 1, dmabuf.planes[0].fd, 4096);
	render_client_buffer_dmabuf(heard.client, 1, &dmabuf);
	dmabuf_finish(&dmabuf);
	wait_for(&heard, &heard.buffers, 1);
	assert_int_equal(heard.died, 0);
	render_client_destroy(heard.client);
}

static void expect_wrong_target(const char *script, const char *reason)
{
	struct heard heard = start(script);
	create(&heard, getenv("FAKE_WORKER_PATH"));
	render_client_target_allocate(heard.client, 1, 64, 64, DRM_FORMAT_XRGB8888);
	wait_for(&heard, &heard.died, 1);
	assert_int_equal(heard.targets, 0);
	assert_non_null(strstr(heard.reason, reason));
	render_client_destroy(heard.client);
}

static void targets_are_checked(void **state)
{
	struct heard heard = start("");
	create(&heard, getenv("FAKE_WORKER_PATH"));
	render_client_target_allocate(heard.client, 1, 64, 64, DRM_FORMAT_XRGB8888);
	wait_for(&heard, &heard.targets, 1);
	assert_true(heard.target_ok);
	assert_true(heard.target_memory);
	render_client_destroy(heard.client);
	expect_wrong_target("allocate=short", "shorter than its picture");
	expect_wrong_target("allocate=stride", "an impossible stride");
	expect_wrong_target("allocate=narrow", "of another size");
}

static void forgotten_answers_are_not_told(void **state)
{
	struct heard heard = start("");
	create(&heard, getenv("FAKE_WORKER_PATH"));
	struct dmabuf dmabuf;
	make_dmabuf(&dmabuf);
	render_client_buffer_dmabuf(heard.client, 1, &dmabuf);
	render_client_buffer_forget(heard.client, 1);
	dmabuf_finish(&dmabuf);
	render_client_target_allocate(heard.client, 1, 64, 64, DRM_FORMAT_XRGB8888);
	render_client_target_forget(heard.client, 1);
	render_client_target_allocate(heard.client, 1, 32, 32, DRM_FORMAT_XRGB8888);
	render_client_target_allocate(heard.client, 2, 16, 16, DRM_FORMAT_XRGB8888);
	wait_for(&heard, &heard.targets, 2);
	assert_int_equal(heard.buffers, 0); /* which were answered before */
	render_client_destroy(heard.client);
}

static void a_listener_may_destroy(void **state)
{
	struct heard heard = start("");
	heard.destroy_in_ready = true;
	create(&heard, getenv("FAKE_WORKER_PATH"));
	wait_for(&heard, &heard.ready, 1);
	assert_null(heard.client);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void texts_are_cleaned(void **state)
{
	struct heard heard = start("start=noisy");
	create(&heard, getenv("FAKE_WORKER_PATH"));
	wait_for(&heard, &heard.ready, 1);
	const struct render_info *info = render_client_info(heard.client);
	assert_int_equal(strlen(info->device), sizeof info->device - 1);
	assert_int_equal(strlen(info->driver), sizeof info->driver - 1);
	assert_null(strchr(info->device, '\n'));
	render_client_destroy(heard.client);
}

static void too_much_for_a_frame_is_said(void **state)
{
	struct heard heard = start("");
	create(&heard, getenv("FAKE_WORKER_PATH"));
	pixman_region32_t many;
	pixman_region32_init(&many);
	for (int i = 0; i <= WIRE_MAX_RECTS; i++)
		pixman_region32_union_rect(&many, &many, 0, 2 * i, 1, 1);
	struct render_frame frame = {.sequence = 1, .target = 1, .damage = &many};
	assert_false(render_client_frame(heard.client, &frame));
	pixman_region32_fini(&many);
	render_client_destroy(heard.client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deaths_are_told),
		cmocka_unit_test(hostile_packets_end_the_worker),
		cmocka_unit_test(a_missing_worker_is_a_death),
		cmocka_unit_test(a_deaf_worker_does_not_block),
		cmocka_unit_test(a_slow_worker_gets_everything),
		cmocka_unit_test(a_debt_is_told),
		cmocka_unit_test(an_answer_begins_the_wait_anew),
		cmocka_unit_test(a_busy_worker_is_waited_for),
		cmocka_unit_test(targets_are_checked),
		cmocka_unit_test(forgotten_answers_are_not_told),
		cmocka_unit_test(a_listener_may_destroy),
		cmocka_unit_test(texts_are_cleaned),
		cmocka_unit_test(too_much_for_a_frame_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: MIT
/* Semaphores and fences as sync fds, in the order in which virglrenderer calls them; none of it may
 * wait. */
#include "tests/host/sync.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SYNC_N_WAITS 50
#define SYNC_BLOCKING 10 /* seconds: longer than any call that does not wait, on any machine */

static double sync_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/** For a test that exports what has not signalled yet; ends it as skipped where others mind. */
static void sync_open_unwaited(struct harness *h)
{
	if (harness_validates_above())
		skip(); /* it takes an export for the end of what is exported, which is true of a
			   real sync_file */
	harness_open(h);
	if (h->is_venus)
		skip(); /* Venus itself waits in its export */
}

/**
 * A wait for an import of -1 is satisfied once, and the semaphore is unsignalled and usable after
 * that.
 */
static void sync_semaphore_import(void **state)
{
	struct harness h;
	VkSemaphore semaphore;
	VkFence fence;

	harness_open(&h);
	semaphore = sync_semaphore(&h, false);
	fence = sync_fence(&h);
	for (int i = 0; i < 3; i++) {
		HARNESS_CHECK(sync_import(&h, semaphore, -1));
		sync_submit(&h, semaphore, 0, VK_NULL_HANDLE, fence);
		HARNESS_CHECK(vkWaitForFences(h.device, 1, &fence, VK_TRUE, SYNC_SOON));
		HARNESS_CHECK(vkResetFences(h.device, 1, &fence));
		sync_submit(&h, VK_NULL_HANDLE, 0, semaphore, VK_NULL_HANDLE);
		sync_submit(&h, semaphore, 0, VK_NULL_HANDLE, fence);
		HARNESS_CHECK(vkWaitForFences(h.device, 1, &fence, VK_TRUE, SYNC_SOON));
		HARNESS_CHECK(vkResetFences(h.device, 1, &fence));
	}
	vkDestroyFence(h.device, fence, NULL);
	vkDestroySemaphore(h.device, semaphore, NULL);
	harness_close(&h);
}

/** Among other waits, and by vkQueueSubmit2: the others stay, with their values. */
static void sync_semaphore_import_among_others(void **state)
{
	struct harness h;
	VkSemaphore imported, timeline;
	VkFence fence;

	harness_open(&h);
	imported = sync_semaphore(&h, true);
	timeline = sync_timeline(&h);
	fence = sync_fence(&h);
	for (int second = 0; second < 2; second++) {
		VkSemaphore waits[] = {imported, timeline};
		VkPipelineStageFlags stages[] = {
			VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT};
		uint64_t values[] = {0, (uint64_t)second + 1};
		VkTimelineSemaphoreSubmitInfo timelines = {
			.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO,
			.waitSemaphoreValueCount = 2,
			.pWaitSemaphoreValues = values,
		};
		VkSubmitInfo submit = {
			.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
			.pNext = &timelines,
			.waitSemaphoreCount = 2,
			.pWaitSemaphores = waits,
			.pWaitDstStageMask = stages,
		};
		VkSemaphoreSubmitInfo waits2[] = {
			{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
				.semaphore = imported,
				.stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT},
			{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
				.semaphore = timeline,
				.value = values[1],
				.stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT},
		};
		VkSubmitInfo2 submit2 = {
			.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2,
			.waitSemaphoreInfoCount = 2,
			.pWaitSemaphoreInfos = waits2,
		};

		HARNESS_CHECK(sync_import(&h, imported, -1));
		if (second)
			HARNESS_CHECK(vkQueueSubmit2(h.queue, 1, &submit2, fence));
		else
			HARNESS_CHECK(vkQueueSubmit(h.queue, 1, &submit, fence));
		assert_int_equal(vkGetFenceStatus(h.device, fence), VK_NOT_READY);
		sync_advance(&h, timeline, values[1]);
		HARNESS_CHECK(vkWaitForFences(h.device, 1, &fence, VK_TRUE, SYNC_SOON));
		HARNESS_CHECK(vkResetFences(h.device, 1, &fence));
	}
	vkDestroyFence(h.device, fence, NULL);
	vkDestroySemaphore(h.device, imported, NULL);
	vkDestroySemaphore(h.device, timeline, NULL);
	harness_close(&h);
}

/**
 * Export while the signal waits for something that only the caller will do: a wait in there would
 * be for ever.
 */
static void sync_semaphore_export_before_signal(void **state)
{
	struct harness h;
	VkSemaphore semaphore, timeline;
	double before;

	sync_open_unwaited(&h);
	semaphore = sync_semaphore(&h, true);
	timeline = sync_timeline(&h);
	for (uint64_t i = 1; i <= 3; i++) {
		sync_submit(&h, timeline, i, semaphore, VK_NULL_HANDLE);
		before = sync_now();
		sync_export(&h, semaphore);
		assert_true(sync_now() - before < SYNC_BLOCKING);
		sync_advance(&h, timeline, i);
	}
	/* Consumed each time: it can be signalled and waited for as ever. */
	sync_submit(&h, VK_NULL_HANDLE, 0, semaphore, VK_NULL_HANDLE);
	sync_submit(&h, semaphore, 0, VK_NULL_HANDLE, VK_NULL_HANDLE);
	HARNESS_CHECK(vkQueueWaitIdle(h.queue));
	/* An import that is exported again is consumed by that. */
	HARNESS_CHECK(sync_import(&h, semaphore, -1));
	sync_export(&h, semaphore);
	sync_submit(&h, VK_NULL_HANDLE, 0, semaphore, VK_NULL_HANDLE);
	HARNESS_CHECK(vkDeviceWaitIdle(h.device));
	vkDestroySemaphore(h.device, semaphore, NULL);
	vkDestroySemaphore(h.device, timeline, NULL);
	harness_close(&h);
}

/**
 * A pending fence is unsignalled after its export, at once, and usable while the old submission is
 * under way.
 */
static void sync_fence_export_pending(void **state)
{
	struct harness h;
	VkSemaphore timeline;
	VkFence fence;

	sync_open_unwaited(&h);
	timeline = sync_timeline(&h);
	fence = sync_fence(&h);
	for (uint64_t i = 1; i <= 20; i++) {
		double before;

		sync_submit(&h, timeline, i, VK_NULL_HANDLE, fence);
		before = sync_now();
		sync_export_fence(&h, fence);
		assert_true(sync_now() - before < SYNC_BLOCKING);
		sync_advance(&h, timeline, i);
		HARNESS_CHECK(vkQueueWaitIdle(h.queue));
		assert_int_equal(vkGetFenceStatus(h.device, fence), VK_NOT_READY);
		sync_submit(&h, VK_NULL_HANDLE, 0, VK_NULL_HANDLE, fence);
		HARNESS_CHECK(vkWaitForFences(h.device, 1, &fence, VK_TRUE, SYNC_SOON));
		/* Signalled: exporting resets it. */
		sync_export_fence(&h, fence);
		assert_int_equal(vkGetFenceStatus(h.device, fence), VK_NOT_READY);
	}
	vkDestroyFence(h.device, fence, NULL);
	vkDestroySemaphore(h.device, timeline, NULL);
	harness_close(&h);
}

static int sync_compare(const void *a, const void *b)
{
	double difference = *(const double *)a - *(const double *)b;

	return (difference > 0) - (difference < 0);
}

/** A guest's sync file is a true one. How soon after the host's GPU it is signalled is QEMU's. */
static void sync_fence_in_a_guest(void **state)
{
	struct harness h;
	double took[SYNC_N_WAITS];

	harness_open(&h);
	if (!h.is_venus)
		skip(); /* the layer's own are -1 */
	VkSemaphore timeline = sync_timeline(&h);
	VkFence fence = sync_fence(&h);
	for (uint64_t i = 0; i < SYNC_N_WAITS; i++) {
		double before = sync_now();
		uint64_t value;

		sync_submit_values(&h, VK_NULL_HANDLE, 0, timeline, i + 1, fence);
		struct pollfd file = {.fd = sync_fence_fd(&h, fence), .events = POLLIN};
		assert_true(file.fd >= 0);
		assert_int_equal(poll(&file, 1, SYNC_BLOCKING * 1000), 1);
		took[i] = sync_now() - before;
		assert_int_equal(close(file.fd), 0);
		HARNESS_CHECK(vkGetSemaphoreCounterValue(h.device, timeline, &value));
		assert_int_equal(value, i + 1);
	}
	qsort(took, SYNC_N_WAITS, sizeof took[0], sync_compare);
	print_message("an empty batch until its fence's sync file: %.1f ms (median of %d)\n",
		took[SYNC_N_WAITS / 2] * 1e3, SYNC_N_WAITS);
	vkDestroyFence(h.device, fence, NULL);
	vkDestroySemaphore(h.device, timeline, NULL);
	harness_close(&h);
}

/** Not valid, but a guest may do it for ever: nothing may pile up, and nothing is an error. */
static void sync_exports_of_nothing(void **state)
{
	struct harness h;
	VkSemaphore semaphore;
	VkFence fence;

	if (harness_validates())
		skip();
	harness_open(&h);
	if (h.is_venus)
		skip(); /* the guest's driver would wait for a signal that never comes */
	semaphore = sync_semaphore(&h, true);
	fence = sync_fence(&h);
	for (int i = 0; i < 100000; i++) {
		sync_export(&h, semaphore);
		sync_export_fence(&h, fence);
	}
	sync_submit(&h, VK_NULL_HANDLE, 0, semaphore, fence);
	HARNESS_CHECK(vkWaitForFences(h.device, 1, &fence, VK_TRUE, SYNC_SOON));
	vkDestroyFence(h.device, fence, NULL);
	vkDestroySemaphore(h.device, semaphore, NULL);
	harness_close(&h);
}

static void sync_fence_import(void **state)
{
	struct harness h;
	VkFence fence;

	harness_open(&h);
	fence = sync_fence(&h);
	for (int i = 0; i < 3; i++) {
		VkImportFenceFdInfoKHR info = {
			.sType = VK_STRUCTURE_TYPE_IMPORT_FENCE_FD_INFO_KHR,
			.fence = fence,
			.flags = VK_FENCE_IMPORT_TEMPORARY_BIT,
			.handleType = SYNC_FENCE,
			.fd = -1,
		};

		HARNESS_CHECK(h.import_fence_fd(h.device, &info));
		HARNESS_CHECK(vkGetFenceStatus(h.device, fence));
		HARNESS_CHECK(vkWaitForFences(h.device, 1, &fence, VK_TRUE, 0));
		HARNESS_CHECK(vkResetFences(h.device, 1, &fence));
		assert_int_equal(vkGetFenceStatus(h.device, fence), VK_NOT_READY);
	}
	vkDestroyFence(h.device, fence, NULL);
	harness_close(&h);
}

/** What is no sync_file is refused, and stays the caller's. */
static void sync_fds_that_are_none(void **state)
{
	struct harness h;
	VkSemaphore semaphore;
	VkFence fence;
	int fds[2], file = open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	harness_open(&h);
	if (h.is_venus)
		skip(); /* the guest's driver looks at them itself */
	semaphore = sync_semaphore(&h, true);
	fence = sync_fence(&h);
	const int bad[] = {fds[0], fds[1], file, -2, 987654};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		VkImportFenceFdInfoKHR info = {
			.sType = VK_STRUCTURE_TYPE_IMPORT_FENCE_FD_INFO_KHR,
			.fence = fence,
			.flags = VK_FENCE_IMPORT_TEMPORARY_BIT,
			.handleType = SYNC_FENCE,
			.fd = bad[i],
		};

		assert_int_equal(
			sync_import(&h, semaphore, bad[i]), VK_ERROR_INVALID_EXTERNAL_HANDLE);
		assert_int_equal(
			h.import_fence_fd(h.device, &info), VK_ERROR_INVALID_EXTERNAL_HANDLE);
	}
	assert_int_equal(close(fds[0]) | close(fds[1]) | close(file), 0);
	vkDestroyFence(h.device, fence, NULL);
	vkDestroySemaphore(h.device, semaphore, NULL);
	harness_close(&h);
}

#define SYNC_N_THREADS 4
#define SYNC_N_ROUNDS 100

struct sync_thread {
	struct harness *h;
	pthread_mutex_t *queue; /* what Vulkan asks of an application; exports ask for nothing */
	pthread_t thread;
};

static void *sync_run(void *data)
{
	struct sync_thread *mine = data;
	struct harness *h = mine->h;
	VkSemaphore semaphore = sync_semaphore(h, true);
	VkFence fence = sync_fence(h), done = sync_fence(h);

	for (int i = 0; i < SYNC_N_ROUNDS; i++) {
		pthread_mutex_lock(mine->queue);
		sync_submit(h, VK_NULL_HANDLE, 0, semaphore, fence);
		pthread_mutex_unlock(mine->queue);
		sync_export(h, semaphore);
		sync_export_fence(h, fence);
		HARNESS_CHECK(sync_import(h, semaphore, -1));
		pthread_mutex_lock(mine->queue);
		sync_submit(h, semaphore, 0, VK_NULL_HANDLE, done);
		pthread_mutex_unlock(mine->queue);
		HARNESS_CHECK(vkWaitForFences(h->device, 1, &done, VK_TRUE, SYNC_SOON));
		HARNESS_CHECK(vkResetFences(h->device, 1, &done));
	}
	vkDestroyFence(h->device, done, NULL);
	vkDestroyFence(h->device, fence, NULL);
	vkDestroySemaphore(h->device, semaphore, NULL);
	return NULL;
}

/** As virglrenderer does: rings submit, and export without a word to those who submit or wait. */
static void sync_threads(void **state)
{
	pthread_mutex_t queue = PTHREAD_MUTEX_INITIALIZER;
	struct sync_thread threads[SYNC_N_THREADS];
	struct harness h;

	sync_open_unwaited(&h);
	for (int i = 0; i < SYNC_N_THREADS; i++) {
		threads[i] = (struct sync_thread){.h = &h, .queue = &queue};
		assert_int_equal(
			pthread_create(&threads[i].thread, NULL, sync_run, &threads[i]), 0);
	}
	for (int i = 0; i < SYNC_N_THREADS; i++)
		assert_int_equal(pthread_join(threads[i].thread, NULL), 0);
	HARNESS_CHECK(vkDeviceWaitIdle(h.device));
	harness_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sync_semaphore_import),
		cmocka_unit_test(sync_semaphore_import_among_others),
		cmocka_unit_test(sync_semaphore_export_before_signal),
		cmocka_unit_test(sync_fence_export_pending),
		cmocka_unit_test(sync_fence_in_a_guest),
		cmocka_unit_test(sync_exports_of_nothing),
		cmocka_unit_test(sync_fence_import),
		cmocka_unit_test(sync_fds_that_are_none),
		cmocka_unit_test(sync_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: MIT
/* Over a driver that fails where a test wants it (quirks.h), and between threads. */
#include "tests/host/quirks.h"
#include "tests/host/sync.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct quirks_wishes *failures_open(struct harness *h)
{
	quirks_function wishes;

	harness_open(h);
	wishes = (quirks_function)vkGetDeviceProcAddr(h->device, QUIRKS_WISHES);
	assert_non_null(wishes);
	return wishes();
}

/** An empty batch that waits for a semaphore; second: by vkQueueSubmit2. */
static VkResult failures_submit(
	struct harness *h, VkSemaphore wait, VkSemaphore signal, VkFence fence, bool second)
{
	VkPipelineStageFlags stage = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
	VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.waitSemaphoreCount = 1,
		.pWaitSemaphores = &wait,
		.pWaitDstStageMask = &stage,
		.signalSemaphoreCount = signal ? 1 : 0,
		.pSignalSemaphores = &signal,
	};
	VkSemaphoreSubmitInfo infos[] = {
		{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
			.semaphore = wait,
			.stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT},
		{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
			.semaphore = signal,
			.stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT},
	};
	VkSubmitInfo2 submit2 = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2,
		.waitSemaphoreInfoCount = 1,
		.pWaitSemaphoreInfos = &infos[0],
		.signalSemaphoreInfoCount = signal ? 1 : 0,
		.pSignalSemaphoreInfos = &infos[1],
	};

	return second ? vkQueueSubmit2(h->queue, 1, &submit2, fence)
		      : vkQueueSubmit(h->queue, 1, &submit, fence);
}

/** What was imported is still there for the next try, once; a fence is as it was. */
static void failures_of_submissions(void **state)
{
	struct harness h;
	struct quirks_wishes *wishes = failures_open(&h);
	VkSemaphore imported = sync_semaphore(&h, true);
	VkFence fence = sync_fence(&h);

	for (int second = 0; second < 2; second++) {
		HARNESS_CHECK(sync_import(&h, imported, -1));
		wishes->fails = second ? "vkQueueSubmit2" : "vkQueueSubmit";
		assert_int_equal(failures_submit(&h, imported, VK_NULL_HANDLE, fence, second),
			VK_ERROR_OUT_OF_DEVICE_MEMORY);
		wishes->fails = NULL;
		sync_export_fence(&h, fence); /* of nothing */
		HARNESS_CHECK(failures_submit(&h, imported, imported, fence, second));
		HARNESS_CHECK(vkWaitForFences(h.device, 1, &fence, VK_TRUE, SYNC_SOON));
		HARNESS_CHECK(vkResetFences(h.device, 1, &fence));
		wishes->fails = second ? "vkQueueSubmit2" : "vkQueueSubmit";
		assert_int_equal(failures_submit(&h, imported, VK_NULL_HANDLE, fence, second),
			VK_ERROR_OUT_OF_DEVICE_MEMORY);
		wishes->fails = NULL;
		/* A signal of the device's own, which is to be consumed. */
		HARNESS_CHECK(failures_submit(&h, imported, VK_NULL_HANDLE, fence, second));
		HARNESS_CHECK(vkWaitForFences(h.device, 1, &fence, VK_TRUE, SYNC_SOON));
		HARNESS_CHECK(vkResetFences(h.device, 1, &fence));
		sync_submit(&h, VK_NULL_HANDLE, 0, imported, VK_NULL_HANDLE);
		HARNESS_CHECK(
			failures_submit(&h, imported, VK_NULL_HANDLE, VK_NULL_HANDLE, second));
	}
	HARNESS_CHECK(vkQueueWaitIdle(h.queue));
	vkDestroyFence(h.device, fence, NULL);
	vkDestroySemaphore(h.device, imported, NULL);
	harness_close(&h);
}

#define FAILURES_N_IMAGES 2

struct failures_image {
	VkImage image;
	VkDeviceMemory memory;
};

static const struct harness_image failures_plain = {.width = 64, .height = 32};

static void failures_make_images(struct harness *h, struct failures_image images[FAILURES_N_IMAGES])
{
	VkMemoryRequirements requirements;

	for (int i = 0; i < FAILURES_N_IMAGES; i++) {
		HARNESS_CHECK(harness_image(h, &failures_plain, &images[i].image));
		vkGetImageMemoryRequirements(h->device, images[i].image, &requirements);
		HARNESS_CHECK(harness_allocate(
			h, requirements.size, harness_shared_type(h), &images[i].memory));
	}
}

/** What is drawn into each is in its memory. */
static void failures_end_images(struct harness *h, struct failures_image images[FAILURES_N_IMAGES])
{
	for (int i = 0; i < FAILURES_N_IMAGES; i++) {
		int fd = harness_export(h, images[i].memory);

		harness_clear(h, images[i].image, (float)i, 1, 1);
		harness_image_expect(&failures_plain, fd, harness_image_layout(h, images[i].image),
			i ? 0xffffffff : 0xff00ffff);
		close(fd);
		vkDestroyImage(h->device, images[i].image, NULL);
		vkFreeMemory(h->device, images[i].memory, NULL);
	}
}

/** A binding that failed can be tried again, and leaves nothing behind. */
static void failures_of_bindings(void **state)
{
	static const char *const calls[] = {"vkBindImageMemory", "vkBindBufferMemory"};
	struct harness h;
	struct quirks_wishes *wishes = failures_open(&h);
	struct failures_image images[FAILURES_N_IMAGES];
	int before = wishes->n_memories;

	failures_make_images(&h, images);
	for (int i = 0; i < FAILURES_N_IMAGES; i++) {
		VkResult result;

		wishes->fails = calls[i];
		result = vkBindImageMemory(h.device, images[i].image, images[i].memory, 0);
		wishes->fails = NULL;
		if (result == VK_SUCCESS)
			continue; /* one without a shadow has no buffer */
		assert_int_equal(result, VK_ERROR_OUT_OF_DEVICE_MEMORY);
		HARNESS_CHECK(vkBindImageMemory(h.device, images[i].image, images[i].memory, 0));
	}
	failures_end_images(&h, images);
	assert_int_equal(wishes->n_memories, before);
	harness_close(&h);
}

/** Of several, each is told how it went. */
static void failures_of_several_bindings(void **state)
{
	struct harness h;
	struct quirks_wishes *wishes = failures_open(&h);
	struct failures_image images[FAILURES_N_IMAGES];
	VkResult results[FAILURES_N_IMAGES], result;
	VkBindMemoryStatus statuses[FAILURES_N_IMAGES];
	VkBindImageMemoryInfo infos[FAILURES_N_IMAGES];
	int before = wishes->n_memories;

	failures_make_images(&h, images);
	for (int i = 0; i < FAILURES_N_IMAGES; i++) {
		results[i] = VK_NOT_READY;
		statuses[i] = (VkBindMemoryStatus){
			.sType = VK_STRUCTURE_TYPE_BIND_MEMORY_STATUS, .pResult = &results[i]};
		infos[i] = (VkBindImageMemoryInfo){
			.sType = VK_STRUCTURE_TYPE_BIND_IMAGE_MEMORY_INFO,
			.pNext = &statuses[i],
			.image = images[i].image,
			.memory = images[i].memory,
		};
	}
	wishes->fails = "vkBindBufferMemory";
	result = vkBindImageMemory2(h.device, FAILURES_N_IMAGES, infos);
	wishes->fails = NULL;
	for (int i = 0; result != VK_SUCCESS && i < FAILURES_N_IMAGES; i++) {
		assert_int_equal(results[i], VK_ERROR_OUT_OF_DEVICE_MEMORY);
		HARNESS_CHECK(vkBindImageMemory2(h.device, 1, &infos[i]));
		HARNESS_CHECK(results[i]);
	}
	failures_end_images(&h, images);
	assert_int_equal(wishes->n_memories, before);
	harness_close(&h);
}

struct failures_waiter {
	struct harness *h;
	VkFence fence;
	pthread_t thread;
};

static void *failures_wait(void *data)
{
	struct failures_waiter *mine = data;

	HARNESS_CHECK(vkWaitForFences(mine->h->device, 1, &mine->fence, VK_TRUE, SYNC_SOON));
	return NULL;
}

/** Returns when it is in the driver. */
static void failures_begin_wait(struct failures_waiter *waiter, struct quirks_wishes *wishes)
{
	static const struct timespec pause = {.tv_nsec = 1000000};

	wishes->lingers = true;
	assert_int_equal(pthread_create(&waiter->thread, NULL, failures_wait, waiter), 0);
	while (!wishes->waited)
		nanosleep(&pause, NULL);
}

static void failures_end_wait(struct failures_waiter *waiter, struct quirks_wishes *wishes)
{
	wishes->lingers = false;
	assert_int_equal(pthread_join(waiter->thread, NULL), 0);
}

/** By an export that buries others, which is when the dead are looked at. */
static void failures_bury(struct harness *h, VkSemaphore semaphore)
{
	sync_submit(h, VK_NULL_HANDLE, 0, semaphore, VK_NULL_HANDLE);
	sync_export(h, semaphore);
}

/** Neither destroyed nor reset by exports: the driver's fence that another thread waits for. */
static void failures_exports_under_a_wait(void **state)
{
	struct harness h;
	struct quirks_wishes *wishes = failures_open(&h);
	VkSemaphore timeline = sync_timeline(&h), done = sync_timeline(&h),
		    semaphore = sync_semaphore(&h, true);
	struct failures_waiter waiter = {.h = &h, .fence = sync_fence(&h)};
	VkSemaphoreWaitInfo wait = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
		.semaphoreCount = 1,
		.pSemaphores = &done,
	};

	for (uint64_t i = 1; i <= 6; i++) {
		wait.pValues = &i;
		sync_submit(&h, timeline, i, VK_NULL_HANDLE, waiter.fence);
		sync_submit_values(&h, VK_NULL_HANDLE, 0, done, i, VK_NULL_HANDLE);
		failures_begin_wait(&waiter, wishes);
		if (i % 2)
			sync_export_fence(&h, waiter.fence); /* pending */
		sync_advance(&h, timeline, i);
		HARNESS_CHECK(vkWaitSemaphores(h.device, &wait, SYNC_SOON));
		if (!(i % 2))
			sync_export_fence(&h, waiter.fence); /* signalled */
		failures_bury(&h, semaphore);
		assert_int_equal(vkGetFenceStatus(h.device, waiter.fence), VK_NOT_READY);
		failures_end_wait(&waiter, wishes);
		failures_bury(&h, semaphore);
	}
	HARNESS_CHECK(vkQueueWaitIdle(h.queue));
	vkDestroyFence(h.device, waiter.fence, NULL);
	vkDestroySemaphore(h.device, semaphore, NULL);
	vkDestroySemaphore(h.device, done, NULL);
	vkDestroySemaphore(h.device, timeline, NULL);
	harness_close(&h);
}

struct failures_presenter {
	struct harness *h;
	VkSemaphore semaphore;
	pthread_t presenting, exporting;
};

static void *failures_present(void *data)
{
	const struct failures_presenter *mine = data;
	VkPresentInfoKHR info = {.sType = VK_STRUCTURE_TYPE_PRESENT_INFO_KHR};

	HARNESS_CHECK(HARNESS_FUNCTION(mine->h, vkQueuePresentKHR)(mine->h->queue, &info));
	return NULL;
}

static void *failures_export(void *data)
{
	const struct failures_presenter *mine = data;

	sync_export(mine->h, mine->semaphore);
	return NULL;
}

/** What an export submits does not meet what the application does with the queue. */
static void failures_export_beside_a_present(void **state)
{
	static const struct timespec pause = {.tv_nsec = 1000000},
				     long_pause = {.tv_nsec = 100000000};
	struct harness h;
	struct quirks_wishes *wishes = failures_open(&h);
	struct failures_presenter mine = {.h = &h, .semaphore = sync_semaphore(&h, true)};

	sync_submit(&h, VK_NULL_HANDLE, 0, mine.semaphore, VK_NULL_HANDLE);
	wishes->lingers = true;
	assert_int_equal(pthread_create(&mine.presenting, NULL, failures_present, &mine), 0);
	while (!wishes->presents)
		nanosleep(&pause, NULL);
	assert_int_equal(pthread_create(&mine.exporting, NULL, failures_export, &mine), 0);
	nanosleep(&long_pause, NULL);
	wishes->lingers = false;
	assert_int_equal(pthread_join(mine.presenting, NULL), 0);
	assert_int_equal(pthread_join(mine.exporting, NULL), 0);
	HARNESS_CHECK(vkQueueWaitIdle(h.queue));
	vkDestroySemaphore(h.device, mine.semaphore, NULL);
	harness_close(&h);
}

static void failures_opaque_semaphore(struct harness *h, struct quirks_wishes *wishes)
{
	VkExportSemaphoreCreateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO,
		.handleTypes = SYNC_SEMAPHORE | VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT,
	};
	VkSemaphoreCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &export};
	VkSemaphoreGetFdInfoKHR get = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_GET_FD_INFO_KHR,
		.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT,
	};
	VkImportSemaphoreFdInfoKHR import = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_SEMAPHORE_FD_INFO_KHR,
		.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT,
		.fd = -1,
	};
	int fd, before = wishes->n_opaque;

	HARNESS_CHECK(vkCreateSemaphore(h->device, &info, NULL, &get.semaphore));
	import.semaphore = get.semaphore;
	HARNESS_CHECK(h->get_semaphore_fd(h->device, &get, &fd));
	assert_ptr_equal(wishes->semaphore, get.semaphore);
	sync_submit(h, VK_NULL_HANDLE, 0, get.semaphore, VK_NULL_HANDLE);
	sync_export(h, get.semaphore);
	assert_int_equal(wishes->n_opaque, before + 2);
	HARNESS_CHECK(h->get_semaphore_fd(h->device, &get, &fd));
	assert_ptr_not_equal(wishes->semaphore, get.semaphore);
	wishes->semaphore = VK_NULL_HANDLE;
	HARNESS_CHECK(h->import_semaphore_fd(h->device, &import));
	assert_ptr_not_equal(wishes->semaphore, get.semaphore);
	HARNESS_CHECK(vkQueueWaitIdle(h->queue));
	vkDestroySemaphore(h->device, get.semaphore, NULL);
}

static void failures_opaque_fence(struct harness *h, struct quirks_wishes *wishes)
{
	VkExportFenceCreateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_FENCE_CREATE_INFO,
		.handleTypes = SYNC_FENCE | VK_EXTERNAL_FENCE_HANDLE_TYPE_OPAQUE_FD_BIT,
	};
	VkFenceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO, .pNext = &export};
	VkFenceGetFdInfoKHR get = {
		.sType = VK_STRUCTURE_TYPE_FENCE_GET_FD_INFO_KHR,
		.handleType = VK_EXTERNAL_FENCE_HANDLE_TYPE_OPAQUE_FD_BIT,
	};
	VkImportFenceFdInfoKHR import = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_FENCE_FD_INFO_KHR,
		.handleType = SYNC_FENCE,
		.flags = VK_FENCE_IMPORT_TEMPORARY_BIT,
		.fd = -1,
	};
	int fd, before = wishes->n_opaque;

	HARNESS_CHECK(vkCreateFence(h->device, &info, NULL, &get.fence));
	import.fence = get.fence;
	HARNESS_CHECK(h->get_fence_fd(h->device, &get, &fd));
	assert_ptr_equal(wishes->fence, get.fence);
	HARNESS_CHECK(h->import_fence_fd(h->device, &import));
	assert_int_equal(wishes->n_opaque, before + 2);
	HARNESS_CHECK(h->get_fence_fd(h->device, &get, &fd));
	assert_ptr_not_equal(wishes->fence, get.fence);
	wishes->fence = VK_NULL_HANDLE;
	import.handleType = VK_EXTERNAL_FENCE_HANDLE_TYPE_OPAQUE_FD_BIT;
	HARNESS_CHECK(h->import_fence_fd(h->device, &import));
	assert_ptr_not_equal(wishes->fence, get.fence);
	vkDestroyFence(h->device, get.fence, NULL);
}

/** The driver's own handle types are of what stands behind the handle, however that changed. */
static void failures_of_opaque_fds(void **state)
{
	struct harness h;
	struct quirks_wishes *wishes = failures_open(&h);
	const char *quirks = getenv("QUIRKS");

	if (quirks && !strcmp(quirks, "opaque")) {
		failures_opaque_semaphore(&h, wishes);
		failures_opaque_fence(&h, wishes);
	}
	harness_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_of_submissions),
		cmocka_unit_test(failures_of_bindings),
		cmocka_unit_test(failures_of_several_bindings),
		cmocka_unit_test(failures_exports_under_a_wait),
		cmocka_unit_test(failures_export_beside_a_present),
		cmocka_unit_test(failures_of_opaque_fds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

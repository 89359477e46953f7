// SPDX-License-Identifier: MIT
/* Shadow images that come and go: many cycles, sizes and orders, threads and queues; nothing is
 * left behind. */
#include "tests/host/scene.h"

#include <pthread.h>

#define SHADOW_DRAWN (VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT)
#define SHADOW_THREADS 4
#define SHADOW_FRAMES 20
#define SHADOW_CYCLES 120
#define SHADOW_WARM 12 /* cycles after which the driver has all that it keeps */

/** As a window that is resized and closed, with or without a release of its last frame. */
static void shadow_cycle(struct harness *h, unsigned i)
{
	struct scene scene = {.width = 16 + i * 37 % 200, .height = 16 + i * 53 % 120};
	const struct scene_format *format = &scene_formats[i % scene_n_formats];

	if (!scene_can_draw(h, format->format))
		format = &scene_formats[0];
	scene_open(&scene, h, format, SHADOW_DRAWN);
	harness_begin(h);
	scene_draw(&scene, h->commands, i % SCENE_N_WAYS, i);
	if (i % 3)
		scene_release(&scene, h->commands, i % 2);
	harness_finish(h);
	scene_pixels_expect(&scene, i);
	scene_close(&scene, i);
}

static void shadow_come_and_go(void **state)
{
	unsigned fds = 0, maps = 0;
	struct harness h;

	harness_open(&h);
	for (unsigned i = 0; i < SHADOW_CYCLES; i++) {
		if (i == SHADOW_WARM) {
			fds = harness_count_fds();
			maps = harness_count_maps();
		}
		shadow_cycle(&h, i);
	}
	/* The driver's cache may have had files open for a moment, then. */
	assert_in_range(harness_count_fds(), 0, fds);
	/* The allocator has a few mappings more or less. */
	assert_in_range(harness_count_maps(), 0, maps + 8);
	harness_close(&h);
}

/** Images and command buffers that an application forgets go with the device. */
static void shadow_forgotten(void **state)
{
	struct harness_image wanted = {
		.width = SCENE_WIDTH, .height = SCENE_HEIGHT, .usage = SHADOW_DRAWN};
	VkImage images[3];
	struct harness h;

	if (harness_validates())
		skip(); /* it is the application's fault */
	harness_open(&h);
	if (h.is_venus)
		skip(); /* the validation layer is in the render server */
	for (int i = 0; i < 3; i++) {
		HARNESS_CHECK(harness_image(&h, &wanted, &images[i]));
		if (i)
			harness_image_bind(&h, images[i], NULL);
	}
	harness_close(&h);
}

struct shadow_thread {
	struct harness h;      /* shares the device, has a pool and a command buffer of its own */
	pthread_mutex_t *lock; /* of the queue */
	unsigned index;
};

/** The device's objects are many threads', its queue is one's at a time. */
static void *shadow_thread_run(void *data)
{
	struct shadow_thread *thread = data;
	struct harness *h = &thread->h;
	VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.commandBufferCount = 1,
		.pCommandBuffers = &h->commands,
	};
	VkFenceCreateInfo fence_info = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
	VkFence fence;

	HARNESS_CHECK(vkCreateFence(h->device, &fence_info, NULL, &fence));
	for (unsigned i = 0; i < SHADOW_FRAMES; i++) {
		struct scene scene = {0};
		unsigned seed = thread->index * SHADOW_FRAMES + i;

		scene_open(&scene, h, &scene_formats[0], SHADOW_DRAWN);
		harness_begin(h);
		scene_draw(&scene, h->commands, i % SCENE_N_WAYS, seed);
		if (i % 3)
			scene_release(&scene, h->commands, i % 2);
		HARNESS_CHECK(vkEndCommandBuffer(h->commands));
		pthread_mutex_lock(thread->lock);
		HARNESS_CHECK(vkQueueSubmit(h->queue, 1, &submit, fence));
		pthread_mutex_unlock(thread->lock);
		HARNESS_CHECK(vkWaitForFences(h->device, 1, &fence, VK_TRUE, UINT64_MAX));
		HARNESS_CHECK(vkResetFences(h->device, 1, &fence));
		scene_pixels_expect(&scene, seed);
		scene_close(&scene, seed);
	}
	vkDestroyFence(h->device, fence, NULL);
	return NULL;
}

static void shadow_own_pool(struct harness *h, uint32_t family)
{
	VkCommandPoolCreateInfo pool = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
		.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
		.queueFamilyIndex = family,
	};
	VkCommandBufferAllocateInfo commands = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
		.commandBufferCount = 1,
	};

	HARNESS_CHECK(vkCreateCommandPool(h->device, &pool, NULL, &h->pool));
	commands.commandPool = h->pool;
	HARNESS_CHECK(vkAllocateCommandBuffers(h->device, &commands, &h->commands));
}

static void shadow_threads(void **state)
{
	struct shadow_thread threads[SHADOW_THREADS];
	pthread_t ids[SHADOW_THREADS];
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct harness h;

	harness_open(&h);
	for (unsigned i = 0; i < SHADOW_THREADS; i++) {
		threads[i] = (struct shadow_thread){.h = h, .lock = &lock, .index = i};
		shadow_own_pool(&threads[i].h, 0);
		assert_int_equal(pthread_create(&ids[i], NULL, shadow_thread_run, &threads[i]), 0);
	}
	for (unsigned i = 0; i < SHADOW_THREADS; i++) {
		pthread_join(ids[i], NULL);
		vkDestroyCommandPool(h.device, threads[i].h.pool, NULL);
	}
	harness_close(&h);
}

/** One thread's frames on several images at once: copies of one command are all made. */
static void shadow_many_at_once(void **state)
{
	enum { N = 8 };
	struct scene scenes[N] = {0};
	struct harness h;

	harness_open(&h);
	for (unsigned i = 0; i < N; i++)
		scene_open(&scenes[i], &h, &scene_formats[0], SHADOW_DRAWN);
	for (unsigned frame = 0; frame < 4; frame++) {
		VkImageMemoryBarrier barriers[N];

		harness_begin(&h);
		for (unsigned i = 0; i < N; i++) {
			scene_draw(&scenes[i], h.commands, SCENE_PASS, frame * N + i);
			barriers[i] = (VkImageMemoryBarrier){
				.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
				.srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT,
				.oldLayout = VK_IMAGE_LAYOUT_GENERAL,
				.newLayout = VK_IMAGE_LAYOUT_GENERAL,
				.dstQueueFamilyIndex = i % 2 ? VK_QUEUE_FAMILY_FOREIGN_EXT
							     : VK_QUEUE_FAMILY_EXTERNAL,
				.image = scenes[i].image,
				.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
			};
		}
		vkCmdPipelineBarrier(h.commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
			VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0, 0, NULL, 0, NULL, N, barriers);
		harness_finish(&h);
		for (unsigned i = 0; i < N; i++)
			scene_pixels_expect(&scenes[i], frame * N + i);
	}
	for (unsigned i = 0; i < N; i++)
		scene_close(&scenes[i], i);
	harness_close(&h);
}

/** Acquired from the CPU and released to it again by a queue of each family that can copy. */
static void shadow_every_queue(void **state)
{
	struct harness h;

	harness_open(&h);
	for (uint32_t family = 0; family < HARNESS_MAX_FAMILIES; family++) {
		struct harness one = h;
		struct scene scene = {0};
		struct scene_barrier barrier = {
			.from = VK_IMAGE_LAYOUT_GENERAL,
			.to = VK_IMAGE_LAYOUT_GENERAL,
			.source = VK_QUEUE_FAMILY_FOREIGN_EXT,
			.destination = family,
			.before = VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT,
			.after = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
			.read = VK_ACCESS_MEMORY_READ_BIT,
		};

		one.queue = h.queues[family];
		if (!one.queue)
			continue;
		shadow_own_pool(&one, family);
		scene_open(&scene, &one, &scene_formats[0], SHADOW_DRAWN);
		scene_pixels_write(&scene, family + 1);
		harness_begin(&one);
		scene_barrier(&scene, one.commands, barrier);
		harness_finish(&one);
		scene_pixels_write(&scene, 0);
		barrier.source = family;
		barrier.destination = VK_QUEUE_FAMILY_FOREIGN_EXT;
		barrier.before = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
		barrier.after = VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT;
		barrier.read = 0;
		harness_begin(&one);
		scene_barrier(&scene, one.commands, barrier);
		harness_finish(&one);
		/* A LINEAR image is the memory itself, a shadow still has what it acquired. */
		if (scene_has_shadow(&h, SHADOW_DRAWN))
			scene_pixels_expect(&scene, family + 1);
		scene_close(&scene, family);
		vkDestroyCommandPool(h.device, one.pool, NULL);
	}
	harness_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shadow_come_and_go),
		cmocka_unit_test(shadow_forgotten),
		cmocka_unit_test(shadow_threads),
		cmocka_unit_test(shadow_many_at_once),
		cmocka_unit_test(shadow_every_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

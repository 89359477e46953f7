#include "render/vulkan/frame.h"

#include "common/clock.h"
#include "render/target.h"

#include <stdio.h>
#include <stdlib.h>

bool frame_queue_init(struct frame_queue *queue, const struct device *device, char *reason)
{
	*queue = (struct frame_queue){.device = device};
	const VkCommandPoolCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
		.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT |
			 VK_COMMAND_POOL_CREATE_TRANSIENT_BIT,
		.queueFamilyIndex = device->queue_family,
	};
	VkResult result = vkCreateCommandPool(device->handle, &info, NULL, &queue->pool);
	if (result != VK_SUCCESS) {
		queue->pool = VK_NULL_HANDLE;
		return instance_fail(reason, "no frame", result);
	}
	if (!waiter_init(&queue->waiter, device->handle)) {
		snprintf(reason, WIRE_MAX_REASON, "no thread to wait for frames");
		return false;
	}
	return true;
}

/* Everything that only a frame under way holds. */
static void frame_release(struct frame_queue *queue, struct frame *frame)
{
	for (size_t i = 0; i < frame->sampled_len; i++)
		sampled_unref(frame->sampled[i]);
	frame->sampled_len = 0;
	staging_give_back(queue->device, &queue->staging, &frame->chunks);
	target_unref(frame->target);
	frame->target = NULL;
	pixman_region32_clear(&frame->damage);
	frame->upload_bytes = frame->gpu_copy_bytes = 0;
}

static void frame_destroy(struct frame_queue *queue, struct frame *frame)
{
	VkDevice device = queue->device->handle;
	frame_release(queue, frame);
	if (frame->semaphore)
		vkDestroySemaphore(device, frame->semaphore, NULL);
	if (frame->job.fence)
		vkDestroyFence(device, frame->job.fence, NULL);
	timer_finish(queue->device, &frame->timer);
	if (frame->commands)
		vkFreeCommandBuffers(device, queue->pool, 1, &frame->commands);
	pixman_region32_fini(&frame->damage);
	free(frame->sampled);
	free(frame);
}

void frame_queue_finish(struct frame_queue *queue)
{
	if (!queue->device)
		return;
	waiter_finish(&queue->waiter);
	frame_queue_give_up(queue);
	while (queue->flying) {
		struct frame *frame = queue->flying;
		queue->flying = frame->next;
		frame_destroy(queue, frame);
	}
	while (queue->free) {
		struct frame *frame = queue->free;
		queue->free = frame->next;
		frame_destroy(queue, frame);
	}
	staging_finish(queue->device, &queue->staging);
	if (queue->pool)
		vkDestroyCommandPool(queue->device->handle, queue->pool, NULL);
	*queue = (struct frame_queue){0};
}

static VkResult frame_create_objects(struct frame_queue *queue, struct frame *frame)
{
	VkDevice device = queue->device->handle;
	const VkFenceCreateInfo fence = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
	VkResult result = vkCreateFence(device, &fence, NULL, &frame->job.fence);
	if (result == VK_SUCCESS)
		result = timer_init(queue->device, &frame->timer);
	if (result != VK_SUCCESS)
		return result;
	const VkExportSemaphoreCreateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO,
		.handleTypes = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT,
	};
	const VkSemaphoreCreateInfo semaphore = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &export};
	if (queue->device->has_sync_fd)
		result = vkCreateSemaphore(device, &semaphore, NULL, &frame->semaphore);
	if (result != VK_SUCCESS)
		return result;
	const VkCommandBufferAllocateInfo commands = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
		.commandPool = queue->pool,
		.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
		.commandBufferCount = 1,
	};
	return vkAllocateCommandBuffers(device, &commands, &frame->commands);
}

static struct frame *frame_create(struct frame_queue *queue, char *reason)
{
	struct frame *frame = calloc(1, sizeof *frame);
	if (!frame) {
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
		return NULL;
	}
	pixman_region32_init(&frame->damage);
	VkResult result = frame_create_objects(queue, frame);
	if (result == VK_SUCCESS)
		return frame;
	frame_destroy(queue, frame);
	instance_fail(reason, "no frame", result);
	return NULL;
}

struct frame *frame_queue_open(struct frame_queue *queue, char *reason)
{
	if (queue->open)
		return queue->open;
	struct frame *frame = queue->free;
	if (frame)
		queue->free = frame->next;
	else
		frame = frame_create(queue, reason);
	if (!frame)
		return NULL;
	frame->next = NULL;
	frame->serial = ++queue->last_serial;
	const VkCommandBufferBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
		.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
	};
	VkResult result = vkBeginCommandBuffer(frame->commands, &begin);
	if (result != VK_SUCCESS) {
		frame_destroy(queue, frame);
		instance_fail(reason, "no frame", result);
		return NULL;
	}
	timer_begin(&frame->timer, frame->commands);
	queue->open = frame;
	return frame;
}

/* -1: it has signalled already, or the driver failed, and the fence will do. */
static int frame_export_fence(const struct device *device, struct frame *frame)
{
	const VkSemaphoreGetFdInfoKHR info = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_GET_FD_INFO_KHR,
		.semaphore = frame->semaphore,
		.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT,
	};
	int fd = -1;
	/* An export takes the signal out of the semaphore; without it the semaphore cannot be
	 * signalled again. */
	frame->is_spent = device->get_semaphore_fd(device->handle, &info, &fd) != VK_SUCCESS;
	return frame->is_spent ? -1 : fd;
}

VkResult frame_queue_submit(struct frame_queue *queue, int *fence)
{
	struct frame *frame = queue->open;
	bool exports = fence && frame->semaphore;
	const VkSubmitInfo info = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.commandBufferCount = 1,
		.pCommandBuffers = &frame->commands,
		.signalSemaphoreCount = exports ? 1 : 0,
		.pSignalSemaphores = &frame->semaphore,
	};
	timer_end(&frame->timer, frame->commands);
	VkResult result = vkEndCommandBuffer(frame->commands);
	frame->recorded = clock_now();
	if (result == VK_SUCCESS)
		result = vkQueueSubmit(queue->device->queue, 1, &info, frame->job.fence);
	if (result != VK_SUCCESS)
		return result;
	queue->open = NULL;
	struct frame **last = &queue->flying;
	while (*last)
		last = &(*last)->next;
	*last = frame;
	if (fence)
		*fence = exports ? frame_export_fence(queue->device, frame) : -1;
	waiter_add(&queue->waiter, &frame->job);
	return VK_SUCCESS;
}

void frame_queue_give_up(struct frame_queue *queue)
{
	struct frame *frame = queue->open;
	queue->open = NULL;
	if (frame)
		frame_destroy(queue, frame);
}

struct frame *frame_queue_take_done(struct frame_queue *queue)
{
	struct frame *frame = (struct frame *)waiter_take(&queue->waiter);
	/* Fences are waited for in the order of submission. */
	if (frame)
		queue->flying = frame->next;
	return frame;
}

void frame_queue_recycle(struct frame_queue *queue, struct frame *frame)
{
	frame_release(queue, frame);
	if (frame->is_spent ||
		vkResetFences(queue->device->handle, 1, &frame->job.fence) != VK_SUCCESS) {
		frame_destroy(queue, frame);
		return;
	}
	frame->next = queue->free;
	queue->free = frame;
}

bool frame_hold(struct frame *frame, struct sampled *sampled)
{
	if (sampled->frame == frame->serial)
		return true;
	if (frame->sampled_len == frame->sampled_cap) {
		size_t cap = frame->sampled_cap ? 2 * frame->sampled_cap : 16;
		struct sampled **list = reallocarray(frame->sampled, cap, sizeof *list);
		if (!list)
			return false;
		frame->sampled = list;
		frame->sampled_cap = cap;
	}
	frame->sampled[frame->sampled_len++] = sampled_ref(sampled);
	sampled->frame = frame->serial;
	return true;
}

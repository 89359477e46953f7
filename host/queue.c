// SPDX-License-Identifier: MIT
#include "host/queue.h"
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/shadow.h"

#include <stdlib.h>

struct queue *queue_lock(struct device *device, VkQueue handle)
{
	struct queue *queue = table_get(&device->queues, TABLE_KEY(handle));

	if (queue)
		pthread_mutex_lock(&queue->lock);
	return queue;
}

void queue_unlock(struct queue *queue)
{
	if (queue)
		pthread_mutex_unlock(&queue->lock);
}

void queue_drop(void *data, void *unused)
{
	struct queue *queue = data;

	pthread_mutex_destroy(&queue->lock);
	free(queue);
}

/** A queue may be asked for several times: it keeps the lock that it has. */
static void queue_register(struct device *device, VkQueue handle, uint32_t family)
{
	static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
	struct queue *queue;

	if (!handle || !(device->offers & GPU_SEMAPHORE_FD || shadow_is_ours(device)))
		return;
	pthread_mutex_lock(&once);
	if (!table_get(&device->queues, TABLE_KEY(handle))) {
		queue = calloc(1, sizeof(*queue));
		if (queue) {
			queue->handle = handle;
			queue->family = family;
			pthread_mutex_init(&queue->lock, NULL);
		}
		if (!queue || !table_put(&device->queues, TABLE_KEY(handle), queue)) {
			env_complain("out of memory: a queue stays without a lock");
			free(queue);
		}
	}
	pthread_mutex_unlock(&once);
}

void VKAPI_CALL queue_GetDeviceQueue(VkDevice handle, uint32_t family, uint32_t index, VkQueue *out)
{
	struct device *device = device_get(handle);

	device->next.GetDeviceQueue(handle, family, index, out);
	queue_register(device, *out, family);
}

void VKAPI_CALL queue_GetDeviceQueue2(VkDevice handle, const VkDeviceQueueInfo2 *info, VkQueue *out)
{
	struct device *device = device_get(handle);

	device->next.GetDeviceQueue2(handle, info, out);
	queue_register(device, *out, info->queueFamilyIndex);
}

/**
 * vkQueueWaitIdle is a submitted fence and a wait for it (its own definition): the lock is not
 * held for the wait.
 */
static VkResult queue_wait_idle(struct device *device, struct queue *queue)
{
	VkFenceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
	VkFence fence;
	VkResult result = device->next.CreateFence(device->handle, &info, NULL, &fence);

	if (result != VK_SUCCESS)
		return result;
	pthread_mutex_lock(&queue->lock);
	result = device->next.QueueSubmit(queue->handle, 0, NULL, fence);
	pthread_mutex_unlock(&queue->lock);
	if (result == VK_SUCCESS)
		result = device->next.WaitForFences(device->handle, 1, &fence, VK_TRUE, UINT64_MAX);
	device->next.DestroyFence(device->handle, fence, NULL);
	return result;
}

VkResult VKAPI_CALL queue_QueueWaitIdle(VkQueue handle)
{
	struct device *device = device_get(handle);
	struct queue *queue = table_get(&device->queues, TABLE_KEY(handle));

	return queue ? queue_wait_idle(device, queue) : device->next.QueueWaitIdle(handle);
}

struct queue_list {
	struct queue **list; /**< NULL: only count */
	size_t len;
};

static void queue_collect(void *queue, void *data)
{
	struct queue_list *queues = data;

	if (queues->list)
		queues->list[queues->len] = queue;
	queues->len++;
}

VkResult VKAPI_CALL queue_DeviceWaitIdle(VkDevice handle)
{
	struct device *device = device_get(handle);
	struct queue_list queues = {0};
	VkResult result = VK_SUCCESS;

	if (!(device->offers & GPU_SEMAPHORE_FD))
		return device->next.DeviceWaitIdle(handle);
	/* The application synchronises all queues for this call, so none is made between the count
	 * and the list. */
	table_each(&device->queues, queue_collect, &queues);
	queues = (struct queue_list){.list = calloc(queues.len + 1, sizeof(struct queue *))};
	if (!queues.list)
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	table_each(&device->queues, queue_collect, &queues);
	for (size_t i = 0; i < queues.len && result == VK_SUCCESS; i++)
		result = queue_wait_idle(device, queues.list[i]);
	free(queues.list);
	return result;
}

VkResult VKAPI_CALL queue_QueuePresentKHR(VkQueue handle, const VkPresentInfoKHR *info)
{
	struct device *device = device_get(handle);
	struct queue *queue = queue_lock(device, handle);
	VkResult result = device->next.QueuePresentKHR(handle, info);

	queue_unlock(queue);
	return result;
}

// SPDX-License-Identifier: MIT
#include "host/graveyard.h"
#include "host/device.h"

#include <stdlib.h>

struct grave {
	struct grave *next;
	VkSemaphore semaphore; /**< may be VK_NULL_HANDLE */
	VkFence fence;
	unsigned n_users; /**< calls that are in the driver with fence */
};

void graveyard_init(struct graveyard *graveyard)
{
	pthread_mutex_init(&graveyard->lock, NULL);
	graveyard->first = NULL;
}

static void graveyard_clear(struct device *device, struct grave *grave)
{
	device->next.DestroySemaphore(device->handle, grave->semaphore, NULL);
	device->next.DestroyFence(device->handle, grave->fence, NULL);
	free(grave);
}

void graveyard_finish(struct device *device)
{
	struct graveyard *graveyard = &device->graveyard;

	/* Idle as far as the application knows, but a fence of our own may still be on its way. */
	if (graveyard->first)
		device->next.DeviceWaitIdle(device->handle);
	while (graveyard->first) {
		struct grave *grave = graveyard->first;

		graveyard->first = grave->next;
		graveyard_clear(device, grave);
	}
	pthread_mutex_destroy(&graveyard->lock);
}

struct grave *graveyard_dig(void)
{
	return calloc(1, sizeof(struct grave));
}

void graveyard_leave(struct device *device, VkFence fence)
{
	struct graveyard *graveyard = &device->graveyard;

	pthread_mutex_lock(&graveyard->lock);
	for (struct grave *grave = graveyard->first; grave; grave = grave->next) {
		if (grave->fence == fence)
			grave->n_users--;
	}
	pthread_mutex_unlock(&graveyard->lock);
}

void graveyard_bury(struct device *device, struct grave *grave, VkSemaphore semaphore,
	VkFence fence, unsigned n_users)
{
	struct graveyard *graveyard = &device->graveyard;

	grave->semaphore = semaphore;
	grave->fence = fence;
	grave->n_users = n_users;
	pthread_mutex_lock(&graveyard->lock);
	for (struct grave **link = &graveyard->first; *link;) {
		struct grave *old = *link;

		if (old->n_users ||
			device->next.GetFenceStatus(device->handle, old->fence) == VK_NOT_READY) {
			link = &old->next;
			continue;
		}
		*link = old->next;
		graveyard_clear(device, old);
	}
	grave->next = graveyard->first;
	graveyard->first = grave;
	pthread_mutex_unlock(&graveyard->lock);
}

/** Semaphores and fences that are shared as sync fds; a call that fails ends the test. */
#ifndef TESTS_HOST_SYNC_H
#define TESTS_HOST_SYNC_H

#include "tests/host/harness.h"

#define SYNC_SEMAPHORE VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT
#define SYNC_FENCE VK_EXTERNAL_FENCE_HANDLE_TYPE_SYNC_FD_BIT
#define SYNC_SOON UINT64_C(10000000000) /* nanoseconds: a wait that must succeed */

VkSemaphore sync_semaphore(struct harness *h, bool exportable);
/** At 0. */
VkSemaphore sync_timeline(struct harness *h);
void sync_advance(struct harness *h, VkSemaphore timeline, uint64_t value);
/** Exportable. */
VkFence sync_fence(struct harness *h);

/** An empty batch. wait and signal may be null; the values are for those that are timelines. */
void sync_submit_values(struct harness *h, VkSemaphore wait, uint64_t wait_value,
	VkSemaphore signal, uint64_t signal_value, VkFence fence);
/** signal is no timeline. */
void sync_submit(struct harness *h, VkSemaphore wait, uint64_t wait_value, VkSemaphore signal,
	VkFence fence);

/** A temporary payload. */
VkResult sync_import(struct harness *h, VkSemaphore semaphore, int fd);
/** These are signalled, which is -1. */
void sync_export(struct harness *h, VkSemaphore semaphore);
void sync_export_fence(struct harness *h, VkFence fence);
int sync_fence_fd(struct harness *h, VkFence fence);

#endif

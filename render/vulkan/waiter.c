#include "render/vulkan/waiter.h"

#include "common/fd.h"

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void *waiter_run(void *data)
{
	struct waiter *waiter = data;
	pthread_mutex_lock(&waiter->mutex);
	for (;;) {
		while (!waiter->first && !waiter->stop)
			pthread_cond_wait(&waiter->wake, &waiter->mutex);
		struct waiter_job *job = waiter->first;
		if (!job)
			break;
		pthread_mutex_unlock(&waiter->mutex);
		job->result = vkWaitForFences(waiter->device, 1, &job->fence, VK_TRUE, UINT64_MAX);
		pthread_mutex_lock(&waiter->mutex);
		waiter->first = job->next;
		if (!waiter->first)
			waiter->last = &waiter->first;
		job->next = NULL;
		*waiter->done_last = job;
		waiter->done_last = &job->next;
		eventfd_write(waiter->event, 1);
	}
	pthread_mutex_unlock(&waiter->mutex);
	return NULL;
}

bool waiter_init(struct waiter *waiter, VkDevice device)
{
	*waiter = (struct waiter){.device = device};
	waiter->last = &waiter->first;
	waiter->done_last = &waiter->done;
	pthread_mutex_init(&waiter->mutex, NULL);
	pthread_cond_init(&waiter->wake, NULL);
	waiter->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	waiter->has_thread = waiter->event >= 0 &&
			     pthread_create(&waiter->thread, NULL, waiter_run, waiter) == 0;
	return waiter->has_thread;
}

void waiter_finish(struct waiter *waiter)
{
	if (!waiter->device)
		return;
	if (waiter->has_thread) {
		pthread_mutex_lock(&waiter->mutex);
		waiter->stop = true;
		pthread_cond_signal(&waiter->wake);
		pthread_mutex_unlock(&waiter->mutex);
		pthread_join(waiter->thread, NULL);
	}
	fd_close(&waiter->event);
	pthread_cond_destroy(&waiter->wake);
	pthread_mutex_destroy(&waiter->mutex);
	waiter->device = VK_NULL_HANDLE;
}

void waiter_add(struct waiter *waiter, struct waiter_job *job)
{
	pthread_mutex_lock(&waiter->mutex);
	job->next = NULL;
	*waiter->last = job;
	waiter->last = &job->next;
	pthread_cond_signal(&waiter->wake);
	pthread_mutex_unlock(&waiter->mutex);
}

struct waiter_job *waiter_take(struct waiter *waiter)
{
	eventfd_t count;
	pthread_mutex_lock(&waiter->mutex);
	struct waiter_job *job = waiter->done;
	if (job) {
		waiter->done = job->next;
		if (!waiter->done)
			waiter->done_last = &waiter->done;
	} else {
		eventfd_read(waiter->event, &count);
	}
	pthread_mutex_unlock(&waiter->mutex);
	return job;
}

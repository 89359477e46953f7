#include "kms/errand.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

struct kms_errand {
	int (*call)(const void *arguments);
	_Alignas(max_align_t) char arguments[KMS_ERRAND_ARGUMENTS];

	pthread_mutex_t mutex; /* of what follows */
	bool ended, abandoned; /* whichever comes second frees it */
	int result;
	int done;
};

static void errand_free(struct kms_errand *errand)
{
	pthread_mutex_destroy(&errand->mutex);
	free(errand);
}

static void *errand_run(void *data)
{
	struct kms_errand *errand = data;
	int result = errand->call(errand->arguments);
	pthread_mutex_lock(&errand->mutex);
	bool abandoned = errand->abandoned;
	errand->result = result;
	errand->ended = true;
	if (!abandoned)
		eventfd_write(errand->done, 1);
	pthread_mutex_unlock(&errand->mutex);
	if (abandoned)
		errand_free(errand);
	return NULL;
}

int kms_errand_create(struct kms_errand **errand, int done, int (*call)(const void *arguments),
	const void *arguments, size_t size)
{
	assert(size <= KMS_ERRAND_ARGUMENTS);
	struct kms_errand *created = calloc(1, sizeof *created);
	*errand = NULL;
	if (!created)
		return -ENOMEM;
	created->call = call;
	created->done = done;
	memcpy(created->arguments, arguments, size);
	pthread_mutex_init(&created->mutex, NULL);
	/* The thread has its creator's signal mask: all that the event loop reads are blocked. */
	pthread_t thread;
	int error = pthread_create(&thread, NULL, errand_run, created);
	if (error) {
		errand_free(created);
		return -error;
	}
	pthread_detach(thread);
	*errand = created;
	return 0;
}

bool kms_errand_has_ended(struct kms_errand *errand, int *result)
{
	pthread_mutex_lock(&errand->mutex);
	bool ended = errand->ended;
	*result = errand->result;
	pthread_mutex_unlock(&errand->mutex);
	return ended;
}

void kms_errand_destroy(struct kms_errand *errand)
{
	if (!errand)
		return;
	pthread_mutex_lock(&errand->mutex);
	bool ended = errand->ended;
	errand->abandoned = true;
	pthread_mutex_unlock(&errand->mutex);
	if (ended)
		errand_free(errand);
}

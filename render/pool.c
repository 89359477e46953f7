#include "render/pool.h"

#include "common/fd.h"
#include "common/log.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * All pools, for the handler, which has no other way to reach them. Pools are made, read and freed
 * by one thread, and SIGBUS comes in the thread that reads, so the list is never seen half-changed.
 */
static struct pool *pool_all;

static void pool_sigbus(int signal_number, siginfo_t *info, void *context)
{
	uintptr_t address = (uintptr_t)info->si_addr;
	for (struct pool *pool = pool_all; pool; pool = pool->next) {
		if (address - (uintptr_t)pool->data >= pool->size)
			continue;
		if (mmap(pool->data, pool->size, PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
			    0) != MAP_FAILED)
			return;
	}
	/* Not a client's doing: die of it when the instruction is tried again. */
	signal(SIGBUS, SIG_DFL);
}

bool pool_handle_sigbus(void)
{
	struct sigaction action = {
		.sa_sigaction = pool_sigbus,
		.sa_flags = SA_SIGINFO | SA_NODEFER,
	};
	sigemptyset(&action.sa_mask);
	return sigaction(SIGBUS, &action, NULL) == 0;
}

/* NULL: out of memory. */
static void *pool_map(int fd, size_t size)
{
	void *data = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (data != MAP_FAILED)
		return data;
	log_warn("a client's shared memory cannot be mapped (%s): it reads as zeros",
		strerror(errno));
	data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return data == MAP_FAILED ? NULL : data;
}

struct pool *pool_create(int fd, size_t size)
{
	struct pool *pool = calloc(1, sizeof *pool);
	void *data = pool ? pool_map(fd, size) : NULL;
	if (!data) {
		free(pool);
		fd_close(&fd);
		return NULL;
	}
	*pool = (struct pool){.refs = 1, .fd = fd, .data = data, .size = size, .next = pool_all};
	pool_all = pool;
	return pool;
}

bool pool_resize(struct pool *pool, size_t size)
{
	void *data = pool_map(pool->fd, size);
	if (!data)
		return false;
	munmap(pool->data, pool->size);
	pool->data = data;
	pool->size = size;
	return true;
}

struct pool *pool_ref(struct pool *pool)
{
	pool->refs++;
	return pool;
}

void pool_unref(struct pool *pool)
{
	if (!pool || --pool->refs > 0)
		return;
	struct pool **link = &pool_all;
	while (*link != pool)
		link = &(*link)->next;
	*link = pool->next;
	munmap(pool->data, pool->size);
	fd_close(&pool->fd);
	free(pool);
}

#include "render/mapping.h"

#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

/*
 * All mappings, for the handler, which has no other way to reach them. They are made, used and
 * undone by one thread, and SIGBUS comes in the thread that touches them, so the list is never seen
 * half-changed.
 */
static struct mapping *mapping_all;

static void mapping_sigbus(int signal_number, siginfo_t *info, void *context)
{
	uintptr_t address = (uintptr_t)info->si_addr;
	for (struct mapping *mapping = mapping_all; mapping; mapping = mapping->next) {
		if (address - (uintptr_t)mapping->data >= mapping->size)
			continue;
		if (mmap(mapping->data, mapping->size, mapping->protection,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
			    0) != MAP_FAILED)
			return;
	}
	/* Not a client's doing: die of it when the instruction is tried again. */
	signal(SIGBUS, SIG_DFL);
}

bool mapping_handle_sigbus(void)
{
	struct sigaction action = {
		.sa_sigaction = mapping_sigbus,
		.sa_flags = SA_SIGINFO | SA_NODEFER,
	};
	sigemptyset(&action.sa_mask);
	return sigaction(SIGBUS, &action, NULL) == 0;
}

static bool mapping_add(struct mapping *mapping, void *data, size_t size, int protection)
{
	if (data == MAP_FAILED)
		return false;
	*mapping = (struct mapping){
		.data = data, .size = size, .protection = protection, .next = mapping_all};
	mapping_all = mapping;
	return true;
}

bool mapping_init(struct mapping *mapping, int fd, size_t size, int protection)
{
	return mapping_add(
		mapping, mmap(NULL, size, protection, MAP_SHARED, fd, 0), size, protection);
}

bool mapping_init_zeros(struct mapping *mapping, size_t size, int protection)
{
	void *data =
		mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return mapping_add(mapping, data, size, protection);
}

static void mapping_remove(struct mapping *mapping)
{
	struct mapping **link = &mapping_all;
	while (*link != mapping)
		link = &(*link)->next;
	*link = mapping->next;
}

void mapping_move(struct mapping *to, struct mapping *from)
{
	mapping_finish(to);
	mapping_remove(from);
	mapping_add(to, from->data, from->size, from->protection);
	*from = (struct mapping){0};
}

void mapping_finish(struct mapping *mapping)
{
	if (!mapping->data)
		return;
	mapping_remove(mapping);
	munmap(mapping->data, mapping->size);
	*mapping = (struct mapping){0};
}

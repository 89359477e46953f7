#include "render/client_pending.h"

#include "common/clock.h"
#include "common/xalloc.h"

#include <stdlib.h>

void client_pending_finish(struct client_pending_list *list)
{
	while (list->first) {
		struct client_pending *pending = list->first;
		list->first = pending->next;
		free(pending);
	}
}

void client_pending_add(struct client_pending_list *list, struct client_pending pending)
{
	struct client_pending *added = xcalloc(1, sizeof *added);
	*added = pending;
	added->next = NULL;
	added->asked = clock_now();
	struct client_pending **link = &list->first;
	while (*link)
		link = &(*link)->next;
	*link = added;
}

static bool pending_matches(const struct client_pending *pending, uint32_t kinds, uint32_t id)
{
	return (kinds & (UINT32_C(1) << pending->kind)) && pending->id == id;
}

bool client_pending_take(
	struct client_pending_list *list, uint32_t kinds, uint32_t id, struct client_pending *taken)
{
	for (struct client_pending **link = &list->first; *link; link = &(*link)->next) {
		struct client_pending *pending = *link;
		if (!pending_matches(pending, kinds, id))
			continue;
		list->taken[pending->kind] = clock_now();
		*taken = *pending;
		*link = pending->next;
		free(pending);
		return true;
	}
	return false;
}

int64_t client_pending_wait(const struct client_pending_list *list)
{
	int64_t now = clock_now(), longest = 0;
	for (const struct client_pending *pending = list->first; pending; pending = pending->next) {
		int64_t taken = list->taken[pending->kind];
		int64_t wait = now - (taken > pending->asked ? taken : pending->asked) + 1;
		longest = wait > longest ? wait : longest;
	}
	return longest;
}

bool client_pending_has(const struct client_pending_list *list, uint32_t kinds, uint32_t id)
{
	for (const struct client_pending *pending = list->first; pending; pending = pending->next) {
		if (pending_matches(pending, kinds, id))
			return true;
	}
	return false;
}

void client_pending_forget(struct client_pending_list *list, uint32_t kinds, uint32_t id)
{
	for (struct client_pending *pending = list->first; pending; pending = pending->next) {
		if (pending_matches(pending, kinds, id))
			pending->forgotten = true;
	}
}

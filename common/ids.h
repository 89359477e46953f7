/** Small numbers for objects, and the objects by number: the ids of render/wire.h. */
#ifndef COMMON_IDS_H
#define COMMON_IDS_H

#include <stddef.h>
#include <stdint.h>

/** Starts zeroed. */
struct ids {
	void **objects; /**< by id - 1; NULL: free */
	size_t len;
	size_t hint; /**< no free one below */
};

/** The smallest free id from 1 to max, now object's (not NULL). 0: all are taken, or no memory. */
uint32_t ids_take(struct ids *ids, void *object, uint32_t max);

/** NULL: not taken. */
void *ids_find(const struct ids *ids, uint32_t id);

void ids_give_back(struct ids *ids, uint32_t id);
void ids_finish(struct ids *ids);

#endif

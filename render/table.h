/** What ids stand for: a growing array of pointers, whose objects are the user's. */
#ifndef RENDER_TABLE_H
#define RENDER_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct table {
	void **slots;
	uint32_t cap;
};

/** NULL: nothing has this id. */
void *table_get(const struct table *table, uint32_t id);

/** False: out of memory. The id must be free. */
bool table_set(struct table *table, uint32_t id, void *object);

/** Frees the id and returns what it stood for, NULL: nothing. */
void *table_take(struct table *table, uint32_t id);

/** Frees the array; the caller has taken the objects. */
void table_finish(struct table *table);

#endif

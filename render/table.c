#include "render/table.h"

#include <stdlib.h>
#include <string.h>

void *table_get(const struct table *table, uint32_t id)
{
	return id < table->cap ? table->slots[id] : NULL;
}

bool table_set(struct table *table, uint32_t id, void *object)
{
	if (id >= table->cap) {
		uint32_t cap = table->cap ? table->cap : 16;
		while (cap <= id)
			cap *= 2;
		void **slots = reallocarray(table->slots, cap, sizeof *slots);
		if (!slots)
			return false;
		memset(slots + table->cap, 0, (cap - table->cap) * sizeof *slots);
		table->slots = slots;
		table->cap = cap;
	}
	table->slots[id] = object;
	return true;
}

void *table_take(struct table *table, uint32_t id)
{
	void *object = table_get(table, id);
	if (object)
		table->slots[id] = NULL;
	return object;
}

void table_finish(struct table *table)
{
	free(table->slots);
	*table = (struct table){0};
}

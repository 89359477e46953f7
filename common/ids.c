#include "common/ids.h"

#include <stdlib.h>

#define IDS_STEP 64

uint32_t ids_take(struct ids *ids, void *object, uint32_t max)
{
	while (ids->hint < ids->len && ids->objects[ids->hint])
		ids->hint++;
	if (ids->hint >= max)
		return 0;
	if (ids->hint == ids->len) {
		void **objects = realloc(ids->objects, (ids->len + IDS_STEP) * sizeof *objects);
		if (!objects)
			return 0;
		for (size_t i = 0; i < IDS_STEP; i++)
			objects[ids->len + i] = NULL;
		ids->objects = objects;
		ids->len += IDS_STEP;
	}
	ids->objects[ids->hint] = object;
	return (uint32_t)ids->hint + 1;
}

void *ids_find(const struct ids *ids, uint32_t id)
{
	return id > 0 && id <= ids->len ? ids->objects[id - 1] : NULL;
}

void ids_give_back(struct ids *ids, uint32_t id)
{
	if (id == 0 || id > ids->len)
		return;
	ids->objects[id - 1] = NULL;
	if (id - 1 < ids->hint)
		ids->hint = id - 1;
}

void ids_finish(struct ids *ids)
{
	free(ids->objects);
	*ids = (struct ids){0};
}

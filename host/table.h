/**
 * A map from a Vulkan handle to what the layer knows about it. Safe for threads; never aborts.
 *
 * The table does not own its values. A value stays good after table_get() because Vulkan forbids an
 * application to destroy an object while another thread uses it.
 */
#ifndef HOST_TABLE_H
#define HOST_TABLE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The key of a handle. Null handles (key 0) are in no table. */
#define TABLE_KEY(handle) ((uint64_t)(uintptr_t)(handle))

struct table_slot {
	uint64_t key; /**< 0: free */
	void *value;
};

struct table {
	pthread_rwlock_t lock;
	struct table_slot *slots; /**< open addressing; NULL while empty */
	size_t cap;               /**< a power of two */
	size_t len;
};

#define TABLE_INITIALIZER {.lock = PTHREAD_RWLOCK_INITIALIZER}

void table_init(struct table *table);
/** Values that are still inside are the caller's: table_each() first. */
void table_finish(struct table *table);
/** Replaces a value that is there already. False: out of memory, nothing changed. */
bool table_put(struct table *table, uint64_t key, void *value);
/** NULL if there is none. */
void *table_get(struct table *table, uint64_t key);
/** Takes the value out, NULL if there is none. */
void *table_take(struct table *table, uint64_t key);
/**
 * Calls visit for every value, with the table locked for reading: visit must not change the table.
 */
void table_each(struct table *table, void (*visit)(void *value, void *data), void *data);

#endif

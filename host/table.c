// SPDX-License-Identifier: MIT
#include "host/table.h"

#include <stdlib.h>

#define TABLE_MIN_CAP 64

static size_t table_home(const struct table *table, uint64_t key)
{
	/* Handles are pointers: their low bits are alike, so the product's high bits choose the
	 * slot. */
	return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (table->cap - 1);
}

/** The slot that holds key, or the free one where it belongs. Needs at least one free slot. */
static size_t table_find(const struct table *table, uint64_t key)
{
	size_t i = table_home(table, key);

	while (table->slots[i].key && table->slots[i].key != key)
		i = (i + 1) & (table->cap - 1);
	return i;
}

static bool table_grow(struct table *table)
{
	struct table bigger = {.cap = table->cap ? table->cap * 2 : TABLE_MIN_CAP};

	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < table->cap; i++) {
		if (table->slots[i].key)
			bigger.slots[table_find(&bigger, table->slots[i].key)] = table->slots[i];
	}
	free(table->slots);
	table->slots = bigger.slots;
	table->cap = bigger.cap;
	return true;
}

void table_init(struct table *table)
{
	*table = (struct table){0};
	pthread_rwlock_init(&table->lock, NULL);
}

void table_finish(struct table *table)
{
	free(table->slots);
	pthread_rwlock_destroy(&table->lock);
}

bool table_put(struct table *table, uint64_t key, void *value)
{
	bool ok;

	pthread_rwlock_wrlock(&table->lock);
	ok = table->len < table->cap / 2 || table_grow(table);
	if (ok) {
		struct table_slot *slot = &table->slots[table_find(table, key)];

		table->len += slot->key == 0;
		*slot = (struct table_slot){key, value};
	}
	pthread_rwlock_unlock(&table->lock);
	return ok;
}

void *table_get(struct table *table, uint64_t key)
{
	void *value = NULL;

	pthread_rwlock_rdlock(&table->lock);
	if (table->cap && key)
		value = table->slots[table_find(table, key)].value;
	pthread_rwlock_unlock(&table->lock);
	return value;
}

/** Frees slot i and moves later entries of the same run back, so that every one stays reachable. */
static void table_erase(struct table *table, size_t i)
{
	size_t mask = table->cap - 1, next = i;

	for (;;) {
		next = (next + 1) & mask;
		if (!table->slots[next].key)
			break;
		size_t home = table_home(table, table->slots[next].key);
		if (((next - home) & mask) >= ((next - i) & mask)) {
			table->slots[i] = table->slots[next];
			i = next;
		}
	}
	table->slots[i] = (struct table_slot){0};
	table->len--;
}

void *table_take(struct table *table, uint64_t key)
{
	void *value = NULL;

	pthread_rwlock_wrlock(&table->lock);
	if (table->cap && key) {
		size_t i = table_find(table, key);

		if (table->slots[i].key) {
			value = table->slots[i].value;
			table_erase(table, i);
		}
	}
	/* Some tables are global: their room must not outlive the library. */
	if (!table->len) {
		free(table->slots);
		table->slots = NULL;
		table->cap = 0;
	}
	pthread_rwlock_unlock(&table->lock);
	return value;
}

void table_each(struct table *table, void (*visit)(void *value, void *data), void *data)
{
	pthread_rwlock_rdlock(&table->lock);
	for (size_t i = 0; i < table->cap; i++) {
		if (table->slots[i].key)
			visit(table->slots[i].value, data);
	}
	pthread_rwlock_unlock(&table->lock);
}

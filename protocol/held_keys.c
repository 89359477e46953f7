#include "protocol/held_keys.h"

static int held_keys_find(const struct held_keys *held, uint32_t key)
{
	int i = 0;
	while (i < held->len && held->keys[i] != key)
		i++;
	return i;
}

bool held_keys_have(const struct held_keys *held, uint32_t key)
{
	return held_keys_find(held, key) < held->len;
}

bool held_keys_track(struct held_keys *held, uint32_t key, bool pressed)
{
	int i = held_keys_find(held, key);
	if ((i < held->len) == pressed || i == HELD_KEYS_MAX)
		return false;
	if (pressed)
		held->keys[held->len++] = key;
	else
		held->keys[i] = held->keys[--held->len];
	return true;
}

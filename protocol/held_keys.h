/** The keys or buttons of a device that are held down. */
#ifndef PROTOCOL_HELD_KEYS_H
#define PROTOCOL_HELD_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#define HELD_KEYS_MAX 32

struct held_keys {
	uint32_t keys[HELD_KEYS_MAX]; /**< evdev codes */
	int len;
};

bool held_keys_have(const struct held_keys *held, uint32_t key);

/** False: the key was in that state already, or no more can be held. */
bool held_keys_track(struct held_keys *held, uint32_t key, bool pressed);

#endif

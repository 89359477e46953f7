/** Requests at random, to whatever a compositor offers. */
#ifndef TESTS_PROTOCOL_HOSTILE_NOISE_H
#define TESTS_PROTOCOL_HOSTILE_NOISE_H

#include <stdbool.h>

/**
 * One connection: binds what it knows of the globals, and then sends requests whose arguments are
 * of the right type and otherwise random, the same for the same seed, until it is thrown out or has
 * sent so many. rude: also to globals after which a good client may not be shown. Returns how many
 * were sent; -1: no compositor.
 */
int hostile_noise(unsigned seed, int requests, bool rude);

#endif

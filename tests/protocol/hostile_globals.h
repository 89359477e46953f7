/** The globals to which requests at random are sent (hostile_noise.h). */
#ifndef TESTS_PROTOCOL_HOSTILE_GLOBALS_H
#define TESTS_PROTOCOL_HOSTILE_GLOBALS_H

#include <stdbool.h>
#include <wayland-client.h>

/** NULL: not known, or after which a good client may not be shown, for who is not rude. */
const struct wl_interface *hostile_global(const char *name, bool rude);

#endif

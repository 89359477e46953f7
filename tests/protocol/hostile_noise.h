/** Requests at random, to whatever a compositor offers. */
#ifndef TESTS_PROTOCOL_HOSTILE_NOISE_H
#define TESTS_PROTOCOL_HOSTILE_NOISE_H

#include <stdbool.h>
#include <wayland-client.h>

#define HOSTILE_AT_ONCE 2
#define HOSTILE_MAX_GIVEN 32

/** What was done, added up. Zeroed before. */
struct hostile_figures {
	int sent;       /**< requests */
	int sent_given; /**< of those, to objects that the compositor had made */
	const struct wl_interface *given[HOSTILE_MAX_GIVEN]; /**< of these kinds */
	int given_len;
};

/** Forgets which requests have ended clients, and are sent less often since: what follows is then
 * the same for the same seeds, but for what depends on time. */
void hostile_noise_forget(void);

/**
 * HOSTILE_AT_ONCE clients: each binds what it knows of the globals, and then they send requests by
 * turns, to these and to all that these make, whose arguments are of the right type and otherwise
 * random, until each is thrown out or has sent so many. rude: also to
 * globals after which a good client may not be shown. False: no compositor.
 */
bool hostile_noise(unsigned seed, int requests, bool rude, struct hostile_figures *figures);

#endif

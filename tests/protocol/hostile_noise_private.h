#ifndef TESTS_PROTOCOL_HOSTILE_NOISE_PRIVATE_H
#define TESTS_PROTOCOL_HOSTILE_NOISE_PRIVATE_H

#include "tests/protocol/hostile_noise.h"

#include <stdint.h>

#define NOISE_MAX_OBJECTS 512
#define NOISE_MAX_ARGS 20

#define NOISE_FDS 6

struct noise_object {
	struct wl_proxy *proxy;
	const struct wl_interface *interface;
	bool given; /* made by the compositor */
};

struct noise {
	struct wl_display *display;
	uint32_t state;      /* of the generator */
	uint32_t serials[2]; /* that were told last: by an answer, by an event */
	struct noise_object objects[NOISE_MAX_OBJECTS];
	int len;
	bool rude;                     /* all globals */
	int fds[NOISE_FDS];            /* of many kinds */
	const struct wl_message *last; /* that was sent */
	int sent;
	bool alive;
	struct hostile_figures *figures;
};

/* A request: what is not of the proxy. */
struct noise_call {
	union wl_argument arguments[NOISE_MAX_ARGS];
	const struct wl_interface *makes; /* NULL: no object */
	int fds[NOISE_MAX_ARGS], fds_len;
	struct wl_array array;
};

/* At random, below a number; 0: any. */
uint32_t noise_next(struct noise *noise, uint32_t below);

/* One of the interface (NULL: of all) at random; NULL: there is none. */
void *noise_find(struct noise *noise, const struct wl_interface *interface);

/* Arguments of the right types. False: there are none, or the object is too old for it. fds are to
 * be closed anyway. */
bool noise_fill(struct noise *noise, const struct noise_object *object,
	const struct wl_message *message, struct noise_call *call);

#endif

/**
 * Vitrine as WLCS' compositor under test: the whole core in the runner's process, on a thread of
 * its own, headless, with its own worker process. Everything that WLCS asks runs on that thread.
 */
#ifndef TESTS_WLCS_MODULE_H
#define TESTS_WLCS_MODULE_H

#include "compositor/options.h"
#include "compositor/server_private.h"

#include <pthread.h>
#include <wlcs/display_server.h>
#include <wlcs/pointer.h>
#include <wlcs/touch.h>

#define MODULE_MAX_CLIENTS 64

/* A client's end of its socket, as WLCS knows it, and the server's. */
struct module_client {
	int fd; /* WLCS' own; -1: none */
	struct wl_client *client;
	struct wl_listener destroy;
};

struct module {
	WlcsDisplayServer wlcs;
	struct options options;
	struct server server;
	struct module_client clients[MODULE_MAX_CLIENTS];

	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool ready;               /* the session runs, or could not be started */
	int wake;                 /* eventfd: there is a call */
	void (*call)(void *data); /* NULL: none */
	void *call_data;
};

/* Runs the function on the server's thread, and waits until it has. */
void module_call(struct module *module, void (*function)(void *data), void *data);

WlcsPointer *device_create_pointer(struct module *module);
WlcsTouch *device_create_touch(struct module *module);

#endif

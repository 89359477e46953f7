#include "protocol/quota.h"

#include "common/log.h"
#include "common/xalloc.h"

#include "virtual-keyboard-unstable-v1-server.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include <wayland-server-protocol.h>

/* libwayland's WL_SERVER_ID_START: ids from here on are the server's to choose. */
#define QUOTA_SERVER_IDS 0xff000000u

/* A part of the files that the process may open: the others are for everybody else. Of all clients
 * together, so many such parts: the last one is the compositor's own. */
#define QUOTA_FILES_PART 4
#define QUOTA_ALL_FILES_PARTS 3

/* And of the memory. What one request takes above a limit still has to fit into a count. */
#define QUOTA_MEMORY_PART 2
#define QUOTA_MAX_KIB (UINT_MAX / 2)

/* Of what has a limit for all together. */
static const char *const quota_names[QUOTA_KINDS] = {
	[QUOTA_SURFACES] = "surfaces",
	[QUOTA_BUFFERS] = "buffers",
	[QUOTA_FILES] = "open files",
};

/* Of a display. */
struct quota_watch {
	struct wl_event_loop *loop;
	unsigned most[QUOTA_KINDS];
	unsigned all[QUOTA_KINDS];         /* of the clients that stay, together */
	unsigned most_of_all[QUOTA_KINDS]; /* 0: no limit */
	struct quota_crowd clients;
	unsigned most_clients;
	struct wl_list quotas; /* theirs */
	struct wl_listener client_created, display_destroy;
};

struct quota {
	struct quota_watch *watch; /* NULL: the client is gone */
	struct wl_client *client;
	struct wl_list link; /* quota_watch::quotas; empty: it is to go, or is gone */
	unsigned has[QUOTA_KINDS];
	struct wl_listener resource_created, client_destroy;
	struct wl_event_source *refusal; /* NULL: none */
};

/* Counts a wl_resource, and goes with it. */
struct quota_object {
	struct quota *quota;
	enum quota_kind kinds[2];
	int kinds_len;
	struct wl_listener destroy;
};

bool quota_crowd_enter(struct quota_crowd *crowd, unsigned most, const char *whose)
{
	if (crowd->len < most) {
		crowd->len++;
		return true;
	}
	if (!crowd->has_refused)
		log_limited(LOG_LEVEL_WARN,
			"new clients are refused: %s have %u connections, the most", whose, most);
	crowd->has_refused = true;
	return false;
}

void quota_crowd_leave(struct quota_crowd *crowd, unsigned most)
{
	if (--crowd->len <= most / 2)
		crowd->has_refused = false;
}

static void quota_free_unused(struct quota *quota)
{
	if (quota->watch)
		return;
	for (int kind = 0; kind < QUOTA_KINDS; kind++) {
		if (quota->has[kind] > 0)
			return;
	}
	free(quota);
}

/* It counts for all together no longer. */
static void quota_leave(struct quota *quota)
{
	if (wl_list_empty(&quota->link))
		return;
	wl_list_remove(&quota->link);
	wl_list_init(&quota->link);
	for (int kind = 0; kind < QUOTA_KINDS; kind++)
		quota->watch->all[kind] -= quota->has[kind];
	quota_crowd_leave(&quota->watch->clients, quota->watch->most_clients);
}

static void quota_handle_refusal(void *data)
{
	struct quota *quota = data;
	quota->refusal = NULL;
	wl_client_destroy(quota->client);
}

/* Whoever is at work for it, or has just made it, still uses it. */
static void quota_end_client(struct quota *quota)
{
	quota_leave(quota);
	if (!quota->refusal)
		quota->refusal =
			wl_event_loop_add_idle(quota->watch->loop, quota_handle_refusal, quota);
}

/* Not who asks for the last one, but who has left so little. */
static void quota_end_largest(struct quota_watch *watch, enum quota_kind kind)
{
	struct quota *quota, *largest = NULL;
	pid_t pid;
	wl_list_for_each (quota, &watch->quotas, link) {
		if (!largest || quota->has[kind] > largest->has[kind])
			largest = quota;
	}
	wl_client_get_credentials(largest->client, &pid, NULL, NULL);
	log_limited(LOG_LEVEL_WARN,
		"a client (process %d) is disconnected: of the %u %s of all clients together "
		"it has most, %u",
		(int)pid, watch->all[kind], quota_names[kind], largest->has[kind]);
	wl_client_post_no_memory(largest->client);
	quota_end_client(largest);
}

static void quota_add(struct quota *quota, enum quota_kind kind, unsigned count)
{
	struct quota_watch *watch = quota->watch;
	quota->has[kind] += count;
	if (wl_list_empty(&quota->link))
		return;
	watch->all[kind] += count;
	if (quota->has[kind] > watch->most[kind]) {
		wl_client_post_no_memory(quota->client);
		quota_end_client(quota);
	} else if (watch->most_of_all[kind] && watch->all[kind] > watch->most_of_all[kind]) {
		quota_end_largest(watch, kind);
	}
}

static void quota_remove(struct quota *quota, enum quota_kind kind, unsigned count)
{
	quota->has[kind] -= count;
	if (!wl_list_empty(&quota->link))
		quota->watch->all[kind] -= count;
}

void quota_give(struct quota *quota, enum quota_kind kind, unsigned count)
{
	if (!quota)
		return;
	quota_remove(quota, kind, count);
	quota_free_unused(quota);
}

void quota_give_all(struct quota *quota, const unsigned counts[QUOTA_KINDS])
{
	if (!quota)
		return;
	for (int kind = 0; kind < QUOTA_KINDS; kind++)
		quota_remove(quota, (enum quota_kind)kind, counts[kind]);
	quota_free_unused(quota);
}

unsigned quota_kib(int64_t bytes)
{
	if (bytes < 0)
		return 0;
	int64_t kib = bytes / 1024 + (bytes % 1024 > 0);
	return kib < QUOTA_MAX_KIB ? (unsigned)kib : QUOTA_MAX_KIB;
}

static void quota_handle_resource_destroy(struct wl_listener *listener, void *data)
{
	struct quota_object *object = wl_container_of(listener, object, destroy);
	wl_list_remove(&object->destroy.link);
	for (int i = 0; i < object->kinds_len; i++)
		quota_give(object->quota, object->kinds[i], 1);
	free(object);
}

static void quota_handle_resource_created(struct wl_listener *listener, void *data)
{
	struct quota *quota = wl_container_of(listener, quota, resource_created);
	struct wl_resource *resource = data;
	const char *name = wl_resource_get_class(resource);
	struct quota_object *object = xcalloc(1, sizeof *object);
	object->quota = quota;
	object->kinds[object->kinds_len++] =
		wl_resource_get_id(resource) < QUOTA_SERVER_IDS ? QUOTA_OBJECTS : QUOTA_GIVEN;
	if (name == wl_surface_interface.name)
		object->kinds[object->kinds_len++] = QUOTA_SURFACES;
	else if (name == zwp_virtual_keyboard_v1_interface.name)
		object->kinds[object->kinds_len++] = QUOTA_KEYBOARDS;
	object->destroy.notify = quota_handle_resource_destroy;
	wl_resource_add_destroy_listener(resource, &object->destroy);
	for (int i = 0; i < object->kinds_len; i++)
		quota_add(quota, object->kinds[i], 1);
}

/* Its wl_resources go after this. */
static void quota_handle_client_destroy(struct wl_listener *listener, void *data)
{
	struct quota *quota = wl_container_of(listener, quota, client_destroy);
	wl_list_remove(&quota->client_destroy.link);
	wl_list_remove(&quota->resource_created.link);
	if (quota->refusal)
		wl_event_source_remove(quota->refusal);
	quota_leave(quota);
	quota->watch = NULL;
	quota_give(quota, QUOTA_FILES, 1); /* its connection */
}

static void quota_handle_client_created(struct wl_listener *listener, void *data)
{
	struct quota_watch *watch = wl_container_of(listener, watch, client_created);
	struct quota *quota = xcalloc(1, sizeof *quota);
	quota->watch = watch;
	quota->client = data;
	quota->client_destroy.notify = quota_handle_client_destroy;
	wl_client_add_destroy_listener(quota->client, &quota->client_destroy);
	quota->resource_created.notify = quota_handle_resource_created;
	wl_client_add_resource_created_listener(quota->client, &quota->resource_created);
	wl_list_init(&quota->link);
	if (quota_crowd_enter(&watch->clients, watch->most_clients, "all together"))
		wl_list_insert(&watch->quotas, &quota->link);
	else
		quota_end_client(quota);
	quota_add(quota, QUOTA_FILES, 1);
}

/* NULL: nobody counts. */
static struct quota *quota_of(struct wl_client *client)
{
	struct wl_listener *listener =
		wl_client_get_destroy_listener(client, quota_handle_client_destroy);
	struct quota *quota = NULL;
	return listener ? wl_container_of(listener, quota, client_destroy) : NULL;
}

struct quota *quota_take(struct wl_client *client, enum quota_kind kind, unsigned count)
{
	struct quota *quota = quota_of(client);
	if (quota)
		quota_add(quota, kind, count);
	return quota;
}

bool quota_has_room(struct wl_client *client, enum quota_kind kind, unsigned count)
{
	const struct quota *quota = quota_of(client);
	unsigned most = quota ? quota->watch->most[kind] : UINT_MAX;
	return !quota || (quota->has[kind] <= most && count <= most - quota->has[kind]);
}

static void quota_handle_display_destroy(struct wl_listener *listener, void *data)
{
	struct quota_watch *watch = wl_container_of(listener, watch, display_destroy);
	wl_list_remove(&watch->display_destroy.link);
	wl_list_remove(&watch->client_created.link);
	free(watch);
}

/* So many parts of what the process may open. */
static unsigned quota_limit_files(unsigned parts, unsigned most)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
		limit.rlim_cur / QUOTA_FILES_PART * parts < most)
		return (unsigned)(limit.rlim_cur / QUOTA_FILES_PART * parts);
	return most;
}

unsigned quota_sandbox_clients(struct wl_display *display)
{
	struct wl_listener *listener =
		wl_display_get_destroy_listener(display, quota_handle_display_destroy);
	const struct quota_watch *watch;
	if (!listener)
		return UINT_MAX; /* nobody counts */
	watch = wl_container_of(listener, watch, display_destroy);
	return watch->most_clients / QUOTA_SANDBOX_PART;
}

static unsigned quota_limit_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	unsigned part =
		pages > 0 && page > 0 ? quota_kib((int64_t)pages * page / QUOTA_MEMORY_PART) : 0;
	return part > QUOTA_MIN_MEMORY ? part : QUOTA_MIN_MEMORY;
}

void quota_watch(struct wl_display *display)
{
	struct quota_watch *watch = xcalloc(1, sizeof *watch);
	*watch = (struct quota_watch){
		.loop = wl_display_get_event_loop(display),
		.most =
			{
				[QUOTA_OBJECTS] = QUOTA_MAX_OBJECTS,
				[QUOTA_GIVEN] = QUOTA_MAX_GIVEN,
				[QUOTA_SURFACES] = QUOTA_MAX_SURFACES,
				[QUOTA_BUFFERS] = QUOTA_MAX_BUFFERS,
				[QUOTA_KEYBOARDS] = QUOTA_MAX_KEYBOARDS,
				[QUOTA_FILES] = quota_limit_files(1, QUOTA_MAX_FILES),
				[QUOTA_COMMITS] = QUOTA_MAX_COMMITS,
				[QUOTA_RECTANGLES] = QUOTA_MAX_RECTANGLES,
				[QUOTA_MEMORY] = quota_limit_memory(),
			},
		.most_clients = quota_limit_files(1, QUOTA_MAX_CLIENTS),
		.most_of_all =
			{
				[QUOTA_SURFACES] = QUOTA_MAX_ALL_SURFACES,
				[QUOTA_BUFFERS] = QUOTA_MAX_ALL_BUFFERS,
				[QUOTA_FILES] = quota_limit_files(
					QUOTA_ALL_FILES_PARTS, QUOTA_MAX_ALL_FILES),
			},
		.client_created.notify = quota_handle_client_created,
		.display_destroy.notify = quota_handle_display_destroy,
	};
	wl_list_init(&watch->quotas);
	wl_display_add_client_created_listener(display, &watch->client_created);
	wl_display_add_destroy_listener(display, &watch->display_destroy);
}

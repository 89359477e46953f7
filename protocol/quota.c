#include "protocol/quota.h"

#include "common/xalloc.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include <wayland-server-protocol.h>

/* libwayland's WL_SERVER_ID_START: ids from here on are the server's to choose. */
#define QUOTA_SERVER_IDS 0xff000000u

/* A part of the files that the process may open: the others are for everybody else. */
#define QUOTA_FILES_PART 4

/* And of the memory. What one request takes above a limit still has to fit into a count. */
#define QUOTA_MEMORY_PART 2
#define QUOTA_MAX_KIB (UINT_MAX / 2)

/* Of a display. */
struct quota_watch {
	struct wl_event_loop *loop;
	unsigned most[QUOTA_KINDS];
	unsigned clients, most_clients;
	struct wl_listener client_created, display_destroy;
};

struct quota {
	struct quota_watch *watch; /* NULL: the client is gone */
	struct wl_client *client;
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

static void quota_add(struct quota *quota, enum quota_kind kind, unsigned count)
{
	unsigned most = quota->watch->most[kind];
	bool fitted = quota->has[kind] <= most;
	quota->has[kind] += count;
	if (fitted && quota->has[kind] > most)
		wl_client_post_no_memory(quota->client);
}

void quota_give(struct quota *quota, enum quota_kind kind, unsigned count)
{
	if (!quota)
		return;
	quota->has[kind] -= count;
	quota_free_unused(quota);
}

void quota_give_files(struct quota *quota, unsigned files, unsigned memory)
{
	if (!quota)
		return;
	quota->has[QUOTA_FILES] -= files;
	quota->has[QUOTA_MEMORY] -= memory;
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
	else if (name == wl_buffer_interface.name)
		object->kinds[object->kinds_len++] = QUOTA_BUFFERS;
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
	quota->watch->clients--;
	quota->watch = NULL;
	quota_free_unused(quota);
}

static void quota_handle_refusal(void *data)
{
	struct quota *quota = data;
	quota->refusal = NULL;
	wl_client_destroy(quota->client);
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
	/* Whoever made it still uses it. */
	if (++watch->clients > watch->most_clients)
		quota->refusal = wl_event_loop_add_idle(watch->loop, quota_handle_refusal, quota);
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

static unsigned quota_limit_files(unsigned most)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur / QUOTA_FILES_PART < most)
		return (unsigned)(limit.rlim_cur / QUOTA_FILES_PART);
	return most;
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
				[QUOTA_FILES] = quota_limit_files(QUOTA_MAX_FILES),
				[QUOTA_COMMITS] = QUOTA_MAX_COMMITS,
				[QUOTA_RECTANGLES] = QUOTA_MAX_RECTANGLES,
				[QUOTA_MEMORY] = quota_limit_memory(),
			},
		.most_clients = quota_limit_files(QUOTA_MAX_CLIENTS),
		.client_created.notify = quota_handle_client_created,
		.display_destroy.notify = quota_handle_display_destroy,
	};
	wl_display_add_client_created_listener(display, &watch->client_created);
	wl_display_add_destroy_listener(display, &watch->display_destroy);
}

#include "protocol/fifo.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/subsurface.h"
#include "protocol/surface.h"
#include "protocol/surface_companion.h"
#include "protocol/surface_queue.h"

#include "fifo-v1-server.h"

#include <stdlib.h>

struct fifo_surface {
	struct surface_companion companion;
	struct fifo *fifo;
	bool wait;             /* the next commit is to */
	bool barrier, latched; /* latched: to be lifted when the event loop is idle */
	struct wl_list link;   /* fifo::barriers, else empty */
	struct wl_list waits;  /* struct fifo_wait::link, in the order of their commits */
};

/* A commit that waits. */
struct fifo_wait {
	struct surface_lock lock;
	struct wl_list link;
};

static void fifo_wait_end(struct fifo_wait *wait)
{
	wl_list_remove(&wait->link);
	surface_queue_unlock(&wait->lock);
	free(wait);
}

/* Lets the commits go whose turn it is: a barrier stops only what comes after it. */
static void fifo_go_on(struct fifo_surface *surface)
{
	while (!surface->barrier && !wl_list_empty(&surface->waits)) {
		struct fifo_wait *wait = wl_container_of(surface->waits.next, wait, link);
		if (!surface_queue_is_next(&wait->lock))
			return;
		fifo_wait_end(wait);
	}
}

static void fifo_forget_barrier(struct fifo_surface *surface)
{
	wl_list_remove(&surface->link);
	wl_list_init(&surface->link);
	surface->barrier = surface->latched = false;
	if (wl_list_empty(&surface->fifo->barriers))
		deadline_clear(&surface->fifo->deadline);
}

static void fifo_set_barrier(struct fifo_surface *surface)
{
	struct fifo *fifo = surface->fifo;
	surface->barrier = true;
	wl_list_insert(fifo->barriers.prev, &surface->link);
	deadline_set(&fifo->deadline, FIFO_LONGEST);
}

static void fifo_surface_init(struct surface_companion *companion, void *data)
{
	struct fifo_surface *surface = wl_container_of(companion, surface, companion);
	surface->fifo = data;
	wl_list_init(&surface->link);
	wl_list_init(&surface->waits);
}

/* Whether the commit joins one that waits already. */
static bool fifo_waits_already(const struct fifo_surface *surface)
{
	const struct fifo_wait *last;
	if (wl_list_empty(&surface->waits))
		return false;
	last = wl_container_of(surface->waits.prev, last, link);
	return surface_queue_joins_next(&last->lock);
}

/* Whether there is a barrier, or may be one when the commit's turn comes. */
static bool fifo_must_wait(const struct fifo_surface *surface)
{
	return (surface->barrier || !surface_queue_is_empty(surface->companion.surface)) &&
	       !subsurface_is_synchronized(surface->companion.surface);
}

static void fifo_surface_precommit(struct surface_companion *companion)
{
	struct fifo_surface *surface = wl_container_of(companion, surface, companion);
	if (surface->wait && fifo_must_wait(surface) && !fifo_waits_already(surface)) {
		struct fifo_wait *wait = xcalloc(1, sizeof *wait);
		wl_list_insert(surface->waits.prev, &wait->link);
		surface_queue_lock(companion->surface, &wait->lock);
	}
	surface->wait = false;
}

static void fifo_surface_applied(struct surface_companion *companion)
{
	struct fifo_surface *surface = wl_container_of(companion, surface, companion);
	if (companion->surface->current.fields & SURFACE_STATE_FIFO_BARRIER && !surface->barrier)
		fifo_set_barrier(surface);
	fifo_go_on(surface);
}

static void fifo_surface_finish(struct surface_companion *companion)
{
	struct fifo_surface *surface = wl_container_of(companion, surface, companion);
	struct fifo_wait *wait, *next;
	wl_list_for_each_safe (wait, next, &surface->waits, link)
		fifo_wait_end(wait);
	fifo_forget_barrier(surface);
}

static const struct surface_companion_kind fifo_surface_kind = {
	.size = sizeof(struct fifo_surface),
	.init = fifo_surface_init,
	.precommit = fifo_surface_precommit,
	.applied = fifo_surface_applied,
	.finish = fifo_surface_finish,
};

static void fifo_handle_idle(void *data)
{
	struct fifo *fifo = data;
	struct fifo_surface *surface, *next;
	fifo->idle = NULL;
	/* What sets a new barrier meanwhile joins the end of the list, and is not latched. */
	wl_list_for_each_safe (surface, next, &fifo->barriers, link) {
		if (!surface->latched)
			continue;
		fifo_forget_barrier(surface);
		fifo_go_on(surface);
	}
}

static void fifo_latch(struct fifo *fifo, uint32_t outputs)
{
	struct fifo_surface *surface;
	bool any = false;
	wl_list_for_each (surface, &fifo->barriers, link) {
		uint32_t on = surface->companion.surface->outputs;
		surface->latched |= !on || on & outputs;
		any |= surface->latched;
	}
	if (any && !fifo->idle)
		fifo->idle = wl_event_loop_add_idle(fifo->loop, fifo_handle_idle, fifo);
	/* No memory: latched again then. */
	deadline_set(&fifo->deadline, any && !fifo->idle ? 1 : FIFO_LONGEST);
}

void fifo_latched(struct fifo *fifo, uint32_t outputs)
{
	if (!wl_list_empty(&fifo->barriers))
		fifo_latch(fifo, outputs);
}

static void fifo_handle_deadline(void *data)
{
	struct fifo *fifo = data;
	if (fifo->listener->will_latch(fifo->data))
		deadline_set(&fifo->deadline, FIFO_LONGEST);
	else
		fifo_latch(fifo, UINT32_MAX);
}

/* NULL: the surface is gone, and the client was told. */
static struct fifo_surface *fifo_from_resource(struct wl_resource *resource)
{
	struct surface *surface = extension_owner(resource);
	if (surface)
		return surface_companion_get(surface, &fifo_surface_kind, NULL);
	wl_resource_post_error(
		resource, WP_FIFO_V1_ERROR_SURFACE_DESTROYED, "the wl_surface is gone");
	return NULL;
}

static void fifo_handle_set_barrier(struct wl_client *client, struct wl_resource *resource)
{
	struct fifo_surface *surface = fifo_from_resource(resource);
	if (surface)
		surface->companion.surface->pending.fields |= SURFACE_STATE_FIFO_BARRIER;
}

static void fifo_handle_wait_barrier(struct wl_client *client, struct wl_resource *resource)
{
	struct fifo_surface *surface = fifo_from_resource(resource);
	if (surface)
		surface->wait = true;
}

static const struct wp_fifo_v1_interface fifo_surface_implementation = {
	.set_barrier = fifo_handle_set_barrier,
	.wait_barrier = fifo_handle_wait_barrier,
	.destroy = resource_handle_destroy,
};

static const struct extension_kind fifo_kind = {
	.interface = &wp_fifo_v1_interface,
	.implementation = &fifo_surface_implementation,
	.taken = WP_FIFO_MANAGER_V1_ERROR_ALREADY_EXISTS,
};

static void fifo_handle_get_fifo(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface_resource)
{
	struct surface *surface = surface_from_resource(surface_resource);
	if (extension_create(&surface->extensions[SURFACE_FIFO], surface, &fifo_kind, resource, id))
		surface_companion_get(
			surface, &fifo_surface_kind, wl_resource_get_user_data(resource));
}

static const struct wp_fifo_manager_v1_interface fifo_implementation = {
	.destroy = resource_handle_destroy,
	.get_fifo = fifo_handle_get_fifo,
};

static void fifo_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_fifo_manager_v1_interface, version, id, &fifo_implementation,
		data, NULL);
}

struct wl_global *fifo_create(struct wl_display *display, struct fifo *fifo)
{
	wl_list_init(&fifo->barriers);
	fifo->loop = wl_display_get_event_loop(display);
	if (!deadline_init(&fifo->deadline, fifo->loop, fifo_handle_deadline, fifo))
		return NULL;
	return wl_global_create(display, &wp_fifo_manager_v1_interface, 1, fifo, fifo_bind);
}

void fifo_destroy(struct fifo *fifo)
{
	if (fifo->idle)
		wl_event_source_remove(fifo->idle);
	deadline_finish(&fifo->deadline);
	*fifo = (struct fifo){0};
}

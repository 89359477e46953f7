#include "protocol/buffer_import.h"

#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"
#include "protocol/surface_queue.h"

#include <stdlib.h>

/* A commit that waits. */
struct buffer_import_wait {
	struct surface_lock lock;
	struct buffer *buffer; /* held */
	struct wl_list link;   /* buffer::import_waits, else empty */
	struct wl_listener surface_destroy;
	struct wl_event_source *idle; /* NULL: no answer yet */
};

static void buffer_import_wait_end(struct buffer_import_wait *wait)
{
	wl_list_remove(&wait->link);
	wl_list_remove(&wait->surface_destroy.link);
	if (wait->idle)
		wl_event_source_remove(wait->idle);
	surface_queue_unlock(&wait->lock);
	buffer_drop(wait->buffer);
	free(wait);
}

static void buffer_import_wait_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct buffer_import_wait *wait = wl_container_of(listener, wait, surface_destroy);
	buffer_import_wait_end(wait);
}

static void buffer_import_wait_handle_idle(void *data)
{
	struct buffer_import_wait *wait = data;
	wait->idle = NULL;
	buffer_import_wait_end(wait);
}

void buffer_import_begin(struct buffer *buffer)
{
	buffer->importing = true;
}

void buffer_import_hold(struct surface *surface)
{
	struct buffer *buffer = surface->pending.buffer;
	if (!buffer || !buffer->importing)
		return;
	if (!surface->current.buffer && surface_queue_is_empty(surface))
		return;
	struct buffer_import_wait *wait = xcalloc(1, sizeof *wait);
	wait->buffer = buffer;
	buffer_hold(buffer);
	wl_list_insert(buffer->import_waits.prev, &wait->link);
	wait->surface_destroy.notify = buffer_import_wait_handle_surface_destroy;
	wl_signal_add(&surface->events.destroy, &wait->surface_destroy);
	surface_queue_lock(surface, &wait->lock);
}

/* Not at once: workers begin and end with these answers, and a commit may change anything. */
static void buffer_import_wait_finish(struct buffer_import_wait *wait)
{
	struct wl_resource *surface = wait->lock.surface->resource;
	struct wl_display *display = wl_client_get_display(wl_resource_get_client(surface));
	wl_list_remove(&wait->link);
	wl_list_init(&wait->link);
	wait->idle = wl_event_loop_add_idle(
		wl_display_get_event_loop(display), buffer_import_wait_handle_idle, wait);
	if (!wait->idle)
		buffer_import_wait_end(wait);
}

void buffer_import_end(struct buffer *buffer)
{
	buffer->importing = false;
	while (!wl_list_empty(&buffer->import_waits)) {
		struct buffer_import_wait *wait =
			wl_container_of(buffer->import_waits.next, wait, link);
		buffer_import_wait_finish(wait);
	}
}

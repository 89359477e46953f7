#include "protocol/buffer.h"

#include "common/xalloc.h"
#include "protocol/quota.h"
#include "protocol/resource.h"
#include "protocol/shm.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

static void buffer_free_unused(struct buffer *buffer)
{
	if (buffer->resource || buffer->locks > 0 || buffer->holds > 0)
		return;
	/* Of whoever counted on a lock that never came. */
	wl_signal_emit_mutable(&buffer->events.release, buffer);
	wl_signal_emit_mutable(&buffer->events.free, buffer);
	if (buffer->pool)
		shm_pool_unref(buffer->pool);
	const unsigned has[QUOTA_KINDS] = {[QUOTA_BUFFERS] = buffer->counted,
		[QUOTA_FILES] = (unsigned)buffer->dmabuf.n_planes,
		[QUOTA_MEMORY] = buffer->memory};
	quota_give_all(buffer->quota, has);
	dmabuf_finish(&buffer->dmabuf);
	free(buffer);
}

static const struct wl_buffer_interface buffer_implementation = {
	.destroy = resource_handle_destroy,
};

static void buffer_handle_resource_destroy(struct wl_resource *resource)
{
	struct buffer *buffer = wl_resource_get_user_data(resource);
	buffer->resource = NULL;
	wl_signal_emit_mutable(&buffer->events.resource_destroy, buffer);
	buffer_free_unused(buffer);
}

struct buffer *buffer_create_unannounced(void)
{
	struct buffer *buffer = xcalloc(1, sizeof *buffer);
	dmabuf_init(&buffer->dmabuf);
	wl_list_init(&buffer->import_waits);
	wl_signal_init(&buffer->events.resource_destroy);
	wl_signal_init(&buffer->events.release);
	wl_signal_init(&buffer->events.free);
	return buffer;
}

static bool buffer_add_resource(struct buffer *buffer, struct wl_client *client, uint32_t id)
{
	buffer->resource = resource_create(client, &wl_buffer_interface, 1, id,
		&buffer_implementation, buffer, buffer_handle_resource_destroy);
	if (!buffer->resource)
		return false;
	buffer->quota = quota_take(client, QUOTA_BUFFERS, 1);
	buffer->counted = true;
	return true;
}

bool buffer_announce(struct buffer *buffer, struct wl_client *client)
{
	return buffer_add_resource(buffer, client, 0);
}

struct buffer *buffer_create(struct wl_client *client, uint32_t id)
{
	struct buffer *buffer = buffer_create_unannounced();
	if (!buffer_add_resource(buffer, client, id)) {
		free(buffer);
		return NULL;
	}
	return buffer;
}

struct buffer *buffer_from_resource(struct wl_resource *resource)
{
	if (!wl_resource_instance_of(resource, &wl_buffer_interface, &buffer_implementation))
		return NULL;
	return wl_resource_get_user_data(resource);
}

void buffer_lock(struct buffer *buffer)
{
	buffer->locks++;
}

static void buffer_unlock_by(
	struct buffer *buffer, void (*tell)(struct wl_resource *resource, uint32_t opcode, ...))
{
	if (--buffer->locks > 0)
		return;
	wl_signal_emit_mutable(&buffer->events.release, buffer);
	if (buffer->resource)
		tell(buffer->resource, WL_BUFFER_RELEASE);
	buffer_free_unused(buffer);
}

void buffer_unlock(struct buffer *buffer)
{
	buffer_unlock_by(buffer, wl_resource_post_event);
}

void buffer_unlock_later(struct buffer *buffer)
{
	buffer_unlock_by(buffer, wl_resource_queue_event);
}

void buffer_hold(struct buffer *buffer)
{
	buffer->holds++;
}

void buffer_drop(struct buffer *buffer)
{
	buffer->holds--;
	buffer_free_unused(buffer);
}

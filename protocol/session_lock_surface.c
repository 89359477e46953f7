#include "common/xalloc.h"
#include "protocol/output.h"
#include "protocol/resource.h"
#include "protocol/session_lock_private.h"
#include "protocol/surface.h"
#include "protocol/surface_cached.h"

#include "ext-session-lock-v1-server.h"

#include <stdlib.h>

struct session_lock_configure {
	uint32_t serial;
	struct session_lock_size size;
};

void session_lock_unref(struct session_lock *lock)
{
	if (--lock->refs == 0)
		free(lock);
}

static void session_lock_surface_unlink(struct session_lock_surface *lock_surface)
{
	wl_list_remove(&lock_surface->link);
	wl_list_init(&lock_surface->link);
}

void session_lock_drop_surfaces(struct session_lock_manager *manager)
{
	struct session_lock_surface *lock_surface, *next;
	wl_list_for_each_safe (lock_surface, next, &manager->surfaces, link)
		session_lock_surface_unlink(lock_surface);
}

static void session_lock_surface_tell(struct session_lock_surface *lock_surface)
{
	struct session_lock_configure *configure =
		unacked_add(&lock_surface->configures, lock_surface->resource);
	if (!configure)
		return;
	configure->size = (struct session_lock_size){lock_surface->width, lock_surface->height};
	ext_session_lock_surface_v1_send_configure(lock_surface->resource, configure->serial,
		(uint32_t)lock_surface->width, (uint32_t)lock_surface->height);
}

void session_lock_surface_configure(
	struct session_lock_surface *lock_surface, int32_t width, int32_t height)
{
	if (width == lock_surface->width && height == lock_surface->height)
		return;
	lock_surface->width = width;
	lock_surface->height = height;
	session_lock_surface_tell(lock_surface);
}

static void session_lock_surface_handle_ack_configure(
	struct wl_client *client, struct wl_resource *resource, uint32_t serial)
{
	struct session_lock_surface *lock_surface = wl_resource_get_user_data(resource);
	struct session_lock_configure acked;
	if (unacked_take(&lock_surface->configures, serial, &acked) != UNACKED_TAKEN) {
		wl_resource_post_error(resource, EXT_SESSION_LOCK_SURFACE_V1_ERROR_INVALID_SERIAL,
			"no configure with serial %u waits", serial);
		return;
	}
	lock_surface->has_acked = true;
	lock_surface->acked = acked.size;
	if (lock_surface->configures.behind)
		session_lock_surface_tell(lock_surface);
}

static const struct ext_session_lock_surface_v1_interface session_lock_surface_implementation = {
	.destroy = resource_handle_destroy,
	.ack_configure = session_lock_surface_handle_ack_configure,
};

static void session_lock_surface_apply(void *owner, const void *state)
{
	struct session_lock_surface *lock_surface = owner;
	const struct session_lock_size *size = state;
	lock_surface->due = *size;
}

static const struct surface_cached_kind session_lock_surface_kind = {
	.change = SURFACE_CACHED_CHANGE,
	.size = sizeof(struct session_lock_size),
	.apply = session_lock_surface_apply,
};

static bool session_lock_surface_check(struct surface *surface, const struct surface_state *pending)
{
	struct session_lock_surface *lock_surface = surface->role_data;
	bool no_buffer = pending->fields & SURFACE_STATE_BUFFER ? !pending->buffer
								: !surface_has_contents(surface);
	if (!lock_surface->has_acked) {
		wl_resource_post_error(lock_surface->resource,
			EXT_SESSION_LOCK_SURFACE_V1_ERROR_COMMIT_BEFORE_FIRST_ACK,
			"a commit before the first configure was acknowledged");
		return false;
	}
	if (no_buffer) {
		wl_resource_post_error(lock_surface->resource,
			EXT_SESSION_LOCK_SURFACE_V1_ERROR_NULL_BUFFER, "a commit without a buffer");
		return false;
	}
	surface_cached_commit(surface, &session_lock_surface_kind, &lock_surface->waiting,
		lock_surface, &lock_surface->acked);
	return true;
}

static void session_lock_surface_commit(struct surface *surface)
{
	struct session_lock_surface *lock_surface = surface->role_data;
	struct session_lock_manager *manager = lock_surface->lock->manager;
	if (surface->width != lock_surface->due.width ||
		surface->height != lock_surface->due.height) {
		wl_resource_post_error(lock_surface->resource,
			EXT_SESSION_LOCK_SURFACE_V1_ERROR_DIMENSIONS_MISMATCH,
			"%dx%d was committed, %dx%d acknowledged", surface->width, surface->height,
			lock_surface->due.width, lock_surface->due.height);
		return;
	}
	lock_surface->mapped = true;
	manager->listener->changed(manager->data);
}

/* The wl_surface or its role's object goes: whichever is first. */
static void session_lock_surface_end(struct session_lock_surface *lock_surface)
{
	struct session_lock_manager *manager = lock_surface->lock->manager;
	if (!lock_surface->surface)
		return;
	session_lock_surface_unlink(lock_surface);
	surface_cached_forget(&lock_surface->waiting);
	lock_surface->surface->role_data = NULL;
	lock_surface->surface = NULL;
	manager->listener->changed(manager->data);
}

static void session_lock_surface_handle_surface_destroy(struct surface *surface)
{
	session_lock_surface_end(surface->role_data);
}

static const struct surface_role session_lock_surface_role = {
	.name = "ext_session_lock_surface_v1",
	.has_object = true,
	.check = session_lock_surface_check,
	.commit = session_lock_surface_commit,
	.destroy = session_lock_surface_handle_surface_destroy,
};

static void session_lock_surface_handle_resource_destroy(struct wl_resource *resource)
{
	struct session_lock_surface *lock_surface = wl_resource_get_user_data(resource);
	session_lock_surface_end(lock_surface);
	wl_list_remove(&lock_surface->output_destroy.link);
	unacked_finish(&lock_surface->configures);
	session_lock_unref(lock_surface->lock);
	free(lock_surface);
}

static void session_lock_surface_handle_output_destroy(struct wl_listener *listener, void *data)
{
	struct session_lock_surface *lock_surface =
		wl_container_of(listener, lock_surface, output_destroy);
	wl_list_remove(&lock_surface->output_destroy.link);
	wl_list_init(&lock_surface->output_destroy.link);
	lock_surface->output = NULL;
}

/* False: posted an error. */
static bool session_lock_surface_can_create(
	struct session_lock *lock, struct surface *surface, const struct output *output)
{
	const struct session_lock_surface *other;
	if (surface_has_contents(surface)) {
		wl_resource_post_error(lock->resource,
			EXT_SESSION_LOCK_V1_ERROR_ALREADY_CONSTRUCTED,
			"wl_surface#%u has a buffer already",
			wl_resource_get_id(surface->resource));
		return false;
	}
	if (!output || lock->manager->lock != lock)
		return true;
	wl_list_for_each (other, &lock->manager->surfaces, link) {
		if (other->output != output)
			continue;
		wl_resource_post_error(lock->resource, EXT_SESSION_LOCK_V1_ERROR_DUPLICATE_OUTPUT,
			"the output has a lock surface already");
		return false;
	}
	return true;
}

void session_lock_surface_create(
	struct session_lock *lock, uint32_t id, struct surface *surface, struct output *output)
{
	if (!session_lock_surface_can_create(lock, surface, output))
		return;
	struct session_lock_surface *lock_surface = xcalloc(1, sizeof *lock_surface);
	if (!surface_set_role(surface, &session_lock_surface_role, lock_surface, lock->resource,
		    EXT_SESSION_LOCK_V1_ERROR_ROLE)) {
		free(lock_surface);
		return;
	}
	lock_surface->resource = resource_create(wl_resource_get_client(lock->resource),
		&ext_session_lock_surface_v1_interface,
		(uint32_t)wl_resource_get_version(lock->resource), id,
		&session_lock_surface_implementation, lock_surface,
		session_lock_surface_handle_resource_destroy);
	if (!lock_surface->resource) {
		surface->role_data = NULL;
		free(lock_surface);
		return;
	}
	lock->refs++;
	lock_surface->lock = lock;
	lock_surface->surface = surface;
	lock_surface->output = output;
	unacked_init(&lock_surface->configures, sizeof(struct session_lock_configure));
	wl_list_init(&lock_surface->waiting);
	wl_list_init(&lock_surface->link);
	wl_list_init(&lock_surface->output_destroy.link);
	if (!output)
		return;
	lock_surface->output_destroy.notify = session_lock_surface_handle_output_destroy;
	wl_signal_add(&output->events.destroy, &lock_surface->output_destroy);
	if (lock->manager->lock != lock) {
		/* Never shown, but it must be answered. */
		int32_t width, height;
		output_map_size(&output->map, &width, &height);
		session_lock_surface_configure(lock_surface, width, height);
		return;
	}
	wl_list_insert(lock->manager->surfaces.prev, &lock_surface->link);
	lock->manager->listener->changed(lock->manager->data);
}

#include "protocol/session_lock.h"

#include "common/xalloc.h"
#include "protocol/output.h"
#include "protocol/resource.h"
#include "protocol/session_lock_private.h"
#include "protocol/surface.h"

#include "ext-session-lock-v1-server.h"

#include <stdlib.h>

static struct session_lock *session_lock_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

/* The lock, if it is the one that counts. */
static struct session_lock *session_lock_active(struct wl_resource *resource)
{
	struct session_lock *lock = session_lock_from_resource(resource);
	return lock->manager->lock == lock ? lock : NULL;
}

static void session_lock_unlock(struct session_lock *lock)
{
	struct session_lock_manager *manager = lock->manager;
	session_lock_drop_surfaces(manager);
	manager->lock = NULL;
	manager->locked = false;
	manager->listener->unlocked(manager->data);
}

void session_lock_confirm(struct session_lock_manager *manager)
{
	if (!manager->lock || manager->lock->confirmed)
		return;
	manager->lock->confirmed = true;
	ext_session_lock_v1_send_locked(manager->lock->resource);
}

static void session_lock_handle_destroy(struct wl_client *client, struct wl_resource *resource)
{
	struct session_lock *lock = session_lock_active(resource);
	if (lock && lock->confirmed) {
		wl_resource_post_error(resource, EXT_SESSION_LOCK_V1_ERROR_INVALID_DESTROY,
			"destroyed while the session is locked");
		return;
	}
	if (lock && !lock->took_over)
		session_lock_unlock(lock); /* it has changed its mind before it was told */
	wl_resource_destroy(resource);
}

static void session_lock_handle_get_lock_surface(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *surface,
	struct wl_resource *output)
{
	session_lock_surface_create(session_lock_from_resource(resource), id,
		surface_from_resource(surface), output_from_resource(output));
}

static void session_lock_handle_unlock_and_destroy(
	struct wl_client *client, struct wl_resource *resource)
{
	struct session_lock *lock = session_lock_from_resource(resource);
	if (!lock->confirmed) {
		wl_resource_post_error(resource, EXT_SESSION_LOCK_V1_ERROR_INVALID_UNLOCK,
			"unlocked before the session was locked");
		return;
	}
	if (session_lock_active(resource))
		session_lock_unlock(lock);
	wl_resource_destroy(resource);
}

static const struct ext_session_lock_v1_interface session_lock_implementation = {
	.destroy = session_lock_handle_destroy,
	.get_lock_surface = session_lock_handle_get_lock_surface,
	.unlock_and_destroy = session_lock_handle_unlock_and_destroy,
};

/* Also when the client dies, or gives up a lock that it has taken over: the session stays locked,
 * until another client locks and unlocks it. */
static void session_lock_handle_resource_destroy(struct wl_resource *resource)
{
	struct session_lock *lock = session_lock_from_resource(resource);
	struct session_lock_manager *manager = lock->manager;
	if (manager->lock == lock) {
		session_lock_drop_surfaces(manager);
		manager->lock = NULL;
		manager->listener->changed(manager->data);
	}
	session_lock_unref(lock);
}

static void session_lock_handle_lock(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	struct session_lock_manager *manager = wl_resource_get_user_data(resource);
	struct session_lock *lock = xcalloc(1, sizeof *lock);
	lock->resource = resource_create(client, &ext_session_lock_v1_interface,
		(uint32_t)wl_resource_get_version(resource), id, &session_lock_implementation, lock,
		session_lock_handle_resource_destroy);
	if (!lock->resource) {
		free(lock);
		return;
	}
	lock->refs = 1;
	lock->manager = manager;
	if (manager->lock) {
		ext_session_lock_v1_send_finished(lock->resource);
		return;
	}
	manager->lock = lock;
	lock->took_over = manager->locked;
	manager->locked = true;
	manager->listener->locked(manager->data);
}

static const struct ext_session_lock_manager_v1_interface session_lock_manager_implementation = {
	.destroy = resource_handle_destroy,
	.lock = session_lock_handle_lock,
};

static void session_lock_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &ext_session_lock_manager_v1_interface, version, id,
		&session_lock_manager_implementation, data, NULL);
}

bool session_lock_create(struct session_lock_manager *manager, struct wl_display *display)
{
	manager->display = display;
	wl_list_init(&manager->surfaces);
	return wl_global_create(
		display, &ext_session_lock_manager_v1_interface, 1, manager, session_lock_bind);
}

#include "protocol/linux_drm_syncobj.h"

#include "common/fd.h"
#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/surface_companion.h"
#include "protocol/syncobj_point.h"

#include "linux-drm-syncobj-v1-server.h"

struct syncobj_surface {
	struct surface_companion companion;
	struct syncobj_point acquire, release; /* of the next commit */
	struct wl_list waits;                  /* syncobj_point_hold() */
};

static void syncobj_surface_init(struct surface_companion *companion, void *data)
{
	struct syncobj_surface *surface = wl_container_of(companion, surface, companion);
	wl_list_init(&surface->waits);
}

/* "Clients must set both acquire and release points if and only if a non-null buffer is attached in
 * the same surface commit." NULL: all is well. */
static const char *syncobj_surface_fault(
	const struct syncobj_surface *surface, bool has_buffer, uint32_t *error)
{
	const struct syncobj_point *acquire = &surface->acquire, *release = &surface->release;
	if (!has_buffer) {
		*error = WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_NO_BUFFER;
		return acquire->timeline || release->timeline ? "points without a buffer" : NULL;
	}
	*error = WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_NO_ACQUIRE_POINT;
	if (!acquire->timeline)
		return "a buffer without an acquire point";
	*error = WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_NO_RELEASE_POINT;
	if (!release->timeline)
		return "a buffer without a release point";
	*error = WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_CONFLICTING_POINTS;
	return acquire->timeline == release->timeline && acquire->value >= release->value
		       ? "the release point is not after the acquire point"
		       : NULL;
}

static void syncobj_surface_precommit(struct surface_companion *companion)
{
	struct syncobj_surface *surface = wl_container_of(companion, surface, companion);
	const struct extension *extension = companion->surface->extensions[SURFACE_SYNCOBJ];
	struct surface_state *pending = &companion->surface->pending;
	bool has_buffer = pending->fields & SURFACE_STATE_BUFFER && pending->buffer;
	uint32_t error;
	if (!extension)
		return;
	const char *fault = syncobj_surface_fault(surface, has_buffer, &error);
	if (fault) {
		wl_resource_post_error(extension->resource, error, "%s", fault);
	} else if (has_buffer) {
		syncobj_point_hold(&surface->acquire, companion->surface, &surface->waits);
		syncobj_point_signal_after(&surface->release, pending->buffer);
	}
}

static void syncobj_surface_finish(struct surface_companion *companion)
{
	struct syncobj_surface *surface = wl_container_of(companion, surface, companion);
	syncobj_point_end_waits(&surface->waits);
	syncobj_point_clear(&surface->acquire);
	syncobj_point_clear(&surface->release);
}

static const struct surface_companion_kind syncobj_surface_companion_kind = {
	.size = sizeof(struct syncobj_surface),
	.init = syncobj_surface_init,
	.precommit = syncobj_surface_precommit,
	.finish = syncobj_surface_finish,
};

static struct syncobj_surface *syncobj_surface_get(struct surface *surface)
{
	return surface_companion_get(surface, &syncobj_surface_companion_kind, NULL);
}

/* NULL: the surface is gone, and the client was told. */
static struct syncobj_surface *syncobj_surface_from_resource(struct wl_resource *resource)
{
	struct surface *surface = extension_owner(resource);
	if (surface)
		return syncobj_surface_get(surface);
	wl_resource_post_error(resource, WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_NO_SURFACE,
		"the wl_surface is gone");
	return NULL;
}

static void syncobj_surface_handle_set_acquire_point(struct wl_client *client,
	struct wl_resource *resource, struct wl_resource *timeline, uint32_t high, uint32_t low)
{
	struct syncobj_surface *surface = syncobj_surface_from_resource(resource);
	if (surface)
		syncobj_point_set(&surface->acquire, wl_resource_get_user_data(timeline),
			(uint64_t)high << 32 | low);
}

static void syncobj_surface_handle_set_release_point(struct wl_client *client,
	struct wl_resource *resource, struct wl_resource *timeline, uint32_t high, uint32_t low)
{
	struct syncobj_surface *surface = syncobj_surface_from_resource(resource);
	if (surface)
		syncobj_point_set(&surface->release, wl_resource_get_user_data(timeline),
			(uint64_t)high << 32 | low);
}

static const struct wp_linux_drm_syncobj_surface_v1_interface syncobj_surface_implementation = {
	.destroy = resource_handle_destroy,
	.set_acquire_point = syncobj_surface_handle_set_acquire_point,
	.set_release_point = syncobj_surface_handle_set_release_point,
};

static void syncobj_surface_handle_ended(void *owner)
{
	struct syncobj_surface *surface = syncobj_surface_get(owner);
	syncobj_point_clear(&surface->acquire);
	syncobj_point_clear(&surface->release);
}

static const struct extension_kind syncobj_surface_kind = {
	.interface = &wp_linux_drm_syncobj_surface_v1_interface,
	.implementation = &syncobj_surface_implementation,
	.ended = syncobj_surface_handle_ended,
	.taken = WP_LINUX_DRM_SYNCOBJ_MANAGER_V1_ERROR_SURFACE_EXISTS,
};

static void linux_drm_syncobj_handle_get_surface(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *surface_resource)
{
	struct surface *surface = surface_from_resource(surface_resource);
	if (extension_create(&surface->extensions[SURFACE_SYNCOBJ], surface, &syncobj_surface_kind,
		    resource, id))
		syncobj_surface_get(surface);
}

static void syncobj_timeline_handle_resource_destroy(struct wl_resource *resource)
{
	syncobj_timeline_unref(wl_resource_get_user_data(resource));
}

static const struct wp_linux_drm_syncobj_timeline_v1_interface syncobj_timeline_implementation = {
	.destroy = resource_handle_destroy,
};

static void linux_drm_syncobj_handle_import_timeline(
	struct wl_client *client, struct wl_resource *resource, uint32_t id, int32_t fd)
{
	const struct linux_drm_syncobj *syncobj = wl_resource_get_user_data(resource);
	uint32_t number = syncobj->listener->import(syncobj->data, fd);
	fd_close(&fd);
	if (!number) {
		wl_resource_post_error(resource,
			WP_LINUX_DRM_SYNCOBJ_MANAGER_V1_ERROR_INVALID_TIMELINE,
			"the fd is no syncobj of the device");
		return;
	}
	struct syncobj_timeline *timeline = syncobj_timeline_create(syncobj, number);
	if (!resource_create(client, &wp_linux_drm_syncobj_timeline_v1_interface,
		    (uint32_t)wl_resource_get_version(resource), id,
		    &syncobj_timeline_implementation, timeline,
		    syncobj_timeline_handle_resource_destroy))
		syncobj_timeline_unref(timeline);
}

static const struct wp_linux_drm_syncobj_manager_v1_interface linux_drm_syncobj_implementation = {
	.destroy = resource_handle_destroy,
	.get_surface = linux_drm_syncobj_handle_get_surface,
	.import_timeline = linux_drm_syncobj_handle_import_timeline,
};

static void linux_drm_syncobj_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_linux_drm_syncobj_manager_v1_interface, version, id,
		&linux_drm_syncobj_implementation, data, NULL);
}

struct wl_global *linux_drm_syncobj_create(
	struct wl_display *display, struct linux_drm_syncobj *syncobj)
{
	syncobj->loop = wl_display_get_event_loop(display);
	return wl_global_create(display, &wp_linux_drm_syncobj_manager_v1_interface, 1, syncobj,
		linux_drm_syncobj_bind);
}

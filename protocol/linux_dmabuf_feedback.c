/* What clients are told to allocate: one tranche for whoever draws, and before it one for the
 * display where that might show a surface's buffers as they are. */
#include "protocol/linux_dmabuf_private.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/surface.h"

#include "linux-dmabuf-v1-server.h"

#include <stdlib.h>

struct linux_dmabuf_feedback {
	struct linux_dmabuf *dmabuf;
	struct wl_resource *resource;
	struct surface *surface; /* NULL: the default one, or it is gone */
	struct wl_list link;
	struct wl_listener surface_destroy;
};

static void linux_dmabuf_feedback_handle_resource_destroy(struct wl_resource *resource)
{
	struct linux_dmabuf_feedback *feedback = wl_resource_get_user_data(resource);
	wl_list_remove(&feedback->link);
	wl_list_remove(&feedback->surface_destroy.link);
	free(feedback);
}

static void linux_dmabuf_feedback_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct linux_dmabuf_feedback *feedback =
		wl_container_of(listener, feedback, surface_destroy);
	feedback->surface = NULL;
	wl_list_remove(&feedback->surface_destroy.link);
	wl_list_init(&feedback->surface_destroy.link);
}

static const struct zwp_linux_dmabuf_feedback_v1_interface linux_dmabuf_feedback_implementation = {
	.destroy = resource_handle_destroy,
};

static bool linux_dmabuf_can_scan_out(const struct linux_dmabuf *dmabuf)
{
	for (size_t i = 0; i < dmabuf->formats_len; i++) {
		if (dmabuf->formats[i].scanout)
			return true;
	}
	return false;
}

/* All of the table's formats, or those that can be scanned out. */
static void linux_dmabuf_feedback_send_formats(
	const struct linux_dmabuf_feedback *feedback, bool scanout)
{
	const struct linux_dmabuf *dmabuf = feedback->dmabuf;
	struct wl_array indices;
	wl_array_init(&indices);
	for (size_t i = 0; i < dmabuf->formats_len; i++) {
		if (scanout && !dmabuf->formats[i].scanout)
			continue;
		uint16_t *index = wl_array_add(&indices, sizeof *index);
		if (index)
			*index = (uint16_t)i;
	}
	zwp_linux_dmabuf_feedback_v1_send_tranche_formats(feedback->resource, &indices);
	wl_array_release(&indices);
}

static void linux_dmabuf_feedback_send_tranche(
	const struct linux_dmabuf_feedback *feedback, struct wl_array *device, bool scanout)
{
	struct wl_resource *resource = feedback->resource;
	zwp_linux_dmabuf_feedback_v1_send_tranche_target_device(resource, device);
	zwp_linux_dmabuf_feedback_v1_send_tranche_flags(
		resource, scanout ? ZWP_LINUX_DMABUF_FEEDBACK_V1_TRANCHE_FLAGS_SCANOUT : 0);
	linux_dmabuf_feedback_send_formats(feedback, scanout);
	zwp_linux_dmabuf_feedback_v1_send_tranche_done(resource);
}

static void linux_dmabuf_feedback_send(const struct linux_dmabuf_feedback *feedback)
{
	struct linux_dmabuf *dmabuf = feedback->dmabuf;
	struct wl_resource *resource = feedback->resource;
	struct wl_array device = {sizeof dmabuf->main_device, 0, &dmabuf->main_device};
	zwp_linux_dmabuf_feedback_v1_send_format_table(
		resource, dmabuf->table, (uint32_t)(dmabuf->formats_len * 16));
	zwp_linux_dmabuf_feedback_v1_send_main_device(resource, &device);
	if (feedback->surface && feedback->surface->fills_output &&
		linux_dmabuf_can_scan_out(dmabuf))
		linux_dmabuf_feedback_send_tranche(feedback, &device, true);
	linux_dmabuf_feedback_send_tranche(feedback, &device, false);
	zwp_linux_dmabuf_feedback_v1_send_done(resource);
}

void linux_dmabuf_feedback_create(struct wl_resource *manager, uint32_t id, struct surface *surface)
{
	struct linux_dmabuf_feedback *feedback = xcalloc(1, sizeof *feedback);
	feedback->dmabuf = wl_resource_get_user_data(manager);
	feedback->surface = surface;
	feedback->resource = resource_create(wl_resource_get_client(manager),
		&zwp_linux_dmabuf_feedback_v1_interface, (uint32_t)wl_resource_get_version(manager),
		id, &linux_dmabuf_feedback_implementation, feedback,
		linux_dmabuf_feedback_handle_resource_destroy);
	if (!feedback->resource) {
		free(feedback);
		return;
	}
	feedback->dmabuf->listener->asked(feedback->dmabuf->data);
	wl_list_insert(&feedback->dmabuf->feedbacks, &feedback->link);
	wl_list_init(&feedback->surface_destroy.link);
	feedback->surface_destroy.notify = linux_dmabuf_feedback_handle_surface_destroy;
	if (surface)
		wl_signal_add(&surface->events.destroy, &feedback->surface_destroy);
	linux_dmabuf_feedback_send(feedback);
}

void linux_dmabuf_feedback_renew(const struct linux_dmabuf *dmabuf)
{
	struct linux_dmabuf_feedback *feedback;
	wl_list_for_each (feedback, &dmabuf->feedbacks, link)
		linux_dmabuf_feedback_send(feedback);
}

void linux_dmabuf_prefer_scanout(struct linux_dmabuf *dmabuf, struct surface *surface, bool prefer)
{
	struct linux_dmabuf_feedback *feedback;
	if (surface->fills_output == prefer)
		return;
	surface->fills_output = prefer;
	if (!dmabuf->global || !linux_dmabuf_can_scan_out(dmabuf))
		return;
	wl_list_for_each (feedback, &dmabuf->feedbacks, link) {
		if (feedback->surface == surface)
			linux_dmabuf_feedback_send(feedback);
	}
}

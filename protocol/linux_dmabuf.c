#include "protocol/linux_dmabuf_private.h"

#include "common/fd.h"
#include "common/format.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/buffer_import.h"
#include "protocol/quota.h"
#include "protocol/resource.h"
#include "protocol/surface.h"

#include "linux-dmabuf-v1-server.h"

#include <drm_fourcc.h>
#include <stdlib.h>

#define LINUX_DMABUF_VERSION 5

/* zwp_linux_buffer_params_v1: planes are added, then it makes one buffer. */
struct linux_dmabuf_params {
	struct linux_dmabuf *dmabuf;
	struct wl_resource *resource;
	struct dmabuf planes;
	struct quota *quota; /* counts the planes' files, and: */
	unsigned memory;     /* QUOTA_MEMORY */
	bool no_memory;      /* the quota's: a plane was not added */
	bool used;
	struct buffer *importing; /* waits for the answer; its `params` is us */
};

static const struct linux_dmabuf_format *linux_dmabuf_find(
	const struct linux_dmabuf *dmabuf, uint32_t format, uint64_t modifier)
{
	for (size_t i = 0; i < dmabuf->formats_len; i++) {
		if (dmabuf->formats[i].format == format && dmabuf->formats[i].modifier == modifier)
			return &dmabuf->formats[i];
	}
	return NULL;
}

static void linux_dmabuf_params_handle_add(struct wl_client *client, struct wl_resource *resource,
	int32_t fd, uint32_t plane, uint32_t offset, uint32_t stride, uint32_t modifier_hi,
	uint32_t modifier_lo)
{
	struct linux_dmabuf_params *params = wl_resource_get_user_data(resource);
	uint64_t modifier = (uint64_t)modifier_hi << 32 | modifier_lo;
	const char *error = NULL;
	uint32_t code = 0;
	if (params->used) {
		error = "the params were used already";
		code = ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_ALREADY_USED;
	} else if (plane >= DMABUF_MAX_PLANES) {
		error = "a plane index above 3";
		code = ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_PLANE_IDX;
	} else if (params->planes.planes[plane].fd >= 0) {
		error = "the plane was set already";
		code = ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_PLANE_SET;
	} else if (params->planes.n_planes > 0 && params->planes.modifier != modifier) {
		error = "planes with different modifiers";
		code = ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_FORMAT;
	}
	if (error) {
		fd_close(&fd);
		wl_resource_post_error(resource, code, "%s", error);
		return;
	}
	unsigned memory = quota_kib(fd_size(fd));
	if (!quota_has_room(client, QUOTA_MEMORY, memory)) {
		fd_close(&fd);
		params->no_memory = true;
		return;
	}
	params->planes.planes[plane] = (struct dmabuf_plane){fd, offset, stride};
	params->planes.modifier = modifier;
	params->planes.n_planes++;
	params->memory += memory;
	quota_take(client, QUOTA_MEMORY, memory);
	params->quota = quota_take(client, QUOTA_FILES, 1);
}

/* NULL, or what is wrong with it, with the protocol's error in *code. */
static const char *linux_dmabuf_params_check(
	const struct linux_dmabuf_params *params, uint32_t *code)
{
	const struct dmabuf *planes = &params->planes;
	*code = ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_DIMENSIONS;
	if (planes->width <= 0 || planes->height <= 0)
		return "the size must be positive";
	*code = ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_FORMAT;
	const struct linux_dmabuf_format *format =
		linux_dmabuf_find(params->dmabuf, planes->format, planes->modifier);
	const struct format *layout = format_find(planes->format);
	if (!format || !layout)
		return "a format and modifier that were not offered";
	*code = ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INCOMPLETE;
	if (planes->n_planes != (int)format->planes)
		return "the wrong number of planes for this format";
	for (int i = 0; i < planes->n_planes; i++) {
		if (planes->planes[i].fd < 0)
			return "a plane is missing";
	}
	*code = ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_OUT_OF_BOUNDS;
	for (int i = 0; i < planes->n_planes; i++) {
		const struct dmabuf_plane *plane = &planes->planes[i];
		int64_t size = fd_size(plane->fd);
		if (size < 0)
			return "a plane is no dma-buf: it has no size";
		if (planes->modifier == DRM_FORMAT_MOD_LINEAR &&
			plane->stride < format_row(layout, i, planes->width))
			return "a stride shorter than a row";
		if (dmabuf_plane_end(planes, i) > (uint64_t)size)
			return "a plane reaches out of its dma-buf";
	}
	return NULL;
}

static void linux_dmabuf_params_fill(struct buffer *buffer, struct linux_dmabuf_params *params)
{
	buffer->dmabuf = params->planes;
	buffer->quota = params->quota;
	buffer->memory = params->memory;
	params->quota = NULL;
	dmabuf_init(&params->planes);
	buffer->width = buffer->dmabuf.width;
	buffer->height = buffer->dmabuf.height;
	buffer->format = buffer->dmabuf.format;
}

/* NULL, or why what keeps to the protocol is not imported. */
static const char *linux_dmabuf_refuse(const struct buffer *buffer, uint32_t flags)
{
	if (flags)
		return "y-inverted and interlaced buffers are not supported";
	if (!format_fits(format_find(buffer->format), buffer->width, buffer->height))
		return "video of an odd size: its last row or column lacks chroma";
	return NULL;
}

/* A buffer that was to be there at once can only be an error. */
static void linux_dmabuf_params_refuse(struct linux_dmabuf_params *params, uint32_t id)
{
	const char *why = "the client has too much memory already";
	log_limited(LOG_LEVEL_WARN, "a client's dma-buf is refused: %s", why);
	if (id)
		wl_resource_post_error(params->resource,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_WL_BUFFER, "%s", why);
	else
		zwp_linux_buffer_params_v1_send_failed(params->resource);
}

static void linux_dmabuf_params_make(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, int32_t width, int32_t height, uint32_t format, uint32_t flags)
{
	struct linux_dmabuf_params *params = wl_resource_get_user_data(resource);
	if (params->used) {
		wl_resource_post_error(resource, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_ALREADY_USED,
			"the params were used already");
		return;
	}
	params->used = true;
	if (params->no_memory) {
		linux_dmabuf_params_refuse(params, id);
		return;
	}
	params->planes.width = width;
	params->planes.height = height;
	params->planes.format = format;
	uint32_t code;
	const char *error = linux_dmabuf_params_check(params, &code);
	if (error) {
		wl_resource_post_error(resource, code, "%s", error);
		return;
	}
	struct buffer *buffer = id ? buffer_create(client, id) : buffer_create_unannounced();
	if (!buffer)
		return;
	linux_dmabuf_params_fill(buffer, params);
	buffer_hold(buffer);
	buffer_import_begin(buffer);
	params->importing = buffer;
	buffer->params = params;
	const char *why = linux_dmabuf_refuse(buffer, flags);
	if (why)
		linux_dmabuf_imported(buffer, false, why);
	else
		params->dmabuf->listener->import(params->dmabuf->data, buffer);
}

static void linux_dmabuf_params_handle_create(struct wl_client *client,
	struct wl_resource *resource, int32_t width, int32_t height, uint32_t format,
	uint32_t flags)
{
	linux_dmabuf_params_make(client, resource, 0, width, height, format, flags);
}

static void linux_dmabuf_params_handle_create_immed(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, int32_t width, int32_t height, uint32_t format,
	uint32_t flags)
{
	linux_dmabuf_params_make(client, resource, id, width, height, format, flags);
}

void linux_dmabuf_imported(struct buffer *buffer, bool ok, const char *reason)
{
	struct linux_dmabuf_params *params = buffer->params;
	buffer->readable = ok;
	if (!ok) {
		char name[5];
		format_name(buffer->format, name);
		log_limited(LOG_LEVEL_WARN, "a client's dma-buf (%dx%d %s) is refused: %s",
			buffer->width, buffer->height, name, reason);
	}
	if (params) {
		params->importing = NULL;
		buffer->params = NULL;
		if (!ok)
			zwp_linux_buffer_params_v1_send_failed(params->resource);
		else if (!buffer->resource &&
			 buffer_announce(buffer, wl_resource_get_client(params->resource)))
			zwp_linux_buffer_params_v1_send_created(params->resource, buffer->resource);
	}
	buffer_import_end(buffer);
	buffer_drop(buffer);
}

static const struct zwp_linux_buffer_params_v1_interface linux_dmabuf_params_implementation = {
	.destroy = resource_handle_destroy,
	.add = linux_dmabuf_params_handle_add,
	.create = linux_dmabuf_params_handle_create,
	.create_immed = linux_dmabuf_params_handle_create_immed,
};

static void linux_dmabuf_params_handle_resource_destroy(struct wl_resource *resource)
{
	struct linux_dmabuf_params *params = wl_resource_get_user_data(resource);
	if (params->importing)
		params->importing->params = NULL;
	const unsigned has[QUOTA_KINDS] = {
		[QUOTA_FILES] = (unsigned)params->planes.n_planes, [QUOTA_MEMORY] = params->memory};
	quota_give_all(params->quota, has);
	dmabuf_finish(&params->planes);
	free(params);
}

static void linux_dmabuf_handle_create_params(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	struct linux_dmabuf_params *params = xcalloc(1, sizeof *params);
	params->dmabuf = wl_resource_get_user_data(resource);
	dmabuf_init(&params->planes);
	params->resource = resource_create(client, &zwp_linux_buffer_params_v1_interface,
		(uint32_t)wl_resource_get_version(resource), id,
		&linux_dmabuf_params_implementation, params,
		linux_dmabuf_params_handle_resource_destroy);
	if (!params->resource)
		free(params);
}

static void linux_dmabuf_handle_get_default_feedback(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	linux_dmabuf_feedback_create(resource, id, NULL);
}

static void linux_dmabuf_handle_get_surface_feedback(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *surface)
{
	linux_dmabuf_feedback_create(resource, id, surface_from_resource(surface));
}

static const struct zwp_linux_dmabuf_v1_interface linux_dmabuf_implementation = {
	.destroy = resource_handle_destroy,
	.create_params = linux_dmabuf_handle_create_params,
	.get_default_feedback = linux_dmabuf_handle_get_default_feedback,
	.get_surface_feedback = linux_dmabuf_handle_get_surface_feedback,
};

static void linux_dmabuf_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	struct linux_dmabuf *dmabuf = data;
	struct wl_resource *resource = resource_create(client, &zwp_linux_dmabuf_v1_interface,
		version, id, &linux_dmabuf_implementation, dmabuf, NULL);
	/* From version 4 on the formats come by feedback only. */
	if (!resource || version >= ZWP_LINUX_DMABUF_V1_GET_DEFAULT_FEEDBACK_SINCE_VERSION)
		return;
	dmabuf->listener->asked(dmabuf->data);
	for (size_t i = 0; i < dmabuf->formats_len; i++) {
		const struct linux_dmabuf_format *format = &dmabuf->formats[i];
		if (version >= ZWP_LINUX_DMABUF_V1_MODIFIER_SINCE_VERSION)
			zwp_linux_dmabuf_v1_send_modifier(resource, format->format,
				(uint32_t)(format->modifier >> 32), (uint32_t)format->modifier);
		else if (format->modifier == DRM_FORMAT_MOD_LINEAR)
			zwp_linux_dmabuf_v1_send_format(resource, format->format);
	}
}

static int linux_dmabuf_create_table(const struct linux_dmabuf_format *formats, size_t len)
{
	/* The protocol's layout: 16 bytes an entry. */
	struct {
		uint32_t format, padding;
		uint64_t modifier;
	} *entries = xcalloc(len + 1, sizeof *entries);
	for (size_t i = 0; i < len; i++) {
		entries[i].format = formats[i].format;
		entries[i].modifier = formats[i].modifier;
	}
	int fd = fd_create_sealed("dmabuf-formats", entries, len * sizeof *entries);
	free(entries);
	return fd;
}

bool linux_dmabuf_set_formats(
	struct linux_dmabuf *dmabuf, const struct linux_dmabuf_format *formats, size_t len)
{
	int table = linux_dmabuf_create_table(formats, len);
	if (table < 0)
		return false;
	fd_close(&dmabuf->table);
	dmabuf->table = table;
	dmabuf->formats = formats;
	dmabuf->formats_len = len;
	linux_dmabuf_feedback_renew(dmabuf);
	return true;
}

bool linux_dmabuf_create(struct linux_dmabuf *dmabuf, struct wl_display *display)
{
	wl_list_init(&dmabuf->feedbacks);
	dmabuf->table = linux_dmabuf_create_table(dmabuf->formats, dmabuf->formats_len);
	if (dmabuf->table < 0)
		return false;
	uint32_t version = dmabuf->has_device ? LINUX_DMABUF_VERSION
					      : ZWP_LINUX_DMABUF_V1_MODIFIER_SINCE_VERSION;
	dmabuf->global = wl_global_create(
		display, &zwp_linux_dmabuf_v1_interface, (int)version, dmabuf, linux_dmabuf_bind);
	if (!dmabuf->global)
		fd_close(&dmabuf->table);
	return dmabuf->global;
}

void linux_dmabuf_destroy(struct linux_dmabuf *dmabuf)
{
	if (!dmabuf->global)
		return;
	wl_global_destroy(dmabuf->global);
	dmabuf->global = NULL;
	fd_close(&dmabuf->table);
}

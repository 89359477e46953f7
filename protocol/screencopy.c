#include "protocol/screencopy.h"

#include "common/clock.h"
#include "common/format.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/output.h"
#include "protocol/resource.h"
#include "protocol/shm.h"

#include "wlr-screencopy-unstable-v1-server.h"

#include <stdlib.h>

#define SCREENCOPY_VERSION 3

static struct screencopy_frame *screencopy_frame_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

void screencopy_failed(struct screencopy_frame *frame)
{
	zwlr_screencopy_frame_v1_send_failed(frame->resource);
}

void screencopy_ready(struct screencopy_frame *frame, const pixman_region32_t *damage, int64_t time)
{
	struct wl_resource *resource = frame->resource;
	uint64_t seconds = (uint64_t)(time / CLOCK_NS_PER_S);
	int n = 0;
	const pixman_box32_t *boxes =
		frame->tells_damage ? pixman_region32_rectangles((pixman_region32_t *)damage, &n)
				    : NULL;
	zwlr_screencopy_frame_v1_send_flags(resource, 0);
	for (int i = 0; i < n; i++)
		zwlr_screencopy_frame_v1_send_damage(resource, (uint32_t)boxes[i].x1,
			(uint32_t)boxes[i].y1, (uint32_t)(boxes[i].x2 - boxes[i].x1),
			(uint32_t)(boxes[i].y2 - boxes[i].y1));
	zwlr_screencopy_frame_v1_send_ready(resource, (uint32_t)(seconds >> 32), (uint32_t)seconds,
		(uint32_t)(time % CLOCK_NS_PER_S));
}

static uint32_t screencopy_stride(const struct screencopy_frame *frame)
{
	return (uint32_t)frame->width * format_find(frame->format)->bytes_per_pixel;
}

/* Whether the buffer is what was asked for: the size, and a format and stride that were told. */
static bool screencopy_fits(const struct screencopy_frame *frame, const struct buffer *buffer)
{
	return buffer && buffer->pool && buffer->width == frame->width &&
	       buffer->height == frame->height && buffer->format == frame->format &&
	       buffer->stride == screencopy_stride(frame);
}

static void screencopy_copy(
	struct wl_resource *resource, struct wl_resource *buffer_resource, bool waits)
{
	struct screencopy_frame *frame = screencopy_frame_from_resource(resource);
	struct buffer *buffer = buffer_from_resource(buffer_resource);
	if (frame->used) {
		wl_resource_post_error(resource, ZWLR_SCREENCOPY_FRAME_V1_ERROR_ALREADY_USED,
			"the frame was copied already");
		return;
	}
	frame->used = true;
	if (frame->width == 0)
		return; /* it was told to have failed */
	if (!screencopy_fits(frame, buffer)) {
		wl_resource_post_error(resource, ZWLR_SCREENCOPY_FRAME_V1_ERROR_INVALID_BUFFER,
			"the buffer is not of the kind, size, format and stride that were told");
		return;
	}
	frame->tells_damage = waits;
	if (!frame->output) {
		screencopy_failed(frame);
		return;
	}
	const struct screencopy *screencopy = frame->screencopy;
	screencopy->listener->copy(screencopy->data, frame, buffer, waits);
}

static void screencopy_handle_copy(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *buffer)
{
	screencopy_copy(resource, buffer, false);
}

static void screencopy_handle_copy_with_damage(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *buffer)
{
	screencopy_copy(resource, buffer, true);
}

static const struct zwlr_screencopy_frame_v1_interface screencopy_frame_implementation = {
	.copy = screencopy_handle_copy,
	.destroy = resource_handle_destroy,
	.copy_with_damage = screencopy_handle_copy_with_damage,
};

static void screencopy_handle_frame_destroy(struct wl_resource *resource)
{
	struct screencopy_frame *frame = screencopy_frame_from_resource(resource);
	const struct screencopy *screencopy = frame->screencopy;
	screencopy->listener->destroy(screencopy->data, frame);
	wl_list_remove(&frame->output_destroy.link);
	free(frame);
}

static void screencopy_handle_output_destroy(struct wl_listener *listener, void *data)
{
	struct screencopy_frame *frame = wl_container_of(listener, frame, output_destroy);
	wl_list_remove(&frame->output_destroy.link);
	wl_list_init(&frame->output_destroy.link);
	frame->output = NULL;
}

/* Which buffer the client is to make. */
static void screencopy_describe(struct screencopy_frame *frame)
{
	const struct screencopy *screencopy = frame->screencopy;
	struct wl_resource *resource = frame->resource;
	uint32_t width, height;
	if (frame->output)
		screencopy->listener->describe(screencopy->data, frame);
	if (frame->width <= 0 || frame->height <= 0) {
		frame->width = frame->height = 0;
		screencopy_failed(frame);
		return;
	}
	width = (uint32_t)frame->width;
	height = (uint32_t)frame->height;
	zwlr_screencopy_frame_v1_send_buffer(resource, shm_format_from_fourcc(frame->format), width,
		height, screencopy_stride(frame));
	if (wl_resource_get_version(resource) < ZWLR_SCREENCOPY_FRAME_V1_BUFFER_DONE_SINCE_VERSION)
		return;
	zwlr_screencopy_frame_v1_send_buffer_done(resource);
}

static void screencopy_create_frame(struct wl_resource *manager, uint32_t id, int32_t cursor,
	struct wl_resource *output, const pixman_box32_t *region)
{
	struct screencopy_frame *frame = xcalloc(1, sizeof *frame);
	frame->resource = resource_create(wl_resource_get_client(manager),
		&zwlr_screencopy_frame_v1_interface, (uint32_t)wl_resource_get_version(manager), id,
		&screencopy_frame_implementation, frame, screencopy_handle_frame_destroy);
	if (!frame->resource) {
		free(frame);
		return;
	}
	frame->screencopy = wl_resource_get_user_data(manager);
	frame->cursor = cursor != 0;
	frame->output = output_from_resource(output);
	wl_list_init(&frame->output_destroy.link);
	if (frame->output) {
		frame->output_destroy.notify = screencopy_handle_output_destroy;
		wl_signal_add(&frame->output->events.destroy, &frame->output_destroy);
	}
	frame->has_region = region != NULL;
	if (region)
		frame->region = *region;
	screencopy_describe(frame);
}

static void screencopy_handle_capture_output(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, int32_t cursor, struct wl_resource *output)
{
	screencopy_create_frame(resource, id, cursor, output, NULL);
}

/* The far edge, for a size that may be nonsense: an empty box fails. */
static int32_t screencopy_edge(int32_t at, int32_t size)
{
	int64_t edge = (int64_t)at + (size > 0 ? size : 0);
	return edge > INT32_MAX ? INT32_MAX : (int32_t)edge;
}

static void screencopy_handle_capture_output_region(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, int32_t cursor, struct wl_resource *output,
	int32_t x, int32_t y, int32_t width, int32_t height)
{
	const pixman_box32_t region = {x, y, screencopy_edge(x, width), screencopy_edge(y, height)};
	screencopy_create_frame(resource, id, cursor, output, &region);
}

static const struct zwlr_screencopy_manager_v1_interface screencopy_implementation = {
	.capture_output = screencopy_handle_capture_output,
	.capture_output_region = screencopy_handle_capture_output_region,
	.destroy = resource_handle_destroy,
};

static void screencopy_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwlr_screencopy_manager_v1_interface, version, id,
		&screencopy_implementation, data, NULL);
}

bool screencopy_create(struct screencopy *screencopy, struct wl_display *display)
{
	return wl_global_create(display, &zwlr_screencopy_manager_v1_interface, SCREENCOPY_VERSION,
		screencopy, screencopy_bind);
}

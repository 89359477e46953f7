#include "protocol/image_capture.h"

#include "common/clock.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/capture_source.h"
#include "protocol/output.h"
#include "protocol/region.h"
#include "protocol/resource.h"
#include "protocol/shm.h"
#include "protocol/surface_state.h"

#include "ext-image-copy-capture-v1-server.h"

#include <stdlib.h>

static struct image_frame *image_frame_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

static void image_session_unref(struct image_session *session)
{
	if (--session->refs > 0)
		return;
	struct image_capture *capture = session->capture;
	capture->listener->end(capture->data, session);
	wl_list_remove(&session->output_destroy.link);
	free(session);
}

void image_frame_failed(struct image_frame *frame)
{
	ext_image_copy_capture_frame_v1_send_failed(frame->resource,
		frame->session->output ? EXT_IMAGE_COPY_CAPTURE_FRAME_V1_FAILURE_REASON_UNKNOWN
				       : EXT_IMAGE_COPY_CAPTURE_FRAME_V1_FAILURE_REASON_STOPPED);
}

void image_frame_ready(struct image_frame *frame, const pixman_region32_t *damage, int64_t time)
{
	struct wl_resource *resource = frame->resource;
	uint64_t seconds = (uint64_t)(time / CLOCK_NS_PER_S);
	int n;
	const pixman_box32_t *boxes = pixman_region32_rectangles((pixman_region32_t *)damage, &n);
	frame->session->ready_before = true;
	ext_image_copy_capture_frame_v1_send_transform(resource, (uint32_t)frame->transform);
	for (int i = 0; i < n; i++)
		ext_image_copy_capture_frame_v1_send_damage(resource, boxes[i].x1, boxes[i].y1,
			boxes[i].x2 - boxes[i].x1, boxes[i].y2 - boxes[i].y1);
	ext_image_copy_capture_frame_v1_send_presentation_time(resource, (uint32_t)(seconds >> 32),
		(uint32_t)seconds, (uint32_t)(time % CLOCK_NS_PER_S));
	ext_image_copy_capture_frame_v1_send_ready(resource);
}

static void image_frame_set_buffer(struct image_frame *frame, struct buffer *buffer)
{
	wl_list_remove(&frame->buffer_destroy.link);
	wl_list_init(&frame->buffer_destroy.link);
	frame->buffer = buffer;
	if (buffer)
		wl_signal_add(&buffer->events.resource_destroy, &frame->buffer_destroy);
}

static void image_frame_handle_buffer_destroy(struct wl_listener *listener, void *data)
{
	struct image_frame *frame = wl_container_of(listener, frame, buffer_destroy);
	image_frame_set_buffer(frame, NULL);
}

/* False: posted an error. */
static bool image_frame_is_open(struct image_frame *frame)
{
	if (!frame->captured)
		return true;
	wl_resource_post_error(frame->resource,
		EXT_IMAGE_COPY_CAPTURE_FRAME_V1_ERROR_ALREADY_CAPTURED,
		"the frame was captured already");
	return false;
}

static void image_frame_handle_attach_buffer(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *buffer_resource)
{
	struct image_frame *frame = image_frame_from_resource(resource);
	struct buffer *buffer = buffer_from_resource(buffer_resource);
	if (!image_frame_is_open(frame))
		return;
	if (!buffer)
		wl_client_post_implementation_error(client, "a wl_buffer of an unknown kind");
	else
		image_frame_set_buffer(frame, buffer);
}

static void image_frame_handle_damage_buffer(struct wl_client *client, struct wl_resource *resource,
	int32_t x, int32_t y, int32_t width, int32_t height)
{
	struct image_frame *frame = image_frame_from_resource(resource);
	if (!image_frame_is_open(frame))
		return;
	if (x < 0 || y < 0 || width <= 0 || height <= 0) {
		wl_resource_post_error(resource,
			EXT_IMAGE_COPY_CAPTURE_FRAME_V1_ERROR_INVALID_BUFFER_DAMAGE,
			"damage of %dx%d at %d,%d", width, height, x, y);
		return;
	}
	region_add(&frame->damage, x, y, width, height);
	region_simplify(&frame->damage, SURFACE_STATE_MAX_DAMAGE);
}

static bool image_frame_fits(const struct image_frame *frame)
{
	const struct image_session *session = frame->session;
	const struct image_capture *capture = session->capture;
	const struct buffer *buffer = frame->buffer;
	if (!buffer->pool || buffer->width != session->width || buffer->height != session->height)
		return false;
	for (size_t i = 0; i < capture->formats_len; i++) {
		if (buffer->format == capture->formats[i])
			return true;
	}
	return false;
}

static void image_frame_handle_capture(struct wl_client *client, struct wl_resource *resource)
{
	struct image_frame *frame = image_frame_from_resource(resource);
	struct image_session *session = frame->session;
	if (!image_frame_is_open(frame))
		return;
	if (!frame->buffer) {
		wl_resource_post_error(resource, EXT_IMAGE_COPY_CAPTURE_FRAME_V1_ERROR_NO_BUFFER,
			"a capture without a buffer");
		return;
	}
	frame->captured = true;
	if (!session->output)
		image_frame_failed(frame);
	else if (!image_frame_fits(frame))
		ext_image_copy_capture_frame_v1_send_failed(resource,
			EXT_IMAGE_COPY_CAPTURE_FRAME_V1_FAILURE_REASON_BUFFER_CONSTRAINTS);
	else
		session->capture->listener->copy(
			session->capture->data, frame, session->ready_before);
}

static const struct ext_image_copy_capture_frame_v1_interface image_frame_implementation = {
	.destroy = resource_handle_destroy,
	.attach_buffer = image_frame_handle_attach_buffer,
	.damage_buffer = image_frame_handle_damage_buffer,
	.capture = image_frame_handle_capture,
};

static void image_frame_handle_resource_destroy(struct wl_resource *resource)
{
	struct image_frame *frame = image_frame_from_resource(resource);
	struct image_session *session = frame->session;
	session->capture->listener->cancel(session->capture->data, frame);
	image_frame_set_buffer(frame, NULL);
	pixman_region32_fini(&frame->damage);
	session->has_frame = false;
	image_session_unref(session);
	free(frame);
}

static void image_session_handle_create_frame(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	struct image_session *session = wl_resource_get_user_data(resource);
	if (session->has_frame) {
		wl_resource_post_error(resource,
			EXT_IMAGE_COPY_CAPTURE_SESSION_V1_ERROR_DUPLICATE_FRAME,
			"the session has a frame already");
		return;
	}
	struct image_frame *frame = xcalloc(1, sizeof *frame);
	frame->resource = resource_create(client, &ext_image_copy_capture_frame_v1_interface,
		(uint32_t)wl_resource_get_version(resource), id, &image_frame_implementation, frame,
		image_frame_handle_resource_destroy);
	if (!frame->resource) {
		free(frame);
		return;
	}
	frame->session = session;
	session->refs++;
	session->has_frame = true;
	pixman_region32_init(&frame->damage);
	wl_list_init(&frame->buffer_destroy.link);
	frame->buffer_destroy.notify = image_frame_handle_buffer_destroy;
}

static const struct ext_image_copy_capture_session_v1_interface image_session_implementation = {
	.create_frame = image_session_handle_create_frame,
	.destroy = resource_handle_destroy,
};

static void image_session_handle_resource_destroy(struct wl_resource *resource)
{
	struct image_session *session = wl_resource_get_user_data(resource);
	session->resource = NULL;
	image_session_unref(session);
}

static void image_session_tell(const struct image_session *session)
{
	const struct image_capture *capture = session->capture;
	ext_image_copy_capture_session_v1_send_buffer_size(
		session->resource, (uint32_t)session->width, (uint32_t)session->height);
	for (size_t i = 0; i < capture->formats_len; i++)
		ext_image_copy_capture_session_v1_send_shm_format(
			session->resource, shm_format_from_fourcc(capture->formats[i]));
	ext_image_copy_capture_session_v1_send_done(session->resource);
}

void image_session_resize(struct image_session *session, int32_t width, int32_t height)
{
	if (session->width == width && session->height == height)
		return;
	session->width = width;
	session->height = height;
	session->ready_before = false;
	if (session->resource && session->output)
		image_session_tell(session);
}

static void image_session_handle_output_destroy(struct wl_listener *listener, void *data)
{
	struct image_session *session = wl_container_of(listener, session, output_destroy);
	wl_list_remove(&session->output_destroy.link);
	wl_list_init(&session->output_destroy.link);
	session->output = NULL;
	if (session->resource)
		ext_image_copy_capture_session_v1_send_stopped(session->resource);
}

/* output NULL: a session that is stopped from its start. */
static void image_session_create(struct image_capture *capture, struct wl_resource *parent,
	uint32_t id, struct output *output, bool cursor)
{
	struct image_session *session = xcalloc(1, sizeof *session);
	session->resource = resource_create(wl_resource_get_client(parent),
		&ext_image_copy_capture_session_v1_interface,
		(uint32_t)wl_resource_get_version(parent), id, &image_session_implementation,
		session, image_session_handle_resource_destroy);
	if (!session->resource) {
		free(session);
		return;
	}
	session->refs = 1;
	session->capture = capture;
	session->output = output;
	session->cursor = cursor;
	wl_list_init(&session->output_destroy.link);
	if (!output) {
		ext_image_copy_capture_session_v1_send_stopped(session->resource);
		return;
	}
	session->output_destroy.notify = image_session_handle_output_destroy;
	wl_signal_add(&output->events.destroy, &session->output_destroy);
	capture->listener->begin(capture->data, session);
	image_session_tell(session);
}

static void image_capture_handle_create_session(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *source, uint32_t options)
{
	if (options & ~(uint32_t)EXT_IMAGE_COPY_CAPTURE_MANAGER_V1_OPTIONS_PAINT_CURSORS) {
		wl_resource_post_error(resource,
			EXT_IMAGE_COPY_CAPTURE_MANAGER_V1_ERROR_INVALID_OPTION,
			"no such options: %u", options);
		return;
	}
	image_session_create(wl_resource_get_user_data(resource), resource, id,
		capture_source_from_resource(source)->output,
		options & EXT_IMAGE_COPY_CAPTURE_MANAGER_V1_OPTIONS_PAINT_CURSORS);
}

/* The pointer's picture by itself: one that never enters, with a session that is stopped. */
static void image_cursor_handle_get_capture_session(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	struct image_capture *capture = wl_resource_get_user_data(resource);
	if (!capture) {
		wl_resource_post_error(resource,
			EXT_IMAGE_COPY_CAPTURE_CURSOR_SESSION_V1_ERROR_DUPLICATE_SESSION,
			"it has a session already");
		return;
	}
	wl_resource_set_user_data(resource, NULL);
	image_session_create(capture, resource, id, NULL, false);
}

static const struct ext_image_copy_capture_cursor_session_v1_interface image_cursor_implementation =
	{
		.destroy = resource_handle_destroy,
		.get_capture_session = image_cursor_handle_get_capture_session,
};

static void image_capture_handle_create_pointer_cursor_session(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *source,
	struct wl_resource *pointer)
{
	resource_create(client, &ext_image_copy_capture_cursor_session_v1_interface,
		(uint32_t)wl_resource_get_version(resource), id, &image_cursor_implementation,
		wl_resource_get_user_data(resource), NULL);
}

static const struct ext_image_copy_capture_manager_v1_interface image_capture_implementation = {
	.create_session = image_capture_handle_create_session,
	.create_pointer_cursor_session = image_capture_handle_create_pointer_cursor_session,
	.destroy = resource_handle_destroy,
};

static void image_capture_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &ext_image_copy_capture_manager_v1_interface, version, id,
		&image_capture_implementation, data, NULL);
}

bool image_capture_create(struct image_capture *capture, struct wl_display *display)
{
	return wl_global_create(display, &ext_image_copy_capture_manager_v1_interface, 1, capture,
		image_capture_bind);
}

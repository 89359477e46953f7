/*
 * Always the whole framebuffer on the whole screen: virtio-gpu's hosts ignore plane offsets and
 * source rectangles.
 */
#include "kms/atomic.h"
#include "kms/private.h"

#include "common/clock.h"
#include "common/log.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* Nanoseconds for the host's answer, before a screen is left as it is. */
#define COMMIT_PATIENCE CLOCK_NS_PER_S

/* Where on the screen the framebuffer is. */
static void commit_add_place(
	struct kms_output *output, struct kms_atomic *atomic, const struct kms_buffer *buffer)
{
	uint64_t width = (uint64_t)buffer->size.width, height = (uint64_t)buffer->size.height;
	const uint64_t values[] = {
		[KMS_PLANE_CRTC] = output->crtc,
		[KMS_PLANE_SRC_X] = 0,
		[KMS_PLANE_SRC_Y] = 0,
		[KMS_PLANE_SRC_W] = width << 16, /* 16.16 fixed point */
		[KMS_PLANE_SRC_H] = height << 16,
		[KMS_PLANE_CRTC_X] = 0,
		[KMS_PLANE_CRTC_Y] = 0,
		[KMS_PLANE_CRTC_W] = width,
		[KMS_PLANE_CRTC_H] = height,
	};
	/* The enum has them one after the other. */
	for (size_t i = KMS_PLANE_CRTC; i < sizeof values / sizeof values[0]; i++)
		kms_atomic_add(atomic, output->plane, output->plane_props[i].id, values[i]);
}

/* What is not named stays as the last commit has left it: of most frames only the framebuffer is
 * another one. */
static bool commit_keeps_place(
	const struct kms_output *output, const struct kms_output_frame *frame)
{
	return !frame->mode && output->current &&
	       output->current->size.width == frame->buffer->size.width &&
	       output->current->size.height == frame->buffer->size.height;
}

static void commit_add_mode(
	struct kms_output *output, struct kms_atomic *atomic, const struct kms_mode *mode)
{
	drmModeModeInfo modeline;
	kms_connector_modeline(&output->connector, mode, &modeline);
	kms_atomic_add(atomic, output->connector.id, output->connector_props[KMS_CONNECTOR_CRTC].id,
		output->crtc);
	kms_atomic_add(atomic, output->crtc, output->crtc_props[KMS_CRTC_ACTIVE].id, 1);
	kms_atomic_add_blob(atomic, output->crtc, output->crtc_props[KMS_CRTC_MODE].id, &modeline,
		sizeof modeline);
}

static uint32_t commit_flags(const struct kms_output_frame *frame, bool tear)
{
	uint32_t flags = frame->mode ? DRM_MODE_ATOMIC_ALLOW_MODESET : 0;
	flags |= tear ? DRM_MODE_PAGE_FLIP_ASYNC : 0;
	if (frame->test_only)
		return flags | DRM_MODE_ATOMIC_TEST_ONLY;
	return flags | DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT;
}

/* An asynchronous flip may change nothing but the framebuffer (drm_atomic_set_property). */
static bool commit_can_tear(const struct kms_output *output, const struct kms_output_frame *frame)
{
	return frame->tear && output->device->info.async_flips && output->current && !frame->mode &&
	       frame->in_fence < 0;
}

static void commit_fill(struct kms_output *output, struct kms_atomic *atomic,
	const struct kms_output_frame *frame, bool tear)
{
	kms_atomic_add(atomic, output->plane, output->plane_props[KMS_PLANE_FB].id,
		frame->buffer->framebuffer);
	if (tear)
		return;
	if (frame->mode)
		commit_add_mode(output, atomic, frame->mode);
	if (!commit_keeps_place(output, frame))
		commit_add_place(output, atomic, frame->buffer);
	kms_output_add_damage(output, atomic, frame);
	uint32_t fence = output->plane_props[KMS_PLANE_FENCE].id;
	if (frame->in_fence >= 0)
		kms_atomic_add(atomic, output->plane, fence, (uint64_t)frame->in_fence);
}

static int commit_try(struct kms_output *output, const struct kms_output_frame *frame, bool tear)
{
	struct kms_atomic atomic;
	kms_atomic_init(&atomic, output->device->fd);
	commit_fill(output, &atomic, frame, tear);
	int error = kms_atomic_commit(&atomic, commit_flags(frame, tear), output->serial + 1);
	kms_atomic_finish(&atomic);
	return error;
}

bool kms_output_is_busy(const struct kms_output *output)
{
	return output->pending || output->cursor_errand;
}

int kms_output_commit(struct kms_output *output, const struct kms_output_frame *frame)
{
	/* The cursor's thread has the CRTC locked, for which a test would wait, too. */
	if (output->cursor_errand || (output->pending && !frame->test_only))
		return -EBUSY;
	bool torn = commit_can_tear(output, frame);
	int error = commit_try(output, frame, torn);
	if (torn && error == -EINVAL) {
		torn = false; /* this driver does not, with these buffers */
		error = commit_try(output, frame, torn);
	}
	if (error) {
		log_at(frame->test_only ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARN,
			"%s: commit%s refused: %s", output->info.name,
			frame->test_only ? " (test)" : "", strerror(-error));
		return error;
	}
	if (!frame->test_only) {
		output->serial++;
		output->torn = torn;
		output->pending = kms_buffer_ref(frame->buffer);
	}
	return 0;
}

void kms_output_handle_flip(
	struct kms_output *output, uint64_t serial, uint32_t sequence, int64_t time)
{
	if (!output->pending || serial != output->serial)
		return;
	kms_buffer_unref(output->current);
	output->current = output->pending;
	output->pending = NULL;
	kms_device_free_doomed(output->device);
	kms_output_run_cursor(output);
	/* Drivers without vblank support send fake events whose sequence stays 0
	 * (drm_atomic_helper_fake_vblank). */
	uint32_t flags = (sequence ? KMS_FLIP_HARDWARE : 0) | (output->torn ? KMS_FLIP_TORN : 0);
	if (output->listener && output->listener->flipped)
		output->listener->flipped(output->data, sequence, time, flags);
}

static void commit_drop_buffers(struct kms_output *output)
{
	kms_buffer_unref(output->pending);
	kms_buffer_unref(output->current);
	output->pending = output->current = NULL;
}

int kms_output_disable(struct kms_output *output)
{
	if (kms_output_is_busy(output))
		return -EBUSY;
	struct kms_atomic atomic;
	kms_atomic_init(&atomic, output->device->fd);
	kms_atomic_add(
		&atomic, output->connector.id, output->connector_props[KMS_CONNECTOR_CRTC].id, 0);
	kms_atomic_add(&atomic, output->crtc, output->crtc_props[KMS_CRTC_ACTIVE].id, 0);
	kms_atomic_add(&atomic, output->crtc, output->crtc_props[KMS_CRTC_MODE].id, 0);
	kms_atomic_add(&atomic, output->plane, output->plane_props[KMS_PLANE_FB].id, 0);
	kms_atomic_add(&atomic, output->plane, output->plane_props[KMS_PLANE_CRTC].id, 0);
	int error = kms_atomic_commit(&atomic, DRM_MODE_ATOMIC_ALLOW_MODESET, 0);
	kms_atomic_finish(&atomic);
	if (error)
		log_warn("%s: turning it off failed: %s", output->info.name, strerror(-error));
	commit_drop_buffers(output);
	return error;
}

/* Until the host has answered what is under way, or has had time enough. */
static void commit_settle(struct kms_output *output)
{
	struct pollfd events = {.fd = output->device->events, .events = POLLIN};
	int64_t deadline = clock_now() + COMMIT_PATIENCE;
	for (int64_t left = COMMIT_PATIENCE; kms_output_is_busy(output) && left > 0;
		left = deadline - clock_now()) {
		if (poll(&events, 1, (int)(left / CLOCK_NS_PER_MS) + 1) > 0 &&
			kms_device_dispatch(output->device) < 0)
			return;
	}
}

void kms_output_end(struct kms_output *output)
{
	commit_settle(output);
	bool busy = kms_output_is_busy(output), shown = output->pending || output->current;
	kms_output_drop_cursor(output);
	if (shown && !busy) {
		kms_output_disable(output);
		return;
	}
	if (shown)
		log_warn("%s: the screen is left as it is, for the host takes nothing",
			output->info.name);
	commit_drop_buffers(output);
}

/*
 * The cursor, by the calls that are its own (drmModeSetCursor2, drmModeMoveCursor): on drivers with
 * atomic KMS they go to the CRTC's cursor plane without waiting for a vertical blank, and they
 * carry the hotspot, by which a host that draws the pointer itself keeps it where the guest has it.
 *
 * But both wait for a commit that the device has not taken yet (drm_atomic_helper_swap_state(),
 * with the CRTC locked), so none is made while a flip is under way. And virtio-gpu waits until the
 * host has a new picture (virtio_gpu_cursor_plane_update()), which a host that takes nothing never
 * has: pictures are shown by a thread, and no commit is made meanwhile. What is wanted is kept, the
 * newest only, until its call can be made.
 */
#include "kms/private.h"

#include "common/log.h"

#include <errno.h>
#include <string.h>

/* The arguments of the thread's call. */
struct cursor_call {
	int fd;
	uint32_t crtc, handle, width, height;
	int32_t hotspot_x, hotspot_y, x, y;
};

static int cursor_set(const struct cursor_call *call)
{
	if (drmModeSetCursor2(call->fd, call->crtc, call->handle, call->width, call->height,
		    call->hotspot_x, call->hotspot_y) != 0)
		return -errno;
	return 0;
}

static int cursor_run(const void *arguments)
{
	const struct cursor_call *call = arguments;
	int error = cursor_set(call);
	if (error == 0 && call->handle &&
		drmModeMoveCursor(call->fd, call->crtc, call->x, call->y) != 0)
		error = -errno;
	return error;
}

static struct cursor_call cursor_call(const struct kms_output *output)
{
	const struct kms_cursor *cursor = &output->cursor;
	struct cursor_call call = {
		.fd = output->device->fd,
		.crtc = output->crtc,
		.hotspot_x = cursor->hotspot_x,
		.hotspot_y = cursor->hotspot_y,
		.x = cursor->x,
		.y = cursor->y,
	};
	if (cursor->buffer) {
		call.handle = cursor->buffer->handle;
		call.width = (uint32_t)cursor->buffer->size.width;
		call.height = (uint32_t)cursor->buffer->size.height;
	}
	return call;
}

/* The kernel has the memory by its framebuffer; the reference keeps it from being drawn into by
 * another owner. */
static void cursor_keep(struct kms_buffer **slot, struct kms_buffer *buffer)
{
	if (buffer)
		kms_buffer_ref(buffer);
	kms_buffer_unref(*slot);
	*slot = buffer;
}

static int cursor_start(struct kms_output *output)
{
	struct cursor_call call = cursor_call(output);
	int error = kms_errand_create(
		&output->cursor_errand, output->device->done, cursor_run, &call, sizeof call);
	if (error)
		return error;
	cursor_keep(&output->cursor_setting, output->cursor.buffer);
	output->cursor_changed = output->cursor_moved = false;
	return 0;
}

int kms_output_run_cursor(struct kms_output *output)
{
	if (kms_output_is_busy(output))
		return 0;
	if (output->cursor_changed)
		return cursor_start(output);
	if (!output->cursor_moved)
		return 0;
	output->cursor_moved = false;
	const struct kms_cursor *cursor = &output->cursor;
	if (drmModeMoveCursor(output->device->fd, output->crtc, cursor->x, cursor->y) != 0)
		return -errno;
	return 0;
}

bool kms_output_end_cursor(struct kms_output *output)
{
	int error;
	if (!output->cursor_errand || !kms_errand_has_ended(output->cursor_errand, &error))
		return false;
	kms_errand_destroy(output->cursor_errand);
	output->cursor_errand = NULL;
	if (error)
		log_debug("%s: no cursor: %s", output->info.name, strerror(-error));
	else
		cursor_keep(&output->cursor_shown, output->cursor_setting);
	cursor_keep(&output->cursor_setting, NULL);
	kms_output_run_cursor(output);
	if (!output->cursor_errand && output->listener && output->listener->cursor_set)
		output->listener->cursor_set(output->data, error);
	return true;
}

int kms_output_set_cursor(struct kms_output *output, const struct kms_cursor *cursor)
{
	if (!cursor->buffer && !output->cursor.buffer)
		return 0;
	struct kms_buffer *kept = output->cursor.buffer;
	output->cursor = *cursor;
	output->cursor.buffer = kept;
	cursor_keep(&output->cursor.buffer, cursor->buffer);
	output->cursor_changed = true;
	return kms_output_run_cursor(output);
}

int kms_output_move_cursor(struct kms_output *output, int32_t x, int32_t y)
{
	output->cursor.x = x;
	output->cursor.y = y;
	output->cursor_moved = true;
	return kms_output_run_cursor(output);
}

void kms_output_drop_cursor(struct kms_output *output)
{
	const struct cursor_call hide = {.fd = output->device->fd, .crtc = output->crtc};
	if (output->cursor_shown && !kms_output_is_busy(output))
		cursor_set(&hide);
	kms_errand_destroy(output->cursor_errand);
	output->cursor_errand = NULL;
	cursor_keep(&output->cursor.buffer, NULL);
	cursor_keep(&output->cursor_setting, NULL);
	cursor_keep(&output->cursor_shown, NULL);
}

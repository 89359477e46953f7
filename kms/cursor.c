/*
 * The cursor, by the calls that are its own (drmModeSetCursor2, drmModeMoveCursor): on drivers with
 * atomic KMS they go to the CRTC's cursor plane without waiting for a flip that is under way, which
 * an atomic commit would have to, and they carry the hotspot, by which a host that draws the
 * pointer itself keeps it where the guest has it.
 */
#include "kms/private.h"

#include "common/log.h"

#include <errno.h>
#include <string.h>

/* hide is harmless where there is no cursor. */
static int cursor_set(struct kms_output *output, const struct kms_buffer *buffer, int32_t hotspot_x,
	int32_t hotspot_y)
{
	uint32_t handle = buffer ? buffer->handle : 0;
	uint32_t width = buffer ? (uint32_t)buffer->size.width : 0;
	uint32_t height = buffer ? (uint32_t)buffer->size.height : 0;
	if (drmModeSetCursor2(output->device->fd, output->crtc, handle, width, height, hotspot_x,
		    hotspot_y) == 0)
		return 0;
	return -errno;
}

int kms_output_set_cursor(
	struct kms_output *output, struct kms_buffer *buffer, int32_t hotspot_x, int32_t hotspot_y)
{
	if (!buffer && !output->cursor)
		return 0;
	int error = cursor_set(output, buffer, hotspot_x, hotspot_y);
	if (error && buffer) {
		log_debug("%s: no cursor: %s", output->info.name, strerror(-error));
		return error;
	}
	/* The kernel has the memory by its framebuffer; the reference keeps it from being drawn
	 * into by another owner. */
	if (buffer)
		kms_buffer_ref(buffer);
	kms_buffer_unref(output->cursor);
	output->cursor = buffer;
	return error;
}

int kms_output_move_cursor(struct kms_output *output, int32_t x, int32_t y)
{
	return drmModeMoveCursor(output->device->fd, output->crtc, x, y) == 0 ? 0 : -errno;
}

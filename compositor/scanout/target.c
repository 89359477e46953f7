#include "compositor/scanout/private.h"

#include "common/fd.h"
#include "common/format.h"
#include "common/log.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Rows of headless targets start at multiples of this: what CPU drivers of Vulkan want of LINEAR
 * images. */
#define TARGET_STRIDE_ALIGNMENT 64

/* Above are the ids of captures' targets (compositor/renderer_target.c). */
#define TARGET_MAX_ID 1023

static struct kms_buffer_size target_size(
	const struct scanout *scanout, const struct scanout_place *place)
{
	return (struct kms_buffer_size){place->mode.width, place->mode.height,
		place->cursor ? DRM_FORMAT_ARGB8888 : scanout->options.format};
}

static const char *target_make_memory(struct kms_buffer_size size, struct dmabuf *memory)
{
	const struct format *format = format_find(size.format);
	if (!format)
		return "no such pixel format";
	uint32_t row = (uint32_t)size.width * format->bytes_per_pixel;
	uint32_t stride =
		(row + TARGET_STRIDE_ALIGNMENT - 1) & ~(uint32_t)(TARGET_STRIDE_ALIGNMENT - 1);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = ((size_t)stride * (size_t)size.height + page - 1) & ~(page - 1);
	memory->width = size.width;
	memory->height = size.height;
	memory->format = size.format;
	memory->modifier = DRM_FORMAT_MOD_LINEAR;
	memory->n_planes = 1;
	memory->planes[0] = (struct dmabuf_plane){
		.fd = fd_create_memory("vitrine-target", bytes), .stride = stride};
	return memory->planes[0].fd < 0 ? strerror(errno) : NULL;
}

/* Whether the screen would take the buffer. Only the DRM master may ask, and nobody while the
 * pointer's picture is set: the first frame is tried then. */
static const char *target_test(const struct scanout_place *place, struct kms_buffer *buffer)
{
	struct kms_output_frame frame = {
		.buffer = buffer, .in_fence = -1, .mode = &place->mode, .test_only = true};
	if (!place->output)
		return NULL;
	int error = kms_output_commit(place->output, &frame);
	return error && error != -EACCES && error != -EBUSY ? strerror(-error) : NULL;
}

static const char *target_make_buffer(
	struct scanout *scanout, const struct scanout_place *place, struct scanout_target *target)
{
	struct kms_device *device = scanout->options.device;
	struct kms_buffer_size size = target_size(scanout, place);
	int error = scanout_rung(scanout) == SCANOUT_GBM_IMPORT && !place->cursor
			    ? kms_buffer_create_gbm(device, size, &target->buffer)
			    : kms_buffer_create_dumb(device, size, &target->buffer);
	if (error)
		return strerror(-error);
	return place->cursor ? NULL : target_test(place, target->buffer);
}

static enum wire_target_access target_access(enum scanout_rung rung)
{
	switch (rung) {
	case SCANOUT_HOST_POINTER:
		return WIRE_TARGET_HOST_POINTER;
	case SCANOUT_COPY:
		return WIRE_TARGET_COPY;
	case SCANOUT_CPU:
		return WIRE_TARGET_MAP;
	default:
		return WIRE_TARGET_DMABUF;
	}
}

static const char *target_import_buffer(
	struct scanout *scanout, const struct scanout_place *place, struct scanout_target *target)
{
	enum scanout_rung rung = scanout_rung(scanout);
	if (place->cursor && rung != SCANOUT_CPU)
		rung = SCANOUT_COPY;
	struct dmabuf exported;
	int error = kms_buffer_export(target->buffer, &exported);
	if (error)
		return strerror(-error);
	render_client_target_import(scanout->client, target->id, target_access(rung), &exported);
	dmabuf_finish(&exported);
	return NULL;
}

const char *scanout_target_start(
	struct scanout *scanout, const struct scanout_place *place, struct scanout_target *target)
{
	struct kms_buffer_size size = target_size(scanout, place);
	enum scanout_rung rung = scanout_rung(scanout);
	*target = (struct scanout_target){
		.id = ids_take(&scanout->target_ids, scanout, TARGET_MAX_ID)};
	dmabuf_init(&target->memory);
	pixman_region32_init_rect(
		&target->stale, 0, 0, (unsigned)size.width, (unsigned)size.height);
	if (!target->id)
		return "too many targets";
	if (rung == SCANOUT_VK_EXPORT && !place->cursor) {
		render_client_target_allocate(
			scanout->client, target->id, size.width, size.height, size.format);
		return NULL;
	}
	const char *wrong;
	if (!scanout->options.device) {
		wrong = target_make_memory(size, &target->memory);
		if (!wrong)
			render_client_target_import(
				scanout->client, target->id, target_access(rung), &target->memory);
		return wrong;
	}
	wrong = target_make_buffer(scanout, place, target);
	if (!wrong && !place->cursor)
		wrong = scanout_rule_target(scanout, target);
	return wrong ? wrong : target_import_buffer(scanout, place, target);
}

const char *scanout_target_take(struct scanout *scanout, const struct scanout_place *place,
	struct scanout_target *target, struct dmabuf *memory)
{
	if (!scanout->options.device) {
		target->memory = *memory;
		dmabuf_init(memory);
		return NULL;
	}
	int error = kms_buffer_import(scanout->options.device, memory, &target->buffer);
	if (error)
		return "the display's driver cannot take the Vulkan driver's memory";
	return target_test(place, target->buffer);
}

void scanout_target_finish(struct scanout *scanout, struct scanout_target *target)
{
	if (scanout && scanout->client && target->id) {
		render_client_target_forget(scanout->client, target->id);
		ids_give_back(&scanout->target_ids, target->id);
	}
	kms_buffer_unref(target->buffer);
	dmabuf_finish(&target->memory);
	pixman_region32_fini(&target->stale);
	*target = (struct scanout_target){0};
	dmabuf_init(&target->memory);
}

#include "compositor/direct.h"

#include "common/format.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "compositor/screen.h"
#include "kms/output.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"

#include <errno.h>
#include <stdlib.h>

/* What is known of a client's buffer; lives as long as that. */
struct direct_buffer {
	struct wl_list link;
	struct wl_listener free;    /* of the buffer */
	struct kms_buffer *kms;     /* NULL: the device makes no framebuffer of it */
	uint32_t accepted, refused; /* by outputs: a bit an output::index */
};

static void direct_buffer_destroy(struct direct_buffer *record)
{
	wl_list_remove(&record->link);
	wl_list_remove(&record->free.link);
	kms_buffer_unref(record->kms);
	free(record);
}

static void direct_handle_buffer_free(struct wl_listener *listener, void *data)
{
	struct direct_buffer *record = wl_container_of(listener, record, free);
	direct_buffer_destroy(record);
}

/* Of direct_buffer::accepted and refused. */
static uint32_t direct_bit(const struct screen *screen)
{
	return UINT32_C(1) << screen->output.index;
}

void direct_init(struct direct *direct)
{
	wl_list_init(&direct->buffers);
}

void direct_finish(struct direct *direct)
{
	struct direct_buffer *record, *next;
	wl_list_for_each_safe (record, next, &direct->buffers, link)
		direct_buffer_destroy(record);
}

static void direct_log_refusal(const struct buffer *buffer, const char *reason)
{
	char name[5];
	format_name(buffer->format, name);
	log_debug("a client's buffer (%dx%d %s) is not scanned out but drawn: %s", buffer->width,
		buffer->height, name, reason);
}

static struct direct_buffer *direct_known(struct buffer *buffer)
{
	struct wl_listener *listener =
		wl_signal_get(&buffer->events.free, direct_handle_buffer_free);
	struct direct_buffer *record = NULL;
	return listener ? wl_container_of(listener, record, free) : NULL;
}

/* With its opaque format: nothing lies below the primary plane, which need not know alpha. */
static struct direct_buffer *direct_import(struct direct *direct, struct buffer *buffer)
{
	struct direct_buffer *record = xcalloc(1, sizeof *record);
	struct dmabuf dmabuf = buffer->dmabuf;
	dmabuf.format = format_find(buffer->format)->opaque;
	int error = kms_buffer_import(direct->device, &dmabuf, &record->kms);
	if (error)
		direct_log_refusal(buffer, kms_device_explain(error));
	record->free.notify = direct_handle_buffer_free;
	wl_signal_add(&buffer->events.free, &record->free);
	wl_list_insert(&direct->buffers, &record->link);
	return record;
}

/* 0, or -errno. */
static int direct_test(const struct screen *screen, struct kms_buffer *kms)
{
	const struct kms_output_frame frame = {
		.buffer = kms,
		.in_fence = -1,
		.mode = screen->modeset ? &screen->mode : NULL,
		.test_only = true,
	};
	return kms_output_commit(screen->kms, &frame);
}

/* Whether it is worth a commit: an earlier one that is still under way, or another VT that has the
 * display, says nothing of the buffer, which is asked about again. */
static bool direct_may_show(
	const struct screen *screen, struct buffer *buffer, struct direct_buffer *record)
{
	uint32_t output = direct_bit(screen);
	if (record->accepted & output)
		return true;
	int error = direct_test(screen, record->kms);
	if (error == 0)
		record->accepted |= output;
	else if (error != -EBUSY && error != -EACCES)
		direct_refuse(screen, buffer, error);
	return !(record->refused & output);
}

static const char *direct_hazard(const struct screen *screen, const struct kms_buffer *kms)
{
	return scanout_refuses(screen->scanout, kms_buffer_memory(kms));
}

struct kms_buffer *direct_framebuffer(
	struct direct *direct, const struct screen *screen, struct buffer *buffer)
{
	uint32_t output = direct_bit(screen);
	if (!screen->kms || buffer->dmabuf.n_planes == 0 ||
		!kms_output_has_format(screen->kms, format_find(buffer->format)->opaque))
		return NULL;
	struct direct_buffer *record = direct_known(buffer);
	if (!record)
		record = direct_import(direct, buffer);
	if (!record->kms || record->refused & output || direct_hazard(screen, record->kms))
		return NULL;
	return direct_may_show(screen, buffer, record) ? record->kms : NULL;
}

void direct_refuse(const struct screen *screen, struct buffer *buffer, int error)
{
	direct_known(buffer)->refused |= direct_bit(screen);
	direct_log_refusal(buffer, kms_device_explain(error));
}

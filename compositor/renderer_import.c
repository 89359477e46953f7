#include "compositor/renderer_private.h"

#include "common/xalloc.h"
#include "kms/device.h"
#include "protocol/buffer.h"
#include "protocol/linux_dmabuf.h"

#include <stdlib.h>

/* A dma-buf that the worker was asked for; the buffer is locked by linux_dmabuf.c until it is
 * answered. */
struct renderer_import {
	struct wl_list link;
	struct buffer *buffer;
};

/* NULL, or why the worker must not even be asked: importing into Venus what its host does not know
 * kills the worker. */
static const char *renderer_import_hazard(
	const struct renderer *renderer, const struct buffer *buffer)
{
	const struct render_info *info =
		renderer->client ? render_client_info(renderer->client) : NULL;
	if (!info || !(info->features & WIRE_FEATURE_IMPORT_DMABUF))
		return "the renderer imports no dma-bufs";
	if (renderer_is_too_large(renderer, buffer))
		return "larger than the renderer's largest image";
	if (!(info->features & WIRE_FEATURE_VENUS) || !renderer->device)
		return NULL;
	switch (kms_device_identify(renderer->device, &buffer->dmabuf)) {
	case KMS_MEMORY_HOST_BLOB:
	case KMS_MEMORY_ORDINARY:
		return NULL;
	case KMS_MEMORY_CLASSIC:
		return "a classic virtio-gpu resource (OpenGL by virgl), which the host cannot "
		       "attach to Venus; OpenGL "
		       "clients can render through Venus with MESA_LOADER_DRIVER_OVERRIDE=zink";
	case KMS_MEMORY_GUEST_BLOB:
		return "memory of the guest, which the host cannot attach to Venus";
	default:
		return "memory of another device";
	}
}

static void renderer_import_answer(struct renderer_import *import, bool ok, const char *reason)
{
	struct buffer *buffer = import->buffer;
	wl_list_remove(&import->link);
	free(import);
	linux_dmabuf_imported(buffer, ok, reason);
}

void renderer_import(struct renderer *renderer, struct buffer *buffer)
{
	const char *hazard = renderer_import_hazard(renderer, buffer);
	if (!hazard && !renderer_send_dmabuf(renderer, buffer))
		hazard = "too many buffers";
	if (hazard) {
		linux_dmabuf_imported(buffer, false, hazard);
		return;
	}
	struct renderer_import *import = xcalloc(1, sizeof *import);
	import->buffer = buffer;
	wl_list_insert(renderer->imports.prev, &import->link);
}

void renderer_imported(struct renderer *renderer, uint32_t id, bool ok, const char *reason)
{
	struct buffer *buffer = ids_find(&renderer->buffers, id);
	struct renderer_import *import;
	wl_list_for_each (import, &renderer->imports, link) {
		if (import->buffer == buffer) {
			renderer_import_answer(import, ok, reason);
			return;
		}
	}
	/* Accepted by an earlier worker, told again to this one. */
	if (buffer && (void *)buffer != renderer && !ok)
		buffer->refused = true;
}

void renderer_resend_imports(struct renderer *renderer)
{
	struct renderer_import *import, *next;
	wl_list_for_each_safe (import, next, &renderer->imports, link) {
		const char *hazard = renderer_import_hazard(renderer, import->buffer);
		if (hazard)
			renderer_import_answer(import, false, hazard);
		else
			renderer_send_dmabuf(renderer, import->buffer);
	}
}

void renderer_detach(struct renderer *renderer)
{
	renderer->client = NULL;
	if (wl_list_empty(&renderer->imports))
		return;
	struct renderer_import *first = wl_container_of(renderer->imports.next, first, link);
	renderer_import_answer(first, false, "the renderer died while importing it");
}

/* Clients' buffers as targets: what captures are drawn into. */
#include "compositor/renderer_private.h"

#include "common/log.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/shm.h"

#include <drm_fourcc.h>
#include <stdlib.h>

/* Above the ids of what the screens show (scanout). */
#define RENDERER_TARGET_FIRST 1024
/* Each has a mapping in the worker, and with Vulkan an image of its size. */
#define RENDERER_TARGET_MAX 64

/* Lives as long as its buffer. */
struct renderer_target {
	struct renderer *renderer;
	struct buffer *buffer;
	struct wl_listener free;
	uint32_t id;         /* in renderer::targets; the worker's is RENDERER_TARGET_FIRST more */
	uint32_t generation; /* of the worker that was asked; 0: none */
	enum renderer_target_state state;
	int deaths; /* of workers in a row that owed the answer about it */
};

static void renderer_target_handle_free(struct wl_listener *listener, void *data)
{
	struct renderer_target *target = wl_container_of(listener, target, free);
	struct renderer *renderer = target->renderer;
	if (renderer->client && target->generation == renderer->generation)
		render_client_target_forget(renderer->client, RENDERER_TARGET_FIRST + target->id);
	ids_give_back(&renderer->targets, target->id);
	wl_list_remove(&target->free.link);
	free(target);
}

/* NULL: too many. */
static struct renderer_target *renderer_target_of(struct renderer *renderer, struct buffer *buffer)
{
	struct wl_listener *listener =
		wl_signal_get(&buffer->events.free, renderer_target_handle_free);
	struct renderer_target *target = NULL;
	if (listener)
		return wl_container_of(listener, target, free);
	target = xcalloc(1, sizeof *target);
	target->id = ids_take(&renderer->targets, target, RENDERER_TARGET_MAX);
	if (!target->id) {
		free(target);
		return NULL;
	}
	target->renderer = renderer;
	target->buffer = buffer;
	target->free.notify = renderer_target_handle_free;
	wl_signal_add(&buffer->events.free, &target->free);
	return target;
}

static enum wire_target_access renderer_target_access(
	const struct render_info *info, const struct buffer *buffer)
{
	if (!buffer->pool)
		return WIRE_TARGET_DMABUF;
	return info->features & WIRE_FEATURE_MAP ? WIRE_TARGET_MAP : WIRE_TARGET_COPY;
}

/* NULL, or why it cannot be drawn into. */
static const char *renderer_target_hazard(
	const struct renderer *renderer, const struct buffer *buffer)
{
	const struct render_info *info = render_client_info(renderer->client);
	if ((uint32_t)buffer->width > info->max_extent ||
		(uint32_t)buffer->height > info->max_extent)
		return "larger than the renderer's largest image";
	if (buffer->pool)
		return NULL;
	return buffer->dmabuf.n_planes != 1 ? "of several planes"
					    : renderer_import_hazard(renderer, buffer);
}

static void renderer_target_ask(struct renderer_target *target)
{
	struct renderer *renderer = target->renderer;
	const struct buffer *buffer = target->buffer;
	const struct render_info *info = render_client_info(renderer->client);
	const char *hazard = renderer_target_hazard(renderer, buffer);
	if (hazard) {
		log_warn("a capture's buffer is refused: %s", hazard);
		target->state = RENDERER_TARGET_REFUSED;
		return;
	}
	struct dmabuf memory = buffer->dmabuf;
	if (buffer->pool) {
		memory.width = buffer->width;
		memory.height = buffer->height;
		memory.format = buffer->format;
		memory.modifier = DRM_FORMAT_MOD_LINEAR;
		memory.n_planes = 1;
		memory.planes[0] = (struct dmabuf_plane){
			.fd = buffer->pool->fd, .offset = buffer->offset, .stride = buffer->stride};
	}
	target->state = RENDERER_TARGET_ASKED;
	target->generation = renderer->generation;
	render_client_target_import(renderer->client, RENDERER_TARGET_FIRST + target->id,
		renderer_target_access(info, buffer), &memory);
}

enum renderer_target_state renderer_tell_target(
	struct renderer *renderer, struct buffer *buffer, uint32_t *id)
{
	struct renderer_target *target = renderer_target_of(renderer, buffer);
	if (!target) {
		log_warn("a capture is refused: clients draw into %d buffers already",
			RENDERER_TARGET_MAX);
		return RENDERER_TARGET_REFUSED;
	}
	*id = RENDERER_TARGET_FIRST + target->id;
	if (target->state != RENDERER_TARGET_REFUSED && target->generation != renderer->generation)
		renderer_target_ask(target);
	return target->state;
}

bool renderer_target_result(struct renderer *renderer, uint32_t id, bool ok, const char *reason)
{
	if (id <= RENDERER_TARGET_FIRST)
		return false;
	struct renderer_target *target = ids_find(&renderer->targets, id - RENDERER_TARGET_FIRST);
	if (!target || target->state != RENDERER_TARGET_ASKED)
		return true;
	target->state = ok ? RENDERER_TARGET_READY : RENDERER_TARGET_REFUSED;
	target->deaths = 0;
	if (!ok)
		log_warn("a capture's buffer is refused: %s", reason);
	return true;
}

static bool renderer_target_is_owed(const struct renderer_target *target)
{
	return target->state == RENDERER_TARGET_ASKED &&
	       target->generation == target->renderer->generation;
}

void renderer_drop_targets(struct renderer *renderer)
{
	for (size_t i = 0; i < renderer->targets.len; i++) {
		struct renderer_target *target = renderer->targets.objects[i];
		if (!target || target->buffer->pool || !renderer_target_is_owed(target) ||
			++target->deaths < RENDERER_IMPORT_DEATHS)
			continue;
		log_warn("a capture's buffer is refused: one renderer after the other died "
			 "importing it");
		target->state = RENDERER_TARGET_REFUSED;
	}
}

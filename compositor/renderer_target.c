/* Clients' wl_shm buffers as targets: what captures are drawn into. */
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

static void renderer_target_ask(struct renderer_target *target)
{
	struct renderer *renderer = target->renderer;
	const struct buffer *buffer = target->buffer;
	if (!renderer_can_read(renderer, buffer)) {
		log_limited(LOG_LEVEL_WARN,
			"a capture's buffer is refused: larger than the renderer's largest image");
		target->state = RENDERER_TARGET_REFUSED;
		return;
	}
	const struct dmabuf memory = {
		.width = buffer->width,
		.height = buffer->height,
		.format = buffer->format,
		.modifier = DRM_FORMAT_MOD_LINEAR,
		.n_planes = 1,
		.planes = {{.fd = buffer->pool->fd,
			.offset = buffer->offset,
			.stride = buffer->stride}},
	};
	bool maps = render_client_info(renderer->client)->features & WIRE_FEATURE_MAP;
	target->state = RENDERER_TARGET_ASKED;
	target->generation = renderer->generation;
	render_client_target_import(renderer->client, RENDERER_TARGET_FIRST + target->id,
		maps ? WIRE_TARGET_MAP : WIRE_TARGET_COPY, &memory);
}

enum renderer_target_state renderer_tell_target(
	struct renderer *renderer, struct buffer *buffer, uint32_t *id)
{
	struct renderer_target *target = renderer_target_of(renderer, buffer);
	if (!target) {
		log_limited(LOG_LEVEL_WARN,
			"a capture is refused: clients draw into %d buffers already",
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
	if (!ok)
		log_limited(LOG_LEVEL_WARN, "a capture's buffer is refused: %s", reason);
	return true;
}

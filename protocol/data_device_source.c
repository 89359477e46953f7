#include "common/xalloc.h"
#include "protocol/data_private.h"
#include "protocol/resource.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

struct data_device_source *data_device_source_from_resource(struct wl_resource *resource)
{
	return resource ? wl_resource_get_user_data(resource) : NULL;
}

static void data_device_source_handle_offer(
	struct wl_client *client, struct wl_resource *resource, const char *mime_type)
{
	struct data_device_source *source = wl_resource_get_user_data(resource);
	/* Offers tell their types when they are made: what comes later would be seen by nobody. */
	if (source->base.use == DATA_SOURCE_UNUSED)
		data_source_add_type(&source->base, mime_type);
}

static void data_device_source_handle_set_actions(
	struct wl_client *client, struct wl_resource *resource, uint32_t actions)
{
	struct data_device_source *source = wl_resource_get_user_data(resource);
	if (actions & ~(uint32_t)DATA_DEVICE_ACTIONS) {
		wl_resource_post_error(resource, WL_DATA_SOURCE_ERROR_INVALID_ACTION_MASK,
			"no such actions: 0x%x", actions);
		return;
	}
	if (source->has_actions || source->base.use != DATA_SOURCE_UNUSED) {
		wl_resource_post_error(resource, WL_DATA_SOURCE_ERROR_INVALID_SOURCE,
			"actions are set once, before the drag starts");
		return;
	}
	source->has_actions = true;
	source->actions = actions;
}

static const struct wl_data_source_interface data_device_source_implementation = {
	.offer = data_device_source_handle_offer,
	.destroy = resource_handle_destroy,
	.set_actions = data_device_source_handle_set_actions,
};

static void data_device_source_send(struct data_source *source, const char *mime_type, int32_t fd)
{
	wl_data_source_send_send(source->resource, mime_type, fd);
}

static void data_device_source_cancelled(struct data_source *base)
{
	const struct data_device_source *source = wl_container_of(base, source, base);
	/* Before version 3 the end of a drag was not told (wl_data_source.cancelled). */
	if (base->use != DATA_SOURCE_DRAG || data_device_source_hears_end(source))
		wl_data_source_send_cancelled(base->resource);
}

static const struct data_source_kind data_device_source_kind = {
	.send = data_device_source_send,
	.cancelled = data_device_source_cancelled,
};

static void data_device_source_handle_resource_destroy(struct wl_resource *resource)
{
	struct data_device_source *source = wl_resource_get_user_data(resource);
	data_source_finish(&source->base);
	free(source);
}

void data_device_source_create(struct wl_client *client, uint32_t version, uint32_t id)
{
	struct data_device_source *source = xcalloc(1, sizeof *source);
	struct wl_resource *resource = resource_create(client, &wl_data_source_interface, version,
		id, &data_device_source_implementation, source,
		data_device_source_handle_resource_destroy);
	if (!resource) {
		free(source);
		return;
	}
	data_source_init(&source->base, &data_device_source_kind, resource);
	/* Who does not know of actions drags to copy. */
	source->actions = WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY;
}

bool data_device_source_claim(
	struct data_device_source *source, enum data_source_use use, struct wl_resource *device)
{
	struct wl_resource *resource = source->base.resource;
	if (source->base.use != DATA_SOURCE_UNUSED) {
		wl_resource_post_error(device, WL_DATA_DEVICE_ERROR_USED_SOURCE,
			"wl_data_source#%u was used already", wl_resource_get_id(resource));
		return false;
	}
	if (use == DATA_SOURCE_SELECTION && source->has_actions) {
		wl_resource_post_error(resource, WL_DATA_SOURCE_ERROR_INVALID_SOURCE,
			"a source with actions is for drag-and-drop only");
		return false;
	}
	source->base.use = use;
	return true;
}

bool data_device_source_hears_end(const struct data_device_source *source)
{
	return wl_resource_get_version(source->base.resource) >=
	       WL_DATA_SOURCE_DND_DROP_PERFORMED_SINCE_VERSION;
}

void data_device_source_set_target(struct data_device_source *source, const char *mime_type)
{
	if (!source->accepted && !mime_type)
		return;
	source->accepted = mime_type;
	wl_data_source_send_target(source->base.resource, mime_type);
}

void data_device_source_set_action(struct data_device_source *source, uint32_t action)
{
	if (source->action == action)
		return;
	source->action = action;
	if (wl_resource_get_version(source->base.resource) >= WL_DATA_SOURCE_ACTION_SINCE_VERSION)
		wl_data_source_send_action(source->base.resource, action);
}

void data_device_source_end(struct data_device_source *source)
{
	source->base.use = DATA_SOURCE_ENDED;
	data_source_revoke(&source->base);
	if (data_device_source_hears_end(source))
		wl_data_source_send_dnd_finished(source->base.resource);
}

#include "common/xalloc.h"
#include "protocol/data_private.h"
#include "protocol/resource.h"

#include <stdlib.h>
#include <string.h>
#include <wayland-server-protocol.h>

#define DATA_SOURCE_ACTIONS \
	(WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY | WL_DATA_DEVICE_MANAGER_DND_ACTION_MOVE | \
		WL_DATA_DEVICE_MANAGER_DND_ACTION_ASK)

struct data_source *data_source_from_resource(struct wl_resource *resource)
{
	return resource ? wl_resource_get_user_data(resource) : NULL;
}

bool data_source_has_type(const struct data_source *source, const char *mime_type)
{
	char **type;
	wl_array_for_each (type, (struct wl_array *)&source->mime_types) {
		if (strcmp(*type, mime_type) == 0)
			return true;
	}
	return false;
}

static void data_source_handle_offer(
	struct wl_client *client, struct wl_resource *resource, const char *mime_type)
{
	struct data_source *source = wl_resource_get_user_data(resource);
	/* Offers tell their types when they are made: what comes later would be seen by nobody. */
	if (source->use != DATA_SOURCE_UNUSED || data_source_has_type(source, mime_type))
		return;
	char *copy = strdup(mime_type);
	char **slot = copy ? wl_array_add(&source->mime_types, sizeof copy) : NULL;
	if (!slot) {
		free(copy);
		wl_resource_post_no_memory(resource);
		return;
	}
	*slot = copy;
}

static void data_source_handle_set_actions(
	struct wl_client *client, struct wl_resource *resource, uint32_t actions)
{
	struct data_source *source = wl_resource_get_user_data(resource);
	if (actions & ~(uint32_t)DATA_SOURCE_ACTIONS) {
		wl_resource_post_error(resource, WL_DATA_SOURCE_ERROR_INVALID_ACTION_MASK,
			"no such actions: 0x%x", actions);
		return;
	}
	if (source->has_actions || source->use != DATA_SOURCE_UNUSED) {
		wl_resource_post_error(resource, WL_DATA_SOURCE_ERROR_INVALID_SOURCE,
			"actions are set once, before the drag starts");
		return;
	}
	source->has_actions = true;
	source->actions = actions;
}

static const struct wl_data_source_interface data_source_implementation = {
	.offer = data_source_handle_offer,
	.destroy = resource_handle_destroy,
	.set_actions = data_source_handle_set_actions,
};

void data_source_revoke(struct data_source *source)
{
	struct data_offer *offer, *next;
	wl_list_for_each_safe (offer, next, &source->offers, link) {
		wl_list_remove(&offer->link);
		wl_list_init(&offer->link);
		offer->source = NULL;
	}
}

static void data_source_handle_resource_destroy(struct wl_resource *resource)
{
	struct data_source *source = wl_resource_get_user_data(resource);
	wl_signal_emit_mutable(&source->events.destroy, source);
	data_source_revoke(source);
	char **type;
	wl_array_for_each (type, &source->mime_types)
		free(*type);
	wl_array_release(&source->mime_types);
	free(source);
}

void data_source_create(struct wl_client *client, uint32_t version, uint32_t id)
{
	struct data_source *source = xcalloc(1, sizeof *source);
	source->resource = resource_create(client, &wl_data_source_interface, version, id,
		&data_source_implementation, source, data_source_handle_resource_destroy);
	if (!source->resource) {
		free(source);
		return;
	}
	/* Who does not know of actions drags to copy. */
	source->actions = WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY;
	wl_array_init(&source->mime_types);
	wl_list_init(&source->offers);
	wl_signal_init(&source->events.destroy);
}

bool data_source_claim(
	struct data_source *source, enum data_source_use use, struct wl_resource *device)
{
	if (source->use != DATA_SOURCE_UNUSED) {
		wl_resource_post_error(device, WL_DATA_DEVICE_ERROR_USED_SOURCE,
			"wl_data_source#%u was used already", wl_resource_get_id(source->resource));
		return false;
	}
	if (use == DATA_SOURCE_SELECTION && source->has_actions) {
		wl_resource_post_error(source->resource, WL_DATA_SOURCE_ERROR_INVALID_SOURCE,
			"a source with actions is for drag-and-drop only");
		return false;
	}
	source->use = use;
	return true;
}

bool data_source_hears_end(const struct data_source *source)
{
	return wl_resource_get_version(source->resource) >=
	       WL_DATA_SOURCE_DND_DROP_PERFORMED_SINCE_VERSION;
}

void data_source_cancel(struct data_source *source)
{
	if (!source || source->use == DATA_SOURCE_ENDED)
		return;
	bool drag = source->use == DATA_SOURCE_DRAG;
	source->use = DATA_SOURCE_ENDED;
	data_source_revoke(source);
	/* Before version 3 the end of a drag was not told (wl_data_source.cancelled). */
	if (!drag || data_source_hears_end(source))
		wl_data_source_send_cancelled(source->resource);
}

void data_source_set_target(struct data_source *source, const char *mime_type)
{
	if (!source->accepted && !mime_type)
		return;
	source->accepted = mime_type;
	wl_data_source_send_target(source->resource, mime_type);
}

void data_source_set_action(struct data_source *source, uint32_t action)
{
	if (source->action == action)
		return;
	source->action = action;
	if (wl_resource_get_version(source->resource) >= WL_DATA_SOURCE_ACTION_SINCE_VERSION)
		wl_data_source_send_action(source->resource, action);
}

void data_source_finish(struct data_source *source)
{
	source->use = DATA_SOURCE_ENDED;
	data_source_revoke(source);
	if (data_source_hears_end(source))
		wl_data_source_send_dnd_finished(source->resource);
}

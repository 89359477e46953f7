#include "protocol/data_source.h"

#include "common/xalloc.h"
#include "protocol/data_offer.h"
#include "protocol/resource.h"

#include "ext-data-control-v1-server.h"
#include "primary-selection-unstable-v1-server.h"
#include "wlr-data-control-unstable-v1-server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Three protocols have the same source, message for message. */
static_assert(
	ZWP_PRIMARY_SELECTION_SOURCE_V1_SEND == EXT_DATA_CONTROL_SOURCE_V1_SEND &&
		EXT_DATA_CONTROL_SOURCE_V1_SEND == ZWLR_DATA_CONTROL_SOURCE_V1_SEND &&
		ZWP_PRIMARY_SELECTION_SOURCE_V1_CANCELLED == EXT_DATA_CONTROL_SOURCE_V1_CANCELLED &&
		EXT_DATA_CONTROL_SOURCE_V1_CANCELLED == ZWLR_DATA_CONTROL_SOURCE_V1_CANCELLED &&
		(int)EXT_DATA_CONTROL_SOURCE_V1_ERROR_INVALID_OFFER ==
			(int)ZWLR_DATA_CONTROL_SOURCE_V1_ERROR_INVALID_OFFER,
	"sources that only offer types");

void data_source_init(struct data_source *source, const struct data_source_kind *kind,
	struct wl_resource *resource)
{
	source->kind = kind;
	source->resource = resource;
	wl_array_init(&source->mime_types);
	wl_list_init(&source->offers);
	wl_signal_init(&source->events.destroy);
}

void data_source_finish(struct data_source *source)
{
	wl_signal_emit_mutable(&source->events.destroy, source);
	data_source_revoke(source);
	char **type;
	wl_array_for_each (type, &source->mime_types)
		free(*type);
	wl_array_release(&source->mime_types);
}

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

void data_source_add_type(struct data_source *source, const char *mime_type)
{
	size_t size = strlen(mime_type) + 1 + DATA_SOURCE_TYPE_COST;
	if (size > DATA_SOURCE_MAX_TYPES - source->types_size ||
		data_source_has_type(source, mime_type))
		return;
	char *copy = strdup(mime_type);
	char **slot = copy ? wl_array_add(&source->mime_types, sizeof copy) : NULL;
	if (!slot) {
		free(copy);
		wl_resource_post_no_memory(source->resource);
		return;
	}
	*slot = copy;
	source->types_size += size;
}

void data_source_cancel(struct data_source *source)
{
	if (!source || source->use == DATA_SOURCE_ENDED)
		return;
	data_source_revoke(source);
	source->kind->cancelled(source);
	source->use = DATA_SOURCE_ENDED;
}

void data_source_revoke(struct data_source *source)
{
	struct data_offer *offer, *next;
	wl_list_for_each_safe (offer, next, &source->offers, link)
		data_offer_revoke(offer);
}

static void data_source_send(struct data_source *source, const char *mime_type, int32_t fd)
{
	wl_resource_post_event(source->resource, EXT_DATA_CONTROL_SOURCE_V1_SEND, mime_type, fd);
}

static void data_source_cancelled(struct data_source *source)
{
	wl_resource_post_event(source->resource, EXT_DATA_CONTROL_SOURCE_V1_CANCELLED);
}

static const struct data_source_kind data_source_lenient = {
	.send = data_source_send,
	.cancelled = data_source_cancelled,
};

static const struct data_source_kind data_source_strict = {
	.send = data_source_send,
	.cancelled = data_source_cancelled,
};

static void data_source_handle_offer(
	struct wl_client *client, struct wl_resource *resource, const char *mime_type)
{
	struct data_source *source = wl_resource_get_user_data(resource);
	if (source->use == DATA_SOURCE_UNUSED)
		data_source_add_type(source, mime_type);
	else if (source->kind == &data_source_strict)
		wl_resource_post_error(resource, EXT_DATA_CONTROL_SOURCE_V1_ERROR_INVALID_OFFER,
			"a mime type after the source was set");
}

static const struct ext_data_control_source_v1_interface data_source_implementation = {
	.offer = data_source_handle_offer,
	.destroy = resource_handle_destroy,
};

static void data_source_handle_resource_destroy(struct wl_resource *resource)
{
	struct data_source *source = wl_resource_get_user_data(resource);
	data_source_finish(source);
	free(source);
}

void data_source_create(
	struct wl_client *client, const struct wl_interface *interface, uint32_t id, bool strict)
{
	struct data_source *source = xcalloc(1, sizeof *source);
	struct wl_resource *resource = resource_create(client, interface, 1, id,
		&data_source_implementation, source, data_source_handle_resource_destroy);
	if (resource)
		data_source_init(
			source, strict ? &data_source_strict : &data_source_lenient, resource);
	else
		free(source);
}

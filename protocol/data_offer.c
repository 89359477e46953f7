#include "common/fd.h"
#include "common/xalloc.h"
#include "protocol/data_private.h"
#include "protocol/resource.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

#define DATA_OFFER_ACTIONS \
	(WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY | WL_DATA_DEVICE_MANAGER_DND_ACTION_MOVE | \
		WL_DATA_DEVICE_MANAGER_DND_ACTION_ASK)

static bool data_offer_knows_actions(const struct data_offer *offer)
{
	return wl_resource_get_version(offer->resource) >= WL_DATA_OFFER_ACTION_SINCE_VERSION;
}

/* The one action that both sides agree on: the destination's favourite, else the first in bit
 * order. */
static uint32_t data_offer_choose_action(const struct data_offer *offer)
{
	uint32_t common = offer->actions & offer->source->actions;
	if (common & offer->preferred)
		return offer->preferred;
	return common & -common;
}

static void data_offer_update_action(struct data_offer *offer)
{
	uint32_t action = data_offer_choose_action(offer);
	data_source_set_action(offer->source, action);
	if (offer->action != action && data_offer_knows_actions(offer))
		wl_data_offer_send_action(offer->resource, action);
	offer->action = action;
}

/* False: nothing but destroying is left to do with it; posted an error. */
static bool data_offer_check_open(struct data_offer *offer)
{
	if (!offer->finished)
		return true;
	wl_resource_post_error(
		offer->resource, WL_DATA_OFFER_ERROR_INVALID_OFFER, "the offer is finished");
	return false;
}

static void data_offer_handle_accept(struct wl_client *client, struct wl_resource *resource,
	uint32_t serial, const char *mime_type)
{
	struct data_offer *offer = wl_resource_get_user_data(resource);
	if (!data_offer_check_open(offer) || !offer->drag || !offer->source)
		return;
	if (mime_type && !data_source_has_type(offer->source, mime_type))
		mime_type = NULL;
	data_source_set_target(offer->source, mime_type);
}

static void data_offer_handle_receive(
	struct wl_client *client, struct wl_resource *resource, const char *mime_type, int32_t fd)
{
	struct data_offer *offer = wl_resource_get_user_data(resource);
	if (data_offer_check_open(offer) && offer->source &&
		data_source_has_type(offer->source, mime_type))
		wl_data_source_send_send(offer->source->resource, mime_type, fd);
	/* The reader of an offer without a source sees the end of the data. */
	fd_close(&fd);
}

static void data_offer_handle_finish(struct wl_client *client, struct wl_resource *resource)
{
	struct data_offer *offer = wl_resource_get_user_data(resource);
	struct data_source *source = offer->source;
	if (!offer->drag || offer->finished) {
		wl_resource_post_error(resource, WL_DATA_OFFER_ERROR_INVALID_FINISH, "finish of %s",
			offer->drag ? "a finished offer" : "a selection");
		return;
	}
	if (!source)
		return; /* went meanwhile, which the destination cannot know */
	uint32_t action = offer->asks ? data_offer_choose_action(offer) : source->action;
	if (!offer->dropped || !source->accepted ||
		action == WL_DATA_DEVICE_MANAGER_DND_ACTION_NONE ||
		action == WL_DATA_DEVICE_MANAGER_DND_ACTION_ASK) {
		wl_resource_post_error(resource, WL_DATA_OFFER_ERROR_INVALID_FINISH,
			"finish without a drop, an accepted type or a final action");
		return;
	}
	offer->finished = true;
	data_source_set_action(source, action);
	data_source_finish(source);
}

static void data_offer_handle_set_actions(struct wl_client *client, struct wl_resource *resource,
	uint32_t actions, uint32_t preferred)
{
	struct data_offer *offer = wl_resource_get_user_data(resource);
	if (!data_offer_check_open(offer))
		return;
	if (!offer->drag) {
		wl_resource_post_error(resource, WL_DATA_OFFER_ERROR_INVALID_OFFER,
			"actions of an offer of the selection");
		return;
	}
	if (actions & ~(uint32_t)DATA_OFFER_ACTIONS) {
		wl_resource_post_error(resource, WL_DATA_OFFER_ERROR_INVALID_ACTION_MASK,
			"no such actions: 0x%x", actions);
		return;
	}
	bool one = (preferred & (preferred - 1)) == 0;
	if (!one || preferred & ~actions ||
		(offer->asks && offer->source && preferred & ~offer->source->actions)) {
		wl_resource_post_error(resource, WL_DATA_OFFER_ERROR_INVALID_ACTION,
			"the preferred action 0x%x is not one of 0x%x", preferred, actions);
		return;
	}
	/* A drop is final, except for the answer to "ask". */
	if (!offer->source || (offer->dropped && !offer->asks))
		return;
	offer->actions = actions;
	offer->preferred = preferred;
	if (!offer->asks)
		data_offer_update_action(offer);
}

static const struct wl_data_offer_interface data_offer_implementation = {
	.accept = data_offer_handle_accept,
	.receive = data_offer_handle_receive,
	.destroy = resource_handle_destroy,
	.finish = data_offer_handle_finish,
	.set_actions = data_offer_handle_set_actions,
};

/* The last dropped offer goes without a finish: the destination gave up, or its version has no
 * finish. */
static void data_offer_abandon(struct data_offer *offer)
{
	struct data_source *source = offer->source;
	wl_list_remove(&offer->link);
	if (!offer->dropped || !wl_list_empty(&source->offers))
		return;
	if (data_offer_knows_actions(offer))
		data_source_cancel(source);
	else
		data_source_finish(source);
}

static void data_offer_handle_resource_destroy(struct wl_resource *resource)
{
	struct data_offer *offer = wl_resource_get_user_data(resource);
	if (offer->source)
		data_offer_abandon(offer);
	free(offer);
}

static void data_offer_introduce(struct data_offer *offer, struct wl_resource *device)
{
	wl_data_device_send_data_offer(device, offer->resource);
	char **type;
	wl_array_for_each (type, &offer->source->mime_types)
		wl_data_offer_send_offer(offer->resource, *type);
	if (!offer->drag)
		return;
	if (data_offer_knows_actions(offer))
		wl_data_offer_send_source_actions(offer->resource, offer->source->actions);
	else
		offer->actions = WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY;
	data_offer_update_action(offer);
}

struct data_offer *data_offer_create(
	struct data_source *source, struct wl_resource *device, bool drag)
{
	struct data_offer *offer = xcalloc(1, sizeof *offer);
	offer->resource = resource_create(wl_resource_get_client(device), &wl_data_offer_interface,
		(uint32_t)wl_resource_get_version(device), 0, &data_offer_implementation, offer,
		data_offer_handle_resource_destroy);
	if (!offer->resource) {
		free(offer);
		return NULL;
	}
	offer->source = source;
	offer->drag = drag;
	wl_list_insert(&source->offers, &offer->link);
	data_offer_introduce(offer, device);
	return offer;
}

bool data_offer_wants_drop(const struct data_offer *offer)
{
	const struct data_source *source = offer->source;
	/* Before version 3 accepting was feedback only (wl_data_offer.accept). */
	return source && source->action && (source->accepted || !data_offer_knows_actions(offer));
}

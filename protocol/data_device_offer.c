#include "common/fd.h"
#include "common/xalloc.h"
#include "protocol/data_private.h"
#include "protocol/resource.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

static bool data_device_offer_knows_actions(const struct data_device_offer *offer)
{
	return wl_resource_get_version(offer->base.resource) >= WL_DATA_OFFER_ACTION_SINCE_VERSION;
}

/* Of a drag. NULL: the offer is inert. */
static struct data_device_source *data_device_offer_source(const struct data_device_offer *offer)
{
	struct data_device_source *source;
	return offer->base.source ? wl_container_of(offer->base.source, source, base) : NULL;
}

/* The one action that both sides agree on: the destination's favourite, else the first in bit
 * order. */
static uint32_t data_device_offer_choose_action(const struct data_device_offer *offer)
{
	uint32_t common = offer->actions & data_device_offer_source(offer)->actions;
	if (common & offer->preferred)
		return offer->preferred;
	return common & -common;
}

static void data_device_offer_update_action(struct data_device_offer *offer)
{
	uint32_t action = data_device_offer_choose_action(offer);
	data_device_source_set_action(data_device_offer_source(offer), action);
	if (offer->action != action && data_device_offer_knows_actions(offer))
		wl_data_offer_send_action(offer->base.resource, action);
	offer->action = action;
}

/* False: nothing but destroying is left to do with it; posted an error. */
static bool data_device_offer_check_open(struct data_device_offer *offer)
{
	if (!offer->finished)
		return true;
	wl_resource_post_error(
		offer->base.resource, WL_DATA_OFFER_ERROR_INVALID_OFFER, "the offer is finished");
	return false;
}

static void data_device_offer_handle_accept(struct wl_client *client, struct wl_resource *resource,
	uint32_t serial, const char *mime_type)
{
	struct data_device_offer *offer = wl_resource_get_user_data(resource);
	if (!data_device_offer_check_open(offer) || !offer->drag || !offer->base.source)
		return;
	if (mime_type && !data_source_has_type(offer->base.source, mime_type))
		mime_type = NULL;
	data_device_source_set_target(data_device_offer_source(offer), mime_type);
}

static void data_device_offer_handle_receive(
	struct wl_client *client, struct wl_resource *resource, const char *mime_type, int32_t fd)
{
	struct data_device_offer *offer = wl_resource_get_user_data(resource);
	if (data_device_offer_check_open(offer))
		data_offer_receive(&offer->base, mime_type, fd);
	else
		fd_close(&fd);
}

static void data_device_offer_handle_finish(struct wl_client *client, struct wl_resource *resource)
{
	struct data_device_offer *offer = wl_resource_get_user_data(resource);
	if (!offer->drag || offer->finished) {
		wl_resource_post_error(resource, WL_DATA_OFFER_ERROR_INVALID_FINISH, "finish of %s",
			offer->drag ? "a finished offer" : "a selection");
		return;
	}
	struct data_device_source *source = data_device_offer_source(offer);
	if (!source)
		return; /* went meanwhile, which the destination cannot know */
	uint32_t action = offer->asks ? data_device_offer_choose_action(offer) : source->action;
	if (!offer->dropped || !source->accepted ||
		action == WL_DATA_DEVICE_MANAGER_DND_ACTION_NONE ||
		action == WL_DATA_DEVICE_MANAGER_DND_ACTION_ASK) {
		wl_resource_post_error(resource, WL_DATA_OFFER_ERROR_INVALID_FINISH,
			"finish without a drop, an accepted type or a final action");
		return;
	}
	offer->finished = true;
	data_device_source_set_action(source, action);
	data_device_source_end(source);
}

/* False: an error was posted. */
static bool data_device_offer_check_actions(
	const struct data_device_offer *offer, uint32_t actions, uint32_t preferred)
{
	struct wl_resource *resource = offer->base.resource;
	if (!offer->drag) {
		wl_resource_post_error(resource, WL_DATA_OFFER_ERROR_INVALID_OFFER,
			"actions of an offer of the selection");
		return false;
	}
	if (actions & ~(uint32_t)DATA_DEVICE_ACTIONS) {
		wl_resource_post_error(resource, WL_DATA_OFFER_ERROR_INVALID_ACTION_MASK,
			"no such actions: 0x%x", actions);
		return false;
	}
	const struct data_device_source *source = data_device_offer_source(offer);
	bool one = (preferred & (preferred - 1)) == 0;
	if (!one || preferred & ~actions ||
		(offer->asks && source && preferred & ~source->actions)) {
		wl_resource_post_error(resource, WL_DATA_OFFER_ERROR_INVALID_ACTION,
			"the preferred action 0x%x is not one of 0x%x", preferred, actions);
		return false;
	}
	return true;
}

static void data_device_offer_handle_set_actions(struct wl_client *client,
	struct wl_resource *resource, uint32_t actions, uint32_t preferred)
{
	struct data_device_offer *offer = wl_resource_get_user_data(resource);
	if (!data_device_offer_check_open(offer) ||
		!data_device_offer_check_actions(offer, actions, preferred))
		return;
	/* A drop is final, except for the answer to "ask". */
	if (!offer->base.source || (offer->dropped && !offer->asks))
		return;
	offer->actions = actions;
	offer->preferred = preferred;
	if (!offer->asks)
		data_device_offer_update_action(offer);
}

static const struct wl_data_offer_interface data_device_offer_implementation = {
	.accept = data_device_offer_handle_accept,
	.receive = data_device_offer_handle_receive,
	.destroy = resource_handle_destroy,
	.finish = data_device_offer_handle_finish,
	.set_actions = data_device_offer_handle_set_actions,
};

/* The last dropped offer goes without a finish: the destination gave up, or its version has no
 * finish. */
static void data_device_offer_abandon(
	const struct data_device_offer *offer, struct data_device_source *source)
{
	if (!offer->dropped || !wl_list_empty(&source->base.offers))
		return;
	if (data_device_offer_knows_actions(offer))
		data_source_cancel(&source->base);
	else
		data_device_source_end(source);
}

static void data_device_offer_handle_resource_destroy(struct wl_resource *resource)
{
	struct data_device_offer *offer = wl_resource_get_user_data(resource);
	struct data_device_source *source = offer->drag ? data_device_offer_source(offer) : NULL;
	data_offer_finish(&offer->base);
	if (source)
		data_device_offer_abandon(offer, source);
	free(offer);
}

static void data_device_offer_tell_actions(struct data_device_offer *offer)
{
	if (data_device_offer_knows_actions(offer))
		wl_data_offer_send_source_actions(
			offer->base.resource, data_device_offer_source(offer)->actions);
	else
		offer->actions = WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY;
	data_device_offer_update_action(offer);
}

struct data_device_offer *data_device_offer_create(
	struct data_source *source, struct wl_resource *device, bool drag)
{
	struct data_device_offer *offer = xcalloc(1, sizeof *offer);
	struct wl_resource *resource = resource_create(wl_resource_get_client(device),
		&wl_data_offer_interface, (uint32_t)wl_resource_get_version(device), 0,
		&data_device_offer_implementation, offer,
		data_device_offer_handle_resource_destroy);
	if (!resource) {
		free(offer);
		return NULL;
	}
	offer->drag = drag;
	data_offer_init(&offer->base, source, resource);
	data_offer_introduce(&offer->base, device);
	if (drag)
		data_device_offer_tell_actions(offer);
	return offer;
}

bool data_device_offer_wants_drop(const struct data_device_offer *offer)
{
	const struct data_device_source *source = data_device_offer_source(offer);
	/* Before version 3 accepting was feedback only (wl_data_offer.accept). */
	return source && source->action &&
	       (source->accepted || !data_device_offer_knows_actions(offer));
}

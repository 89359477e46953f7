#include "protocol/data_offer.h"

#include "common/fd.h"
#include "common/xalloc.h"
#include "protocol/data_source.h"
#include "protocol/resource.h"

#include "ext-data-control-v1-server.h"
#include "primary-selection-unstable-v1-server.h"
#include "wlr-data-control-unstable-v1-server.h"

#include <assert.h>
#include <stdlib.h>
#include <wayland-server-protocol.h>

/* Four protocols say the same with the same messages. */
static_assert(WL_DATA_DEVICE_DATA_OFFER == ZWP_PRIMARY_SELECTION_DEVICE_V1_DATA_OFFER &&
		      WL_DATA_DEVICE_DATA_OFFER == EXT_DATA_CONTROL_DEVICE_V1_DATA_OFFER &&
		      WL_DATA_DEVICE_DATA_OFFER == ZWLR_DATA_CONTROL_DEVICE_V1_DATA_OFFER,
	"the device's data_offer event");
static_assert(WL_DATA_OFFER_OFFER == ZWP_PRIMARY_SELECTION_OFFER_V1_OFFER &&
		      WL_DATA_OFFER_OFFER == EXT_DATA_CONTROL_OFFER_V1_OFFER &&
		      WL_DATA_OFFER_OFFER == ZWLR_DATA_CONTROL_OFFER_V1_OFFER,
	"the offer's offer event");
static_assert(offsetof(struct zwp_primary_selection_offer_v1_interface, receive) ==
			      offsetof(struct ext_data_control_offer_v1_interface, receive) &&
		      offsetof(struct zwp_primary_selection_offer_v1_interface, receive) ==
			      offsetof(struct zwlr_data_control_offer_v1_interface, receive) &&
		      sizeof(struct zwp_primary_selection_offer_v1_interface) ==
			      sizeof(struct ext_data_control_offer_v1_interface) &&
		      sizeof(struct zwp_primary_selection_offer_v1_interface) ==
			      sizeof(struct zwlr_data_control_offer_v1_interface),
	"the requests of offers that can only be read");

void data_offer_init(
	struct data_offer *offer, struct data_source *source, struct wl_resource *resource)
{
	offer->resource = resource;
	offer->source = source;
	wl_list_insert(&source->offers, &offer->link);
}

void data_offer_finish(struct data_offer *offer)
{
	wl_list_remove(&offer->link);
}

void data_offer_revoke(struct data_offer *offer)
{
	wl_list_remove(&offer->link);
	wl_list_init(&offer->link);
	offer->source = NULL;
}

void data_offer_introduce(const struct data_offer *offer, struct wl_resource *device)
{
	wl_resource_post_event(device, WL_DATA_DEVICE_DATA_OFFER, offer->resource);
	char **type;
	wl_array_for_each (type, &offer->source->mime_types)
		wl_resource_post_event(offer->resource, WL_DATA_OFFER_OFFER, *type);
}

void data_offer_receive(const struct data_offer *offer, const char *mime_type, int32_t fd)
{
	struct data_source *source = offer->source;
	if (source && data_source_has_type(source, mime_type))
		source->kind->send(source, mime_type, fd);
	fd_close(&fd);
}

static void data_offer_handle_receive(
	struct wl_client *client, struct wl_resource *resource, const char *mime_type, int32_t fd)
{
	data_offer_receive(wl_resource_get_user_data(resource), mime_type, fd);
}

static const struct zwp_primary_selection_offer_v1_interface data_offer_implementation = {
	.receive = data_offer_handle_receive,
	.destroy = resource_handle_destroy,
};

static void data_offer_handle_resource_destroy(struct wl_resource *resource)
{
	struct data_offer *offer = wl_resource_get_user_data(resource);
	data_offer_finish(offer);
	free(offer);
}

struct data_offer *data_offer_create(struct data_source *source, struct wl_resource *device,
	const struct wl_interface *interface)
{
	struct data_offer *offer = xcalloc(1, sizeof *offer);
	struct wl_resource *resource = resource_create(wl_resource_get_client(device), interface, 1,
		0, &data_offer_implementation, offer, data_offer_handle_resource_destroy);
	if (!resource) {
		free(offer);
		return NULL;
	}
	data_offer_init(offer, source, resource);
	data_offer_introduce(offer, device);
	return offer;
}

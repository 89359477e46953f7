/** Between data_device*.c and data_drag.c only: what wl_data_device_manager knows beside reading.
 */
#ifndef PROTOCOL_DATA_PRIVATE_H
#define PROTOCOL_DATA_PRIVATE_H

#include "protocol/data_device.h"
#include "protocol/data_offer.h"
#include "protocol/data_source.h"

#define DATA_DEVICE_ACTIONS \
	(WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY | WL_DATA_DEVICE_MANAGER_DND_ACTION_MOVE | \
		WL_DATA_DEVICE_MANAGER_DND_ACTION_ASK)

/** A wl_data_source. */
struct data_device_source {
	struct data_source base;

	/* Of a drag. */
	bool has_actions;
	uint32_t actions; /**< enum wl_data_device_manager_dnd_action */
	bool accepted;    /**< the destination would take one of the mime types */
	uint32_t action;  /**< agreed on with the destination */
};

void data_device_source_create(struct wl_client *client, uint32_t version, uint32_t id);

/** NULL for NULL. */
struct data_device_source *data_device_source_from_resource(struct wl_resource *resource);

/** False: it was used before; posted on device. */
bool data_device_source_claim(
	struct data_device_source *source, enum data_source_use use, struct wl_resource *device);

/** Its client can tell how a drag ended (version 3). */
bool data_device_source_hears_end(const struct data_device_source *source);

/** Tells the client, where that is news. mime_type NULL: none is accepted. */
void data_device_source_set_target(struct data_device_source *source, const char *mime_type);
void data_device_source_set_action(struct data_device_source *source, uint32_t action);

/** The drop succeeded and all data was read. */
void data_device_source_end(struct data_device_source *source);

/** A wl_data_offer, of any source when it is the selection's, of a wl_data_source when a drag's. */
struct data_device_offer {
	struct data_offer base;
	bool drag; /**< or of the selection */
	bool dropped;
	bool asks;     /**< dropped with the action "ask": the destination still chooses */
	bool finished; /**< may only be destroyed now */
	uint32_t actions, preferred;
	uint32_t action; /**< as last told */
};

/** Introduces an offer on device. NULL: no memory, told to the client. */
struct data_device_offer *data_device_offer_create(
	struct data_source *source, struct wl_resource *device, bool drag);

/** Whether the drop that happens now is one that the destination wants. */
bool data_device_offer_wants_drop(const struct data_device_offer *offer);

/** What the events of a drag come from. */
struct data_drag_origin {
	struct seat_touch_point
		*touch;       /**< NULL: the pointer, whose implicit grab the client has */
	struct surface *icon; /**< may be NULL */
};

/**
 * Starts a drag by the client of device. source (claimed) NULL: only the client itself takes part.
 * False: the icon has another role, posted on device.
 */
bool data_drag_start(struct data_device_manager *manager, struct wl_resource *device,
	struct data_device_source *source, const struct data_drag_origin *origin);

#endif

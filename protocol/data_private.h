/** Between data_device.c, data_source.c, data_offer.c and data_drag.c only. */
#ifndef PROTOCOL_DATA_PRIVATE_H
#define PROTOCOL_DATA_PRIVATE_H

#include "protocol/data_device.h"

enum data_source_use {
	DATA_SOURCE_UNUSED,
	DATA_SOURCE_SELECTION,
	DATA_SOURCE_DRAG,
	DATA_SOURCE_ENDED, /**< cancelled or finished */
};

struct data_source {
	struct wl_resource *resource;
	struct wl_array mime_types; /**< char *, owned, each once */
	enum data_source_use use;
	struct wl_list offers; /**< struct data_offer::link: those through which it can be read */

	/* Of a drag. */
	bool has_actions;
	uint32_t actions; /**< enum wl_data_device_manager_dnd_action */
	bool accepted;    /**< the destination would take one of the mime types */
	uint32_t action;  /**< agreed on with the destination */

	struct {
		struct wl_signal destroy; /**< data: the source */
	} events;
};

void data_source_create(struct wl_client *client, uint32_t version, uint32_t id);

/** NULL for NULL. */
struct data_source *data_source_from_resource(struct wl_resource *resource);

/** False: it was used before; posted on device. */
bool data_source_claim(
	struct data_source *source, enum data_source_use use, struct wl_resource *device);

bool data_source_has_type(const struct data_source *source, const char *mime_type);

/** Nobody can read it any more; its client is told so. NULL: nothing happens. */
void data_source_cancel(struct data_source *source);

/** The offers made of it so far become inert. */
void data_source_revoke(struct data_source *source);

/** Its client can tell how a drag ended (version 3). */
bool data_source_hears_end(const struct data_source *source);

/** Tells the client, where that is news. mime_type NULL: none is accepted. */
void data_source_set_target(struct data_source *source, const char *mime_type);
void data_source_set_action(struct data_source *source, uint32_t action);

/** The drop succeeded and all data was read. */
void data_source_finish(struct data_source *source);

struct data_offer {
	struct wl_resource *resource;
	struct data_source *source; /**< NULL: inert */
	struct wl_list link;        /**< data_source::offers */
	bool drag;                  /**< or of the selection */
	bool dropped;
	bool asks;     /**< dropped with the action "ask": the destination still chooses */
	bool finished; /**< may only be destroyed now */
	uint32_t actions, preferred;
	uint32_t action; /**< as last told */
};

/** Introduces an offer on device. NULL: no memory, told to the client. */
struct data_offer *data_offer_create(
	struct data_source *source, struct wl_resource *device, bool drag);

/** Whether the drop that happens now is one that the destination wants. */
bool data_offer_wants_drop(const struct data_offer *offer);

/**
 * Starts a drag by the client of device, which has the pointer's implicit grab. icon may be NULL;
 * source (claimed) NULL: only the client itself takes part. False: the icon has another role,
 * posted on device.
 */
bool data_drag_start(struct data_device_manager *manager, struct wl_resource *device,
	struct data_source *source, struct surface *icon);

#endif

/** Through which a client reads another's struct data_source. */
#ifndef PROTOCOL_DATA_OFFER_H
#define PROTOCOL_DATA_OFFER_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct data_source;

/** Embedded in what its protocol keeps beside. */
struct data_offer {
	struct wl_resource *resource;
	struct data_source *source; /**< NULL: inert */
	struct wl_list link;        /**< data_source::offers */
	bool by_focus;              /**< good only while its client has the keyboard */
};

/** A new offer of source, by its resource. */
void data_offer_init(
	struct data_offer *offer, struct data_source *source, struct wl_resource *resource);

/** Its resource goes. */
void data_offer_finish(struct data_offer *offer);

/** It becomes inert. */
void data_offer_revoke(struct data_offer *offer);

/** Introduces the offer and its types on device. */
void data_offer_introduce(const struct data_offer *offer, struct wl_resource *device);

/** Asks the source's client to write into fd, which is closed. An inert offer's reader sees the end
 * of the data. */
void data_offer_receive(const struct data_offer *offer, const char *mime_type, int32_t fd);

/**
 * Introduces on device an offer of a protocol whose offers can only be read and destroyed: all but
 * wl_data_offer. NULL: no memory, told to the client.
 */
struct data_offer *data_offer_create(struct data_source *source, struct wl_resource *device,
	const struct wl_interface *interface);

#endif

/** A client with a surface and a data device, and what both were told; a source of it likewise. */
#ifndef TESTS_PROTOCOL_EXCHANGE_H
#define TESTS_PROTOCOL_EXCHANGE_H

#include "tests/protocol/client.h"

#define EXCHANGE_TYPE "text/plain"

struct party {
	struct client *client;
	struct wl_surface *surface;
	struct surface *server;
	struct wl_pointer *pointer;
	struct wl_data_device *device;
	uint32_t serial;                      /* of the last pointer enter or button */
	int enters, leaves, motions, buttons; /* of the pointer */
	int drag_enters, drag_leaves, drag_motions, drops, selections;
	struct wl_data_offer *introduced, *selection, *drag; /* NULL: none */
	int types;                                           /* offered with the last one */
	uint32_t source_actions, action;
};

void party_create(struct party *party, void **state, uint32_t version);

/* The pointer is over the party's surface with a button down; its serial is known then. */
void party_press(struct party *party);

struct source {
	struct wl_data_source *wl;
	int sends, cancels, drops, finishes, targets;
	bool accepted;
	uint32_t action;
};

/* Offers EXCHANGE_TYPE; actions 0: it sets none. Answers with "the data". */
void source_create(struct source *source, struct party *party, uint32_t actions);

/* Reads what arrives through offer; both parties' clients are served meanwhile. */
void offer_read(
	struct wl_data_offer *offer, struct party *reader, struct party *writer, char text[32]);

#endif

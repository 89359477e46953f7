/** What is on the clipboard, or in the primary selection: one source at most, whatever protocol set
 * it. */
#ifndef PROTOCOL_SELECTION_H
#define PROTOCOL_SELECTION_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct data_offer;
struct data_source;
struct seat;

struct selection {
	struct data_source *source; /**< NULL: nothing */
	struct wl_listener source_destroy;
	uint32_t serial; /**< of the user's action that set it last */
	struct wl_event_loop *loop;
	struct wl_event_source *idle; /**< NULL: nothing is to be told */
	struct {
		struct wl_signal changed; /**< data: the selection; when the event loop is idle:
					     several changes are one */
	} events;
};

void selection_init(struct selection *selection, struct wl_event_loop *loop);
void selection_finish(struct selection *selection);

/** Replaces what is there, which is cancelled. source (claimed) NULL: nothing. */
void selection_set(struct selection *selection, struct data_source *source);

/**
 * The same as a client asks for it, by a user's action of this serial: refused, and source
 * cancelled, where the client had no such event or what is there came later.
 */
void selection_request(struct selection *selection, struct seat *seat, struct wl_client *client,
	struct data_source *source, uint32_t serial);

/** Tells the client that has the keyboard, and only it, what the selection is. */
struct selection_focus {
	struct seat *seat;
	struct selection *selection;
	/** Sends it to a device: the new offer, or NULL for nothing and for no memory. */
	struct data_offer *(*tell)(struct data_source *source, struct wl_resource *device);
	struct wl_list devices;   /**< wl_resource links, of every client */
	struct wl_client *client; /**< has the keyboard; NULL: none */
	struct wl_listener keyboard_focus, changed;
};

/** seat, selection and tell are filled in, the first two borrowed. */
void selection_focus_init(struct selection_focus *focus);
void selection_focus_finish(struct selection_focus *focus);

/** A client has a new device, which unlinks itself. */
void selection_focus_add(struct selection_focus *focus, struct wl_resource *device);

#endif

/** wl_seat 9: who has the pointer, the keyboard and the fingers, and what they are told. Where the
 * events come from is not known here. */
#ifndef PROTOCOL_SEAT_H
#define PROTOCOL_SEAT_H

#include "protocol/keyboard.h"
#include "protocol/pointer.h"
#include "protocol/selection.h"
#include "protocol/touch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wayland-server-core.h>

/** All are required. */
struct seat_listener {
	/** The client with the pointer sets its picture; NULL: none is shown. The hotspot in
	 * surface coordinates. */
	void (*set_cursor)(
		void *data, struct surface *surface, int32_t hotspot_x, int32_t hotspot_y);
	/** A client asks by a serial that is of no press of the pointer's. Where a tool's tip came
	 * down with it and still is on the surface's tree, the pointer takes that over, pressed:
	 * true. */
	bool (*take_over)(void *data, struct surface *surface, uint32_t serial);
};

#define SEAT_MAX_SERIALS 128

/** The serial of an event of input, and who got it. */
struct seat_serial {
	uint32_t serial;
	const struct wl_client *client; /**< may be gone: only compared */
};

/** Zeroed but for listener and data, both borrowed, before seat_create(). */
struct seat {
	const struct seat_listener *listener;
	void *data;
	struct wl_display *display;
	struct wl_global *global;
	struct wl_list resources;
	uint32_t capabilities; /**< enum wl_seat_capability */
	uint32_t ever;         /**< the capabilities that it once had */
	struct seat_pointer pointer;
	struct seat_keyboard keyboard;
	struct seat_touch touch;
	struct selection clipboard, primary;
	bool lenient; /**< a serial of no event will do: against the protocols, as some clients do
		       */
	struct seat_serial serials[SEAT_MAX_SERIALS]; /**< the latest, a ring */
	size_t serials_next;
	struct {
		/** data: the seat; has changed, its client is told next */
		struct wl_signal keyboard_focus;
		struct wl_signal keyboard_entered; /**< data: the seat; the same, was told */
		struct wl_signal pointer_focus;    /**< data: the seat; was told */
	} events;
};

bool seat_create(struct seat *seat, struct wl_display *display);
void seat_destroy(struct seat *seat);

struct seat *seat_from_resource(struct wl_resource *resource);

/**
 * Whether the client was sent an event of input with this serial not long ago: only then may it do
 * what wants a user's action.
 */
bool seat_gave_serial(const struct seat *seat, const struct wl_client *client, uint32_t serial);

/** Tells every client which devices there are. */
void seat_set_capabilities(struct seat *seat, uint32_t capabilities);

#endif

/** wl_seat 9: who has the pointer and the keyboard, and what they are told. Where the events come
 * from is not known here. */
#ifndef PROTOCOL_SEAT_H
#define PROTOCOL_SEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct surface;

/** All are required. */
struct seat_listener {
	/** The client with the pointer sets its picture; NULL: none is shown. The hotspot in
	 * surface coordinates. */
	void (*set_cursor)(
		void *data, struct surface *surface, int32_t hotspot_x, int32_t hotspot_y);
};

#define SEAT_MAX_KEYS 32
#define SEAT_MAX_SERIALS 128

/** Gets the pointer's events in place of the surface under it, as a drag does. All are required. */
struct pointer_grab {
	/** What is under the pointer, told at every motion; NULL: nothing. */
	void (*focus)(void *data, struct surface *surface, double sx, double sy);
	void (*motion)(void *data, uint32_t time, double sx, double sy);
	/** The last button was released. */
	void (*release)(void *data);
};

struct seat_pointer {
	struct wl_list resources; /**< wl_resource links */
	struct surface *focus;    /**< NULL: none */
	struct wl_listener focus_destroy;
	double sx, sy; /**< in the focus */
	uint32_t enter_serial;
	uint32_t press_serial; /**< of the press that began the implicit grab */
	int buttons;           /**< held down: the focus stays meanwhile */

	struct surface *cursor;          /**< its picture; NULL: none */
	const struct pointer_grab *grab; /**< NULL: none. While there is one, focus is NULL */
	void *grab_data;
	const struct wl_client *grab_client; /**< still sets the picture */
};

struct seat_keyboard {
	struct wl_list resources;
	struct surface *focus;
	struct wl_listener focus_destroy;
	int keymap; /**< sealed fd; -1: none */
	uint32_t keymap_size;
	int32_t repeat_rate, repeat_delay; /**< keys a second, milliseconds */
	uint32_t keys[SEAT_MAX_KEYS];      /**< held down, evdev codes */
	int keys_len;
	uint32_t depressed, latched, locked, group; /**< xkb modifier masks and layout */
};

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
	struct seat_pointer pointer;
	struct seat_keyboard keyboard;
	struct seat_serial serials[SEAT_MAX_SERIALS]; /**< the latest, a ring */
	size_t serials_next;
	struct {
		struct wl_signal
			keyboard_focus; /**< data: the seat; has changed, its client is told next */
	} events;
};

bool seat_create(struct seat *seat, struct wl_display *display);
void seat_destroy(struct seat *seat);

/**
 * Whether the client was sent an event of input with this serial not long ago: only then may it do
 * what wants a user's action.
 */
bool seat_gave_serial(const struct seat *seat, const struct wl_client *client, uint32_t serial);

/** Tells every client which devices there are. */
void seat_set_capabilities(struct seat *seat, uint32_t capabilities);

/** Times are milliseconds, CLOCK_MONOTONIC; coordinates are the focus surface's. surface NULL:
 * leaves. */
void pointer_set_focus(struct seat *seat, struct surface *surface, double sx, double sy);
/** True: the focus was told, and a pointer_frame() is due. */
bool pointer_motion(struct seat *seat, uint32_t time, double sx, double sy);
void pointer_button(struct seat *seat, uint32_t time, uint32_t button, bool pressed);
void pointer_frame(struct seat *seat);

/** While a button is held over the focus, which is left. The picture stays. */
void pointer_start_grab(struct seat *seat, const struct pointer_grab *grab, void *data);

/** The caller then sets the focus again. */
void pointer_end_grab(struct seat *seat);

struct pointer_axis {
	uint32_t axis;   /**< enum wl_pointer_axis */
	uint32_t source; /**< enum wl_pointer_axis_source */
	double value;    /**< 0: the axis stopped */
	int32_t v120;    /**< 120ths of a wheel's step; 0: not a wheel */
};
void pointer_axis(struct seat *seat, uint32_t time, const struct pointer_axis *event);

/** surface NULL: leaves. */
void keyboard_set_focus(struct seat *seat, struct surface *surface);
void keyboard_key(struct seat *seat, uint32_t time, uint32_t key, bool pressed);
void keyboard_modifiers(
	struct seat *seat, uint32_t depressed, uint32_t latched, uint32_t locked, uint32_t group);

/** An xkb keymap as text, its NUL included in size. False: no memory. */
bool keyboard_set_keymap(struct seat *seat, const char *text, uint32_t size);

#endif

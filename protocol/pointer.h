/** wl_pointer: what is under the pointer is told of it. Times are milliseconds, CLOCK_MONOTONIC;
 * coordinates are the focus surface's. */
#ifndef PROTOCOL_POINTER_H
#define PROTOCOL_POINTER_H

#include "protocol/held_keys.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct seat;
struct seat_grab;
struct surface;

/** Part of struct seat. */
struct seat_pointer {
	struct wl_list resources; /**< wl_resource links */
	struct surface *focus;    /**< NULL: none */
	struct wl_listener focus_destroy;
	double sx, sy; /**< in the focus */
	uint32_t enter_serial;
	uint32_t press_serial; /**< of the press that began the implicit grab */
	struct held_keys held; /**< buttons that the focus was told of: it stays meanwhile */
	bool axis_source_sent; /**< in the frame under way */

	struct surface *cursor;       /**< a client's picture, or a tool's; NULL: none */
	const struct seat_grab *grab; /**< NULL: none. While there is one, focus is NULL */
	void *grab_data;
	const struct wl_client *grab_client; /**< still sets the picture */
};

/** surface NULL: leaves. */
void pointer_set_focus(struct seat *seat, struct surface *surface, double sx, double sy);
/** The focus becomes another surface of its client, without an end of what is pressed. */
void pointer_pass_focus(struct seat *seat, struct surface *surface, double sx, double sy);
/** True: the focus was told, and a pointer_frame() is due. */
bool pointer_motion(struct seat *seat, uint32_t time, double sx, double sy);
void pointer_button(struct seat *seat, uint32_t time, uint32_t button, bool pressed);
void pointer_frame(struct seat *seat);

/** Whether client may set the picture, with the serial of its last wl_pointer.enter. */
bool pointer_may_set_cursor(
	const struct seat *seat, const struct wl_client *client, uint32_t serial);

/** Forgets the picture that is a client's surface: another is set in its place. */
void pointer_forget_cursor(struct seat *seat);

/** Whether the press with the serial holds the pointer on the surface's tree, or held a tool that
 * becomes the pointer by that: a client may then have a grab. */
bool pointer_claim_press(struct seat *seat, struct surface *surface, uint32_t serial);

/** While a button is held over the focus, which is left. The picture stays. */
void pointer_start_grab(struct seat *seat, const struct seat_grab *grab, void *data);

/** The caller then sets the focus again. */
void pointer_end_grab(struct seat *seat);

/** A grab, if there is one, ends without the release of its button. */
void pointer_cancel_grab(struct seat *seat);

/** Whoever has the pointer, a grab too, has it no more. */
void pointer_cancel(struct seat *seat);

struct pointer_axis {
	uint32_t axis;   /**< enum wl_pointer_axis */
	uint32_t source; /**< enum wl_pointer_axis_source */
	double value;    /**< 0: the axis stopped */
	int32_t v120;    /**< 120ths of a wheel's step; 0: not a wheel */
	bool inverted;   /**< "natural" scrolling: against the fingers' direction */
};
void pointer_axis(struct seat *seat, uint32_t time, const struct pointer_axis *event);

#endif

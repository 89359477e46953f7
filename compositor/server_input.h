/** Between server_input.c and the server_*.c files of the single devices: what the events of input
 * do, from wherever they come. Times: milliseconds, CLOCK_MONOTONIC; places: from 0 to 1 over the
 * screen, or an output. */
#ifndef COMPOSITOR_SERVER_INPUT_H
#define COMPOSITOR_SERVER_INPUT_H

#include "compositor/input.h"
#include "compositor/server_private.h"

/** The globals of each; before any device is there. False: no memory, or logged. */
bool server_pointer_create(struct server *server);
bool server_keyboard_create(struct server *server);
bool server_tablet_create(struct server *server);
bool server_text_create(struct server *server);
bool server_idle_create(struct server *server);

/** After the clients are gone. */
void server_pointer_destroy(struct server *server);
void server_keyboard_destroy(struct server *server);
void server_tablet_destroy(struct server *server);
void server_text_destroy(struct server *server);
void server_idle_destroy(struct server *server);

/** server_devices.c: the session's devices come when something is seen, or after a second. False:
 * logged, or the session ends. */
bool server_open_devices(struct server *server);
void server_close_devices(struct server *server);

/** Clients are told the session's layout, once. False: there is none, and the session ends. */
bool server_keyboard_prepare(struct server *server);

/** Tells clients which there are; those that nearly every machine has, where it is not known yet.
 */
void server_tell_devices(struct server *server);

/** A device of a capability (enum wl_seat_capability, one of them) came or went. */
void server_input_device(void *data, uint32_t capability, bool added);

/** Where a place is in the layout: turns its x and y into logical coordinates. */
void server_input_find_place(const struct server *server, struct input_place *place);

/** A button, a finger or a tip came down on the surface; NULL: on none. */
void server_input_pressed(struct server *server, struct surface *surface);

/** The finger (NULL: the pointer) is at a place of the layout, and with it the icon of its drag. */
void server_input_move_icon(
	struct server *server, const struct seat_touch_point *finger, double x, double y);

/** data: the server. */
extern const struct pointer_device_listener server_pointer_device;

/** Shows the cursor at a place of the layout, of which no client is told. */
void server_pointer_place_cursor(struct server *server, double x, double y);

void server_keyboard_key(void *data, uint32_t time, uint32_t key, bool pressed);

void server_touch_down(void *data, uint32_t time, int32_t id, const struct input_place *place);
void server_touch_motion(void *data, uint32_t time, int32_t id, const struct input_place *place);
void server_touch_up(void *data, uint32_t time, int32_t id);
void server_touch_cancel(void *data);
void server_touch_frame(void *data);

void server_tablet_tool(void *data, const struct input_tool_event *event);

/** seat_listener::take_over */
bool server_tablet_become_pointer(void *data, struct surface *surface, uint32_t serial);

/** The keyboard's focus or what is seen has changed: popups of the input method go with it. */
void server_text_update(struct server *server);

/** The input method's popups, which are above all windows. */
struct surface *server_text_surface_at(
	const struct server *server, double x, double y, double *sx, double *sy);

/** The user does something. */
void server_idle_activity(struct server *server);

/** What is seen may have changed, and with it what keeps the session from idling. */
void server_idle_update(struct server *server);

/** server_blank.c: turning the screens off when nobody does anything. False: no memory. */
bool server_blank_create(struct server *server);
void server_blank_destroy(struct server *server);
/** The user does something, or a client turned a screen on: the time begins anew. */
void server_blank_activity(struct server *server);
/** What kept the screens on (idle-inhibit) came or went: the time begins anew, screens that are off
 * stay off. */
void server_blank_inhibition(struct server *server);

#endif

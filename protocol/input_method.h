/** input-method 2: the one client that composes text for the text fields of the others. Privileged.
 */
#ifndef PROTOCOL_INPUT_METHOD_H
#define PROTOCOL_INPUT_METHOD_H

#include "protocol/keyboard.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct input_method;
struct input_method_grab;
struct seat;
struct surface;
struct text_input_state;

/** What a commit of the input method's says. */
struct input_method_state {
	char *preedit; /**< owned; NULL: none */
	int32_t cursor_begin, cursor_end;
	char *text;                           /**< owned; to be inserted; NULL: none */
	uint32_t delete_before, delete_after; /**< bytes */
};

/** All are required. */
struct input_method_listener {
	/** There is an input method now, or none any more. */
	void (*appeared)(void *data, struct input_method *method);
	void (*vanished)(void *data, struct input_method *method);
	void (*committed)(void *data, const struct input_method_state *state);
	/** A popup came, has new contents or went. */
	void (*popups_changed)(void *data);
};

/** Zeroed but for listener, data and seat (created), all borrowed, before input_method_create(). */
struct input_method_manager {
	const struct input_method_listener *listener;
	void *data;
	struct seat *seat;
	struct wl_global *global;
	struct input_method *method; /**< the seat's; NULL: none */
};

struct input_method {
	struct input_method_manager *manager; /**< NULL: inert, another was there first */
	struct wl_resource *resource;
	bool active;        /**< a text field is typed into */
	uint32_t dones;     /**< sent */
	uint32_t activated; /**< dones when the field had been told of */
	struct input_method_state pending;
	struct wl_list popups;          /**< struct input_popup::link */
	struct input_method_grab *grab; /**< NULL: none */
};

/** A zwp_input_popup_surface_v2. */
struct input_popup {
	struct input_method *method; /**< NULL: gone */
	struct wl_resource *resource;
	struct surface *surface; /**< NULL: gone */
	struct wl_list link;
	struct wl_listener surface_commit, surface_destroy;
};

/** False: no memory. */
bool input_method_create(struct input_method_manager *manager, struct wl_display *display);
void input_method_destroy(struct input_method_manager *manager);

/** A field is typed into: its state is told whole. */
void input_method_activate(struct input_method *method, const struct text_input_state *state);
void input_method_update(struct input_method *method, const struct text_input_state *state);
void input_method_deactivate(struct input_method *method);

/** Where the text's cursor is, in the popup's coordinates. */
void input_popup_send_rectangle(
	struct input_popup *popup, int32_t x, int32_t y, int32_t width, int32_t height);

/** Whether the input method gets the keys; if so these tell it of them. */
bool input_method_has_grab(const struct input_method_manager *manager);
bool input_method_grab_holds(const struct input_method_manager *manager, uint32_t key);
void input_method_grab_key(
	struct input_method_manager *manager, uint32_t time, uint32_t key, bool pressed);
void input_method_grab_modifiers(
	struct input_method_manager *manager, const struct keyboard_modifiers *modifiers);

/** The seat's keymap is another: it is told, and the modifiers, as with it clients begin anew. */
void input_method_grab_keymap(struct input_method_manager *manager);

#endif

/** text-input 3: a client's text field says what is typed into, and gets composed text. */
#ifndef PROTOCOL_TEXT_INPUT_H
#define PROTOCOL_TEXT_INPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct seat;
struct surface;
struct text_input;

/** Bytes of a text: what is longer is left out (zwp_text_input_v3.set_surrounding_text). */
#define TEXT_INPUT_MAX_TEXT 4000

/** What a text field says of itself. */
struct text_input_state {
	bool enabled;
	bool afresh;            /**< by the last commit */
	char *surrounding;      /**< owned; NULL: not told */
	int32_t cursor, anchor; /**< bytes in surrounding */
	uint32_t cause;         /**< enum zwp_text_input_v3_change_cause */
	bool has_content;
	uint32_t hint, purpose; /**< enum zwp_text_input_v3_content_hint and _purpose */
	bool has_rectangle;     /**< of the cursor, surface coordinates */
	int32_t x, y, width, height;
};

/** All are required. One field at most is enabled at a time. */
struct text_input_listener {
	/** It was enabled, or enabled again for another field of the same surface: all that was
	 * before is void. */
	void (*enabled)(void *data, struct text_input *input);
	/** It was disabled, left or destroyed. */
	void (*disabled)(void *data, struct text_input *input);
	/** An enabled field committed a state. */
	void (*changed)(void *data, struct text_input *input);
};

/** Zeroed but for listener, data and seat (created), all borrowed, before text_input_create(). */
struct text_input_manager {
	const struct text_input_listener *listener;
	void *data;
	struct seat *seat;
	struct wl_global *global;
	struct wl_list inputs;     /**< struct text_input::link */
	struct text_input *active; /**< the one that is enabled; NULL: none */
	struct wl_listener keyboard_entered;
};

struct text_input {
	struct text_input_manager *manager;
	struct wl_resource *resource;
	struct wl_list link;
	struct surface *surface; /**< entered, by the keyboard's focus; NULL: none */
	struct text_input_state pending, current;
	uint32_t commits; /**< how many the client has made */
};

/** False: no memory. */
bool text_input_create(struct text_input_manager *manager, struct wl_display *display);

/** After the clients are gone and before the seat is. */
void text_input_destroy(struct text_input_manager *manager);

/** What the input method composed; text_input_send_done() makes it so. text may be NULL: none. */
void text_input_send_preedit(
	struct text_input *input, const char *text, int32_t cursor_begin, int32_t cursor_end);
void text_input_send_commit(struct text_input *input, const char *text);
void text_input_send_delete(
	struct text_input *input, uint32_t before, uint32_t after); /**< bytes */
void text_input_send_done(struct text_input *input);

#endif

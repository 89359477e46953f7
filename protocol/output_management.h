/** wlr-output-management 4: what outputs there are, and changing them all at once. */
#ifndef PROTOCOL_OUTPUT_MANAGEMENT_H
#define PROTOCOL_OUTPUT_MANAGEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct output_head_mode {
	int32_t width, height; /**< pixels */
	int32_t refresh;       /**< mHz; 0: unknown */
	bool preferred;
};

/** What is told of an output. Strings and modes are the owner's, good until the next update. */
struct output_head_state {
	const char *name, *description, *make, *model, *serial; /**< all but name may be NULL */
	int32_t physical_width, physical_height;                /**< millimetres; 0: unknown */
	const struct output_head_mode *modes;
	size_t n_modes;
	bool enabled;
	size_t mode;       /**< index of the current one, if enabled */
	int32_t x, y;      /**< logical coordinates */
	int32_t transform; /**< enum wl_output_transform */
	double scale;
};

/** Zeroed but for data, then output_head_init(). */
struct output_head {
	struct output_manager *manager; /**< NULL: not there */
	void *data;
	struct wl_list link;
	struct wl_list handles; /**< one a client's manager object */
	struct output_head_state state;
};

enum output_change_field {
	OUTPUT_CHANGE_MODE = 1 << 0,
	OUTPUT_CHANGE_POSITION = 1 << 1,
	OUTPUT_CHANGE_TRANSFORM = 1 << 2,
	OUTPUT_CHANGE_SCALE = 1 << 3,
	OUTPUT_CHANGE_ADAPTIVE_SYNC = 1 << 4,
};

/** What a client wants of one output. */
struct output_change {
	struct output_head *head; /**< NULL: gone since */
	bool enabled;
	uint32_t fields;              /**< enum output_change_field: which of the rest were set */
	struct output_head_mode mode; /**< perhaps none of the head's; refresh 0: any */
	int32_t x, y, transform;
	double scale;
	bool adaptive_sync;
};

/** All are required. */
struct output_manager_listener {
	/** False: not possible, and nothing was changed. test: nothing is to be changed anyhow. */
	bool (*apply)(void *data, const struct output_change *changes, size_t len, bool test);
};

/** Zeroed but for listener and data, then output_manager_create(). */
struct output_manager {
	const struct output_manager_listener *listener;
	void *data;
	struct wl_display *display;
	struct wl_list resources; /**< wl_resource links; of clients that want to hear of more */
	struct wl_list heads;     /**< struct output_head::link */
	uint32_t serial;          /**< of what was told last */
};

/** Adds the global. False: no memory. */
bool output_manager_create(struct output_manager *manager, struct wl_display *display);

void output_head_init(struct output_head *head, struct output_manager *manager,
	const struct output_head_state *state);

/** Tells all of it again, but for modes that clients know. */
void output_head_update(struct output_head *head, const struct output_head_state *state);

/** It is gone; its objects stay inert. Accepts one that is not there. */
void output_head_finish(struct output_head *head);

#endif

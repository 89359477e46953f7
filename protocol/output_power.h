/** wlr-output-power-management 1: turning displays off and on, one client a display at a time. */
#ifndef PROTOCOL_OUTPUT_POWER_H
#define PROTOCOL_OUTPUT_POWER_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct output;

/** All are required. */
struct output_power_listener {
	bool (*is_on)(void *data, struct output *output);
	/** False: not possible. output_power_changed() tells when it has come about. */
	bool (*set)(void *data, struct output *output, bool on);
};

/** Zeroed but for listener and data, then output_power_create(). */
struct output_power_manager {
	const struct output_power_listener *listener;
	void *data;
	struct wl_list powers; /**< of clients that have an output's power */
};

/** Adds the global. False: no memory. */
bool output_power_create(struct output_power_manager *manager, struct wl_display *display);

/** The output is on or off now: its client is told. */
void output_power_changed(
	struct output_power_manager *manager, const struct output *output, bool on);

#endif

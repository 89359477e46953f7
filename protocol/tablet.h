/**
 * tablet 2: drawing tablets and their tools (pens, erasers). Pads (a tablet's own buttons and
 * rings) are not announced.
 */
#ifndef PROTOCOL_TABLET_H
#define PROTOCOL_TABLET_H

#include "protocol/held_keys.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct seat;
struct surface;

/** Zeroed but for seat (created, borrowed), before tablet_create(). */
struct tablet_manager {
	struct seat *seat;
	struct wl_global *global;
	struct wl_list seats;   /**< wl_resource links of the zwp_tablet_seat_v2 */
	struct wl_list tablets; /**< struct tablet::link */
	struct wl_list tools;   /**< struct tablet_tool::link */
};

struct tablet_info {
	const char *name; /**< copied */
	uint32_t vendor, product;
	uint32_t bus; /**< enum zwp_tablet_v2_bustype; 0: unknown */
};

struct tablet {
	struct tablet_manager *manager;
	struct wl_list link;
	struct tablet_info info;  /**< name owned */
	struct wl_list resources; /**< wl_resource links */
};

struct tablet_tool_info {
	uint32_t type;             /**< enum zwp_tablet_tool_v2_type */
	uint64_t serial, hardware; /**< 0: unknown */
	uint32_t capabilities;     /**< 1 << enum zwp_tablet_tool_v2_capability */
};

struct tablet_tool {
	struct tablet_manager *manager;
	struct wl_list link;
	struct tablet_tool_info info;
	struct wl_list resources;
	struct surface *focus; /**< over which it is; NULL: none, or out of every tablet's reach */
	struct wl_listener focus_destroy;
	uint32_t serial; /**< of the proximity_in */
	uint32_t down_serial;
	bool down;    /**< its tip, of which the focus was told */
	bool touches; /**< its tip is down, as its tablet said last: kept by who plays it */
	struct held_keys held; /**< buttons that the focus was told of */
};

/** False: no memory. */
bool tablet_create(struct tablet_manager *manager, struct wl_display *display);

/** After the clients are gone and before the seat is: removes every tablet and tool. */
void tablet_destroy(struct tablet_manager *manager);

/** Every tool leaves the surface that it is over, its stroke ends. */
void tablet_cancel(struct tablet_manager *manager);

/** Whether any tool is over a surface. */
bool tablet_has_focus(const struct tablet_manager *manager);

/** A device comes, and goes. */
struct tablet *tablet_add(struct tablet_manager *manager, const struct tablet_info *info);
void tablet_remove(struct tablet *tablet);
struct tablet_tool *tablet_tool_add(
	struct tablet_manager *manager, const struct tablet_tool_info *info);
void tablet_tool_remove(struct tablet_tool *tool);

/** Of a zwp_tablet_tool_v2. NULL: it is gone. */
struct tablet_tool *tablet_tool_from_resource(struct wl_resource *resource);

/** Whether client may set the cursor, with the serial of its last proximity_in. */
bool tablet_tool_may_set_cursor(
	const struct tablet_tool *tool, const struct wl_client *client, uint32_t serial);

/** Whether the surface's client knows tablets; others want a pointer's events. */
bool tablet_tool_is_known(const struct tablet_tool *tool, const struct surface *surface);

enum tablet_tool_axis {
	TABLET_TOOL_PRESSURE = 1 << 0,
	TABLET_TOOL_DISTANCE = 1 << 1,
	TABLET_TOOL_TILT = 1 << 2,
	TABLET_TOOL_ROTATION = 1 << 3,
	TABLET_TOOL_SLIDER = 1 << 4,
	TABLET_TOOL_WHEEL = 1 << 5,
};

struct tablet_tool_axes {
	uint32_t changed;          /**< enum tablet_tool_axis: those of the next */
	double pressure, distance; /**< 0 to 1 */
	double tilt_x, tilt_y;     /**< degrees */
	double rotation;           /**< degrees clockwise */
	double slider;             /**< -1 to 1 */
	double wheel;              /**< degrees */
	int32_t wheel_clicks;
};

/** The tool on tablet is over surface (NULL: over none, or out of reach). */
void tablet_tool_set_focus(
	struct tablet_tool *tool, const struct tablet *tablet, struct surface *surface);

/** The tool whose tip came down with the serial and is on the surface's tree; NULL: none. */
struct tablet_tool *tablet_find_press(
	const struct tablet_manager *manager, struct surface *surface, uint32_t serial);

/** The next go to the focus; what belongs together ends with a frame. */
void tablet_tool_motion(struct tablet_tool *tool, double sx, double sy);
void tablet_tool_set_axes(struct tablet_tool *tool, const struct tablet_tool_axes *axes);
void tablet_tool_tip(struct tablet_tool *tool, bool down);
void tablet_tool_button(struct tablet_tool *tool, uint32_t button, bool pressed); /**< evdev code */
void tablet_tool_frame(struct tablet_tool *tool, uint32_t time); /**< milliseconds */

/** Whether the focus was told of the tip or a button that is down: it hears of it until that is up.
 */
bool tablet_tool_is_held(const struct tablet_tool *tool);

#endif

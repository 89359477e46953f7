/** Between the server_*.c files only: what they share is one struct. */
#ifndef COMPOSITOR_SERVER_PRIVATE_H
#define COMPOSITOR_SERVER_PRIVATE_H

#include "compositor/capture.h"
#include "compositor/child.h"
#include "compositor/cursor.h"
#include "compositor/cursor_theme.h"
#include "compositor/desktop.h"
#include "compositor/keymap.h"
#include "compositor/options.h"
#include "compositor/renderer.h"
#include "compositor/scanout/scanout.h"
#include "compositor/screen.h"
#include "compositor/settings.h"
#include "protocol/commit_timing.h"
#include "protocol/cursor_shape.h"
#include "protocol/data_control.h"
#include "protocol/data_device.h"
#include "protocol/fifo.h"
#include "protocol/foreign_toplevel.h"
#include "protocol/idle_inhibit.h"
#include "protocol/idle_notify.h"
#include "protocol/image_capture.h"
#include "protocol/input_method.h"
#include "protocol/linux_dmabuf.h"
#include "protocol/linux_drm_syncobj.h"
#include "protocol/output_management.h"
#include "protocol/output_power.h"
#include "protocol/pointer_constraints.h"
#include "protocol/pointer_gestures.h"
#include "protocol/primary_selection.h"
#include "protocol/relative_pointer.h"
#include "protocol/screencopy.h"
#include "protocol/seat.h"
#include "protocol/security_context.h"
#include "protocol/session_lock.h"
#include "protocol/shortcuts_inhibit.h"
#include "protocol/surface.h"
#include "protocol/tablet.h"
#include "protocol/text_input.h"
#include "protocol/toplevel_list.h"
#include "protocol/virtual_keyboard.h"
#include "protocol/virtual_pointer.h"
#include "protocol/xdg_activation.h"
#include "protocol/xdg_foreign.h"

#include <wayland-server-core.h>

struct control;
struct hotplug;
struct input;
struct notify;
struct session;

#define SERVER_SIGNALS 4
#define SERVER_CAPABILITIES 3

struct server {
	const struct options *options;
	struct wl_display *display;
	struct wl_event_loop *loop;
	struct wl_event_source *signals[SERVER_SIGNALS];
	bool running;    /**< the session was started */
	int exit_status; /**< once the display is terminated */

	/* server_display.c; all NULL when headless, but for the scanout and the screen */
	struct session *session;
	int drm; /**< the session's fd; -1: none */
	struct kms_device *device;
	struct kms_output *kms;
	struct wl_event_source *kms_source;
	struct hotplug *hotplug;
	struct scanout *scanout;
	struct renderer renderer;
	struct screen screen;
	struct trace *trace; /**< NULL: not asked for */

	/* server_clients.c */
	struct compositor compositor;
	struct linux_dmabuf dmabuf;
	struct security_context_manager security_context;
	struct desktop desktop;
	struct settings settings; /**< server_windows.c */
	struct xdg_activation activation;
	struct xdg_foreign foreign;
	struct fifo fifo;
	struct commit_timing commit_timing;
	struct linux_drm_syncobj syncobj;
	struct child child;

	/* server_control.c */
	struct control *control;
	struct notify *notify;
	uint64_t told; /**< frames shown when the service manager was last told that all is well */
	/* server_output.c */
	struct output_manager output_manager;
	struct output_head output_head;
	struct output_head_mode output_head_mode;

	/* server_power.c */
	struct output_power_manager output_power;
	bool powered_off;  /**< by a client */
	bool session_away; /**< another VT has the display */

	/* server_lock.c */
	struct session_lock_manager session_lock;
	bool lock_shown; /**< the locked scene is the one that is drawn or shown */

	/* server_window.c */
	struct foreign_toplevel_manager foreign_toplevels;
	struct toplevel_list toplevel_list;

	/* server_capture.c */
	struct captures captures;
	struct wl_list capture_views; /**< struct server_view::link */
	struct screencopy screencopy;
	struct image_capture image_capture; /**< server_image.c */

	/* server_input.c */
	struct seat seat;
	int devices[SERVER_CAPABILITIES]; /**< how many, by the bit's number in wl_seat_capability
					   */
	struct input *input;              /**< NULL: headless */
	struct data_device_manager data_device;
	struct primary_selection primary_selection;
	struct data_control data_control;

	/* server_pointer.c */
	struct cursor cursor;
	struct cursor drag_icon;              /**< at the same place, or at the finger's */
	struct wl_event_source *pointer_idle; /**< of server_schedule_pointer(); NULL: none */
	bool has_place;                       /**< a device of places has said one: the next two */
	double place_x, place_y;              /**< layout */
	struct relative_pointer_manager relative_pointer;
	struct pointer_gestures gestures;
	struct pointer_constraints constraints;
	struct virtual_pointer_manager virtual_pointer;
	struct cursor_shape_manager cursor_shape;
	struct cursor_theme cursor_theme;

	/* server_keyboard.c */
	struct keymap keymap;             /**< of the session's keyboards */
	const struct keymap *keymap_used; /**< that clients know; NULL: none of those there are */
	struct virtual_keyboard_manager virtual_keyboard;
	struct shortcuts_inhibit_manager shortcuts_inhibit;

	/* server_tablet.c */
	struct tablet_manager tablets;
	bool tablet_tip;                         /**< down, as a pointer's button */
	double tablet_origin_x, tablet_origin_y; /**< where the tool's surface is, layout */

	/* server_text.c */
	struct text_input_manager text_input;
	struct input_method_manager input_method;
	struct text_input *text_field; /**< typed into; NULL: none */

	/* server_idle.c */
	struct idle_notifier idle_notifier;
	struct idle_inhibit_manager idle_inhibit;
};

/** Fills in *server and starts everything that runs before the first event. False: logged,
 * exit_status says what kind; server_finish() is due either way. */
bool server_init(struct server *server, const struct options *options);
void server_finish(struct server *server);

/** Ends the session with an error, which is logged. */
void server_fail(struct server *server, const char *reason);

/** Takes up the display and starts the ladder; server_run_session() follows when a rung holds.
 * False: logged. */
bool server_open_display(struct server *server);
void server_close_display(struct server *server);

/** The display works: globals, socket, input and the command. False: logged. */
bool server_run_session(struct server *server);
void server_close_session(struct server *server);

/** The session takes clients at the Wayland socket: takes those of `vitrine ctl` too and tells the
 * service manager. False: logged. */
bool server_open_control(struct server *server, const char *socket);
void server_close_control(struct server *server);

/** The seat, and where there is a session its devices. False: logged. */
bool server_open_input(struct server *server);
void server_close_input(struct server *server);

/** What devices of the seat are answered with, wherever they are; its data is the server. */
extern const struct input_listener server_input_listener;

/** What else a surface may say of how it is to be seen. False: no memory. */
bool server_create_surface_globals(struct server *server);

/** What else clients may say of windows and outputs. False: no memory. */
bool server_create_shell_globals(struct server *server);

/** Adds what is to be seen, with the pointer's picture or without. */
void server_build_scene(struct server *server, struct scene *scene, bool cursor);

/** server_output.c: what outputs there are. False: no memory. */
bool server_create_output_management(struct server *server);

/** The screen's map has changed: windows, locks and the pointer follow, and clients are told. */
void server_output_changed(struct server *server);

/** server_power.c: turning the screen off and on. False: no memory. */
bool server_create_output_power(struct server *server);

/** The session got or lost the display (VT switch). */
void server_set_session_active(struct server *server, bool active);

/** server_lock.c: the session lock. False: no memory. */
bool server_create_lock(struct server *server);

/** The screen has another size: what locks it is to fill it. */
void server_lock_resize(struct server *server);

/** While the session is locked: in the place of all else. */
void server_lock_add_to_scene(const struct server *server, struct scene *scene);
struct surface *server_lock_surface_at(
	const struct server *server, double x, double y, double *sx, double *sy);

/** The scene that was drawn last is shown. */
void server_lock_presented(struct server *server);

/** server_window.c: windows for docks and tools. False: no memory. */
bool server_create_window_globals(struct server *server);

/** Tells them that a window came, went or changed. */
void server_tell_window(struct server *server, struct view *view);

/** server_capture.c: screens into clients' buffers. False: no memory. */
bool server_create_capture(struct server *server);
bool server_create_image_capture(struct server *server);

/** Whose output it is. */
struct screen *server_screen_of(struct output *output);

/** Something that is to be seen has changed. */
void server_schedule(struct server *server);

/** The surface under a point of the layout that takes input there; NULL: none. */
struct surface *server_surface_at(
	const struct server *server, double x, double y, double *sx, double *sy);

/** Adds the popups of the input method, which are above all windows. */
void server_text_build_scene(const struct server *server, struct scene *scene);

/** When updates are applied. False: no memory. Destroyed when no client is left. */
bool server_create_timing_globals(struct server *server);
void server_destroy_timing_globals(struct server *server);

/** server_syncobj.c: explicit synchronisation, where the device can. False: no memory. */
bool server_create_syncobj(struct server *server);

/** A screen has taken what its next frame shows. */
void server_latched(struct server *server);

/** Reads the configuration, at first or again; what was stays when that fails. False: logged. */
bool server_read_settings(struct server *server);

/** Whether a key that is pressed (evdev code) was one of the configuration's: no client sees it. */
bool server_take_binding(struct server *server, const struct keymap *keymap, uint32_t key);

/** A button is about to be pressed: with the modifier for it, it drags the window below. */
void server_take_drag(struct server *server, uint32_t button);

/** What is under the pointer may have changed without a motion. */
void server_update_pointer(struct server *server);

/** The same for what clients do, as often as they like: once when the event loop is next idle. */
void server_schedule_pointer(struct server *server);

#endif

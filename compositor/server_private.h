/** Between the server_*.c files only: what they share is one struct. */
#ifndef COMPOSITOR_SERVER_PRIVATE_H
#define COMPOSITOR_SERVER_PRIVATE_H

#include "compositor/capture.h"
#include "compositor/command.h"
#include "compositor/cursor.h"
#include "compositor/cursor_plane.h"
#include "compositor/cursor_theme.h"
#include "compositor/desktop.h"
#include "compositor/direct.h"
#include "compositor/keymap.h"
#include "compositor/options.h"
#include "compositor/renderer.h"
#include "compositor/scanout/scanout.h"
#include "compositor/screen.h"
#include "compositor/settings.h"
#include "compositor/splash.h"
#include "protocol/commit_timing.h"
#include "protocol/cursor_shape.h"
#include "protocol/data_control.h"
#include "protocol/data_device.h"
#include "protocol/deadline.h"
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

#include <jansson.h>
#include <wayland-server-core.h>

struct control;
struct control_request;
struct hotplug;
struct input;
struct notify;
struct server_application;
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

	/* server_display.c; all NULL when headless, but for the scanout */
	struct session *session;
	int drm; /**< the session's fd; -1: none */
	struct kms_device *device;
	struct wl_event_source *kms_source;
	struct scanout *scanout;         /**< NULL: there was no screen yet */
	struct deadline worker_deadline; /**< server_worker.c */
	bool worker_excused;             /**< the host is asked whether it answers at all */
	struct renderer renderer;
	struct direct direct;
	struct stats stats;  /**< of all screens */
	struct trace *trace; /**< NULL: not asked for */

	/* server_screen.c */
	struct wl_list outputs; /**< struct output::link, of the enabled screens */
	struct wl_list
		screens; /**< struct server_screen::link: enabled, in the connectors' order */
	struct wl_list disabled; /**< the others */
	enum layout layout;      /**< of the enabled ones; never LAYOUT_UNSAID */
	struct hotplug *hotplug; /**< NULL: headless */

	/* server_clients.c */
	struct compositor compositor;
	struct linux_dmabuf dmabuf;
	bool formats_told; /**< a client has asked what dma-bufs there may be */
	struct security_context_manager security_context;
	struct desktop desktop;
	struct settings settings; /**< server_windows.c */
	struct xdg_activation activation;
	struct xdg_foreign foreign;
	struct fifo fifo;
	struct commit_timing commit_timing;
	struct linux_drm_syncobj syncobj;

	/* server_command.c */
	struct server_application *applications; /**< options::n_commands; NULL: not started */
	struct splash splash;
	struct rlimit files; /**< RLIMIT_NOFILE as it was before */
	bool files_raised;

	/* server_control.c */
	struct control *control;
	struct notify *notify;
	/* server_output.c */
	struct output_manager output_manager;
	struct wl_list wishes; /**< struct server_wish::link */

	/* server_power.c */
	struct output_power_manager output_power;
	bool session_away;      /**< another VT has the display */
	uint32_t session_turns; /**< how often that has changed */

	/* server_lock.c */
	struct session_lock_manager session_lock;

	/* server_window.c */
	struct foreign_toplevel_manager foreign_toplevels;
	struct toplevel_list toplevel_list;

	/* server_capture.c */
	struct captures captures;
	struct wl_list capture_views; /**< struct server_view::link */
	struct screencopy screencopy;
	struct image_capture image_capture; /**< server_image.c */
	struct wl_list images;              /**< struct server_image::link */

	/* server_input.c */
	struct seat seat;
	int devices[SERVER_CAPABILITIES]; /**< how many, by the bit's number in wl_seat_capability
					   */
	struct input *input;              /**< NULL: headless, or not taken up yet */
	struct wl_event_source *input_timer; /**< to take it up; NULL: done, or headless */
	struct data_device_manager data_device;
	struct primary_selection primary_selection;
	struct data_control data_control;

	/* server_cursor.c */
	struct wl_event_source *cursor_timer; /**< NULL: it does not sleep */
	bool cursor_asleep;                   /**< the pointer has not moved for long */

	/* server_pointer.c */
	struct cursor cursor;
	struct cursor drag_icon;                    /**< at the same place, or at drag_finger's */
	const struct seat_touch_point *drag_finger; /**< of the drag that has the icon; NULL: the
						       pointer's, or there is none */
	struct wl_event_source *pointer_idle;       /**< of server_schedule_pointer(); NULL: none */
	bool has_place;          /**< a device of places has said one: the next two */
	double place_x, place_y; /**< layout */
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
	bool tool_leads; /**< the cursor was moved last by a tool that its surface knows */
	bool tablet_tip; /**< down, as a pointer's button */
	double tablet_origin_x, tablet_origin_y; /**< where the tool's surface is, layout */

	/* server_text.c */
	struct text_input_manager text_input;
	struct input_method_manager input_method;
	struct text_input *text_field; /**< typed into; NULL: none */

	/* server_idle.c */
	struct idle_notifier idle_notifier;
	struct idle_inhibit_manager idle_inhibit;

	/* server_blank.c */
	struct wl_event_source *blank_timer; /**< NULL: never */
	bool blanked;                        /**< all screens are off for want of input */
};

/** A screen of the session, and what hangs on it. */
struct server_screen {
	struct server *server;
	struct wl_list link;    /**< server::screens, or ::disabled */
	struct kms_output *kms; /**< owned; NULL: headless */
	struct output identity; /**< what is said of it wherever it is: its names and size, and in
				   its map only the scale and the transform */
	char name[32];          /**< headless: the identity's */
	bool enabled;           /**< what follows is in use */
	struct screen screen;
	struct cursor_plane cursor;  /**< server_cursor.c */
	struct desktop_output place; /**< in the layout, of the mode that is coming; its output is
					NULL before windows may come to it */
	struct control_request *mode_request; /**< of ctl, for the mode that is coming; or NULL */
	struct output_head head;              /**< server_output.c */
	struct output_head_mode *modes;
	size_t n_modes;
	bool positioned; /**< x and y were chosen, in the layout */
	int32_t x, y;
	uint32_t nth;     /**< its connector among the device's, counted from 0 */
	bool scaled;      /**< its scale was chosen: the display's size does not matter */
	bool pinned;      /**< its mode was chosen: the display's wishes are not followed */
	bool was_pinned;  /**< before the mode that is coming was asked for */
	bool powered_off; /**< by a client; server_power.c */
	bool turn_off;    /**< the display, when the host has answered */
	bool given_up;    /**< disabled, for nothing could be shown on it (server_unusable.c) */
	struct wl_event_source *going; /**< to be given up; NULL: it is not */
	char going_reason[256];
	uint64_t told; /**< screen::answered when the service manager last asked */
	/* server_lock.c */
	bool lock_drawn; /**< the scene that was built last is the locked one */
	bool lock_shown; /**< and the one that is on the display */
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

/** server_connectors.c: the display's own mode that is the wanted one, whose refresh may be 0, any.
 * NULL: it lists none. */
const struct kms_mode *server_find_mode(
	const struct server_screen *screen, const struct kms_mode *wanted);

/** The wanted mode; if its refresh is 0 with that of the display's own mode, else with refresh,
 * mHz. */
struct kms_mode server_complete_mode(
	const struct server_screen *screen, const struct kms_mode *wanted, int32_t refresh);

/** The screens that there are now, and those that come and go. False: logged.
 */
bool server_open_screens(struct server *server);
void server_close_screens(struct server *server);

/** server_screen.c: a disabled one, which takes kms over; screen->identity is to be filled in. */
struct server_screen *server_create_screen(struct server *server, struct kms_output *kms);
void server_destroy_screen(struct server_screen *screen);

/** False: logged, and it stays disabled. Disabling twice is harmless. */
bool server_enable_screen(struct server_screen *screen, const struct kms_mode *mode);
void server_disable_screen(struct server_screen *screen);

/* Turns its display off, as soon as the host has answered what it owes. */
void server_turn_off(struct server_screen *screen);

/** The session runs: windows may come to the screens, and programs hear of them. Harmless when
 * repeated. */
void server_show_screens(struct server *server);

/** A rung holds and the renderer has its worker; the worker is gone. */
void server_start_screens(struct server *server);
void server_stop_screens(struct server *server);

/** server_unusable.c: this rung cannot serve the screen, why not. The next is tried, or where there
 * is none and other screens are enabled, this one is given up. */
void server_leave_rung(struct server_screen *screen, const char *reason);

/** No rung can: soon it is disabled, or if it is the only one the session ends. */
void server_give_screen_up(struct server_screen *screen, const char *reason);

/** No other screen is left: those that were given up are tried again, and the session ends if that
 * fails. */
void server_take_back_screens(struct server *server);

/** It is not to be given up any more. */
void server_keep_screen(struct server_screen *screen);

/** server_worker.c: what is awaited of the worker comes in time. False: logged. */
bool server_watch_worker(struct server *server);

/** All that the worker draws for is stopped. data, as below: the struct server. */
void server_let_go_of_worker(void *data);

/** Of the worker's client: struct render_client_listener. */
void server_handle_debt(void *data, bool owes);
void server_handle_death(void *data, const char *reason);

/** The worker is as good as dead: another one is started. */
void server_replace_worker(struct server *server, const char *reason);

/** server_dmabuf.c: whether the session begins without a GPU that there is (struct
 * scanout_options).
 */
bool server_gpu_can_wait(const struct server *server);

/** If much of what was drawn last is a GPU's to draw, one is looked for. */
void server_find_gpu(struct server *server);

/** Of the worker's client, and of the scanout: struct scanout_listener.kept. */
void server_handle_buffer_result(void *data, uint32_t buffer, bool ok, const char *reason);
void server_handle_no_gpu(void *data, const char *reason);

/** The global, where the worker can read dma-bufs. False: no memory or no fds. */
bool server_create_dmabuf(struct server *server);

/** Another worker serves: clients are told of what it can read and others could not. */
void server_meet_worker(struct server *server);

/** server_mirror.c: another layout, when the session runs or before. */
void server_set_layout(struct server *server, enum layout layout);

/** Whether it shows the first screen's place. */
bool server_is_mirror(const struct server_screen *screen);

/** Which those are. True: it is others than before. */
bool server_choose_sources(struct server *server);

/** As server_place_screen() for one. True: it shows something else now. */
bool server_place_mirror(struct server_screen *screen);

/** server_layout.c: gives each its place, after one came, went or changed its size. */
void server_arrange_screens(struct server *server);

/** server_connectors.c: a mode was refused. What the display has wished since that was asked for,
 * and is neither that mode nor the one it has, is done now. */
void server_follow_missed_wish(struct server_screen *screen);

/** Another mode for an enabled screen. False: it has that already. */
bool server_set_mode(struct server_screen *screen, const struct kms_mode *mode);

/** Where rungs are proved: on the first screen. The ladder is told when that is another. */
struct scanout_place server_proof_place(const struct server *server);
void server_move_proof(struct server *server);

/** Starts the ladder as soon as there is a screen to prove rungs on. False: logged. */
bool server_prove_screens(struct server *server);

/** NULL: there is none. The one that has a point of the layout, else the nearest. */
struct server_screen *server_first_screen(const struct server *server);
struct server_screen *server_screen_at(const struct server *server, double x, double y);

/** The enabled screen of that name, or of the device's n-th connector (counted from 0); NULL: there
 * is none. */
struct server_screen *server_nth_screen(const struct server *server, uint32_t n);
struct server_screen *server_find_screen(const struct server *server, const char *name);

/** The box around all screens, layout; and the nearest place of it that is on a screen. */
struct xdg_box server_layout_box(const struct server *server);
void server_clamp_to_screens(const struct server *server, double *x, double *y);

/** The display works: globals, socket, input and the command. False: logged. */
bool server_run_session(struct server *server);
void server_close_session(struct server *server);

/** server_command.c: whether the COMMANDs can be run: 0, or child_check()'s status. */
int server_check_commands(const struct options *options);

/** Starts them all, in the session of that Wayland socket. False: logged. */
bool server_start_commands(struct server *server, const char *socket);
void server_end_commands(struct server *server);

/** Adds to a screen's scene, if nothing is on it, what says that there is nothing yet. */
void server_add_splash_to_scene(
	struct server *server, const struct screen *screen, struct scene *scene);

/** The session takes clients at the Wayland socket: takes those of `vitrine ctl` too and tells the
 * service manager. False: logged. */
bool server_open_control(struct server *server, const char *socket);
void server_close_control(struct server *server);

/** server_control_output.c: requests about one output. False: the command is none of them. */
bool server_control_output(struct server *server, struct control_request *request,
	const char *command, const json_t *arguments);
json_t *server_describe_modes(const struct output_head *head);

/** The seat, and where there is a session its devices. False: logged. */
bool server_open_input(struct server *server);

/** Whether there is one, which clients may have been told before. */
bool server_has_pointer(const struct server *server);

/** server_devices.c: something is seen, so they are taken up if they are not yet. */
void server_take_up_devices(struct server *server);

/** The session got or lost them (VT switch). */
void server_set_devices_active(struct server *server, bool active);
void server_close_input(struct server *server);

/** What devices of the seat are answered with, wherever they are; its data is the server. */
extern const struct input_listener server_input_listener;

/** What else a surface may say of how it is to be seen. False: no memory. */
bool server_create_surface_globals(struct server *server);

/** What else clients may say of windows and outputs. False: no memory. */
bool server_create_shell_globals(struct server *server);

/** Adds what is to be seen, with the pointer's picture or without. */
void server_build_scene(
	struct server *server, const struct screen *screen, struct scene *scene, bool cursor);

/** server_cursor.c: which is seen; NULL: none. */
const struct cursor *server_visible_cursor(const struct server *server);

/** A screen's scene is built: whether its plane shows the cursor, so that the scene need not. */
bool server_show_cursor(struct server_screen *screen);
void server_init_cursor(struct server_screen *screen);

/** The pointer moved, or is used. */
void server_cursor_moved(struct server *server);
void server_wake_cursor(struct server *server);
void server_finish_cursor(struct server *server);

/** server_output.c: what outputs there are. False: no memory. */
bool server_create_output_management(struct server *server);

/** What programs have wanted of the output of that identity so far is true of it again: before it
 * is enabled, and after that of its mode, which may not be possible any more. */
void server_recall(struct server_screen *screen);
void server_recall_mode(struct server_screen *screen);

/** The mode that was wanted is not possible: it has another, and keeps that. */
void server_settle_for_mode(struct server_screen *screen);
void server_forget_wishes(struct server *server);

/** server_control_output.c: answers whoever asked by ctl for the mode that is coming. reason: why
 * it has not come; or NULL. */
void server_answer_mode_request(struct server_screen *screen, const char *reason);

/** A screen came, changed, or goes. */
void server_tell_head(struct server_screen *screen);
void server_forget_head(struct server_screen *screen);

/** Changes outputs as a client of wlr-output-management or ctl wants it; test: only tells. NULL, or
 * why it cannot be, and nothing was changed. */
const char *server_change_outputs(
	struct server *server, const struct output_change *changes, size_t len, bool test);

/** server_power.c: turning the screen off and on. False: no memory. */
bool server_create_output_power(struct server *server);

/** Every screen is off for want of input; or none is any more. */
void server_set_blanked(struct server *server, bool blanked);

/** The session got or lost the display (VT switch). */
void server_set_session_active(struct server *server, bool active);

/** Whether a screen may be drawn may have changed. */
void server_power_update(struct server_screen *screen);

/** server_lock.c: the session lock. False: no memory. */
bool server_create_lock(struct server *server);

/** While the session is locked: in the place of all else. */
void server_lock_add_to_scene(const struct server *server, struct scene *scene);

/** A screen came, went or has another place or size. */
void server_lock_arrange(struct server *server);
struct surface *server_lock_surface_at(
	const struct server *server, double x, double y, double *sx, double *sy);

/** The scene that a screen has drawn last is shown. */
void server_lock_presented(struct server_screen *screen);

/** Fewer screens show anything, or more of them the lock: if nothing else is seen any more, whoever
 * has locked is told. */
void server_lock_confirm(struct server *server);

/** server_window.c: windows for docks and tools. False: no memory. */
bool server_create_window_globals(struct server *server);

/** Tells them that a window came, went or changed. */
void server_tell_window(struct server *server, struct view *view);

/** server_capture.c: screens into clients' buffers. False: no memory. */
bool server_create_capture(struct server *server);
bool server_create_image_capture(struct server *server);

/** Whether somebody captures the screen with the pointer, again and again. */
bool server_is_cursor_captured(const struct server *server, const struct screen *screen);
bool server_is_cursor_imaged(const struct server *server, const struct screen *screen);

/** A screen goes, or has another size. */
void server_image_resize(struct server *server, const struct screen *screen);

/** Whose output it is. */
struct server_screen *server_screen_of(const struct output *output);

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
void server_latched(struct server *server, const struct screen *screen);

/** Reads the configuration, at first or again; what was stays when that fails. False: logged. */
bool server_read_settings(struct server *server);

/** Whether a key that is pressed (evdev code) was one of the configuration's: no client sees it. */
bool server_take_binding(struct server *server, const struct keymap *keymap, uint32_t key);

/** A button is about to be pressed: with the modifier for it, it drags the window below. */
void server_take_drag(struct server *server, uint32_t button);

/** What is under the pointer may have changed without a motion. */
void server_update_pointer(struct server *server);

/** The same for what clients do, as often as they like, once when the event loop is next idle; and
 * server_idle_update(), for what is seen may have changed. */
void server_schedule_pointer(struct server *server);

#endif

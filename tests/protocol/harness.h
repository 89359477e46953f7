/**
 * A Wayland server with every global of protocol/. What its listeners are told is counted; the seat
 * is driven by the test itself. (No client headers here: their struct xdg_toplevel_listener is
 * another one than ours.)
 */
#ifndef TESTS_PROTOCOL_HARNESS_H
#define TESTS_PROTOCOL_HARNESS_H

#include "protocol/data_device.h"
#include "protocol/linux_dmabuf.h"
#include "protocol/output.h"
#include "protocol/seat.h"
#include "protocol/surface.h"
#include "protocol/xdg_positioner.h"
#include "protocol/xdg_window.h"
#include "tests/unit.h"

struct xdg_shell;

struct harness {
	struct wl_display *display;
	struct wl_event_loop *loop;
	struct compositor compositor;
	struct xdg_shell *shell;
	struct seat seat;
	struct data_device_manager data_device;
	struct linux_dmabuf dmabuf;
	struct output output;

	int surfaces; /* alive */
	int mapped, unmapped, commits, grabs;
	struct xdg_box bounds;                 /* what popup_bounds answers */
	struct surface *cursor, *icon;         /* as last told */
	const struct seat_touch_point *finger; /* of the icon */
	int drags_ended;

	enum { IMPORT_ACCEPT, IMPORT_REFUSE, IMPORT_LATER } import;
	struct buffer *importing; /* with IMPORT_LATER */
	int dmabuf_asked;         /**< by clients, what there is */
};

/* For cmocka_unit_test_setup_teardown: *state is the harness. The teardown lets no client live. */
int harness_setup(void **state);
int harness_teardown(void **state);

#define harness_test(function) \
	cmocka_unit_test_setup_teardown(function, harness_setup, harness_teardown)

/* Of an xdg_toplevel's wl_resource: whether it is a modal dialog; its parent's wl_resource, NULL:
 * none. */
bool harness_toplevel_is_modal(struct wl_resource *toplevel);
struct wl_resource *harness_toplevel_parent(struct wl_resource *toplevel);

/* Of an xdg_toplevel's wl_resource: what is current of its window; and another size for it. */
const struct xdg_window *harness_toplevel_window(struct wl_resource *toplevel);
void harness_toplevel_resize(struct wl_resource *toplevel, int32_t width, int32_t height);

/* Of an xdg_popup's wl_resource: where it lies. */
struct xdg_box harness_popup_box(struct wl_resource *popup);

/* Of an xdg_toplevel's wl_resource, NULL: none. */
const char *harness_toplevel_title(struct wl_resource *toplevel);

/* Asks the client of an xdg_toplevel for a sign of life; whether it gave one. */
void harness_toplevel_ping(struct wl_resource *toplevel);
bool harness_toplevel_has_ponged(struct wl_resource *toplevel);

/* Ends the client, as the user does who does not wait for a sign of life any longer. */
void harness_toplevel_end_client(struct wl_resource *toplevel);

/* The xdg_popup's wl_resource that has the innermost grab; NULL: none. */
struct wl_resource *harness_grab(struct harness *harness);

/* As a click outside does. */
void harness_dismiss_grabs(struct harness *harness);

#endif

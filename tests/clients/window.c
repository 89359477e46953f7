#include "window.h"

#include "fractional-scale-v1-client-protocol.h"
#include "linux-dmabuf-v1-client-protocol.h"
#include "presentation-time-client-protocol.h"
#include "viewporter-client-protocol.h"
#include "xdg-shell-client-protocol.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_DMABUF_VERSION 4 /* no list of formats is told from then on */

static void window_handle_ping(void *data, struct xdg_wm_base *wm_base, uint32_t serial)
{
	xdg_wm_base_pong(wm_base, serial);
}

static const struct xdg_wm_base_listener window_wm_base_listener = {.ping = window_handle_ping};

static void window_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct window *window = data;
	if (strcmp(interface, wl_compositor_interface.name) == 0) {
		window->compositor = wl_registry_bind(
			registry, name, &wl_compositor_interface, version < 6 ? version : 6);
	} else if (strcmp(interface, wl_shm_interface.name) == 0) {
		window->shm = wl_registry_bind(registry, name, &wl_shm_interface, 1);
	} else if (strcmp(interface, wp_presentation_interface.name) == 0) {
		window->presentation =
			wl_registry_bind(registry, name, &wp_presentation_interface, 1);
	} else if (strcmp(interface, wp_fractional_scale_manager_v1_interface.name) == 0) {
		window->scales = wl_registry_bind(
			registry, name, &wp_fractional_scale_manager_v1_interface, 1);
	} else if (strcmp(interface, zwp_linux_dmabuf_v1_interface.name) == 0) {
		window->dmabuf = wl_registry_bind(registry, name, &zwp_linux_dmabuf_v1_interface,
			version < WINDOW_DMABUF_VERSION ? version : WINDOW_DMABUF_VERSION);
	} else if (strcmp(interface, wp_viewporter_interface.name) == 0) {
		window->viewporter = wl_registry_bind(registry, name, &wp_viewporter_interface, 1);
	} else if (strcmp(interface, xdg_wm_base_interface.name) == 0) {
		window->wm_base = wl_registry_bind(registry, name, &xdg_wm_base_interface, 1);
		xdg_wm_base_add_listener(window->wm_base, &window_wm_base_listener, window);
	}
}

static void window_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener window_registry_listener = {
	.global = window_handle_global,
	.global_remove = window_handle_global_remove,
};

/* How large the next picture is, and how it lies on the surface. */
static void window_fit(struct window *window)
{
	int32_t width = window->logical_width, height = window->logical_height;
	if (window->viewport) {
		/* As wp_fractional_scale_v1 says: half a pixel is rounded up. */
		width = (int32_t)((width * (int64_t)window->scale + 60) / 120);
		height = (int32_t)((height * (int64_t)window->scale + 60) / 120);
		wp_viewport_set_destination(
			window->viewport, window->logical_width, window->logical_height);
	}
	bool turned = window->transform & WL_OUTPUT_TRANSFORM_90;
	window->width = turned ? height : width;
	window->height = turned ? width : height;
	if (window->answers & WINDOW_TRANSFORM)
		wl_surface_set_buffer_transform(window->surface, window->transform);
}

static void window_refit(struct window *window)
{
	if (!window->is_configured)
		return;
	window_fit(window);
	window->listener->resized(window->data);
}

static void window_handle_scale(
	void *data, struct wp_fractional_scale_v1 *preferred_scale, uint32_t scale)
{
	struct window *window = data;
	window->scale = scale;
	window_refit(window);
}

static const struct wp_fractional_scale_v1_listener window_scale_listener = {
	.preferred_scale = window_handle_scale,
};

static void window_handle_enter(void *data, struct wl_surface *surface, struct wl_output *output)
{
}

static void window_handle_whole_scale(void *data, struct wl_surface *surface, int32_t scale)
{
}

static void window_handle_transform(void *data, struct wl_surface *surface, uint32_t transform)
{
	struct window *window = data;
	if (!(window->answers & WINDOW_TRANSFORM))
		return;
	window->transform = (int32_t)transform;
	window_refit(window);
}

static const struct wl_surface_listener window_surface_listener = {
	.enter = window_handle_enter,
	.leave = window_handle_enter,
	.preferred_buffer_scale = window_handle_whole_scale,
	.preferred_buffer_transform = window_handle_transform,
};

static void window_handle_size(void *data, struct xdg_toplevel *toplevel, int32_t width,
	int32_t height, struct wl_array *states)
{
	struct window *window = data;
	if (width > 0 && height > 0) {
		window->logical_width = width;
		window->logical_height = height;
	}
}

static void window_handle_close(void *data, struct xdg_toplevel *toplevel)
{
	((struct window *)data)->is_closed = true;
}

static const struct xdg_toplevel_listener window_toplevel_listener = {
	.configure = window_handle_size,
	.close = window_handle_close,
};

static void window_handle_configure(void *data, struct xdg_surface *xdg_surface, uint32_t serial)
{
	struct window *window = data;
	bool is_first = !window->is_configured;
	window->is_configured = true;
	xdg_surface_ack_configure(xdg_surface, serial);
	window_fit(window);
	if (!is_first)
		window->listener->resized(window->data);
}

static const struct xdg_surface_listener window_xdg_surface_listener = {
	.configure = window_handle_configure,
};

static bool window_fail(const char *what)
{
	fprintf(stderr, "pattern: %s\n", what);
	return false;
}

static void window_create_surface(struct window *window)
{
	window->surface = wl_compositor_create_surface(window->compositor);
	wl_surface_add_listener(window->surface, &window_surface_listener, window);
	if (!(window->answers & WINDOW_SCALE) || !window->scales || !window->viewporter)
		return;
	window->viewport = wp_viewporter_get_viewport(window->viewporter, window->surface);
	window->preferred_scale = wp_fractional_scale_manager_v1_get_fractional_scale(
		window->scales, window->surface);
	wp_fractional_scale_v1_add_listener(
		window->preferred_scale, &window_scale_listener, window);
}

bool window_init(struct window *window, int32_t width, int32_t height, uint32_t answers,
	const struct window_listener *listener, void *data)
{
	*window = (struct window){.logical_width = width,
		.logical_height = height,
		.scale = 120,
		.answers = answers,
		.listener = listener,
		.data = data};
	window->display = wl_display_connect(NULL);
	if (!window->display)
		return window_fail("no compositor at WAYLAND_DISPLAY");
	window->registry = wl_display_get_registry(window->display);
	wl_registry_add_listener(window->registry, &window_registry_listener, window);
	if (wl_display_roundtrip(window->display) < 0 || !window->compositor || !window->shm ||
		!window->wm_base)
		return window_fail("the compositor lacks wl_compositor, wl_shm or xdg_wm_base");
	window_create_surface(window);
	window->xdg_surface = xdg_wm_base_get_xdg_surface(window->wm_base, window->surface);
	xdg_surface_add_listener(window->xdg_surface, &window_xdg_surface_listener, window);
	window->toplevel = xdg_surface_get_toplevel(window->xdg_surface);
	xdg_toplevel_add_listener(window->toplevel, &window_toplevel_listener, window);
	xdg_toplevel_set_title(window->toplevel, "pattern");
	xdg_toplevel_set_app_id(window->toplevel, "pattern");
	if (!(window->answers & WINDOW_FLOATS))
		xdg_toplevel_set_fullscreen(window->toplevel, NULL);
	wl_surface_commit(window->surface);
	while (!window->is_configured) {
		if (wl_display_dispatch(window->display) < 0)
			return window_fail("the connection was lost before the first size came");
	}
	return true;
}

void window_finish(struct window *window)
{
	if (window->callback)
		wl_callback_destroy(window->callback);
	if (window->toplevel)
		xdg_toplevel_destroy(window->toplevel);
	if (window->xdg_surface)
		xdg_surface_destroy(window->xdg_surface);
	if (window->preferred_scale)
		wp_fractional_scale_v1_destroy(window->preferred_scale);
	if (window->viewport)
		wp_viewport_destroy(window->viewport);
	if (window->surface)
		wl_surface_destroy(window->surface);
	if (window->wm_base)
		xdg_wm_base_destroy(window->wm_base);
	if (window->presentation)
		wp_presentation_destroy(window->presentation);
	if (window->scales)
		wp_fractional_scale_manager_v1_destroy(window->scales);
	if (window->viewporter)
		wp_viewporter_destroy(window->viewporter);
	if (window->dmabuf)
		zwp_linux_dmabuf_v1_destroy(window->dmabuf);
	if (window->shm)
		wl_shm_destroy(window->shm);
	if (window->compositor)
		wl_compositor_destroy(window->compositor);
	if (window->registry)
		wl_registry_destroy(window->registry);
	if (window->display) {
		wl_display_flush(window->display);
		wl_display_disconnect(window->display);
	}
	*window = (struct window){0};
}

static void window_handle_done(void *data, struct wl_callback *callback, uint32_t time)
{
	struct window *window = data;
	wl_callback_destroy(callback);
	window->callback = NULL;
	if (!window->presentation)
		window->listener->presented(window->data, window->frame, true);
	window->listener->ready(window->data);
}

static const struct wl_callback_listener window_callback_listener = {.done = window_handle_done};

/* A frame whose fate is awaited. */
struct window_feedback {
	struct window *window;
	uint32_t frame;
};

static void window_end_feedback(
	struct window_feedback *feedback, struct wp_presentation_feedback *object, bool shown)
{
	struct window *window = feedback->window;
	window->listener->presented(window->data, feedback->frame, shown);
	wp_presentation_feedback_destroy(object);
	free(feedback);
}

static void window_handle_sync_output(
	void *data, struct wp_presentation_feedback *object, struct wl_output *output)
{
}

static void window_handle_presented(void *data, struct wp_presentation_feedback *object,
	uint32_t seconds_high, uint32_t seconds_low, uint32_t nanoseconds, uint32_t refresh,
	uint32_t sequence_high, uint32_t sequence_low, uint32_t flags)
{
	struct window_feedback *feedback = data;
	feedback->window->zero_copy = flags & WP_PRESENTATION_FEEDBACK_KIND_ZERO_COPY;
	window_end_feedback(feedback, object, true);
}

static void window_handle_discarded(void *data, struct wp_presentation_feedback *object)
{
	window_end_feedback(data, object, false);
}

static const struct wp_presentation_feedback_listener window_feedback_listener = {
	.sync_output = window_handle_sync_output,
	.presented = window_handle_presented,
	.discarded = window_handle_discarded,
};

void window_begin_frame(struct window *window, uint32_t frame)
{
	window->frame = frame;
	if (!window->callback) {
		window->callback = wl_surface_frame(window->surface);
		wl_callback_add_listener(window->callback, &window_callback_listener, window);
	}
	struct window_feedback *feedback = malloc(sizeof *feedback);
	if (!window->presentation || !feedback) {
		free(feedback);
		return;
	}
	*feedback = (struct window_feedback){window, frame};
	wp_presentation_feedback_add_listener(
		wp_presentation_feedback(window->presentation, window->surface),
		&window_feedback_listener, feedback);
}

bool window_dispatch(struct window *window, int fd, int milliseconds)
{
	struct wl_display *display = window->display;
	while (wl_display_prepare_read(display) < 0) {
		if (wl_display_dispatch_pending(display) < 0)
			return window_fail("the compositor ended the connection");
	}
	if (wl_display_flush(display) < 0 && errno != EAGAIN) {
		wl_display_cancel_read(display);
		return window_fail("the compositor ended the connection");
	}
	struct pollfd polls[] = {
		{.fd = wl_display_get_fd(display), .events = POLLIN},
		{.fd = fd, .events = POLLIN},
	};
	poll(polls, 2, milliseconds);
	if (!polls[0].revents)
		wl_display_cancel_read(display);
	else if (wl_display_read_events(display) < 0)
		return window_fail("the compositor ended the connection");
	if (wl_display_dispatch_pending(display) < 0)
		return window_fail("the compositor ended the connection");
	return true;
}

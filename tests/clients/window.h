/** A toplevel window on the compositor that the environment names, of the size that it configures.
 */
#ifndef TESTS_CLIENTS_WINDOW_H
#define TESTS_CLIENTS_WINDOW_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-client.h>

struct window_listener {
	/** The compositor wants a picture of window->width by height, from now on. */
	void (*resized)(void *data);
	/** A frame may be drawn now: the one before is on its way. */
	void (*ready)(void *data);
	/** A frame that window_begin_frame() began was shown, or never will be; window->zero_copy
	 * then says how. */
	void (*presented)(void *data, uint32_t frame, bool shown);
};

/** What the window follows of how the compositor prefers its buffers, and what it is among others.
 */
enum window_answer {
	WINDOW_SCALE = 1 << 0,     /**< wp_fractional_scale_v1: as many pixels as the screen's */
	WINDOW_TRANSFORM = 1 << 1, /**< wl_surface.preferred_buffer_transform */
	WINDOW_FLOATS = 1 << 2,    /**< else it wants to be fullscreen */
};

struct window {
	struct wl_display *display;
	struct wl_registry *registry;
	struct wl_compositor *compositor;
	struct wl_shm *shm;
	struct zwp_linux_dmabuf_v1 *dmabuf; /**< NULL: not offered */
	struct xdg_wm_base *wm_base;
	struct wp_presentation *presentation; /**< NULL: not offered; then frames count as shown
						 when ready() comes */
	struct wl_surface *surface;
	struct xdg_surface *xdg_surface;
	struct xdg_toplevel *toplevel;
	struct wl_callback *callback; /**< NULL: none is awaited */
	int32_t width, height;        /**< pixels; of the next picture */
	uint32_t answers;             /**< enum window_answer */
	struct wp_fractional_scale_manager_v1 *scales;
	struct wp_fractional_scale_v1 *preferred_scale;
	struct wp_viewporter *viewporter;
	struct wp_viewport *viewport;
	int32_t logical_width, logical_height;
	uint32_t scale;    /**< 120ths */
	int32_t transform; /**< enum wl_output_transform */
	uint32_t frame;    /**< the last one begun */
	bool is_configured;
	bool is_closed; /**< by the compositor */
	bool zero_copy; /**< the frame that was shown last, as it was, without being drawn */
	const struct window_listener *listener;
	void *data;
};

/** Connects and waits for the first size. width, height: if the compositor leaves the choice.
 * False: said on stderr. */
bool window_init(struct window *window, int32_t width, int32_t height, uint32_t answers,
	const struct window_listener *listener, void *data);

/** Also after window_init() failed. */
void window_finish(struct window *window);

/** Asks to be told of the next commit's frame: ready() and presented(). */
void window_begin_frame(struct window *window, uint32_t frame);

/** Waits up to milliseconds (-1: for ever) for events, or for fd (-1: none), and handles them.
 * False: connection lost. */
bool window_dispatch(struct window *window, int fd, int milliseconds);

#endif

/*
 * load: a Wayland client whose work costs little, so that what is measured is the compositor's. Its
 * window is of one colour, LOAD_COLORS[0] at first; a frame changes it, or a part of it, to the
 * next.
 *
 *   size 1280x800         its size now
 *   frames 60 in 1.003 s  from the first to the last of --frames being shown
 *   windows 100 in 2.1 s  --windows were opened and closed
 *
 * A key that is pressed changes the square of LOAD_KEY_SIZE pixels in its middle. It ends with
 * --end after its frames or windows, else on SIGTERM, or when the window is closed.
 */
#include "load.h"

#include "common/clock.h"
#include "tests/clients/pool.h"

#include "single-pixel-buffer-v1-client-protocol.h"
#include "viewporter-client-protocol.h"
#include "xdg-shell-client-protocol.h"

#include <argp.h>
#include <drm_fourcc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOAD_MAX_LAYERS 256
#define LOAD_LAYER_SIZE 256 /* pixels, both ways */

struct load {
	struct window window;
	struct wl_registry *registry;
	struct wl_seat *seat;
	struct wl_keyboard *keyboard;
	struct wl_subcompositor *subcompositor;
	struct wp_single_pixel_buffer_manager_v1 *single;
	struct pool pool;
	struct wl_surface *layers[LOAD_MAX_LAYERS];
	struct wp_viewport *viewports[LOAD_MAX_LAYERS];
	uint32_t n_layers, n_windows, n_frames,
		percent; /* percent of the window that a frame changes */
	bool end, ready, resized;
	int32_t width, height; /* drawn last */
	uint32_t frame, shown; /* the next one to draw; how many were shown */
	uint32_t keys;         /* pressed */
	int64_t first, last;   /* nanoseconds; when frames were shown */
};

static double load_seconds(int64_t since)
{
	return (double)(clock_now() - since) / CLOCK_NS_PER_S;
}

static bool load_fail(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	return false;
}

/* Frames */

static void load_fill(uint32_t *pixels, size_t count, uint32_t color)
{
	for (size_t i = 0; i < count; i++)
		pixels[i] = color;
}

/* NULL: said. */
static struct pool_buffer *load_get_buffer(struct load *load)
{
	struct pool_buffer *buffer = pool_get(&load->pool);
	if (buffer && buffer->is_new)
		load_fill(buffer->pixels, (size_t)buffer->width * (size_t)buffer->height,
			load_colors[0]);
	return buffer;
}

/* Rows from the top on; all buffers have had the same ones. */
static bool load_draw_window(struct load *load, bool whole)
{
	struct pool_buffer *buffer = load_get_buffer(load);
	if (!buffer)
		return false;
	load->width = buffer->width;
	load->height = buffer->height;
	int32_t rows = whole ? buffer->height : buffer->height * (int32_t)load->percent / 100;
	load_fill(buffer->pixels, (size_t)buffer->width * (size_t)rows,
		load_colors[load->frame % LOAD_COLORS]);
	pool_commit(&load->pool, buffer, &(struct pool_damage){0, 0, buffer->width, rows});
	return true;
}

/* Half transparent; the one on top changes with each frame. */
static void load_paint_layer(struct load *load, uint32_t i)
{
	uint32_t color = load_colors[(load->frame + i) % LOAD_COLORS], half = 0x80000000u;
	struct wl_buffer *buffer = wp_single_pixel_buffer_manager_v1_create_u32_rgba_buffer(
		load->single, (color >> 16 & 0xff) << 23, (color >> 8 & 0xff) << 23,
		(color & 0xff) << 23, half);
	wl_surface_attach(load->layers[i], buffer, 0, 0);
	wl_surface_damage(load->layers[i], 0, 0, LOAD_LAYER_SIZE, LOAD_LAYER_SIZE);
	wl_surface_commit(load->layers[i]);
	wl_buffer_destroy(buffer);
}

static bool load_draw(struct load *load)
{
	bool first = load->frame == 0 || load->resized;
	load->ready = load->resized = false;
	window_begin_frame(&load->window, load->frame);
	bool drawn = true;
	if (load->n_layers == 0 || first)
		drawn = load_draw_window(load, first);
	else {
		load_paint_layer(load, load->n_layers - 1);
		wl_surface_commit(load->window.surface);
	}
	load->frame++;
	return drawn;
}

static bool load_draw_key(struct load *load)
{
	struct pool_buffer *buffer = load_get_buffer(load);
	if (!buffer)
		return false;
	int32_t x = (buffer->width - LOAD_KEY_SIZE) / 2, y = (buffer->height - LOAD_KEY_SIZE) / 2;
	for (int32_t row = 0; row < LOAD_KEY_SIZE; row++)
		load_fill(buffer->pixels + (y + row) * buffer->width + x, LOAD_KEY_SIZE,
			load_colors[load->keys % LOAD_COLORS]);
	pool_commit(&load->pool, buffer, &(struct pool_damage){x, y, LOAD_KEY_SIZE, LOAD_KEY_SIZE});
	return true;
}

static void load_handle_resized(void *data)
{
	struct load *load = data;
	/* Told of every configure. */
	if (load->window.width == load->width && load->window.height == load->height)
		return;
	load->resized = true;
	printf("size %dx%d\n", load->window.width, load->window.height);
	fflush(stdout);
}

static void load_handle_ready(void *data)
{
	((struct load *)data)->ready = true;
}

static void load_handle_presented(void *data, uint32_t frame, bool shown)
{
	struct load *load = data;
	load->last = clock_now();
	if (load->shown++ == 0)
		load->first = load->last;
	if (load->shown != load->n_frames)
		return;
	printf("frames %u in %.3f s\n", load->n_frames - 1,
		(double)(load->last - load->first) / CLOCK_NS_PER_S);
	fflush(stdout);
}

static const struct window_listener load_window_listener = {
	.resized = load_handle_resized,
	.ready = load_handle_ready,
	.presented = load_handle_presented,
};

/* Input */

static void load_handle_keymap(
	void *data, struct wl_keyboard *keyboard, uint32_t format, int32_t fd, uint32_t size)
{
	close(fd);
}

static void load_handle_enter(void *data, struct wl_keyboard *keyboard, uint32_t serial,
	struct wl_surface *surface, struct wl_array *keys)
{
}

static void load_handle_leave(
	void *data, struct wl_keyboard *keyboard, uint32_t serial, struct wl_surface *surface)
{
}

static void load_handle_key(void *data, struct wl_keyboard *keyboard, uint32_t serial,
	uint32_t time, uint32_t key, uint32_t state)
{
	struct load *load = data;
	if (state != WL_KEYBOARD_KEY_STATE_PRESSED)
		return;
	load->keys++;
	load_draw_key(load);
}

static void load_handle_modifiers(void *data, struct wl_keyboard *keyboard, uint32_t serial,
	uint32_t depressed, uint32_t latched, uint32_t locked, uint32_t group)
{
}

static void load_handle_repeat(
	void *data, struct wl_keyboard *keyboard, int32_t rate, int32_t delay)
{
}

static const struct wl_keyboard_listener load_keyboard_listener = {
	.keymap = load_handle_keymap,
	.enter = load_handle_enter,
	.leave = load_handle_leave,
	.key = load_handle_key,
	.modifiers = load_handle_modifiers,
	.repeat_info = load_handle_repeat,
};

/* What the window does not bind. */

static void load_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct load *load = data;
	if (strcmp(interface, wl_seat_interface.name) == 0)
		load->seat = wl_registry_bind(registry, name, &wl_seat_interface, 4);
	else if (strcmp(interface, wl_subcompositor_interface.name) == 0)
		load->subcompositor =
			wl_registry_bind(registry, name, &wl_subcompositor_interface, 1);
	else if (strcmp(interface, wp_single_pixel_buffer_manager_v1_interface.name) == 0)
		load->single = wl_registry_bind(
			registry, name, &wp_single_pixel_buffer_manager_v1_interface, 1);
}

static void load_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener load_registry_listener = {
	.global = load_handle_global,
	.global_remove = load_handle_global_remove,
};

static bool load_bind(struct load *load)
{
	load->registry = wl_display_get_registry(load->window.display);
	wl_registry_add_listener(load->registry, &load_registry_listener, load);
	if (wl_display_roundtrip(load->window.display) < 0)
		return load_fail("the connection was lost");
	if (load->seat) {
		load->keyboard = wl_seat_get_keyboard(load->seat);
		wl_keyboard_add_listener(load->keyboard, &load_keyboard_listener, load);
	}
	bool layered = load->subcompositor && load->single && load->window.viewporter;
	return load->n_layers == 0 || layered ||
	       load_fail("--layers needs wl_subcompositor, single-pixel-buffer and viewporter");
}

static void load_create_layers(struct load *load)
{
	for (uint32_t i = 0; i < load->n_layers; i++) {
		struct wl_surface *surface = wl_compositor_create_surface(load->window.compositor);
		struct wl_subsurface *place = wl_subcompositor_get_subsurface(
			load->subcompositor, surface, load->window.surface);
		/* Each over a part of the one before. */
		wl_subsurface_set_position(
			place, (int32_t)(i % 16 * 60), (int32_t)(i / 16 * 120 + i % 16 * 8));
		load->layers[i] = surface;
		load->viewports[i] = wp_viewporter_get_viewport(load->window.viewporter, surface);
		wp_viewport_set_destination(load->viewports[i], LOAD_LAYER_SIZE, LOAD_LAYER_SIZE);
		load_paint_layer(load, i);
	}
}

static bool load_open(struct load *load)
{
	return window_init(&load->window, 640, 480, 0, &load_window_listener, load) &&
	       pool_init(&load->pool, &load->window,
		       &(struct pool_layout){POOL_SHM, DRM_FORMAT_XRGB8888, 0});
}

static void load_close(struct load *load)
{
	pool_finish(&load->pool);
	window_finish(&load->window);
}

/* Windows that come and go, one after the other; each shows a frame. */
static bool load_open_windows(struct load *load)
{
	int64_t began = clock_now();
	for (uint32_t i = 0; i < load->n_windows; i++) {
		if (!load_open(load))
			return false;
		load->frame = 0;
		load->ready = false;
		if (!load_draw(load))
			return false;
		while (!load->ready) {
			if (!window_dispatch(&load->window, -1, -1))
				return load_fail("the connection was lost");
		}
		load_close(load);
	}
	printf("windows %u in %.3f s\n", load->n_windows, load_seconds(began));
	return true;
}

static bool load_run(struct load *load)
{
	load->ready = true;
	while (!load->window.is_closed) {
		bool more = load->frame < load->n_frames;
		if (((more && load->ready) || load->resized) && !load_draw(load))
			return false;
		if (load->end && load->shown >= load->n_frames)
			return true;
		if (!window_dispatch(&load->window, -1, -1))
			return load_fail("the connection was lost");
	}
	return true;
}

static bool load_parse_number(const char *text, uint32_t most, uint32_t *number)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);
	*number = (uint32_t)value;
	return *text >= '0' && *text <= '9' && *end == '\0' && value <= most;
}

static error_t load_parse(int key, char *arg, struct argp_state *state)
{
	struct load *load = state->input;
	bool ok = true;
	switch (key) {
	case 'f':
		ok = load_parse_number(arg, UINT32_MAX - 1, &load->n_frames) && load->n_frames > 0;
		break;
	case 'd':
		ok = load_parse_number(arg, 100, &load->percent) && load->percent > 0;
		break;
	case 'l':
		ok = load_parse_number(arg, LOAD_MAX_LAYERS, &load->n_layers);
		break;
	case 'w':
		ok = load_parse_number(arg, 100000, &load->n_windows);
		break;
	case 'e':
		load->end = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "unexpected argument: %s", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	if (!ok)
		argp_error(state, "%s is not possible there", arg);
	return 0;
}

static const struct argp_option load_options[] = {
	{"frames", 'f', "N", 0, "How many to draw (default 1)", 0},
	{"damage", 'd', "PERCENT", 0, "How much of the window a frame changes (default 100)", 0},
	{"layers", 'l', "N", 0,
		"Half transparent sub-surfaces, of which a frame changes the top one", 0},
	{"windows", 'w', "N", 0, "Open and close so many windows, and end", 0},
	{"end", 'e', NULL, 0, "End after the last frame", 0},
	{0},
};

int main(int argc, char **argv)
{
	static const struct argp argp = {.options = load_options,
		.parser = load_parse,
		.doc = "A cheap client, for measuring compositors."};
	struct load load = {.n_frames = 1, .percent = 100, .pool.device = -1};
	argp_parse(&argp, argc, argv, 0, NULL, &load);
	if (load.n_windows)
		return !load_open_windows(&load);
	bool ok = load_open(&load) && load_bind(&load);
	if (ok) {
		load_create_layers(&load);
		printf("size %dx%d\n", load.window.width, load.window.height);
		fflush(stdout);
		ok = load_run(&load);
	}
	load_close(&load);
	return !ok;
}

/*
 * hostile-client DEED: a client that does what no client should, to a whole compositor, and checks
 * that it goes on. Exit 0: the deed was done and the compositor still draws (for DEEDs that it
 * survives as a client), or it was thrown out, where that is the right answer.
 */
#include "common/fd.h"
#include "tests/protocol/hostile_noise.h"

#include "viewporter-client.h"
#include "xdg-shell-client.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <wayland-client.h>

#define HOSTILE_SECONDS 20
#define HOSTILE_CROWD \
	700 /* more than a frame holds; each has a file in the compositor, which may open 1024 */
#define HOSTILE_FRAMES_US 50000
#define HOSTILE_LAYERS 50
#define HOSTILE_NOISES 75 /* of two clients each */
/* Kinds of objects that they are given whatever the seed: the offers of four protocols, windows in
 * two. */
#define HOSTILE_GIVEN 6

/* libwayland-client has no way to free the proxies that a client leaves when it just ends.
 * LeakSanitizer's. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libwayland-client";
}

struct hostile {
	struct wl_display *display;
	struct wl_compositor *compositor;
	struct wl_subcompositor *subcompositor;
	struct wl_shm *shm;
	struct xdg_wm_base *wm_base;
	struct wp_viewporter *viewporter;
	struct wl_surface *surface;
	struct xdg_surface *xdg;
	bool configured;
	int32_t width, height;
};

static void hostile_fail(const char *what)
{
	fprintf(stderr, "hostile-client: %s\n", what);
	exit(1);
}

static void hostile_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct hostile *hostile = data;
	const struct {
		const struct wl_interface *interface;
		void *slot;
		uint32_t version;
	} globals[] = {
		{&wl_compositor_interface, &hostile->compositor, 6},
		{&wl_subcompositor_interface, &hostile->subcompositor, 1},
		{&wl_shm_interface, &hostile->shm, 1},
		{&xdg_wm_base_interface, &hostile->wm_base, 6},
		{&wp_viewporter_interface, &hostile->viewporter, 1},
	};
	for (size_t i = 0; i < sizeof globals / sizeof globals[0]; i++) {
		if (strcmp(globals[i].interface->name, interface) != 0)
			continue;
		void *proxy =
			wl_registry_bind(registry, name, globals[i].interface, globals[i].version);
		memcpy(globals[i].slot, &proxy, sizeof proxy);
	}
}

static void hostile_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener hostile_registry_listener = {
	.global = hostile_handle_global,
	.global_remove = hostile_handle_global_remove,
};

static void hostile_handle_configure(void *data, struct xdg_surface *xdg, uint32_t serial)
{
	struct hostile *hostile = data;
	xdg_surface_ack_configure(xdg, serial);
	hostile->configured = true;
}

static const struct xdg_surface_listener hostile_surface_listener = {
	.configure = hostile_handle_configure,
};

static void hostile_handle_size(void *data, struct xdg_toplevel *toplevel, int32_t width,
	int32_t height, struct wl_array *states)
{
	struct hostile *hostile = data;
	hostile->width = width;
	hostile->height = height;
}

static void hostile_handle_close(void *data, struct xdg_toplevel *toplevel)
{
}

static void hostile_handle_bounds(
	void *data, struct xdg_toplevel *toplevel, int32_t width, int32_t height)
{
}

static void hostile_handle_capabilities(
	void *data, struct xdg_toplevel *toplevel, struct wl_array *capabilities)
{
}

static const struct xdg_toplevel_listener hostile_toplevel_listener = {
	.configure = hostile_handle_size,
	.close = hostile_handle_close,
	.configure_bounds = hostile_handle_bounds,
	.wm_capabilities = hostile_handle_capabilities,
};

static void hostile_handle_frame(void *data, struct wl_callback *callback, uint32_t time)
{
	*(bool *)data = true;
	wl_callback_destroy(callback);
}

static const struct wl_callback_listener hostile_frame_listener = {.done = hostile_handle_frame};

/* Commits and waits until the compositor has shown it. */
static void hostile_show(struct hostile *hostile)
{
	bool shown = false;
	wl_callback_add_listener(
		wl_surface_frame(hostile->surface), &hostile_frame_listener, &shown);
	wl_surface_commit(hostile->surface);
	while (!shown) {
		if (wl_display_dispatch(hostile->display) < 0)
			hostile_fail("thrown out while it waited for a frame");
	}
}

/* Commits and gives the compositor time for some frames: no frame callback comes for what nobody
 * can see. */
static void hostile_commit(struct hostile *hostile)
{
	wl_surface_commit(hostile->surface);
	usleep(HOSTILE_FRAMES_US);
	if (wl_display_roundtrip(hostile->display) < 0)
		hostile_fail("thrown out for what the protocol allows");
}

static struct wl_buffer *hostile_buffer(
	struct hostile *hostile, int32_t width, int32_t height, uint32_t format, int *kept_fd)
{
	int32_t size = width * height * 4;
	int fd = memfd_create("hostile", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, size) < 0)
		hostile_fail("no memory");
	struct wl_shm_pool *pool = wl_shm_create_pool(hostile->shm, fd, size);
	struct wl_buffer *buffer =
		wl_shm_pool_create_buffer(pool, 0, width, height, width * 4, format);
	wl_shm_pool_destroy(pool);
	if (kept_fd)
		*kept_fd = fd;
	else
		close(fd);
	return buffer;
}

static void hostile_connect(struct hostile *hostile)
{
	*hostile = (struct hostile){.display = wl_display_connect(NULL)};
	if (!hostile->display)
		hostile_fail("no compositor");
	struct wl_registry *registry = wl_display_get_registry(hostile->display);
	wl_registry_add_listener(registry, &hostile_registry_listener, hostile);
	if (wl_display_roundtrip(hostile->display) < 0 || !hostile->viewporter)
		hostile_fail("a global is missing");
	hostile->surface = wl_compositor_create_surface(hostile->compositor);
	hostile->xdg = xdg_wm_base_get_xdg_surface(hostile->wm_base, hostile->surface);
	xdg_surface_add_listener(hostile->xdg, &hostile_surface_listener, hostile);
	xdg_toplevel_add_listener(
		xdg_surface_get_toplevel(hostile->xdg), &hostile_toplevel_listener, hostile);
	wl_surface_commit(hostile->surface);
	while (!hostile->configured) {
		if (wl_display_dispatch(hostile->display) < 0)
			hostile_fail("thrown out before the first configure");
	}
}

/* A window in which the deed happens; *fd, if not NULL, is its memory. */
static void hostile_open(struct hostile *hostile, int *fd)
{
	hostile_connect(hostile);
	if (hostile->width == 0 || hostile->height == 0) { /* a window that floats */
		hostile->width = 640;
		hostile->height = 480;
	}
	struct wl_buffer *buffer = hostile_buffer(
		hostile, hostile->width, hostile->height, WL_SHM_FORMAT_ARGB8888, fd);
	wl_surface_attach(hostile->surface, buffer, 0, 0);
	hostile_show(hostile);
}

static void deed_good(void)
{
	struct hostile hostile;
	hostile_open(&hostile, NULL);
	for (int i = 0; i < 3; i++) {
		wl_surface_damage_buffer(hostile.surface, 0, 0, 10, 10);
		hostile_show(&hostile);
	}
	wl_display_disconnect(hostile.display);
}

/* The file shrinks to nothing while the compositor draws from it, and grows again. */
static void deed_truncate(void)
{
	struct hostile hostile;
	int fd;
	hostile_open(&hostile, &fd);
	for (int i = 0; i < 10; i++) {
		off_t size = i % 3 == 2 ? hostile.width * hostile.height * 4 : i % 3 * 4096;
		if (ftruncate(fd, size) < 0)
			hostile_fail("cannot truncate");
		struct wl_buffer *buffer =
			i & 1 ? hostile_buffer(&hostile, 64, 64, WL_SHM_FORMAT_XRGB8888, NULL)
			      : NULL;
		if (buffer)
			wl_surface_attach(hostile.surface, buffer, 0, 0);
		wl_surface_damage(hostile.surface, 0, 0, INT32_MAX, INT32_MAX);
		hostile_show(&hostile);
	}
	close(fd);
	wl_display_disconnect(hostile.display);
}

/* A pool whose file is truncated at once, before the worker has ever seen it. */
static void deed_truncate_at_once(void)
{
	struct hostile hostile;
	hostile_open(&hostile, NULL);
	for (int i = 0; i < 5; i++) {
		int fd;
		struct wl_buffer *buffer =
			hostile_buffer(&hostile, 256, 256, WL_SHM_FORMAT_XRGB8888, &fd);
		wl_display_roundtrip(hostile.display);
		if (ftruncate(fd, 0) < 0)
			hostile_fail("cannot truncate");
		wl_surface_attach(hostile.surface, buffer, 0, 0);
		wl_surface_damage(hostile.surface, 0, 0, 256, 256);
		hostile_show(&hostile);
		close(fd);
	}
	wl_display_disconnect(hostile.display);
}

/* Requests as fast as the socket takes them, no event ever read. */
static void deed_flood(void)
{
	struct hostile hostile;
	hostile_open(&hostile, NULL);
	for (int i = 0; i < 20000; i++) {
		struct wl_surface *surface = wl_compositor_create_surface(hostile.compositor);
		wl_subcompositor_get_subsurface(hostile.subcompositor, surface, hostile.surface);
		wl_surface_frame(hostile.surface);
		wl_surface_damage(hostile.surface, i % 1000, i % 700, 3, 3);
		wl_surface_commit(hostile.surface);
		if (wl_display_flush(hostile.display) < 0 && errno != EAGAIN)
			break; /* thrown out */
		struct pollfd fd = {.fd = wl_display_get_fd(hostile.display), .events = POLLOUT};
		poll(&fd, 1, 100);
	}
	wl_display_disconnect(hostile.display);
}

/* Asks and never reads an answer: in the end it is disconnected, and nothing else happens. */
static void deed_deaf(void)
{
	struct hostile hostile;
	hostile_open(&hostile, NULL);
	for (;;) {
		wl_callback_destroy(wl_display_sync(hostile.display));
		if (wl_display_flush(hostile.display) >= 0)
			continue;
		if (errno != EAGAIN)
			break;
		struct pollfd fd = {.fd = wl_display_get_fd(hostile.display), .events = POLLOUT};
		poll(&fd, 1, -1);
	}
	wl_display_disconnect(hostile.display);
}

/* Places and sizes far out of what any screen has. */
static void deed_extremes(void)
{
	static const int32_t values[] = {INT32_MIN, -40000, -1, 0, 40000, INT32_MAX};
	struct hostile hostile;
	hostile_open(&hostile, NULL);
	struct wl_surface *child = wl_compositor_create_surface(hostile.compositor);
	struct wl_subsurface *subsurface =
		wl_subcompositor_get_subsurface(hostile.subcompositor, child, hostile.surface);
	struct wp_viewport *viewport = wp_viewporter_get_viewport(hostile.viewporter, child);
	struct wl_buffer *buffer = hostile_buffer(&hostile, 64, 64, WL_SHM_FORMAT_ARGB8888, NULL);
	for (int i = 0; i < 6 * 6; i++) {
		wl_subsurface_set_position(subsurface, values[i % 6], values[i / 6]);
		wp_viewport_set_destination(viewport, i & 1 ? INT32_MAX : 50000, i & 2 ? 40000 : 1);
		wp_viewport_set_source(viewport, i, i, 1 + i % 3, 1); /* 1/256 pixels */
		wl_surface_set_buffer_transform(child, i % 8);
		wl_surface_attach(child, buffer, 0, 0);
		wl_surface_damage(child, INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX);
		wl_surface_commit(child);
		xdg_surface_set_window_geometry(
			hostile.xdg, values[i % 6], values[i / 6], INT32_MAX, INT32_MAX);
		hostile_commit(&hostile);
	}
	wl_display_disconnect(hostile.display);
}

/* Buffers that are right by the protocol but larger than any image. */
static void deed_large_buffers(void)
{
	struct hostile hostile;
	hostile_open(&hostile, NULL);
	static const int32_t sizes[][2] = {{1, 1000000}, {1000000, 1}, {32768, 2}, {2, 65536}};
	for (int i = 0; i < 4; i++) {
		wl_surface_attach(hostile.surface,
			hostile_buffer(
				&hostile, sizes[i][0], sizes[i][1], WL_SHM_FORMAT_XRGB8888, NULL),
			0, 0);
		wl_surface_damage_buffer(hostile.surface, 0, 0, INT32_MAX, INT32_MAX);
		hostile_commit(&hostile);
	}
	wl_display_disconnect(hostile.display);
}

/* Many buffers, textures and quads at once. */
static void deed_crowd(void)
{
	struct hostile hostile;
	hostile_open(&hostile, NULL);
	struct wl_surface *head =
		NULL; /* a surface has 512 at most, so each hundredth has the rest */
	for (int i = 0; i < HOSTILE_CROWD; i++) {
		struct wl_surface *child = wl_compositor_create_surface(hostile.compositor);
		struct wl_subsurface *subsurface = wl_subcompositor_get_subsurface(
			hostile.subcompositor, child, i % 100 ? head : hostile.surface);
		if (i % 100 == 0)
			head = child;
		wl_subsurface_set_position(subsurface, i % 97 * 3, i / 97 * 3);
		wl_surface_attach(
			child, hostile_buffer(&hostile, 2, 2, WL_SHM_FORMAT_ARGB8888, NULL), 0, 0);
		wl_surface_commit(child);
		if (i % 100 == 99 && wl_display_roundtrip(hostile.display) < 0)
			hostile_fail("thrown out for many sub-surfaces");
	}
	for (int i = 0; i < 3; i++)
		hostile_show(&hostile);
	wl_display_disconnect(hostile.display);
}

/* Opaque bars over opaque bars across, in many layers, with damage all over: the pieces of each
 * picture and the work for it have an end. */
static void deed_bars(void)
{
	struct hostile hostile;
	hostile_open(&hostile, NULL);
	struct wl_buffer *buffer =
		hostile_buffer(&hostile, 1000, 700, WL_SHM_FORMAT_ARGB8888, NULL);
	struct wl_surface *children[HOSTILE_LAYERS];
	for (int i = 0; i < HOSTILE_LAYERS; i++) {
		struct wl_region *region = wl_compositor_create_region(hostile.compositor);
		children[i] = wl_compositor_create_surface(hostile.compositor);
		wl_subsurface_set_desync(wl_subcompositor_get_subsurface(
			hostile.subcompositor, children[i], hostile.surface));
		for (int bar = 0; bar < 300; bar++)
			wl_region_add(region, i % 2 ? bar * 3 : 0, i % 2 ? 0 : bar * 2,
				i % 2 ? 1 : 1000, i % 2 ? 700 : 1);
		wl_surface_set_opaque_region(children[i], region);
		wl_surface_set_input_region(children[i], region);
		wl_region_destroy(region);
		wl_surface_attach(children[i], buffer, 0, 0);
		wl_surface_commit(children[i]);
		if (wl_display_roundtrip(hostile.display) < 0)
			hostile_fail("thrown out for regions");
	}
	for (int frame = 0; frame < 3; frame++) {
		for (int i = 0; i < HOSTILE_LAYERS; i++) {
			for (int at = 0; at < 300; at++)
				wl_surface_damage(children[i], at * 3, at * 7 % 700, 1, 1);
			wl_surface_commit(children[i]);
			if (wl_display_roundtrip(hostile.display) < 0)
				hostile_fail("thrown out for damage");
		}
		hostile_show(&hostile);
	}
	wl_display_disconnect(hostile.display);
}

/* More files than a client may keep open, more surfaces, and more memory, of which nothing is in
 * use: it is thrown out, and told why. */
static void deed_hoard(void)
{
	for (int kind = 0; kind < 3; kind++) {
		struct hostile hostile;
		hostile_open(&hostile, NULL);
		for (int i = 0; i < 10000; i++) {
			if (kind == 0)
				hostile_buffer(&hostile, 1, 1, WL_SHM_FORMAT_XRGB8888, NULL);
			else if (kind == 1)
				wl_compositor_create_surface(hostile.compositor);
			else
				hostile_buffer(
					&hostile, 16384, 16384, WL_SHM_FORMAT_XRGB8888, NULL);
			if (i % 16 == 0 && wl_display_roundtrip(hostile.display) < 0)
				break;
		}
		if (wl_display_get_error(hostile.display) != ENOMEM)
			hostile_fail("not thrown out for lack of memory");
		wl_display_disconnect(hostile.display);
	}
}

static unsigned hostile_seed(void)
{
	const char *text = getenv("HOSTILE_SEED"); /* to do a run again */
	return text ? (unsigned)strtoul(text, NULL, 10) : (unsigned)time(NULL) * 100;
}

static void hostile_sum_up(const struct hostile_figures *figures)
{
	fprintf(stderr,
		"hostile-client: %d random requests on %d connections, %d of them to what the "
		"compositor made:",
		figures->sent, HOSTILE_NOISES * HOSTILE_AT_ONCE, figures->sent_given);
	for (int i = 0; i < figures->given_len; i++)
		fprintf(stderr, " %s", figures->given[i]->name);
	fprintf(stderr, "\n");
	if (figures->sent < HOSTILE_NOISES * HOSTILE_AT_ONCE || figures->given_len < HOSTILE_GIVEN)
		hostile_fail("less was sent than was to be");
}

/* Random requests, clients after clients; those that are not rude among windows that come and go.
 */
static void hostile_make_noise(unsigned seed, bool rude)
{
	struct hostile_figures figures = {0};
	fprintf(stderr, "hostile-client: HOSTILE_SEED=%u\n", seed);
	hostile_noise_forget();
	for (unsigned i = 0; i < HOSTILE_NOISES; i++) {
		struct hostile hostile;
		alarm(HOSTILE_SECONDS); /* for each: a machine that is busy takes longer for all */
		if (!rude)
			hostile_open(&hostile, NULL);
		if (!hostile_noise(seed + i, 400, rude, &figures))
			hostile_fail("no compositor");
		if (!rude)
			wl_display_disconnect(hostile.display);
	}
	hostile_sum_up(&figures);
}

static void deed_noise(void)
{
	hostile_make_noise(hostile_seed(), false);
}

/* To every global there is: the screen may be locked or off afterwards. */
static void deed_noise_all(void)
{
	hostile_make_noise(hostile_seed(), true);
	struct wl_display *display = wl_display_connect(NULL);
	if (!display || wl_display_roundtrip(display) < 0)
		hostile_fail("the compositor does not answer any more");
	wl_display_disconnect(display);
}

int main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*run)(void);
	} deeds[] = {
		{"good", deed_good},
		{"truncate", deed_truncate},
		{"truncate-at-once", deed_truncate_at_once},
		{"flood", deed_flood},
		{"deaf", deed_deaf},
		{"extremes", deed_extremes},
		{"large-buffers", deed_large_buffers},
		{"crowd", deed_crowd},
		{"bars", deed_bars},
		{"hoard", deed_hoard},
		{"noise", deed_noise},
		{"noise-all", deed_noise_all},
	};
	alarm(HOSTILE_SECONDS); /* a compositor that does not answer ends it */
	for (size_t i = 0; argc == 2 && i < sizeof deeds / sizeof deeds[0]; i++) {
		if (strcmp(deeds[i].name, argv[1]) == 0) {
			deeds[i].run();
			return 0;
		}
	}
	fprintf(stderr, "usage: hostile-client DEED\n");
	return 2;
}

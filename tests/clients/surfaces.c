/*
 * surfaces: a Wayland client for what surfaces can say of themselves.
 *
 *   layers            one-pixel buffers, scaled, some with an alpha factor; stays until SIGTERM
 *   at-once N         N commits in a row
 *   fifo N            the same, each to be shown for a refresh (wp_fifo_v1)
 *   timed N MS        the same, each not before its time, MS milliseconds apart
 *                     (wp_commit_timing_v1)
 *   explicit NODE FILE
 *                     a commit ("commit 1 waits") whose acquire point is signalled when FILE is
 *                     there, and then the wait for its release point (wp_linux_drm_syncobj_v1, by
 *                     the DRM node's syncobjs)
 *   paced N MS        N commits, each MS milliseconds after the last one's frame callback
 *   torn N            N commits, each after the last one's frame callback, that need not wait for a
 *                     vblank (wp_tearing_control_v1)
 *
 * All but the first say of each commit "frame I shown T at SEQUENCE, refresh R, flags F"
 * (nanoseconds, CLOCK_MONOTONIC; enum wp_presentation_feedback_kind) or "frame I dropped", and
 * "time I T" of each time that was asked for.
 */
#include "window.h"

#include "alpha-modifier-v1-client-protocol.h"
#include "commit-timing-v1-client-protocol.h"
#include "common/clock.h"
#include "fifo-v1-client-protocol.h"
#include "linux-drm-syncobj-v1-client-protocol.h"
#include "presentation-time-client-protocol.h"
#include "single-pixel-buffer-v1-client-protocol.h"
#include "tearing-control-v1-client-protocol.h"
#include "viewporter-client-protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xf86drm.h>

struct surfaces {
	struct window window;
	struct wl_subcompositor *subcompositor;
	struct wp_alpha_modifier_v1 *alpha;
	struct wp_commit_timing_manager_v1 *timing;
	struct wp_fifo_manager_v1 *fifo;
	struct wp_linux_drm_syncobj_manager_v1 *syncobj;
	struct wp_presentation *presentation;
	struct wp_single_pixel_buffer_manager_v1 *pixels;
	struct wp_tearing_control_manager_v1 *tearing;
	struct wp_viewporter *viewporter;
	int waiting; /* feedbacks */
};

static _Noreturn void surfaces_fail(const char *what)
{
	fprintf(stderr, "surfaces: %s\n", what);
	exit(EXIT_FAILURE);
}

static void surfaces_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct surfaces *surfaces = data;
	const struct {
		const struct wl_interface *interface;
		void *slot;
	} globals[] = {
		{&wl_subcompositor_interface, &surfaces->subcompositor},
		{&wp_alpha_modifier_v1_interface, &surfaces->alpha},
		{&wp_commit_timing_manager_v1_interface, &surfaces->timing},
		{&wp_fifo_manager_v1_interface, &surfaces->fifo},
		{&wp_linux_drm_syncobj_manager_v1_interface, &surfaces->syncobj},
		{&wp_presentation_interface, &surfaces->presentation},
		{&wp_single_pixel_buffer_manager_v1_interface, &surfaces->pixels},
		{&wp_tearing_control_manager_v1_interface, &surfaces->tearing},
		{&wp_viewporter_interface, &surfaces->viewporter},
	};
	for (size_t i = 0; i < sizeof globals / sizeof globals[0]; i++) {
		if (strcmp(globals[i].interface->name, interface) != 0)
			continue;
		void *proxy = wl_registry_bind(registry, name, globals[i].interface, 1);
		memcpy(globals[i].slot, &proxy, sizeof proxy);
	}
}

static void surfaces_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener surfaces_registry_listener = {
	.global = surfaces_handle_global,
	.global_remove = surfaces_handle_global_remove,
};

static void surfaces_handle_nothing(void *data)
{
}

static void surfaces_handle_fate(void *data, uint32_t frame, bool shown)
{
}

static const struct window_listener surfaces_window_listener = {
	.resized = surfaces_handle_nothing,
	.ready = surfaces_handle_nothing,
	.presented = surfaces_handle_fate,
};

static void surfaces_dispatch(struct surfaces *surfaces)
{
	if (!window_dispatch(&surfaces->window, -1, -1))
		exit(EXIT_FAILURE);
}

/* One colour, premultiplied, scaled to a size. */
static void surfaces_fill(struct surfaces *surfaces, struct wl_surface *surface, uint32_t argb,
	int32_t width, int32_t height)
{
	const uint32_t unit = UINT32_MAX / 255;
	wl_surface_attach(surface,
		wp_single_pixel_buffer_manager_v1_create_u32_rgba_buffer(surfaces->pixels,
			(argb >> 16 & 0xff) * unit, (argb >> 8 & 0xff) * unit, (argb & 0xff) * unit,
			(argb >> 24) * unit),
		0, 0);
	struct wp_viewport *viewport = wp_viewporter_get_viewport(surfaces->viewporter, surface);
	wp_viewport_set_destination(viewport, width, height);
	wl_surface_damage_buffer(surface, 0, 0, 1, 1);
}

static void surfaces_add_layer(
	struct surfaces *surfaces, int32_t x, int32_t y, uint32_t argb, uint32_t factor)
{
	struct wl_surface *surface = wl_compositor_create_surface(surfaces->window.compositor);
	struct wl_subsurface *subsurface = wl_subcompositor_get_subsurface(
		surfaces->subcompositor, surface, surfaces->window.surface);
	wl_subsurface_set_position(subsurface, x, y);
	surfaces_fill(surfaces, surface, argb, 100, 50);
	wp_alpha_modifier_surface_v1_set_multiplier(
		wp_alpha_modifier_v1_get_surface(surfaces->alpha, surface), factor);
	wl_surface_commit(surface);
}

static void surfaces_show_layers(struct surfaces *surfaces)
{
	struct window *window = &surfaces->window;
	surfaces_fill(surfaces, window->surface, 0xff204060, window->width, window->height);
	surfaces_add_layer(surfaces, 0, 0, 0xffffffff, UINT32_MAX);
	surfaces_add_layer(surfaces, 100, 0, 0xffffffff, UINT32_MAX / 2);
	surfaces_add_layer(surfaces, 200, 0, 0xffffffff, 0);
	surfaces_add_layer(surfaces, 0, 100, 0x80402010, UINT32_MAX);
	surfaces_add_layer(surfaces, 100, 100, 0x80402010, UINT32_MAX / 4);
	wl_surface_commit(window->surface);
	printf("layers\n");
	fflush(stdout);
	while (!window->is_closed)
		surfaces_dispatch(surfaces);
}

/* A commit whose fate is awaited. */
struct surfaces_frame {
	struct surfaces *surfaces;
	int number;
};

static void surfaces_handle_sync_output(
	void *data, struct wp_presentation_feedback *feedback, struct wl_output *output)
{
}

static void surfaces_end_frame(
	struct surfaces_frame *frame, struct wp_presentation_feedback *feedback)
{
	fflush(stdout);
	frame->surfaces->waiting--;
	wp_presentation_feedback_destroy(feedback);
	free(frame);
}

static void surfaces_handle_presented(void *data, struct wp_presentation_feedback *feedback,
	uint32_t seconds_high, uint32_t seconds_low, uint32_t nanoseconds, uint32_t refresh,
	uint32_t sequence_high, uint32_t sequence_low, uint32_t flags)
{
	const struct surfaces_frame *frame = data;
	uint64_t seconds = (uint64_t)seconds_high << 32 | seconds_low;
	uint64_t sequence = (uint64_t)sequence_high << 32 | sequence_low;
	printf("frame %d shown %llu at %llu, refresh %u, flags %u\n", frame->number,
		(unsigned long long)(seconds * CLOCK_NS_PER_S + nanoseconds),
		(unsigned long long)sequence, refresh, flags);
	surfaces_end_frame(data, feedback);
}

static void surfaces_handle_discarded(void *data, struct wp_presentation_feedback *feedback)
{
	const struct surfaces_frame *frame = data;
	printf("frame %d dropped\n", frame->number);
	surfaces_end_frame(data, feedback);
}

static const struct wp_presentation_feedback_listener surfaces_feedback_listener = {
	.sync_output = surfaces_handle_sync_output,
	.presented = surfaces_handle_presented,
	.discarded = surfaces_handle_discarded,
};

static void surfaces_commit(struct surfaces *surfaces, int number)
{
	struct window *window = &surfaces->window;
	struct surfaces_frame *frame = malloc(sizeof *frame);
	if (!frame)
		surfaces_fail("no memory");
	*frame = (struct surfaces_frame){surfaces, number};
	wp_presentation_feedback_add_listener(
		wp_presentation_feedback(surfaces->presentation, window->surface),
		&surfaces_feedback_listener, frame);
	surfaces->waiting++;
	wl_surface_attach(window->surface,
		wp_single_pixel_buffer_manager_v1_create_u32_rgba_buffer(
			surfaces->pixels, (uint32_t)number << 26, 0, UINT32_MAX / 2, UINT32_MAX),
		0, 0);
	wl_surface_damage_buffer(window->surface, 0, 0, 1, 1);
	wl_surface_commit(window->surface);
}

static void surfaces_wait(struct surfaces *surfaces)
{
	while (surfaces->waiting > 0)
		surfaces_dispatch(surfaces);
}

/* The picture has the window's size from its first commit on. */
static void surfaces_start(struct surfaces *surfaces)
{
	struct window *window = &surfaces->window;
	wp_viewport_set_destination(
		wp_viewporter_get_viewport(surfaces->viewporter, window->surface), window->width,
		window->height);
	surfaces_commit(surfaces, 0);
	surfaces_wait(surfaces);
}

static void surfaces_present(struct surfaces *surfaces, int n, bool use_fifo)
{
	struct wp_fifo_v1 *fifo =
		use_fifo ? wp_fifo_manager_v1_get_fifo(surfaces->fifo, surfaces->window.surface)
			 : NULL;
	for (int i = 1; i <= n; i++) {
		if (fifo) {
			wp_fifo_v1_set_barrier(fifo);
			wp_fifo_v1_wait_barrier(fifo);
		}
		surfaces_commit(surfaces, i);
	}
	surfaces_wait(surfaces);
}

static void surfaces_present_timed(struct surfaces *surfaces, int n, int milliseconds)
{
	struct wp_commit_timer_v1 *timer =
		wp_commit_timing_manager_v1_get_timer(surfaces->timing, surfaces->window.surface);
	int64_t start = clock_now();
	for (int i = 1; i <= n; i++) {
		int64_t time = start + i * milliseconds * (CLOCK_NS_PER_S / 1000);
		uint64_t seconds = (uint64_t)(time / CLOCK_NS_PER_S);
		printf("time %d %lld\n", i, (long long)time);
		wp_commit_timer_v1_set_timestamp(timer, (uint32_t)(seconds >> 32),
			(uint32_t)seconds, (uint32_t)(time % CLOCK_NS_PER_S));
		surfaces_commit(surfaces, i);
	}
	surfaces_wait(surfaces);
}

static void surfaces_handle_callback(void *data, struct wl_callback *callback, uint32_t time)
{
	bool *called = data;
	*called = true;
	wl_callback_destroy(callback);
}

static const struct wl_callback_listener surfaces_callback_listener = {
	.done = surfaces_handle_callback,
};

static void surfaces_present_paced(struct surfaces *surfaces, int n, int milliseconds)
{
	for (int i = 1; i <= n; i++) {
		bool called = false;
		wl_callback_add_listener(wl_surface_frame(surfaces->window.surface),
			&surfaces_callback_listener, &called);
		surfaces_commit(surfaces, i);
		while (!called)
			surfaces_dispatch(surfaces);
		usleep((useconds_t)milliseconds * 1000);
	}
	surfaces_wait(surfaces);
}

static void surfaces_present_torn(struct surfaces *surfaces, int n)
{
	struct wl_surface *surface = surfaces->window.surface;
	struct wl_region *all = wl_compositor_create_region(surfaces->window.compositor);
	wl_region_add(all, 0, 0, INT32_MAX, INT32_MAX);
	wl_surface_set_opaque_region(surface, all);
	wp_tearing_control_v1_set_presentation_hint(
		wp_tearing_control_manager_v1_get_tearing_control(surfaces->tearing, surface),
		WP_TEARING_CONTROL_V1_PRESENTATION_HINT_ASYNC);
	surfaces_present_paced(surfaces, n, 0);
}

/* A timeline that the compositor knows, too. */
struct surfaces_timeline {
	int drm;
	uint32_t handle;
	struct wp_linux_drm_syncobj_timeline_v1 *wl;
};

static struct surfaces_timeline surfaces_make_timeline(struct surfaces *surfaces, int drm)
{
	struct surfaces_timeline timeline = {.drm = drm};
	int fd;
	if (drmSyncobjCreate(drm, 0, &timeline.handle) != 0 ||
		drmSyncobjHandleToFD(drm, timeline.handle, &fd) != 0)
		surfaces_fail("the DRM node makes no syncobjs");
	timeline.wl = wp_linux_drm_syncobj_manager_v1_import_timeline(surfaces->syncobj, fd);
	close(fd);
	return timeline;
}

static void surfaces_wait_point(const struct surfaces_timeline *timeline, uint64_t point)
{
	uint32_t handle = timeline->handle;
	if (drmSyncobjTimelineWait(timeline->drm, &handle, &point, 1, INT64_MAX,
		    DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT, NULL) != 0)
		surfaces_fail("the release point cannot be waited for");
}

static void surfaces_set_points(struct wp_linux_drm_syncobj_surface_v1 *surface,
	const struct surfaces_timeline timelines[static 2], uint32_t point)
{
	wp_linux_drm_syncobj_surface_v1_set_acquire_point(surface, timelines[0].wl, 0, point);
	wp_linux_drm_syncobj_surface_v1_set_release_point(surface, timelines[1].wl, 0, point);
}

static void surfaces_present_explicit(struct surfaces *surfaces, const char *node, const char *file)
{
	int drm = open(node, O_RDWR | O_CLOEXEC);
	if (drm < 0 || !surfaces->syncobj)
		surfaces_fail(drm < 0 ? "no such DRM node" : "no explicit synchronisation");
	struct surfaces_timeline timelines[2] = {
		surfaces_make_timeline(surfaces, drm), surfaces_make_timeline(surfaces, drm)};
	struct wp_linux_drm_syncobj_surface_v1 *surface =
		wp_linux_drm_syncobj_manager_v1_get_surface(
			surfaces->syncobj, surfaces->window.surface);
	uint64_t point = 1;
	surfaces_set_points(surface, timelines, 1);
	surfaces_commit(surfaces, 1);
	wl_display_roundtrip(surfaces->window.display);
	printf("commit 1 waits\n");
	fflush(stdout);
	while (access(file, F_OK) < 0) {
		if (!window_dispatch(&surfaces->window, -1, 100))
			exit(EXIT_FAILURE);
	}
	printf("time 1 %lld\n", (long long)clock_now());
	if (drmSyncobjTimelineSignal(drm, &timelines[0].handle, &point, 1) != 0)
		surfaces_fail("the acquire point cannot be signalled");
	surfaces_wait(surfaces);
	/* The next picture replaces it: its release point is signalled then. */
	surfaces_set_points(surface, timelines, 2);
	surfaces_commit(surfaces, 2);
	point = 2;
	if (drmSyncobjTimelineSignal(drm, &timelines[0].handle, &point, 1) != 0)
		surfaces_fail("the acquire point cannot be signalled");
	surfaces_wait(surfaces);
	surfaces_wait_point(&timelines[1], 1);
	printf("released 1\n");
	close(drm);
}

int main(int argc, char *argv[])
{
	struct surfaces surfaces = {0};
	const char *deed = argc > 1 ? argv[1] : "";
	if (!window_init(&surfaces.window, 640, 480, 0, &surfaces_window_listener, &surfaces))
		return EXIT_FAILURE;
	struct wl_registry *registry = wl_display_get_registry(surfaces.window.display);
	wl_registry_add_listener(registry, &surfaces_registry_listener, &surfaces);
	wl_display_roundtrip(surfaces.window.display);
	if (!surfaces.subcompositor || !surfaces.alpha || !surfaces.timing || !surfaces.fifo ||
		!surfaces.presentation || !surfaces.pixels || !surfaces.tearing ||
		!surfaces.viewporter)
		surfaces_fail("a protocol is not offered");
	if (strcmp(deed, "layers") == 0) {
		surfaces_show_layers(&surfaces);
		return EXIT_SUCCESS;
	}
	surfaces_start(&surfaces);
	if (argc == 3 && strcmp(deed, "at-once") == 0)
		surfaces_present(&surfaces, atoi(argv[2]), false);
	else if (argc == 3 && strcmp(deed, "fifo") == 0)
		surfaces_present(&surfaces, atoi(argv[2]), true);
	else if (argc == 4 && strcmp(deed, "timed") == 0)
		surfaces_present_timed(&surfaces, atoi(argv[2]), atoi(argv[3]));
	else if (argc == 4 && strcmp(deed, "paced") == 0)
		surfaces_present_paced(&surfaces, atoi(argv[2]), atoi(argv[3]));
	else if (argc == 3 && strcmp(deed, "torn") == 0)
		surfaces_present_torn(&surfaces, atoi(argv[2]));
	else if (argc == 4 && strcmp(deed, "explicit") == 0)
		surfaces_present_explicit(&surfaces, argv[2], argv[3]);
	else
		surfaces_fail("usage: see the source");
	return EXIT_SUCCESS;
}

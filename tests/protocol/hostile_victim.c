/*
 * hostile-victim MOTIONS: a small surface above all others, that moves the pointer over itself and
 * waits for each answer, among whatever other clients do. Says how many motions came back to it,
 * and how late each answer was: by the clock, but for the time that the compositor and this client
 * spent waiting for a processor, which is what other programs took; at least the compositor's own
 * work.
 *
 *   input: 300 motions, 300 came back, late 0.31 ms (median) 1.92 ms (99 %) 4.10 ms (worst), work
 * 0.21 ms (median) 1.80 ms (99 %) 4.02 ms (worst), wall 0.33 ms (median) 3.12 ms (99 %) 9.44 ms
 * (worst)
 */
#include "common/clock.h"
#include "common/fd.h"

#include "wlr-layer-shell-unstable-v1-client.h"
#include "wlr-virtual-pointer-unstable-v1-client.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wayland-client.h>

/* As hostile_client.c: proxies that nobody frees. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libwayland-client";
}

#define VICTIM_SIZE 64
#define VICTIM_MAX 10000

struct victim {
	struct wl_display *display;
	struct wl_compositor *compositor;
	struct wl_shm *shm;
	struct wl_seat *seat;
	struct zwlr_layer_shell_v1 *layers;
	struct zwlr_virtual_pointer_manager_v1 *pointers;
	struct wl_surface *surface;
	struct wl_buffer *buffer;
	bool configured, moved, entered, answered;
};

struct victim_figures {
	int64_t late, work, wall; /* nanoseconds */
};

/* Of a process' main thread, which is the one that the compositor's events are handled in. */
struct victim_schedule {
	int64_t work, wait; /* nanoseconds: with a processor, and waiting for one */
};

static void victim_fail(const char *what)
{
	fprintf(stderr, "hostile-victim: %s\n", what);
	exit(1);
}

/* Documentation/scheduler/sched-stats.rst of Linux, /proc/<pid>/schedstat. */
static struct victim_schedule victim_schedule_of(pid_t pid)
{
	char path[64];
	struct victim_schedule schedule = {0};
	snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
	FILE *file = fopen(path, "r");
	if (!file || fscanf(file, "%" SCNd64 " %" SCNd64, &schedule.work, &schedule.wait) != 2)
		victim_fail("a schedstat cannot be read");
	fclose(file);
	return schedule;
}

static void victim_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct victim *victim = data;
	if (strcmp(interface, wl_compositor_interface.name) == 0)
		victim->compositor = wl_registry_bind(registry, name, &wl_compositor_interface, 4);
	else if (strcmp(interface, wl_shm_interface.name) == 0)
		victim->shm = wl_registry_bind(registry, name, &wl_shm_interface, 1);
	else if (strcmp(interface, wl_seat_interface.name) == 0)
		victim->seat = wl_registry_bind(registry, name, &wl_seat_interface, 3);
	else if (strcmp(interface, zwlr_layer_shell_v1_interface.name) == 0)
		victim->layers =
			wl_registry_bind(registry, name, &zwlr_layer_shell_v1_interface, 1);
	else if (strcmp(interface, zwlr_virtual_pointer_manager_v1_interface.name) == 0)
		victim->pointers = wl_registry_bind(
			registry, name, &zwlr_virtual_pointer_manager_v1_interface, 1);
}

static void victim_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener victim_registry_listener = {
	.global = victim_handle_global,
	.global_remove = victim_handle_global_remove,
};

static void victim_handle_enter(void *data, struct wl_pointer *pointer, uint32_t serial,
	struct wl_surface *surface, wl_fixed_t x, wl_fixed_t y)
{
	((struct victim *)data)->entered = true;
}

static void victim_handle_leave(
	void *data, struct wl_pointer *pointer, uint32_t serial, struct wl_surface *surface)
{
	((struct victim *)data)->entered = false;
}

static void victim_handle_motion(
	void *data, struct wl_pointer *pointer, uint32_t time, wl_fixed_t x, wl_fixed_t y)
{
	((struct victim *)data)->moved = true;
}

static void victim_handle_button(void *data, struct wl_pointer *pointer, uint32_t serial,
	uint32_t time, uint32_t button, uint32_t state)
{
}

static void victim_handle_axis(
	void *data, struct wl_pointer *pointer, uint32_t time, uint32_t axis, wl_fixed_t value)
{
}

static const struct wl_pointer_listener victim_pointer_listener = {
	.enter = victim_handle_enter,
	.leave = victim_handle_leave,
	.motion = victim_handle_motion,
	.button = victim_handle_button,
	.axis = victim_handle_axis,
};

static void victim_handle_configure(void *data, struct zwlr_layer_surface_v1 *layer,
	uint32_t serial, uint32_t width, uint32_t height)
{
	((struct victim *)data)->configured = true;
	zwlr_layer_surface_v1_ack_configure(layer, serial);
}

static void victim_handle_closed(void *data, struct zwlr_layer_surface_v1 *layer)
{
	victim_fail("closed");
}

static const struct zwlr_layer_surface_v1_listener victim_layer_listener = {
	.configure = victim_handle_configure,
	.closed = victim_handle_closed,
};

static const struct wl_callback_listener victim_frame_listener;

/* Another picture of it, as soon as the one before was shown. */
static void victim_draw(struct victim *victim)
{
	wl_callback_add_listener(wl_surface_frame(victim->surface), &victim_frame_listener, victim);
	wl_surface_attach(victim->surface, victim->buffer, 0, 0);
	wl_surface_damage_buffer(victim->surface, 0, 0, VICTIM_SIZE, VICTIM_SIZE);
	wl_surface_commit(victim->surface);
}

static void victim_handle_frame(void *data, struct wl_callback *callback, uint32_t time)
{
	wl_callback_destroy(callback);
	victim_draw(data);
}

static const struct wl_callback_listener victim_frame_listener = {.done = victim_handle_frame};

static void victim_wait(struct victim *victim, const bool *what)
{
	while (!*what) {
		if (wl_display_dispatch(victim->display) < 0)
			victim_fail("thrown out");
	}
}

static void victim_open(struct victim *victim)
{
	int32_t bytes = VICTIM_SIZE * VICTIM_SIZE * 4;
	int fd = fd_create_memory("victim", (size_t)bytes);
	struct wl_shm_pool *pool = wl_shm_create_pool(victim->shm, fd, bytes);
	victim->buffer = wl_shm_pool_create_buffer(
		pool, 0, VICTIM_SIZE, VICTIM_SIZE, VICTIM_SIZE * 4, WL_SHM_FORMAT_XRGB8888);
	fd_close(&fd);
	victim->surface = wl_compositor_create_surface(victim->compositor);
	struct zwlr_layer_surface_v1 *layer = zwlr_layer_shell_v1_get_layer_surface(
		victim->layers, victim->surface, NULL, ZWLR_LAYER_SHELL_V1_LAYER_OVERLAY, "victim");
	zwlr_layer_surface_v1_add_listener(layer, &victim_layer_listener, victim);
	zwlr_layer_surface_v1_set_size(layer, VICTIM_SIZE, VICTIM_SIZE);
	zwlr_layer_surface_v1_set_anchor(
		layer, ZWLR_LAYER_SURFACE_V1_ANCHOR_TOP | ZWLR_LAYER_SURFACE_V1_ANCHOR_LEFT);
	wl_surface_commit(victim->surface);
	victim_wait(victim, &victim->configured);
	victim_draw(victim);
}

static void victim_handle_answer(void *data, struct wl_callback *callback, uint32_t serial)
{
	((struct victim *)data)->answered = true;
	wl_callback_destroy(callback);
}

static const struct wl_callback_listener victim_answer_listener = {.done = victim_handle_answer};

/* The answer comes after the motion, and without one too, while another surface lies above. */
static void victim_move(struct victim *victim, struct zwlr_virtual_pointer_v1 *mouse, uint32_t n)
{
	victim->moved = victim->answered = false;
	/* From place to place on itself; 640x480 is the output. */
	zwlr_virtual_pointer_v1_motion_absolute(mouse, n, 10 + n % 40, 10 + n / 40 % 40, 640, 480);
	zwlr_virtual_pointer_v1_frame(mouse);
	wl_callback_add_listener(wl_display_sync(victim->display), &victim_answer_listener, victim);
	if (wl_display_flush(victim->display) < 0)
		victim_fail("the compositor takes no input");
}

static int victim_compare(const void *a, const void *b)
{
	int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
	return (first > second) - (first < second);
}

static struct victim_figures victim_measure(
	struct victim *victim, struct zwlr_virtual_pointer_v1 *mouse, pid_t compositor, uint32_t n)
{
	struct victim_schedule theirs = victim_schedule_of(compositor);
	struct victim_schedule ours = victim_schedule_of(getpid());
	int64_t wall = clock_now();
	victim_move(victim, mouse, n);
	victim_wait(victim, &victim->answered);
	wall = clock_now() - wall;
	int64_t waited = victim_schedule_of(getpid()).wait - ours.wait;
	struct victim_schedule now = victim_schedule_of(compositor);
	waited += now.wait - theirs.wait;
	/* Both may have waited at once, or this one while the other worked. */
	int64_t work = now.work - theirs.work, late = wall - waited;
	return (struct victim_figures){late > work ? late : work, work, wall};
}

/* What lies in one member of the figures: the median, what 99 in 100 do not exceed, and the worst.
 */
static void victim_say(
	const char *what, const struct victim_figures *figures, size_t offset, int count)
{
	static int64_t sorted[VICTIM_MAX];
	for (int i = 0; i < count; i++)
		memcpy(&sorted[i], (const char *)&figures[i] + offset, sizeof sorted[i]);
	qsort(sorted, (size_t)count, sizeof sorted[0], victim_compare);
	printf(", %s %.2f ms (median) %.2f ms (99 %%) %.2f ms (worst)", what,
		(double)sorted[count / 2] / 1e6, (double)sorted[(count - 1) * 99 / 100] / 1e6,
		(double)sorted[count - 1] / 1e6);
}

int main(int argc, char **argv)
{
	static struct victim_figures figures[VICTIM_MAX];
	struct victim victim = {.display = wl_display_connect(NULL)};
	int count = argc == 2 ? atoi(argv[1]) : 0;
	struct ucred peer;
	socklen_t len = sizeof peer;
	if (count < 1 || count > VICTIM_MAX || !victim.display)
		victim_fail("usage: hostile-victim MOTIONS");
	getsockopt(wl_display_get_fd(victim.display), SOL_SOCKET, SO_PEERCRED, &peer, &len);
	wl_registry_add_listener(
		wl_display_get_registry(victim.display), &victim_registry_listener, &victim);
	wl_display_roundtrip(victim.display);
	if (!victim.layers || !victim.pointers || !victim.seat)
		victim_fail("a global is missing");
	struct zwlr_virtual_pointer_v1 *mouse =
		zwlr_virtual_pointer_manager_v1_create_virtual_pointer(victim.pointers, NULL);
	wl_display_roundtrip(victim.display); /* there is a pointer on the seat now */
	wl_pointer_add_listener(
		wl_seat_get_pointer(victim.seat), &victim_pointer_listener, &victim);
	victim_open(&victim);
	victim_move(&victim, mouse, 0);
	victim_wait(&victim, &victim.entered);
	int came_back = 0;
	for (int i = 0; i < count; i++) {
		usleep(5000);
		figures[i] = victim_measure(&victim, mouse, peer.pid, (uint32_t)i + 1);
		came_back += victim.moved;
	}
	printf("input: %d motions, %d came back", count, came_back);
	victim_say("late", figures, offsetof(struct victim_figures, late), count);
	victim_say("work", figures, offsetof(struct victim_figures, work), count);
	victim_say("wall", figures, offsetof(struct victim_figures, wall), count);
	printf("\n");
	wl_display_disconnect(victim.display);
	return 0;
}

/*
 * floor: what a display can do with no compositor between: a program that has the display to itself
 * and draws into its memory, as `load` does in a window. It says the same, and a key does the same:
 *
 *   frames 60 in 1.003 s  from the first to the last of --frames being shown
 *
 * Its two arguments, both optional: the number of frames, and then "end" to end after them.
 */
#include "load.h"
#include "screen.h"

#include "common/clock.h"

#include <fcntl.h>
#include <glob.h>
#include <linux/input.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLOOR_MAX_INPUTS 16

struct floor {
	struct screen screen;
	struct kms_buffer *buffer;
	struct kms_buffer_view view;
	struct pollfd files[1 + FLOOR_MAX_INPUTS]; /* the device's, and those of inputs */
	nfds_t n_files;
	uint32_t keys;
};

static int floor_fail(const char *what, int error)
{
	fprintf(stderr, "floor: %s: %s\n", what, strerror(-error));
	return 1;
}

static void floor_fill(struct floor *floor, const pixman_box32_t *box, uint32_t color)
{
	for (int32_t y = box->y1; y < box->y2; y++) {
		uint32_t *row =
			(uint32_t *)((char *)floor->view.data + (size_t)y * floor->view.stride);
		for (int32_t x = box->x1; x < box->x2; x++)
			row[x] = color;
	}
}

static bool floor_dispatch(struct floor *floor)
{
	struct input_event event;
	if (poll(floor->files, floor->n_files, -1) < 0 ||
		(floor->files[0].revents && kms_device_dispatch(floor->screen.device) < 0))
		return false;
	for (nfds_t i = 1; i < floor->n_files; i++) {
		while (floor->files[i].revents &&
			read(floor->files[i].fd, &event, sizeof event) == sizeof event)
			floor->keys +=
				event.type == EV_KEY && event.code < BTN_MISC && event.value == 1;
	}
	return true;
}

/* Draws a part, shows it, and waits until it is shown. */
static bool floor_show(struct floor *floor, const pixman_box32_t *box, uint32_t color)
{
	pixman_region32_t damage;
	floor_fill(floor, box, color);
	pixman_region32_init_with_extents(&damage, box);
	int error = screen_show(&floor->screen, floor->buffer, &damage);
	pixman_region32_fini(&damage);
	while (floor->screen.flipping && floor_dispatch(floor))
		;
	return error == 0 || !floor_fail("commit", error);
}

static void floor_open_inputs(struct floor *floor)
{
	glob_t found;
	if (glob("/dev/input/event*", 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc && floor->n_files <= FLOOR_MAX_INPUTS; i++) {
		int fd = open(found.gl_pathv[i], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0)
			floor->files[floor->n_files++] =
				(struct pollfd){.fd = fd, .events = POLLIN};
	}
	globfree(&found);
}

static int floor_open(struct floor *floor)
{
	int error = screen_open(&floor->screen);
	if (error)
		return floor_fail("no display", error);
	const struct kms_mode *mode = &floor->screen.mode;
	struct kms_buffer_size size = {
		mode->width, mode->height, kms_output_info(floor->screen.output)->formats[0]};
	error = kms_buffer_create_dumb(floor->screen.device, size, &floor->buffer);
	if (error == 0)
		error = kms_buffer_map(floor->buffer, &floor->view);
	if (error)
		return floor_fail("no buffer", error);
	floor->files[floor->n_files++] =
		(struct pollfd){.fd = kms_device_fd(floor->screen.device), .events = POLLIN};
	floor_open_inputs(floor);
	return 0;
}

static bool floor_draw_frames(struct floor *floor, uint32_t count)
{
	const pixman_box32_t whole = {0, 0, floor->screen.mode.width, floor->screen.mode.height};
	int64_t first = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (!floor_show(floor, &whole, load_colors[i % LOAD_COLORS]))
			return false;
		if (i == 0)
			first = clock_now();
	}
	printf("frames %u in %.3f s\n", count - 1, (double)(clock_now() - first) / CLOCK_NS_PER_S);
	fflush(stdout);
	return true;
}

static bool floor_serve_keys(struct floor *floor)
{
	int32_t x = (floor->screen.mode.width - LOAD_KEY_SIZE) / 2,
		y = (floor->screen.mode.height - LOAD_KEY_SIZE) / 2;
	const pixman_box32_t square = {x, y, x + LOAD_KEY_SIZE, y + LOAD_KEY_SIZE};
	for (uint32_t drawn = floor->keys; floor_dispatch(floor);) {
		if (drawn == floor->keys)
			continue;
		drawn = floor->keys;
		if (!floor_show(floor, &square, load_colors[drawn % LOAD_COLORS]))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct floor floor = {0};
	uint32_t count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1;
	int status = floor_open(&floor);
	if (status == 0 && !floor_draw_frames(&floor, count ? count : 1))
		status = 1;
	if (status == 0 && argc < 3 && !floor_serve_keys(&floor))
		status = 1;
	if (floor.buffer)
		kms_buffer_unmap(floor.buffer, &floor.view);
	kms_buffer_unref(floor.buffer);
	screen_close(&floor.screen);
	return status;
}

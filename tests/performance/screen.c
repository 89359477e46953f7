// SPDX-License-Identifier: MIT
#include "screen.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

static void screen_handle_flipped(void *data, uint32_t sequence, int64_t time, uint32_t flags)
{
	((struct screen *)data)->flipping = false;
}

static const struct kms_output_listener screen_listener = {.flipped = screen_handle_flipped};

int screen_open(struct screen *screen)
{
	char path[64];
	*screen = (struct screen){.fd = -1};
	int error = kms_device_find(path, sizeof path);
	if (error)
		return error;
	screen->fd = open(path, O_RDWR | O_CLOEXEC);
	if (screen->fd < 0)
		return -errno;
	error = kms_device_create(screen->fd, &screen->device);
	if (error == 0)
		error = kms_output_create_first(
			screen->device, &screen_listener, screen, &screen->output);
	if (error == 0)
		screen->mode = kms_output_info(screen->output)->preferred;
	return error;
}

void screen_close(struct screen *screen)
{
	kms_output_destroy(screen->output);
	kms_device_destroy(screen->device);
	fd_close(&screen->fd);
	*screen = (struct screen){.fd = -1};
}

int screen_show(struct screen *screen, struct kms_buffer *buffer, const pixman_region32_t *damage)
{
	const struct kms_output_frame frame = {
		.buffer = buffer,
		.damage = screen->shown ? damage : NULL,
		.in_fence = -1,
		.mode = screen->shown ? NULL : &screen->mode,
	};
	int error = kms_output_commit(screen->output, &frame);
	screen->shown |= error == 0;
	screen->flipping = error == 0;
	return error;
}

int screen_wait(struct screen *screen)
{
	struct pollfd file = {.fd = kms_device_fd(screen->device), .events = POLLIN};
	int error = 0;
	while (screen->flipping && error == 0)
		error = poll(&file, 1, -1) < 0 ? -errno : kms_device_dispatch(screen->device);
	return error;
}

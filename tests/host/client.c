// SPDX-License-Identifier: MIT
/*
 * A small client that renders, for tests that start many: `host-client FRAMES` clears a shared
 * image so many times (0: for ever), looks at each through the dma-buf, then stays until its
 * standard input ends. It says which device it has when its first frame was right.
 */
#include "tests/host/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/** B, G, R, A in memory, as a little-endian word: red counts the frames. */
static uint32_t client_pixel(unsigned frame)
{
	return 0xff000000 | (frame & 0xff) << 16 | 0x00cc33;
}

static void client_render(struct harness *h, unsigned n_frames)
{
	static const struct harness_image picture = {.width = 64, .height = 48};
	VkSubresourceLayout layout;
	VkDeviceMemory memory;
	VkImage image;
	int fd;

	HARNESS_CHECK(harness_image(h, &picture, &image));
	memory = harness_image_bind(h, image, NULL);
	layout = harness_image_layout(h, image);
	fd = harness_export(h, memory);
	for (unsigned i = 0; !n_frames || i < n_frames; i++) {
		harness_clear(h, image, (float)(i & 0xff) / 255, 0.8f, 0.2f);
		harness_image_expect(&picture, fd, layout, client_pixel(i));
		if (i == 0) {
			printf("rendering on %s\n", h->properties.deviceName);
			fflush(stdout);
		}
	}
	while (getchar() != EOF)
		;
	close(fd);
	vkDestroyImage(h->device, image, NULL);
	vkFreeMemory(h->device, memory, NULL);
}

int main(int argc, char **argv)
{
	struct harness h;

	if (argc != 2) {
		fprintf(stderr, "usage: host-client FRAMES (0: for ever)\n");
		return 2;
	}
	harness_open(&h);
	client_render(&h, (unsigned)strtoul(argv[1], NULL, 10));
	harness_close(&h);
	return 0;
}

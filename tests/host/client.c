// SPDX-License-Identifier: MIT
/*
 * A small client that renders, for tests that start many: `host-client FRAMES` clears a shared
 * image so many times (0: for ever) and looks at each through the dma-buf, waits until its standard
 * input ends, and draws once more. It says which device it has when its first frame was right.
 */
#include "tests/host/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct client {
	struct harness h;
	struct harness_image picture;
	VkSubresourceLayout layout;
	VkDeviceMemory memory;
	VkImage image;
	int fd; /* the image's dma-buf */
};

static void client_open(struct client *client)
{
	struct harness *h = &client->h;

	harness_open(h);
	client->picture = (struct harness_image){.width = 64, .height = 48};
	HARNESS_CHECK(harness_image(h, &client->picture, &client->image));
	client->memory = harness_image_bind(h, client->image, NULL);
	client->layout = harness_image_layout(h, client->image);
	client->fd = harness_export(h, client->memory);
}

static void client_close(struct client *client)
{
	close(client->fd);
	vkDestroyImage(client->h.device, client->image, NULL);
	vkFreeMemory(client->h.device, client->memory, NULL);
	harness_close(&client->h);
}

/** Red counts the frames. */
static void client_draw(struct client *client, unsigned frame)
{
	uint32_t red = frame & 0xff;

	harness_clear(&client->h, client->image, (float)red / 255, 0.8f, 0.2f);
	harness_image_expect(&client->picture, client->fd, client->layout, 0xff00cc33 | red << 16);
}

int main(int argc, char **argv)
{
	unsigned n_frames = argc == 2 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
	struct client client;

	if (argc != 2) {
		fprintf(stderr, "usage: host-client FRAMES (0: for ever)\n");
		return 2;
	}
	client_open(&client);
	for (unsigned i = 0; !n_frames || i < n_frames; i++) {
		client_draw(&client, i);
		if (i == 0) {
			printf("rendering on %s\n", client.h.properties.deviceName);
			fflush(stdout);
		}
	}
	while (getchar() != EOF)
		;
	client_draw(&client, n_frames);
	client_close(&client);
	return 0;
}

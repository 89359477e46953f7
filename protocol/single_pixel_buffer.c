#include "protocol/single_pixel_buffer.h"

#include "protocol/buffer.h"
#include "protocol/resource.h"

#include "single-pixel-buffer-v1-server.h"

#include <drm_fourcc.h>
#include <math.h>

static void single_pixel_buffer_handle_create(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, uint32_t red, uint32_t green, uint32_t blue,
	uint32_t alpha)
{
	const uint32_t channels[] = {red, green, blue, alpha};
	struct buffer *buffer = buffer_create(client, id);
	if (!buffer)
		return;
	buffer->solid = buffer->readable = true;
	buffer->width = buffer->height = 1;
	buffer->format = alpha == UINT32_MAX ? DRM_FORMAT_XRGB8888 : DRM_FORMAT_ARGB8888;
	/* Premultiplied: no channel is brighter than alpha. */
	for (int i = 0; i < 4; i++)
		buffer->color[i] = (float)(fmin(channels[i], alpha) / UINT32_MAX);
}

static const struct wp_single_pixel_buffer_manager_v1_interface single_pixel_buffer_implementation =
	{
		.destroy = resource_handle_destroy,
		.create_u32_rgba_buffer = single_pixel_buffer_handle_create,
};

static void single_pixel_buffer_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_single_pixel_buffer_manager_v1_interface, version, id,
		&single_pixel_buffer_implementation, NULL, NULL);
}

struct wl_global *single_pixel_buffer_create(struct wl_display *display)
{
	return wl_global_create(display, &wp_single_pixel_buffer_manager_v1_interface, 1, NULL,
		single_pixel_buffer_bind);
}

#include "feedback.h"

#include "window.h"

#include "linux-dmabuf-v1-client-protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct feedback {
	struct zwp_linux_dmabuf_feedback_v1 *object;
	bool for_scanout; /* of what is being told */
};

static void feedback_handle_done(void *data, struct zwp_linux_dmabuf_feedback_v1 *object)
{
	struct feedback *feedback = data;
	printf("buffers for %s\n", feedback->for_scanout ? "scanout" : "drawing");
	fflush(stdout);
	feedback->for_scanout = false;
}

static void feedback_handle_format_table(
	void *data, struct zwp_linux_dmabuf_feedback_v1 *object, int32_t fd, uint32_t size)
{
	close(fd);
}

static void feedback_handle_device(
	void *data, struct zwp_linux_dmabuf_feedback_v1 *object, struct wl_array *device)
{
}

static void feedback_handle_tranche_done(void *data, struct zwp_linux_dmabuf_feedback_v1 *object)
{
}

static void feedback_handle_tranche_flags(
	void *data, struct zwp_linux_dmabuf_feedback_v1 *object, uint32_t flags)
{
	struct feedback *feedback = data;
	feedback->for_scanout |= flags & ZWP_LINUX_DMABUF_FEEDBACK_V1_TRANCHE_FLAGS_SCANOUT;
}

static const struct zwp_linux_dmabuf_feedback_v1_listener feedback_listener = {
	.done = feedback_handle_done,
	.format_table = feedback_handle_format_table,
	.main_device = feedback_handle_device,
	.tranche_done = feedback_handle_tranche_done,
	.tranche_target_device = feedback_handle_device,
	.tranche_formats = feedback_handle_device,
	.tranche_flags = feedback_handle_tranche_flags,
};

struct feedback *feedback_create(const struct window *window)
{
	if (!window->dmabuf || zwp_linux_dmabuf_v1_get_version(window->dmabuf) <
				       ZWP_LINUX_DMABUF_V1_GET_SURFACE_FEEDBACK_SINCE_VERSION)
		return NULL;
	struct feedback *feedback = calloc(1, sizeof *feedback);
	if (!feedback)
		return NULL;
	feedback->object =
		zwp_linux_dmabuf_v1_get_surface_feedback(window->dmabuf, window->surface);
	zwp_linux_dmabuf_feedback_v1_add_listener(feedback->object, &feedback_listener, feedback);
	return feedback;
}

void feedback_destroy(struct feedback *feedback)
{
	if (!feedback)
		return;
	zwp_linux_dmabuf_feedback_v1_destroy(feedback->object);
	free(feedback);
}

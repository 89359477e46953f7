#include "protocol/capture_source.h"

#include "common/xalloc.h"
#include "protocol/output.h"
#include "protocol/resource.h"

#include "ext-image-capture-source-v1-server.h"

#include <stdlib.h>

struct capture_source *capture_source_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

static const struct ext_image_capture_source_v1_interface capture_source_implementation = {
	.destroy = resource_handle_destroy,
};

static void capture_source_handle_resource_destroy(struct wl_resource *resource)
{
	struct capture_source *source = capture_source_from_resource(resource);
	wl_list_remove(&source->output_destroy.link);
	free(source);
}

static void capture_source_handle_output_destroy(struct wl_listener *listener, void *data)
{
	struct capture_source *source = wl_container_of(listener, source, output_destroy);
	wl_list_remove(&source->output_destroy.link);
	wl_list_init(&source->output_destroy.link);
	source->output = NULL;
}

static void capture_source_handle_create_source(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *output)
{
	struct capture_source *source = xcalloc(1, sizeof *source);
	if (!resource_create(client, &ext_image_capture_source_v1_interface, 1, id,
		    &capture_source_implementation, source,
		    capture_source_handle_resource_destroy)) {
		free(source);
		return;
	}
	source->output = output_from_resource(output);
	wl_list_init(&source->output_destroy.link);
	if (!source->output)
		return;
	source->output_destroy.notify = capture_source_handle_output_destroy;
	wl_signal_add(&source->output->events.destroy, &source->output_destroy);
}

static const struct ext_output_image_capture_source_manager_v1_interface
	capture_source_manager_implementation = {
		.create_source = capture_source_handle_create_source,
		.destroy = resource_handle_destroy,
};

static void capture_source_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &ext_output_image_capture_source_manager_v1_interface, version, id,
		&capture_source_manager_implementation, NULL, NULL);
}

bool capture_source_create(struct wl_display *display)
{
	return wl_global_create(display, &ext_output_image_capture_source_manager_v1_interface, 1,
		NULL, capture_source_bind);
}

#include "render/renderer.h"
#include <stdio.h>
static struct renderer *vulkan_create(const struct renderer_options *options, char *reason)
{
	snprintf(reason, WIRE_MAX_REASON, "not built yet");
	return NULL;
}
const struct renderer_interface vulkan_renderer = {.create = vulkan_create};

/** The Vulkan instance, and the validation layer where it is asked for. */
#ifndef RENDER_VULKAN_INSTANCE_H
#define RENDER_VULKAN_INSTANCE_H

#include <stdbool.h>
#include <vulkan/vulkan.h>

struct instance {
	VkInstance handle;
	VkDebugUtilsMessengerEXT messenger;
};

/**
 * VITRINE_VALIDATION=1 in the environment: with the Khronos validation layer, and whatever it finds
 * ends the process with status 1. False: reason says why; finish all the same.
 */
bool instance_init(struct instance *instance, char *reason);
void instance_finish(struct instance *instance);

/** A person's words for a failure, static. */
const char *instance_describe(VkResult result);

/** Says in reason (WIRE_MAX_REASON bytes) what failed, and how. False, always. */
bool instance_fail(char *reason, const char *what, VkResult result);

#endif

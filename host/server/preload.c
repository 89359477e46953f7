// SPDX-License-Identifier: MIT
/*
 * Preloaded into virgl_render_server by the wrapper vitrine-render-server.
 *
 * virglrenderer up to 1.1 loads the Vulkan driver in the server process and then forks a worker for
 * each guest context. NVIDIA's driver does not survive that: vkCreateDevice fails in every worker.
 * So the server process itself, whose id the wrapper has put into VITRINE_HOST_SERVER, is told that
 * there is no Vulkan; its workers, which have other ids, load the driver each for themselves. Later
 * versions do not ask, and then nothing here is called.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>
#include <vulkan/vulkan.h>

#define PRELOAD_EXPORT __attribute__((visibility("default")))

static bool preload_is_server(void)
{
	const char *server = getenv("VITRINE_HOST_SERVER");

	return server && strtol(server, NULL, 10) == (long)getpid();
}

PRELOAD_EXPORT VkResult VKAPI_CALL vkEnumerateInstanceExtensionProperties(
	const char *layer, uint32_t *count, VkExtensionProperties *list)
{
	PFN_vkEnumerateInstanceExtensionProperties next =
		(PFN_vkEnumerateInstanceExtensionProperties)dlsym(
			RTLD_NEXT, "vkEnumerateInstanceExtensionProperties");

	if (next && !preload_is_server())
		return next(layer, count, list);
	*count = 0;
	return VK_ERROR_INITIALIZATION_FAILED;
}

PRELOAD_EXPORT VkResult VKAPI_CALL vkCreateInstance(
	const VkInstanceCreateInfo *info, const VkAllocationCallbacks *allocator, VkInstance *out)
{
	PFN_vkCreateInstance next = (PFN_vkCreateInstance)dlsym(RTLD_NEXT, "vkCreateInstance");

	return next && !preload_is_server() ? next(info, allocator, out)
					    : VK_ERROR_INITIALIZATION_FAILED;
}

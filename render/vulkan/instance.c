#include "render/vulkan/instance.h"

#include "common/log.h"
#include "render/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static VKAPI_ATTR VkBool32 VKAPI_CALL instance_handle_message(
	VkDebugUtilsMessageSeverityFlagBitsEXT severity, VkDebugUtilsMessageTypeFlagsEXT types,
	const VkDebugUtilsMessengerCallbackDataEXT *message, void *data)
{
	log_error("validation: %s", message->pMessage);
	/* At once, from whatever thread: no drawing counts that broke a rule. */
	_exit(1);
}

static const VkDebugUtilsMessengerCreateInfoEXT instance_messenger_info = {
	.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
	.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT |
			   VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
	.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
	.pfnUserCallback = instance_handle_message,
};

static const VkValidationFeatureEnableEXT instance_validation_enables[] = {
	VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT,
};

static const VkValidationFeaturesEXT instance_validation_features = {
	.sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
	.pNext = &instance_messenger_info,
	.enabledValidationFeatureCount = 1,
	.pEnabledValidationFeatures = instance_validation_enables,
};

static const char *const instance_validation_layers[] = {"VK_LAYER_KHRONOS_validation"};
static const char *const instance_validation_extensions[] = {
	VK_EXT_DEBUG_UTILS_EXTENSION_NAME, VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME};

static bool instance_create_messenger(struct instance *instance)
{
	PFN_vkCreateDebugUtilsMessengerEXT create =
		(PFN_vkCreateDebugUtilsMessengerEXT)vkGetInstanceProcAddr(
			instance->handle, "vkCreateDebugUtilsMessengerEXT");
	return create && create(instance->handle, &instance_messenger_info, NULL,
				 &instance->messenger) == VK_SUCCESS;
}

bool instance_init(struct instance *instance, char *reason)
{
	*instance = (struct instance){0};
	const char *wish = getenv("VITRINE_VALIDATION");
	bool validation = wish && strcmp(wish, "1") == 0;
	const VkApplicationInfo application = {
		.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
		.pApplicationName = "vitrine-render",
		.pEngineName = "vitrine",
		.apiVersion = VK_API_VERSION_1_1,
	};
	VkInstanceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
		.pApplicationInfo = &application,
	};
	if (validation) {
		info.pNext = &instance_validation_features;
		info.enabledLayerCount = 1;
		info.ppEnabledLayerNames = instance_validation_layers;
		info.enabledExtensionCount = 2;
		info.ppEnabledExtensionNames = instance_validation_extensions;
	}
	VkResult result = vkCreateInstance(&info, NULL, &instance->handle);
	if (result != VK_SUCCESS) {
		instance->handle = VK_NULL_HANDLE;
		return instance_fail(reason, "no Vulkan", result);
	}
	if (validation && !instance_create_messenger(instance)) {
		snprintf(reason, WIRE_MAX_REASON, "no Vulkan validation messages");
		return false;
	}
	return true;
}

void instance_finish(struct instance *instance)
{
	if (instance->messenger) {
		PFN_vkDestroyDebugUtilsMessengerEXT destroy =
			(PFN_vkDestroyDebugUtilsMessengerEXT)vkGetInstanceProcAddr(
				instance->handle, "vkDestroyDebugUtilsMessengerEXT");
		destroy(instance->handle, instance->messenger, NULL);
	}
	if (instance->handle)
		vkDestroyInstance(instance->handle, NULL);
	*instance = (struct instance){0};
}

bool instance_fail(char *reason, const char *what, VkResult result)
{
	snprintf(reason, WIRE_MAX_REASON, "%s: %s", what, instance_describe(result));
	return false;
}

const char *instance_describe(VkResult result)
{
	switch (result) {
	case VK_ERROR_OUT_OF_HOST_MEMORY:
		return "out of memory";
	case VK_ERROR_OUT_OF_DEVICE_MEMORY:
		return "out of device memory";
	case VK_ERROR_DEVICE_LOST:
		return "the device is lost";
	case VK_ERROR_INCOMPATIBLE_DRIVER:
		return "no Vulkan driver works here";
	case VK_ERROR_LAYER_NOT_PRESENT:
		return "the validation layer is not installed";
	case VK_ERROR_EXTENSION_NOT_PRESENT:
		return "an extension is missing";
	case VK_ERROR_FORMAT_NOT_SUPPORTED:
		return "the driver does not support the format so";
	case VK_ERROR_INVALID_EXTERNAL_HANDLE:
		return "the driver does not take the handle";
	case VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT:
		return "the driver does not take the plane layout";
	case VK_ERROR_TOO_MANY_OBJECTS:
		return "too many objects";
	default:
		return "the driver failed";
	}
}

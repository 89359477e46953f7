/**
 * The next layer's (or the driver's) functions that this layer calls, by X-macro lists.
 *
 * X(NAME, ALIAS): the member NAME is filled with "vkNAME", else with "vkNAME" ALIAS; it stays NULL
 * where neither is there. A table belongs to one instance or one device.
 */
#ifndef HOST_DISPATCH_H
#define HOST_DISPATCH_H

#include <stddef.h>
#include <vulkan/vk_layer.h>
#include <vulkan/vulkan.h>

#define DISPATCH_INSTANCE(X) \
	X(DestroyInstance, "") \
	X(EnumeratePhysicalDevices, "") \
	X(EnumeratePhysicalDeviceGroups, "KHR") \
	X(EnumerateDeviceExtensionProperties, "") \
	X(GetPhysicalDeviceProperties, "") \
	X(GetPhysicalDeviceProperties2, "KHR") \
	X(GetPhysicalDeviceFeatures2, "KHR") \
	X(GetPhysicalDeviceMemoryProperties, "") \
	X(GetPhysicalDeviceQueueFamilyProperties, "") \
	X(GetPhysicalDeviceMemoryProperties2, "KHR") \
	X(GetPhysicalDeviceFormatProperties2, "KHR") \
	X(GetPhysicalDeviceImageFormatProperties, "") \
	X(GetPhysicalDeviceImageFormatProperties2, "KHR") \
	X(GetPhysicalDeviceSparseImageFormatProperties2, "KHR") \
	X(GetPhysicalDeviceExternalBufferProperties, "KHR") \
	X(GetPhysicalDeviceExternalSemaphoreProperties, "KHR") \
	X(GetPhysicalDeviceExternalFenceProperties, "KHR")

#define DISPATCH_DEVICE(X) \
	X(DestroyDevice, "") \
	X(DeviceWaitIdle, "") \
	X(GetDeviceQueue, "") \
	X(GetDeviceQueue2, "") \
	X(QueueSubmit, "") \
	X(QueueSubmit2, "KHR") \
	X(QueueBindSparse, "") \
	X(QueueWaitIdle, "") \
	X(QueuePresentKHR, "") \
	X(AllocateMemory, "") \
	X(FreeMemory, "") \
	X(GetMemoryFdKHR, "") \
	X(GetMemoryFdPropertiesKHR, "") \
	X(GetMemoryHostPointerPropertiesEXT, "") \
	X(CreateBuffer, "") \
	X(DestroyBuffer, "") \
	X(BindBufferMemory, "") \
	X(GetBufferMemoryRequirements, "") \
	X(GetBufferMemoryRequirements2, "KHR") \
	X(GetDeviceBufferMemoryRequirements, "KHR") \
	X(CreateImage, "") \
	X(DestroyImage, "") \
	X(GetImageMemoryRequirements, "") \
	X(GetImageMemoryRequirements2, "KHR") \
	X(GetDeviceImageMemoryRequirements, "KHR") \
	X(GetDeviceImageSparseMemoryRequirements, "KHR") \
	X(BindImageMemory, "") \
	X(BindImageMemory2, "KHR") \
	X(GetImageSubresourceLayout, "") \
	X(GetImageSubresourceLayout2, "KHR") \
	X(GetImageSubresourceLayout2EXT, "") \
	X(GetDeviceImageSubresourceLayout, "KHR") \
	X(GetImageDrmFormatModifierPropertiesEXT, "") \
	X(CmdPipelineBarrier, "") \
	X(CmdPipelineBarrier2, "KHR") \
	X(CmdWaitEvents, "") \
	X(CmdWaitEvents2, "KHR") \
	X(CmdSetEvent2, "KHR") \
	X(CmdCopyBufferToImage, "") \
	X(CmdCopyImageToBuffer, "") \
	X(CmdExecuteCommands, "") \
	X(CmdBeginRenderPass, "") \
	X(CmdBeginRenderPass2, "KHR") \
	X(CmdBeginRendering, "KHR") \
	X(CreateCommandPool, "") \
	X(DestroyCommandPool, "") \
	X(AllocateCommandBuffers, "") \
	X(FreeCommandBuffers, "") \
	X(BeginCommandBuffer, "") \
	X(EndCommandBuffer, "") \
	X(CreateImageView, "") \
	X(DestroyImageView, "") \
	X(CreateRenderPass, "") \
	X(CreateRenderPass2, "KHR") \
	X(DestroyRenderPass, "") \
	X(CreateFramebuffer, "") \
	X(DestroyFramebuffer, "") \
	X(CreateSemaphore, "") \
	X(DestroySemaphore, "") \
	X(GetSemaphoreFdKHR, "") \
	X(ImportSemaphoreFdKHR, "") \
	X(CreateFence, "") \
	X(DestroyFence, "") \
	X(ResetFences, "") \
	X(GetFenceStatus, "") \
	X(WaitForFences, "") \
	X(GetFenceFdKHR, "") \
	X(ImportFenceFdKHR, "")

#define DISPATCH_MEMBER(name, alias) PFN_vk##name name;

struct dispatch_instance {
	PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
	PFN_GetPhysicalDeviceProcAddr GetPhysicalDeviceProcAddr; /**< NULL with an old loader */
	DISPATCH_INSTANCE(DISPATCH_MEMBER)
};

struct dispatch_device {
	PFN_vkGetDeviceProcAddr GetDeviceProcAddr;
	DISPATCH_DEVICE(DISPATCH_MEMBER)
};

/**
 * What the loader writes into the first word of every dispatchable object: the same for all of one
 * device.
 */
static inline uint64_t dispatch_key(const void *object)
{
	return (uint64_t)(uintptr_t)*(void *const *)object;
}

void dispatch_instance_load(struct dispatch_instance *next, VkInstance instance);
void dispatch_device_load(struct dispatch_device *next, VkDevice device);

#endif

/**
 * Every Vulkan function that this layer answers, once: X(NOUN, NAME, ALIASES, PROVIDES).
 *
 * vkNAME (and vkNAME followed by one of the comma-separated ALIASES) is NOUN_NAME() in NOUN.c.
 * PROVIDES is the enum gpu_extension whose function it is and which the layer offers by itself; 0:
 * the function is offered only where the driver has it.
 */
#ifndef HOST_HOOKS_H
#define HOST_HOOKS_H

#include <vulkan/vulkan.h>

#define HOOKS_INSTANCE(X) \
	X(instance, CreateInstance, "", 0) \
	X(instance, DestroyInstance, "", 0) \
	X(instance, EnumeratePhysicalDevices, "", 0) \
	X(instance, EnumeratePhysicalDeviceGroups, "KHR", 0) \
	X(layer, GetInstanceProcAddr, "", 0) \
	X(device, CreateDevice, "", 0) \
	X(properties, EnumerateDeviceExtensionProperties, "", 0) \
	X(properties, GetPhysicalDeviceMemoryProperties, "", 0) \
	X(properties, GetPhysicalDeviceMemoryProperties2, "KHR", 0) \
	X(properties, GetPhysicalDeviceExternalBufferProperties, "KHR", 0) \
	X(properties, GetPhysicalDeviceExternalSemaphoreProperties, "KHR", 0) \
	X(properties, GetPhysicalDeviceExternalFenceProperties, "KHR", 0) \
	X(format, GetPhysicalDeviceFormatProperties2, "KHR", 0) \
	X(format, GetPhysicalDeviceImageFormatProperties, "", 0) \
	X(format, GetPhysicalDeviceImageFormatProperties2, "KHR", 0) \
	X(format, GetPhysicalDeviceSparseImageFormatProperties2, "KHR", 0)

#define HOOKS_DEVICE(X) \
	X(layer, GetDeviceProcAddr, "", 0) \
	X(device, DestroyDevice, "", 0) \
	X(memory, AllocateMemory, "", 0) \
	X(memory, FreeMemory, "", 0) \
	X(memory, GetMemoryFdKHR, "", GPU_MEMORY_FD) \
	X(memory, GetMemoryFdPropertiesKHR, "", GPU_MEMORY_FD) \
	X(buffer, CreateBuffer, "", 0) \
	X(buffer, DestroyBuffer, "", 0) \
	X(buffer, GetBufferMemoryRequirements, "", 0) \
	X(buffer, GetBufferMemoryRequirements2, "KHR", 0) \
	X(buffer, GetDeviceBufferMemoryRequirements, "KHR", 0) \
	X(image, CreateImage, "", 0) \
	X(image, DestroyImage, "", 0) \
	X(image, GetImageDrmFormatModifierPropertiesEXT, "", GPU_MODIFIER) \
	X(bind, GetImageMemoryRequirements, "", 0) \
	X(bind, GetImageMemoryRequirements2, "KHR", 0) \
	X(bind, GetDeviceImageMemoryRequirements, "KHR", 0) \
	X(bind, GetDeviceImageSparseMemoryRequirements, "KHR", 0) \
	X(bind, BindImageMemory, "", 0) \
	X(bind, BindImageMemory2, "KHR", 0) \
	X(layout, GetImageSubresourceLayout, "", 0) \
	X(layout, GetImageSubresourceLayout2, "KHR,EXT", 0) \
	X(layout, GetDeviceImageSubresourceLayout, "KHR", 0) \
	X(barrier, CmdPipelineBarrier, "", 0) \
	X(barrier, CmdPipelineBarrier2, "KHR", 0) \
	X(barrier, CmdWaitEvents, "", 0) \
	X(barrier, CmdWaitEvents2, "KHR", 0) \
	X(barrier, CmdSetEvent2, "KHR", 0) \
	X(shadow_commands, AllocateCommandBuffers, "", 0) \
	X(shadow_commands, FreeCommandBuffers, "", 0) \
	X(shadow_commands, DestroyCommandPool, "", 0) \
	X(shadow_commands, BeginCommandBuffer, "", 0) \
	X(shadow_commands, CmdExecuteCommands, "", 0) \
	X(shadow_pass, CreateImageView, "", 0) \
	X(shadow_pass, DestroyImageView, "", 0) \
	X(shadow_pass, CreateRenderPass, "", 0) \
	X(shadow_pass, CreateRenderPass2, "KHR", 0) \
	X(shadow_pass, DestroyRenderPass, "", 0) \
	X(shadow_pass, CreateFramebuffer, "", 0) \
	X(shadow_pass, DestroyFramebuffer, "", 0) \
	X(shadow_pass, CmdBeginRenderPass, "", 0) \
	X(shadow_pass, CmdBeginRenderPass2, "KHR", 0) \
	X(shadow_pass, CmdBeginRendering, "KHR", 0) \
	X(queue, GetDeviceQueue, "", 0) \
	X(queue, GetDeviceQueue2, "", 0) \
	X(queue, QueueWaitIdle, "", 0) \
	X(queue, DeviceWaitIdle, "", 0) \
	X(queue, QueuePresentKHR, "", 0) \
	X(submit, QueueSubmit, "", 0) \
	X(submit, QueueSubmit2, "KHR", 0) \
	X(submit, QueueBindSparse, "", 0) \
	X(semaphore, CreateSemaphore, "", 0) \
	X(semaphore, DestroySemaphore, "", 0) \
	X(semaphore, GetSemaphoreFdKHR, "", GPU_SEMAPHORE_FD) \
	X(semaphore, ImportSemaphoreFdKHR, "", GPU_SEMAPHORE_FD) \
	X(fence, CreateFence, "", 0) \
	X(fence, DestroyFence, "", 0) \
	X(fence, ResetFences, "", 0) \
	X(fence, GetFenceStatus, "", 0) \
	X(fence, WaitForFences, "", 0) \
	X(fence, GetFenceFdKHR, "", GPU_FENCE_FD) \
	X(fence, ImportFenceFdKHR, "", GPU_FENCE_FD)

#define HOOKS_DECLARE(noun, name, aliases, provides) extern __typeof__(vk##name) noun##_##name;
HOOKS_INSTANCE(HOOKS_DECLARE)
HOOKS_DEVICE(HOOKS_DECLARE)
#undef HOOKS_DECLARE

#endif

/**
 * A VkPhysicalDevice: what its driver lacks and what the layer therefore offers in its place.
 *
 * Asked once, then never changed: it is read without a lock.
 */
#ifndef HOST_GPU_H
#define HOST_GPU_H

#include <stdbool.h>
#include <stddef.h>
#include <vulkan/vulkan.h>

struct instance;

/** What the layer can stand in for. */
enum gpu_extension {
	GPU_MEMORY_FD = 1 << 0, /**< VK_KHR_external_memory_fd, always together with GPU_DMA_BUF */
	GPU_DMA_BUF = 1 << 1,   /**< VK_EXT_external_memory_dma_buf */
	GPU_MODIFIER = 1 << 2,  /**< VK_EXT_image_drm_format_modifier, LINEAR only */
	GPU_FOREIGN = 1 << 3,   /**< VK_EXT_queue_family_foreign */
	GPU_SEMAPHORE_FD = 1 << 4, /**< VK_KHR_external_semaphore_fd, SYNC_FD only */
	GPU_FENCE_FD = 1 << 5,     /**< VK_KHR_external_fence_fd, SYNC_FD only */
};
#define GPU_N_EXTENSIONS 6

/** The fd kinds of memory that the layer takes over where it offers GPU_MEMORY_FD. */
#define GPU_MEMORY_HANDLES \
	(VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT | \
		VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT)

struct gpu {
	struct gpu *sibling; /**< instance.gpus */
	VkPhysicalDevice handle;
	struct instance *instance;
	char name[VK_MAX_PHYSICAL_DEVICE_NAME_SIZE];

	unsigned lists;  /**< enum gpu_extension: what the driver lists */
	unsigned offers; /**< enum gpu_extension: what the layer does itself, whether the driver
			    lists it or not */
	bool has_portability_subset;

	/* With GPU_MEMORY_FD: */
	VkPhysicalDeviceMemoryProperties memory; /**< as the layer tells it */
	uint32_t importable;      /**< memory types into which a host pointer can be imported */
	VkDeviceSize granularity; /**< bytes: allocations are rounded up to it, host pointers are
				     aligned to it */
	bool knows_planes; /**< tells where the planes of a LINEAR image are; lavapipe does not */
	bool takes_handle_type; /**< a resource may name HOST_ALLOCATION when it is made; some
				   drivers refuse it */
	bool all_buffers_host;  /**< naming it does not narrow a buffer's memory types: every buffer
				   names it */
	bool shadows;           /**< LINEAR images may have shadows (shadow.h) */
	uint32_t copying_families; /**< a bit for each queue family that can copy images */
};

/** A list entry of the extension, by its bit's number. */
const VkExtensionProperties *gpu_extension(unsigned index);

/** NULL if memory is short. It offers nothing until gpu_ask(). */
struct gpu *gpu_create(struct instance *instance, VkPhysicalDevice handle);
/** Asks the driver what it lacks and sets the rest. */
void gpu_ask(struct gpu *gpu);
/** The features of its portability subset that the driver has, all of which are enabled. */
VkPhysicalDevicePortabilitySubsetFeaturesKHR gpu_portability(const struct gpu *gpu);

void gpu_destroy(struct gpu *gpu);

/**
 * The driver's whole list, *count entries, to be freed by the caller. NULL if memory is short or
 * it failed.
 */
VkExtensionProperties *gpu_list_extensions(
	struct instance *instance, VkPhysicalDevice handle, uint32_t *count);

/** Rounds up to the granularity; 0 where that overflows. */
static inline VkDeviceSize gpu_round(const struct gpu *gpu, VkDeviceSize size)
{
	VkDeviceSize rounded = (size + gpu->granularity - 1) & ~(gpu->granularity - 1);

	return rounded < size || rounded > PTRDIFF_MAX ? 0 : rounded;
}

#endif

/**
 * Images: DRM modifier LINEAR as linear tiling, and the handle type that the driver is told.
 *
 * image_rewrite_begin() decides how an image is made, struct image says what was decided. A LINEAR
 * image that the driver cannot make has a shadow (shadow.h).
 */
#ifndef HOST_IMAGE_H
#define HOST_IMAGE_H

#include "host/chain.h"

#include <stdbool.h>

#define IMAGE_MAX_PLANES 3

struct device;
struct shadow;

struct image {
	VkFormat format;
	bool modifier;         /**< made with a DRM modifier: LINEAR underneath, or seemingly */
	struct shadow *shadow; /**< owned; NULL if the driver's image is what it seems */
	bool external;         /**< made for GPU_MEMORY_HANDLES: memory types are narrowed */
	bool optimal;  /**< tiling OPTIMAL and made for no handle type: better off in memory that is
			  not shared */
	bool disjoint; /**< each plane is bound by itself */
	VkDeviceSize offsets[IMAGE_MAX_PLANES]; /**< bytes from where memory is bound to where the
						   driver's plane begins, from an explicit layout;
						   all alike unless disjoint */
};

/** A create info on its way to the driver. */
struct image_rewrite {
	VkImageCreateInfo info; /**< what the driver is told */
	struct chain chain;
	VkExternalMemoryImageCreateInfo handle;
	const VkImageDrmFormatModifierExplicitCreateInfoEXT
		*layout;    /**< the application's; NULL if it gave none */
	struct image image; /**< shadow and offsets not yet */
	bool shadowed;      /**< the driver gets an OPTIMAL image instead */
};

/** Whether the device's images need any of this. */
bool image_is_ours(const struct device *device);

/**
 * VK_SUCCESS, or what the application gets: a modifier other than LINEAR was asked for.
 * image_rewrite_end() follows in either case, when the driver has been called.
 */
VkResult image_rewrite_begin(
	struct image_rewrite *rewrite, const struct device *device, const VkImageCreateInfo *info);
void image_rewrite_end(struct image_rewrite *rewrite);

/** Before the device is destroyed: what the layer has made for images that the application forgot.
 */
void image_release_all(struct device *device);

/** For table_each(): frees one whose driver object is gone. */
void image_drop(void *image, void *unused);

#endif

/**
 * What is recorded in a command buffer about shadow images: how much it copies each time that it is
 * submitted, and which images it leaves in which layout.
 */
#ifndef HOST_SHADOW_COMMANDS_H
#define HOST_SHADOW_COMMANDS_H

#include "host/shadow.h"
#include "host/shadow_count.h"

/** An image that the application has never handed over, in a command buffer. */
struct shadow_use {
	struct shadow *shadow; /**< not owned: a command buffer is not valid without its images */
	VkImageLayout layout;  /**< in the end */
	bool writes;
};

struct shadow_commands {
	VkCommandBuffer handle;
	VkCommandPool pool;           /**< of the application */
	struct shadow_commands *next; /**< while the pool is destroyed */
	struct shadow_count count;
	struct shadow_use *uses; /**< owned */
	uint32_t n_uses, cap_uses;
};

/** NULL for those that are not known, such as the layer's own. */
struct shadow_commands *shadow_commands_get(struct device *device, VkCommandBuffer handle);

/** A copy of the image is recorded. */
void shadow_commands_copy(
	struct device *device, VkCommandBuffer handle, const struct shadow *shadow, bool out);
/** The image is used, and then in this layout. Nothing is noted if it is handed over by barriers.
 */
void shadow_commands_use(struct device *device, VkCommandBuffer handle, struct shadow *shadow,
	VkImageLayout layout, bool writes);

/** For table_each(): frees one. */
void shadow_commands_drop(void *commands, void *unused);

#endif

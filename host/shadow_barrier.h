/**
 * Ownership transfers of shadow images: the barrier in the application's place brings the image
 * into the layout for a copy, and the copy with a second barrier follows.
 */
#ifndef HOST_SHADOW_BARRIER_H
#define HOST_SHADOW_BARRIER_H

#include "host/shadow_copy.h"

/** Copies that follow a command with barriers. Starts zeroed. */
struct shadow_barrier_copies {
	struct shadow_copy *list;
	uint32_t len;
};

/** Whether the family is a side that does not see the driver's image. */
static inline bool shadow_barrier_is_outside(uint32_t family)
{
	return family == VK_QUEUE_FAMILY_FOREIGN_EXT || family == VK_QUEUE_FAMILY_EXTERNAL;
}

/**
 * Changes a barrier with one of its families outside into the driver's, if it is about a shadow
 * image. What is to be copied after it is added to copies; NULL: it is not recorded here
 * (vkCmdSetEvent2). capacity: the most that copies will hold.
 */
void shadow_barrier_cross(struct device *device, VkImageMemoryBarrier2 *barrier,
	struct shadow_barrier_copies *copies, uint32_t capacity);

/** A barrier that stays inside, which tells the layout and whether the image is written. */
void shadow_barrier_note(struct device *device, VkCommandBuffer commands, VkImage image,
	VkImageLayout layout, VkAccessFlags2 access);

/** Records the copies and frees the list. */
void shadow_barrier_finish(
	struct device *device, VkCommandBuffer commands, struct shadow_barrier_copies *copies);

#endif

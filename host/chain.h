/**
 * Editing a caller's pNext chain for the length of one call down.
 *
 * A chain cannot be copied in general: the size of a node that is newer than this layer is unknown.
 * So nodes are taken out by changing the pointer before them, nodes of our own are put in front,
 * and chain_restore() puts the caller's chain back as it was. Nodes before the one taken out are
 * the caller's memory and change until then; a caller that shares one chain between threads without
 * a lock would see it, as with every layer that does this.
 */
#ifndef HOST_CHAIN_H
#define HOST_CHAIN_H

#include <vulkan/vulkan.h>

#define CHAIN_MAX_REMOVED 8

struct chain {
	const void *head; /**< what the next layer gets as pNext */
	unsigned n_removed;
	struct {
		VkBaseOutStructure *before; /**< NULL: it was the first */
		VkBaseOutStructure *node;
	} removed[CHAIN_MAX_REMOVED];
};

/** The first node of this type, or NULL. */
const void *chain_find(const void *head, VkStructureType type);

/** Begins an edit of the chain that starts at head. */
static inline struct chain chain_edit(const void *head)
{
	return (struct chain){.head = head};
}

/** Takes the node out and returns it, NULL if there is none. All removals come before the first
 * chain_prepend(). */
const void *chain_remove(struct chain *chain, VkStructureType type);
/** Puts a node of ours in front; it must live until chain_restore(). */
void chain_prepend(struct chain *chain, void *node);
/** Puts every removed node back. Call it once, after the call down. */
void chain_restore(struct chain *chain);

#endif

/**
 * Editing a caller's pNext chain for the length of one call down.
 *
 * A caller's input may be in read-only memory, so nodes in front of one that is taken out are
 * copied. That takes their size, which is known for what Vulkan 1.4 allows in the chains that this
 * layer edits. In front of a node that is newer than this layer, the caller's chain is changed in
 * place instead, until chain_restore().
 */
#ifndef HOST_CHAIN_H
#define HOST_CHAIN_H

#include <stddef.h>
#include <vulkan/vulkan.h>

#define CHAIN_MAX_REMOVED 8
#define CHAIN_ARENA 704 /* bytes: more than all known nodes of one chain together */

/** Not to be copied or moved once a node is removed: the copies of nodes are inside. */
struct chain {
	const void *head; /**< what the next layer gets as pNext */
	unsigned n_removed;
	struct {
		VkBaseOutStructure *before; /**< the caller's, changed in place; NULL: none was */
		VkBaseOutStructure *node;
	} removed[CHAIN_MAX_REMOVED];
	size_t used; /**< bytes of the arena */
	_Alignas(16) unsigned char arena[CHAIN_ARENA];
};

/** The first node of this type, or NULL. */
const void *chain_find(const void *head, VkStructureType type);

/** Begins an edit of the chain that starts at head. */
static inline struct chain chain_edit(const void *head)
{
	return (struct chain){.head = head};
}

/**
 * Takes the node out of a chain of inputs and returns it, the caller's own; NULL if there is none.
 * All removals come before the first chain_prepend().
 */
const void *chain_remove(struct chain *chain, VkStructureType type);
/**
 * Likewise of a chain of outputs, which is always changed in place: the driver writes into its
 * nodes.
 */
void *chain_remove_output(struct chain *chain, VkStructureType type);
/** Puts a node of ours in front; it must live until chain_restore(). */
void chain_prepend(struct chain *chain, void *node);
/** Puts every removed node back. Call it once, after the call down. */
void chain_restore(struct chain *chain);

#endif

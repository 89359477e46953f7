// SPDX-License-Identifier: MIT
#include "host/chain.h"

const void *chain_find(const void *head, VkStructureType type)
{
	for (const VkBaseInStructure *node = head; node; node = node->pNext) {
		if (node->sType == type)
			return node;
	}
	return NULL;
}

const void *chain_remove(struct chain *chain, VkStructureType type)
{
	VkBaseOutStructure *before = NULL;

	if (chain->n_removed == CHAIN_MAX_REMOVED)
		return NULL;
	for (VkBaseOutStructure *node = (void *)chain->head; node;
		before = node, node = node->pNext) {
		if (node->sType != type)
			continue;
		chain->removed[chain->n_removed].before = before;
		chain->removed[chain->n_removed++].node = node;
		if (before)
			before->pNext = node->pNext;
		else
			chain->head = node->pNext;
		return node;
	}
	return NULL;
}

void chain_prepend(struct chain *chain, void *node)
{
	((VkBaseOutStructure *)node)->pNext = (void *)chain->head;
	chain->head = node;
}

void chain_restore(struct chain *chain)
{
	/* The removed node still points at its successor: last out, first in. */
	while (chain->n_removed) {
		chain->n_removed--;
		if (chain->removed[chain->n_removed].before)
			chain->removed[chain->n_removed].before->pNext =
				chain->removed[chain->n_removed].node;
	}
}

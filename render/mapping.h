/**
 * Memory that somebody else may truncate while we use it: a client's shared memory.
 *
 * Touching what is no longer there raises SIGBUS. The handler then puts zero pages of our own in
 * the place of the whole mapping and the access goes on: a picture of zeros, or one that nobody
 * gets, is the client's own loss.
 */
#ifndef RENDER_MAPPING_H
#define RENDER_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

/** Embedded in what owns it, at a place that does not move; zeroed: not mapped. */
struct mapping {
	void *data;     /**< NULL: not mapped */
	size_t size;    /**< bytes mapped; the file may be shorter */
	int protection; /**< PROT_READ, with PROT_WRITE where it is drawn into */
	struct mapping *next;
};

/** Installs the handler of SIGBUS. Once, before the first mapping. False, with errno: it could not.
 */
bool mapping_handle_sigbus(void);

/** Maps the file's first size bytes, shared. False, with errno: it could not. */
bool mapping_init(struct mapping *mapping, int fd, size_t size, int protection);

/** Zeros in the place of a file that cannot be mapped. False: out of memory. */
bool mapping_init_zeros(struct mapping *mapping, size_t size, int protection);

/** Takes over what *from has mapped; to's own is unmapped. */
void mapping_move(struct mapping *to, struct mapping *from);

/** Accepts what was not mapped. */
void mapping_finish(struct mapping *mapping);

#endif

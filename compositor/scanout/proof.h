/**
 * The proof of a rung: colours that nobody can guess, drawn by the worker, read back by the core.
 *
 * Two frames of a grid, each with colours of its own, so that neither old contents nor a write that
 * arrives only once can pass. In every cell the four corners and the centre are compared.
 */
#ifndef SCANOUT_PROOF_H
#define SCANOUT_PROOF_H

#include "kms/buffer.h"
#include "render/client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCANOUT_PROOF_FRAMES 2
#define SCANOUT_PROOF_COLORS 8

struct scanout_proof {
	int frame; /* drawn last: 1 to SCANOUT_PROOF_FRAMES; 0: none */
	int32_t width, height;
	uint32_t seed;
	uint8_t colors[SCANOUT_PROOF_COLORS][3]; /* red, green, blue of the frame drawn last */
};

/** Starts over, with new random colours. */
void scanout_proof_init(struct scanout_proof *proof, int32_t width, int32_t height);

/** Draws the next frame into target; its sequence is proof->frame. */
void scanout_proof_draw(struct scanout_proof *proof, struct render_client *client, uint32_t target);

/** Where pixels (XRGB8888 or ARGB8888) are read. */
struct scanout_proof_source {
	/** False: there is nothing at that offset, bytes. */
	bool (*read)(const struct scanout_proof_source *source, size_t offset, uint32_t *pixel);
	const void *data; /**< for read: a mapping, */
	int fd;           /**< or a file */
	uint32_t stride;
};

/** Compares what is there with the frame drawn last. False: reason says where and what. */
bool scanout_proof_compare(const struct scanout_proof *proof,
	const struct scanout_proof_source *source, char *reason, size_t cap);

/** Lets the worker forget what the proof made: all its ids are free again. */
void scanout_proof_finish(struct scanout_proof *proof, struct render_client *client);

#endif

#include "compositor/scanout/readback.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static enum scanout_readback readback_compare(const struct scanout_proof *proof,
	const struct scanout_proof_source *source, char *reason, size_t cap)
{
	return scanout_proof_compare(proof, source, reason, cap) ? SCANOUT_READBACK_RIGHT
								 : SCANOUT_READBACK_WRONG;
}

static enum scanout_readback readback_fail(int error, char *reason, size_t cap)
{
	snprintf(reason, cap, "the target cannot be read back: %s", strerror(error));
	return SCANOUT_READBACK_IMPOSSIBLE;
}

/* Of a mapping of all of the target. */
static bool readback_read_mapping(
	const struct scanout_proof_source *source, size_t offset, uint32_t *pixel)
{
	memcpy(pixel, (const char *)source->data + offset, sizeof *pixel);
	return true;
}

/*
 * Read, not mapped, where that works: a file that its maker (the worker) cuts short gives a short
 * read, but SIGBUS in a mapping. dma-bufs cannot be read, and cannot be cut.
 */
static bool readback_read_file(
	const struct scanout_proof_source *source, size_t offset, uint32_t *pixel)
{
	return pread(source->fd, pixel, sizeof *pixel, (off_t)offset) == sizeof *pixel;
}

static enum scanout_readback readback_buffer(
	struct kms_buffer *buffer, const struct scanout_proof *proof, char *reason, size_t cap)
{
	struct kms_buffer_view view;
	int error = kms_buffer_map(buffer, &view);
	if (error)
		return readback_fail(-error, reason, cap);
	const struct scanout_proof_source source = {
		.read = readback_read_mapping, .data = view.data, .stride = view.stride};
	enum scanout_readback result = readback_compare(proof, &source, reason, cap);
	kms_buffer_unmap(buffer, &view);
	return result;
}

static enum scanout_readback readback_dmabuf(
	const struct dmabuf *memory, const struct scanout_proof *proof, char *reason, size_t cap)
{
	size_t size = dmabuf_linear_size(memory);
	void *pixels = mmap(NULL, size, PROT_READ, MAP_SHARED, memory->planes[0].fd, 0);
	if (pixels == MAP_FAILED)
		return readback_fail(errno, reason, cap);
	const struct scanout_proof_source source = {
		.read = readback_read_mapping, .data = pixels, .stride = memory->planes[0].stride};
	enum scanout_readback result = readback_compare(proof, &source, reason, cap);
	munmap(pixels, size);
	return result;
}

static enum scanout_readback readback_memory(
	const struct dmabuf *memory, const struct scanout_proof *proof, char *reason, size_t cap)
{
	const struct scanout_proof_source file = {.read = readback_read_file,
		.fd = memory->planes[0].fd,
		.stride = memory->planes[0].stride};
	char byte;
	if (pread(file.fd, &byte, 1, 0) < 0)
		return readback_dmabuf(memory, proof, reason, cap);
	return readback_compare(proof, &file, reason, cap);
}

enum scanout_readback scanout_readback(const struct scanout_target *target,
	const struct scanout_proof *proof, char *reason, size_t cap)
{
	if (target->buffer)
		return readback_buffer(target->buffer, proof, reason, cap);
	return readback_memory(&target->memory, proof, reason, cap);
}

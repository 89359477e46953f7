#include "compositor/scanout/readback.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static enum scanout_readback readback_compare(const struct scanout_proof *proof, const void *pixels,
	uint32_t stride, char *reason, size_t cap)
{
	return scanout_proof_compare(proof, pixels, stride, reason, cap) ? SCANOUT_READBACK_RIGHT
									 : SCANOUT_READBACK_WRONG;
}

static enum scanout_readback readback_buffer(
	struct kms_buffer *buffer, const struct scanout_proof *proof, char *reason, size_t cap)
{
	struct kms_buffer_view view;
	int error = kms_buffer_map(buffer, &view);
	if (error) {
		snprintf(reason, cap, "the target cannot be read back: %s", strerror(-error));
		return SCANOUT_READBACK_IMPOSSIBLE;
	}
	enum scanout_readback result = readback_compare(proof, view.data, view.stride, reason, cap);
	kms_buffer_unmap(buffer, &view);
	return result;
}

/*
 * Read, not mapped, where that works: a file that its maker (the worker) cuts short gives a short
 * read, but SIGBUS in a mapping. dma-bufs cannot be read, and cannot be cut.
 */
static void *readback_copy_file(int fd, size_t size)
{
	char *pixels = malloc(size);
	for (size_t done = 0; pixels && done < size;) {
		ssize_t n = pread(fd, pixels + done, size - done, (off_t)done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			free(pixels);
			return NULL;
		}
		done += (size_t)n;
	}
	return pixels;
}

static bool readback_is_file(int fd)
{
	char byte;
	return pread(fd, &byte, 1, 0) == 1;
}

static enum scanout_readback readback_mapping(const struct dmabuf *memory, size_t size,
	const struct scanout_proof *proof, char *reason, size_t cap)
{
	void *pixels = mmap(NULL, size, PROT_READ, MAP_SHARED, memory->planes[0].fd, 0);
	if (pixels == MAP_FAILED) {
		snprintf(reason, cap, "the target cannot be read back: %s", strerror(errno));
		return SCANOUT_READBACK_IMPOSSIBLE;
	}
	enum scanout_readback result =
		readback_compare(proof, pixels, memory->planes[0].stride, reason, cap);
	munmap(pixels, size);
	return result;
}

static enum scanout_readback readback_memory(
	const struct dmabuf *memory, const struct scanout_proof *proof, char *reason, size_t cap)
{
	size_t size = dmabuf_linear_size(memory);
	if (!readback_is_file(memory->planes[0].fd))
		return readback_mapping(memory, size, proof, reason, cap);
	void *pixels = readback_copy_file(memory->planes[0].fd, size);
	if (!pixels) {
		snprintf(reason, cap, "the target is shorter than its picture");
		return SCANOUT_READBACK_WRONG;
	}
	enum scanout_readback result =
		readback_compare(proof, pixels, memory->planes[0].stride, reason, cap);
	free(pixels);
	return result;
}

enum scanout_readback scanout_readback(const struct scanout_target *target,
	const struct scanout_proof *proof, char *reason, size_t cap)
{
	if (target->buffer)
		return readback_buffer(target->buffer, proof, reason, cap);
	return readback_memory(&target->memory, proof, reason, cap);
}

#include "footage.h"

#include "common/fd.h"
#include "common/format.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

void footage_create(struct footage *footage, uint32_t fourcc, int32_t width, int32_t height)
{
	const struct format *format = format_find(fourcc);
	uint32_t stride = (uint32_t)format_row(format, 0, width);
	*footage = (struct footage){
		.dmabuf =
			{
				.width = width,
				.height = height,
				.format = fourcc,
				.n_planes = 2,
				.modifier = DRM_FORMAT_MOD_LINEAR,
				.planes = {{0, stride}, {stride * (uint32_t)height, stride}},
			},
		.size = (size_t)(stride + 4096) * (size_t)(height + 64) * 2,
	};
	footage->fd = fd_create_memory("test", footage->size);
	footage->pixels =
		mmap(NULL, footage->size, PROT_READ | PROT_WRITE, MAP_SHARED, footage->fd, 0);
	assert_ptr_not_equal(footage->pixels, MAP_FAILED);
}

void footage_finish(struct footage *footage)
{
	munmap(footage->pixels, footage->size);
	fd_close(&footage->fd);
}

struct wire_result footage_send(
	struct harness *harness, const struct wire_dmabuf *dmabuf, const int *fds, int n_fds)
{
	struct wire_buffer_dmabuf message = {
		.header = {WIRE_BUFFER_DMABUF, sizeof message},
		.buffer = harness_new_id(harness),
		.dmabuf = *dmabuf,
	};
	struct wire_result result;
	harness_send_fds(harness, &message, sizeof message, fds, n_fds);
	harness_receive(harness, WIRE_BUFFER_RESULT, &result, sizeof result, NULL);
	assert_int_equal(result.ok, result.reason[0] == '\0');
	return result;
}

/* Gives the plane that the driver does not like its place. False: the reason names no place. */
static bool footage_follow(struct footage *footage, const char *reason)
{
	unsigned stride, offset, old_offset;
	const char *wish = strstr(reason, "the driver wants");
	if (!wish || sscanf(wish, "the driver wants %u bytes a row and offset %u, not %*u and %u",
			     &stride, &offset, &old_offset) != 3)
		return false;
	int plane = old_offset == footage->dmabuf.planes[1].offset;
	footage->dmabuf.planes[plane].stride = stride;
	footage->dmabuf.planes[plane].offset = offset;
	return true;
}

uint32_t footage_import(struct harness *harness, struct footage *footage)
{
	const int fds[] = {footage->fd, footage->fd};
	struct wire_result result = footage_send(harness, &footage->dmabuf, fds, 2);
	for (int i = 0; i < 2 && !result.ok && footage_follow(footage, result.reason); i++)
		result = footage_send(harness, &footage->dmabuf, fds, 2);
	if (!result.ok)
		fail_msg("refused: %s", result.reason);
	return result.id;
}

void footage_put(
	const struct footage *footage, int plane, int32_t x, int32_t y, int component, int value)
{
	uint32_t bytes = format_find(footage->dmabuf.format)->bytes_per_pixel;
	uint8_t *at = footage->pixels + footage->dmabuf.planes[plane].offset +
		      (size_t)y * footage->dmabuf.planes[plane].stride +
		      (size_t)(plane ? 2 * x + component : x) * bytes;
	at[0] = (uint8_t)value;
	if (bytes == 2) { /* ten bits, from the top; those below count for nothing */
		at[0] = (uint8_t)(value << 6 | 0x2a);
		at[1] = (uint8_t)(value >> 2);
	}
}

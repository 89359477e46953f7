#include "render/client_answer.h"

#include "common/format.h"

#include <drm_fourcc.h>
#include <stdint.h>
#include <string.h>

/* No device says more than this; it keeps width times height times bytes within 64 bits. */
#define CLIENT_ANSWER_MAX_EXTENT 65536

/* The text is shown to people and written into logs: it ends, and is plain ASCII. */
static void answer_clean(char *text, size_t cap)
{
	text[cap - 1] = '\0';
	for (char *c = text; *c; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
}

static const char *answer_check_hello(struct wire_hello *hello, size_t size)
{
	if (hello->n_formats > (WIRE_MAX_SIZE - sizeof *hello) / sizeof(struct wire_format) ||
		size != sizeof *hello + hello->n_formats * sizeof(struct wire_format))
		return "HELLO of a wrong size";
	if (hello->version != WIRE_VERSION)
		return "HELLO of another version: core and worker come from different builds";
	if (hello->max_extent == 0 || hello->max_extent > CLIENT_ANSWER_MAX_EXTENT)
		return "HELLO with an impossible max_extent";
	answer_clean(hello->device, sizeof hello->device);
	answer_clean(hello->driver, sizeof hello->driver);
	return NULL;
}

static const char *answer_check_buffer(struct wire_result *result)
{
	if (result->id == 0 || result->id > WIRE_MAX_ID)
		return "BUFFER_RESULT with an impossible id";
	answer_clean(result->reason, sizeof result->reason);
	return NULL;
}

/* What an allocated target must be: one LINEAR plane at offset 0 (render/wire.h). */
static const char *answer_check_memory(const struct wire_dmabuf *dmabuf)
{
	const struct format *format = format_find_rgb(dmabuf->format);
	if (dmabuf->n_planes != 1 || dmabuf->modifier != DRM_FORMAT_MOD_LINEAR ||
		dmabuf->planes[0].offset != 0)
		return "TARGET_RESULT that is not one LINEAR plane at offset 0";
	if (!format || dmabuf->width <= 0 || dmabuf->height <= 0 ||
		dmabuf->width > CLIENT_ANSWER_MAX_EXTENT ||
		dmabuf->height > CLIENT_ANSWER_MAX_EXTENT)
		return "TARGET_RESULT of an impossible size";
	if (dmabuf->planes[0].stride < (uint32_t)dmabuf->width * format->bytes_per_pixel ||
		dmabuf->planes[0].stride > INT32_MAX)
		return "TARGET_RESULT with an impossible stride";
	return NULL;
}

static const char *answer_check_target(struct wire_target_result *result, int n_fds)
{
	if (result->target == 0 || result->target > WIRE_MAX_ID)
		return "TARGET_RESULT with an impossible id";
	answer_clean(result->reason, sizeof result->reason);
	if (n_fds == 0)
		return NULL;
	if (!result->ok)
		return "TARGET_RESULT that failed, with a descriptor";
	return answer_check_memory(&result->dmabuf);
}

static const char *answer_check_done(struct wire_frame_done *done)
{
	if (done->duration < 0 || done->record_duration < 0 || done->gpu_duration < 0)
		return "FRAME_DONE with an impossible duration";
	answer_clean(done->reason, sizeof done->reason);
	return NULL;
}

static const char *answer_check_error(struct wire_error *error)
{
	answer_clean(error->reason, sizeof error->reason);
	return NULL;
}

struct answer_kind {
	size_t size; /* of the fixed part; 0: no such type */
	int min_fds, max_fds;
};

static const struct answer_kind answer_kinds[] = {
	[WIRE_HELLO - WIRE_HELLO] = {sizeof(struct wire_hello), 0, 0},
	[WIRE_BUFFER_RESULT - WIRE_HELLO] = {sizeof(struct wire_result), 0, 0},
	[WIRE_TARGET_RESULT - WIRE_HELLO] = {sizeof(struct wire_target_result), 0, 1},
	[WIRE_FRAME_SUBMITTED - WIRE_HELLO] = {sizeof(struct wire_frame_submitted), 1, 1},
	[WIRE_FRAME_DONE - WIRE_HELLO] = {sizeof(struct wire_frame_done), 0, 0},
	[WIRE_ERROR - WIRE_HELLO] = {sizeof(struct wire_error), 0, 0},
};

const char *client_answer_check(void *packet, size_t size, int n_fds)
{
	const struct wire_header *header = packet;
	if (size < sizeof *header || header->size != size)
		return "a packet of a wrong size";
	uint32_t index = header->type - WIRE_HELLO;
	if (header->type < WIRE_HELLO || index >= sizeof answer_kinds / sizeof answer_kinds[0])
		return "a packet of an unknown type";
	const struct answer_kind *kind = &answer_kinds[index];
	if (header->type == WIRE_HELLO ? size < kind->size : size != kind->size)
		return "a packet of a wrong size";
	if (n_fds < kind->min_fds || n_fds > kind->max_fds)
		return "a packet with a wrong number of descriptors";
	switch ((enum wire_type)header->type) {
	case WIRE_HELLO:
		return answer_check_hello(packet, size);
	case WIRE_BUFFER_RESULT:
		return answer_check_buffer(packet);
	case WIRE_TARGET_RESULT:
		return answer_check_target(packet, n_fds);
	case WIRE_FRAME_DONE:
		return answer_check_done(packet);
	case WIRE_ERROR:
		return answer_check_error(packet);
	default:
		return NULL;
	}
}

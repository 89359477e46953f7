/*
 * A worker for tests: speaks render/wire.h like vitrine-render, draws solid colours into memfds,
 * and misbehaves as told by FAKE_WORKER, a comma-separated list of words.
 *
 *   features=N     what HELLO says (enum wire_feature); default: all but Venus
 *   ACCESS=FAULT   what happens at a target: ACCESS is allocate, dmabuf, host-pointer, copy or map;
 *                  FAULT is abort (at once), refuse, wrong (draws other colours), once (draws its
 *                  first frame only), fail (FRAME_DONE says no), hang (answers nothing), short
 *                  (memory too short), stride (shorter than a row), narrow (not as wide as asked),
 *                  cut (when it is drawn into), gpu-copy (works, says so), single (refuses a second
 *                  target)
 *   start=FAULT    instead of HELLO: abort, exit (status 3), silent, error (WIRE_ERROR), garbage,
 *                  size, version, extent (too large), type, twice, unasked (a FRAME_DONE), early
 *                  (an answer before HELLO), fds, flood, deaf (reads nothing), noisy (texts without
 *                  NUL and with control characters)
 */
#include "common/fd.h"
#include "common/packet.h"
#include "render/message.h"
#include "render/wire.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FAKE_MAX 64

struct fake_target {
	uint32_t *pixels;
	int32_t width, height;
	uint32_t stride;
	const char *fault;
	int cut; /* the memory, where that is the fault */
	int frames;
};

static int fake_socket = 3;
static uint32_t fake_buffers[FAKE_MAX];  /* id to XRGB8888 */
static uint32_t fake_textures[FAKE_MAX]; /* id to XRGB8888 */
static struct fake_target fake_targets[8];
static _Alignas(8) unsigned char fake_packet[WIRE_MAX_SIZE];

/* The value of a word of FAKE_WORKER, in static storage; "" if it is not there. */
static const char *fake_get(const char *name)
{
	static char values[8][32];
	static int next;
	const char *text = getenv("FAKE_WORKER");
	size_t len = strlen(name);
	while (text && *text) {
		size_t word = strcspn(text, ",");
		if (word > len && memcmp(text, name, len) == 0 && text[len] == '=') {
			char *value = values[next++ % 8];
			snprintf(value, 32, "%.*s", (int)(word - len - 1), text + len + 1);
			return value;
		}
		text += word + (text[word] == ',');
	}
	return "";
}

static bool fake_is(const char *text, const char *other)
{
	return strcmp(text, other) == 0;
}

static void fake_send(void *packet, uint32_t type, size_t size, const int *fds, int n_fds)
{
	*(struct wire_header *)packet = (struct wire_header){.type = type, .size = (uint32_t)size};
	int error;
	while ((error = packet_send(fake_socket, packet, size, fds, n_fds)) == -EAGAIN)
		poll(&(struct pollfd){.fd = fake_socket, .events = POLLOUT}, 1, -1);
	if (error)
		exit(0);
}

static void fake_hello(uint32_t version)
{
	struct {
		struct wire_hello hello;
		struct wire_format formats[2];
	} message = {
		.hello = {.version = version,
			.features = 0x1f,
			.device = "fake",
			.driver = "fake",
			.max_extent = 4096,
			.n_formats = 2},
		.formats = {{DRM_FORMAT_XRGB8888, 1, 0}, {DRM_FORMAT_ARGB8888, 1, 0}},
	};
	const char *features = fake_get("features");
	if (*features)
		message.hello.features = (uint32_t)strtoul(features, NULL, 0);
	if (fake_is(fake_get("start"), "extent"))
		message.hello.max_extent = INT32_MAX;
	if (fake_is(fake_get("start"), "noisy")) {
		memset(message.hello.device, '\n', sizeof message.hello.device);
		memset(message.hello.driver, 'x', sizeof message.hello.driver);
	}
	fake_send(&message, WIRE_HELLO, sizeof message, NULL, 0);
}

static void fake_done(uint32_t sequence, bool ok)
{
	struct wire_frame_done done = {
		.sequence = sequence, .ok = ok, .reason = "the fake does not draw"};
	fake_send(&done, WIRE_FRAME_DONE, sizeof done, NULL, 0);
}

static void fake_start_wrong(const char *fault)
{
	struct wire_error error = {.reason = "the fake gives up"};
	struct wire_result result = {.id = 1};
	if (fake_is(fault, "abort"))
		abort();
	if (fake_is(fault, "exit"))
		exit(3);
	if (fake_is(fault, "silent"))
		pause();
	if (fake_is(fault, "error")) {
		fake_send(&error, WIRE_ERROR, sizeof error, NULL, 0);
		exit(1);
	}
	if (fake_is(fault, "garbage"))
		packet_send(fake_socket, "x", 1, NULL, 0);
	if (fake_is(fault, "size")) {
		error.header = (struct wire_header){WIRE_ERROR, 8};
		packet_send(fake_socket, &error, sizeof error, NULL, 0);
	}
	if (fake_is(fault, "version"))
		fake_hello(WIRE_VERSION + 1);
	if (fake_is(fault, "type"))
		fake_send(&result, 1000, sizeof result, NULL, 0);
	if (fake_is(fault, "early"))
		fake_send(&result, WIRE_BUFFER_RESULT, sizeof result, NULL, 0);
	if (fake_is(fault, "fds"))
		fake_send(&error, WIRE_ERROR, sizeof error, (int[]){0, 1}, 2);
}

static void fake_start(void)
{
	const char *fault = fake_get("start");
	fake_start_wrong(fault);
	if (fake_is(fault, "twice"))
		fake_hello(WIRE_VERSION);
	fake_hello(WIRE_VERSION);
	if (fake_is(fault, "unasked"))
		fake_done(77, true);
	if (fake_is(fault, "deaf"))
		pause();
	while (fake_is(fault, "flood"))
		fake_done(77, true);
}

static void fake_answer_target(uint32_t id, const char *fault, struct wire_dmabuf dmabuf, int fd)
{
	struct wire_target_result result = {.target = id,
		.ok = !fake_is(fault, "refuse") && !(fake_is(fault, "single") && id > 1),
		.flags = fake_is(fault, "gpu-copy") ? WIRE_TARGET_GPU_COPY : 0,
		.reason = "the fake refuses",
		.dmabuf = dmabuf};
	if (fake_is(fault, "abort"))
		abort();
	fake_send(&result, WIRE_TARGET_RESULT, sizeof result, &fd, fd >= 0 && result.ok ? 1 : 0);
}

static void fake_map_target(uint32_t id, const char *fault, struct wire_dmabuf dmabuf, int fd)
{
	size_t size = (size_t)dmabuf.planes[0].stride * (size_t)dmabuf.height;
	struct fake_target *target = &fake_targets[id];
	*target = (struct fake_target){.width = dmabuf.width,
		.height = dmabuf.height,
		.stride = dmabuf.planes[0].stride,
		.fault = fault,
		.cut = fake_is(fault, "cut") ? dup(fd) : -1};
	if (!fake_is(fault, "short"))
		target->pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (target->pixels == MAP_FAILED)
		exit(4);
}

static void fake_allocate(const struct wire_target_allocate *message)
{
	const char *fault = fake_get("allocate");
	struct wire_dmabuf dmabuf = {.width = message->width,
		.height = message->height,
		.format = message->format,
		.n_planes = 1,
		.planes = {{.stride = (uint32_t)message->width * 4}}};
	size_t size = (size_t)dmabuf.planes[0].stride * (size_t)dmabuf.height;
	/* Without a seal, so that it can be cut. */
	int fd = memfd_create("fake", 0);
	if (fd < 0 || ftruncate(fd, (off_t)(fake_is(fault, "short") ? size / 2 : size)) < 0)
		exit(6);
	fake_map_target(message->target, fault, dmabuf, fd);
	if (fake_is(fault, "stride"))
		dmabuf.planes[0].stride -= 4;
	if (fake_is(fault, "narrow"))
		dmabuf.width--;
	fake_answer_target(message->target, fault, dmabuf, fd);
	close(fd);
}

static void fake_import(const struct wire_target_import *message, int fd)
{
	static const char *const names[] = {
		[WIRE_TARGET_DMABUF] = "dmabuf",
		[WIRE_TARGET_HOST_POINTER] = "host-pointer",
		[WIRE_TARGET_COPY] = "copy",
		[WIRE_TARGET_MAP] = "map",
	};
	const char *fault = fake_get(names[message->access]);
	fake_map_target(message->target, fault, message->dmabuf, fd);
	fake_answer_target(message->target, fault, message->dmabuf, -1);
}

static void fake_draw(struct fake_target *target, const struct wire_quad *quad)
{
	uint32_t color = fake_textures[quad->texture];
	if (fake_is(target->fault, "cut") && ftruncate(target->cut, 0) == 0)
		return;
	if (fake_is(target->fault, "wrong"))
		color ^= 0x808080;
	for (int32_t y = quad->y; y < quad->y + quad->height; y++) {
		for (int32_t x = quad->x; x < quad->x + quad->width; x++)
			target->pixels[(size_t)y * target->stride / 4 + (size_t)x] = color;
	}
}

static void fake_frame(const struct wire_frame *frame)
{
	struct fake_target *target = &fake_targets[frame->target];
	const struct wire_rect *rects = (const struct wire_rect *)(frame + 1);
	const struct wire_quad *quads = (const struct wire_quad *)(rects + frame->n_rects);
	if (fake_is(target->fault, "hang"))
		pause();
	bool draws = !(fake_is(target->fault, "once") && target->frames > 0) && target->pixels;
	target->frames++;
	for (uint32_t i = 0; draws && i < frame->n_quads; i++)
		fake_draw(target, &quads[i]);
	fake_done(frame->sequence, !fake_is(target->fault, "fail"));
}

static void fake_solid(const struct wire_buffer_solid *message)
{
	uint32_t color = 0;
	for (int i = 0; i < 3; i++)
		color = color << 8 | (uint32_t)(message->color[i] * 255 + 0.5f);
	if (message->buffer < FAKE_MAX)
		fake_buffers[message->buffer] = color;
}

static void fake_handle(const void *packet, int fd)
{
	const struct wire_texture_update *update = packet;
	struct wire_result result = {0};
	switch (((const struct wire_header *)packet)->type) {
	case WIRE_BUFFER_SOLID:
		fake_solid(packet);
		break;
	case WIRE_BUFFER_DMABUF:
		result.id = ((const struct wire_buffer_dmabuf *)packet)->buffer;
		result.ok = 1;
		fake_send(&result, WIRE_BUFFER_RESULT, sizeof result, NULL, 0);
		break;
	case WIRE_TEXTURE_UPDATE:
		if (update->texture < FAKE_MAX && update->buffer < FAKE_MAX)
			fake_textures[update->texture] = fake_buffers[update->buffer];
		break;
	case WIRE_TARGET_ALLOCATE:
		fake_allocate(packet);
		break;
	case WIRE_TARGET_IMPORT:
		fake_import(packet, fd);
		break;
	case WIRE_PICTURE:
		for (const struct wire_header *part = message_picture_next(packet, NULL); part;
			part = message_picture_next(packet, part))
			fake_handle(part, -1);
		break;
	case WIRE_FRAME:
		fake_frame(packet);
		break;
	}
}

static int fake_list(void)
{
	const char *fault = fake_get("list");
	if (fake_is(fault, "abort"))
		abort();
	if (fake_is(fault, "garbage"))
		puts("}{");
	else if (fake_is(fault, "none"))
		puts("{\"devices\": [], \"error\": \"no Vulkan\"}");
	else
		puts("{\"devices\": [{\"name\": \"fake\", \"driver\": \"venus\", \"api\": "
		     "\"1.1.0\", "
		     "\"extensions\": {\"VK_KHR_swapchain\": true}}]}");
	return 0;
}

static int fake_time(void)
{
	const char *time = fake_get("sync");
	if (fake_is(time, "abort"))
		abort();
	printf("{\"sync_file_ms\": %s}\n", *time ? time : "0.5");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && fake_is(argv[1], "--list-devices"))
		return fake_list();
	if (argc > 1 && fake_is(argv[1], "--time-sync-file"))
		return fake_time();
	fake_start();
	for (;;) {
		int fds[PACKET_MAX_FDS], n_fds;
		ssize_t size =
			packet_receive(fake_socket, fake_packet, sizeof fake_packet, fds, &n_fds);
		if (size == -EAGAIN) {
			poll(&(struct pollfd){.fd = fake_socket, .events = POLLIN}, 1, -1);
			continue;
		}
		if (size <= 0)
			return 0;
		fake_handle(fake_packet, n_fds > 0 ? fds[0] : -1);
		while (n_fds > 0)
			fd_close(&fds[--n_fds]);
	}
}

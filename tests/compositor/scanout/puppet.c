#include "tests/compositor/scanout/puppet.h"

#include "common/clock.h"
#include "common/fd.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define PUPPET_IDS 32
#define PUPPET_TIMERS 64

struct render_client {
	const struct render_client_listener *listener;
	void *data;
	struct render_info info;
	bool ready;
	int fd;                                             /* readable never */
	uint32_t buffers[PUPPET_IDS], textures[PUPPET_IDS]; /* XRGB8888 */
	uint32_t target;
	struct dmabuf memory; /* the target's; borrowed but for the fd */
	struct render_quad quads[64];
	size_t n_quads;
};

static struct puppet_timer {
	struct wl_event_source *source;
	wl_event_loop_timer_func_t handler;
	void *data;
	int ms;
} puppet_timers[PUPPET_TIMERS];

static int64_t puppet_now = CLOCK_NS_PER_S;
pixman_box32_t puppet_damage;
int puppet_workers, puppet_started;

struct wl_event_source *__real_wl_event_loop_add_timer(
	struct wl_event_loop *loop, wl_event_loop_timer_func_t handler, void *data);
struct wl_event_source *__wrap_wl_event_loop_add_timer(
	struct wl_event_loop *loop, wl_event_loop_timer_func_t handler, void *data);
int __wrap_wl_event_source_timer_update(struct wl_event_source *source, int ms);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

static struct puppet_timer *puppet_find(struct wl_event_source *source)
{
	/* The last one: a source that was removed may lie where a new one is. */
	for (int i = PUPPET_TIMERS - 1; i >= 0; i--) {
		if (puppet_timers[i].source == source)
			return &puppet_timers[i];
	}
	abort();
}

struct wl_event_source *__wrap_wl_event_loop_add_timer(
	struct wl_event_loop *loop, wl_event_loop_timer_func_t handler, void *data)
{
	struct wl_event_source *source = __real_wl_event_loop_add_timer(loop, handler, data);
	memmove(puppet_timers, puppet_timers + 1, sizeof puppet_timers - sizeof puppet_timers[0]);
	puppet_timers[PUPPET_TIMERS - 1] = (struct puppet_timer){source, handler, data, 0};
	return source;
}

int __wrap_wl_event_source_timer_update(struct wl_event_source *source, int ms)
{
	puppet_find(source)->ms = ms;
	return 0;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	now->tv_sec = puppet_now / CLOCK_NS_PER_S;
	now->tv_nsec = puppet_now % CLOCK_NS_PER_S;
	return 0;
}

int puppet_armed(struct wl_event_source *timer)
{
	return puppet_find(timer)->ms;
}

bool puppet_fire(struct wl_event_source *timer)
{
	struct puppet_timer fired = *puppet_find(timer);
	if (fired.ms == 0)
		return false;
	puppet_find(timer)->ms = 0;
	fired.handler(fired.data);
	return true;
}

void puppet_sleep(int seconds)
{
	puppet_now += seconds * CLOCK_NS_PER_S;
}

struct render_client *render_client_create(const struct render_client_options *options,
	const struct render_client_listener *listener, void *data)
{
	struct render_client *client = xcalloc(1, sizeof *client);
	client->listener = listener;
	client->data = data;
	client->fd = eventfd(0, EFD_CLOEXEC);
	client->info =
		(struct render_info){.features = 0x1f, .max_extent = 4096, .device = "puppet"};
	dmabuf_init(&client->memory);
	puppet_workers++;
	puppet_started++;
	return client;
}

void render_client_destroy(struct render_client *client)
{
	if (!client)
		return;
	dmabuf_finish(&client->memory);
	close(client->fd);
	free(client);
	puppet_workers--;
}

void render_client_set_listener(
	struct render_client *client, const struct render_client_listener *listener, void *data)
{
	client->listener = listener;
	client->data = data;
}

int render_client_fd(const struct render_client *client)
{
	return client->fd;
}

void render_client_dispatch(struct render_client *client)
{
}

const struct render_info *render_client_info(const struct render_client *client)
{
	return client->ready ? &client->info : NULL;
}

void render_client_buffer_solid(
	struct render_client *client, uint32_t buffer, const float color[static 4])
{
	uint32_t value = 0;
	for (int i = 0; i < 3; i++)
		value = value << 8 | (uint32_t)(color[i] * 255 + 0.5f);
	client->buffers[buffer] = value;
}

void render_client_buffer_forget(struct render_client *client, uint32_t buffer)
{
}

void render_client_texture_update(struct render_client *client, uint32_t texture, uint32_t buffer,
	const pixman_region32_t *damage)
{
	client->textures[texture] = client->buffers[buffer];
	puppet_damage = damage ? damage->extents : (pixman_box32_t){0};
}

void render_client_texture_forget(struct render_client *client, uint32_t texture)
{
}

void render_client_target_allocate(struct render_client *client, uint32_t target, int32_t width,
	int32_t height, uint32_t format)
{
	abort(); /* the rungs of these tests import theirs */
}

void render_client_target_import(struct render_client *client, uint32_t target,
	enum wire_target_access access, const struct dmabuf *dmabuf)
{
	dmabuf_finish(&client->memory);
	client->target = target;
	client->memory = *dmabuf;
	client->memory.planes[0].fd = dup(dmabuf->planes[0].fd);
}

void render_client_target_forget(struct render_client *client, uint32_t target)
{
	dmabuf_finish(&client->memory);
	dmabuf_init(&client->memory);
	client->target = 0;
}

bool render_client_frame(struct render_client *client, const struct render_frame *frame)
{
	client->n_quads = frame->n_quads;
	memcpy(client->quads, frame->quads, frame->n_quads * sizeof client->quads[0]);
	return true;
}

void puppet_draw(struct render_client *client, bool right)
{
	const struct dmabuf *memory = &client->memory;
	uint32_t stride = memory->planes[0].stride;
	size_t size = (size_t)stride * (size_t)memory->height;
	if (memory->n_planes == 0)
		return; /* a word about a frame that there is not */
	uint32_t *pixels =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory->planes[0].fd, 0);
	if (pixels == MAP_FAILED)
		abort();
	for (size_t i = 0; i < client->n_quads; i++) {
		const struct render_quad *quad = &client->quads[i];
		for (int32_t y = quad->y; y < quad->y + quad->height; y++) {
			for (int32_t x = quad->x; x < quad->x + quad->width; x++)
				pixels[(size_t)y * stride / 4 + (size_t)x] =
					client->textures[quad->texture] ^ (right ? 0 : 0x808080);
		}
	}
	munmap(pixels, size);
}

void puppet_hello(struct render_client *client)
{
	client->ready = true;
	if (client->listener->ready)
		client->listener->ready(client->data, &client->info);
}

void puppet_target(struct render_client *client, uint32_t id, bool ok)
{
	if (client->listener->target_result)
		client->listener->target_result(client->data, id, ok, 0, NULL, "it does not want");
}

void puppet_done(struct render_client *client, uint32_t sequence, bool ok)
{
	struct wire_frame_done done = {.sequence = sequence, .ok = ok, .reason = "it cannot"};
	if (client->listener->frame_done)
		client->listener->frame_done(client->data, &done);
}

void puppet_submitted(struct render_client *client, uint32_t sequence)
{
	if (client->listener->frame_submitted)
		client->listener->frame_submitted(client->data, sequence, -1);
}

void puppet_imported(struct render_client *client, uint32_t buffer)
{
	if (client->listener->buffer_result)
		client->listener->buffer_result(client->data, buffer, true, "");
}

void puppet_die(struct render_client *client)
{
	if (client->listener->died)
		client->listener->died(client->data, "of the test");
}

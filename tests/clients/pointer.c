#include "pointer.h"

#include "common/fd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POINTER_MAX_SIZE 256 /* pixels each way */

struct pointer {
	struct pointer_picture picture;
	struct wl_registry *registry;
	struct wl_seat *seat;
	struct wl_pointer *wl; /* NULL: there is none now */
	struct wl_surface *surface;
	struct wl_buffer *buffer;
};

bool pointer_parse(const char *text, struct pointer_picture *picture)
{
	char end;
	return sscanf(text, "%dx%d+%d+%d%c", &picture->width, &picture->height, &picture->hotspot_x,
		       &picture->hotspot_y, &end) == 4 &&
	       picture->width > 0 && picture->height > 0 && picture->width <= POINTER_MAX_SIZE &&
	       picture->height <= POINTER_MAX_SIZE;
}

static void pointer_handle_enter(void *data, struct wl_pointer *wl, uint32_t serial,
	struct wl_surface *surface, wl_fixed_t x, wl_fixed_t y)
{
	struct pointer *pointer = data;
	wl_pointer_set_cursor(wl, serial, pointer->surface, pointer->picture.hotspot_x,
		pointer->picture.hotspot_y);
	wl_surface_attach(pointer->surface, pointer->buffer, 0, 0);
	wl_surface_damage(pointer->surface, 0, 0, INT32_MAX, INT32_MAX);
	wl_surface_commit(pointer->surface);
}

static void pointer_handle_leave(
	void *data, struct wl_pointer *wl, uint32_t serial, struct wl_surface *surface)
{
}

static void pointer_handle_motion(
	void *data, struct wl_pointer *wl, uint32_t time, wl_fixed_t x, wl_fixed_t y)
{
}

static void pointer_handle_button(void *data, struct wl_pointer *wl, uint32_t serial, uint32_t time,
	uint32_t button, uint32_t state)
{
}

static void pointer_handle_axis(
	void *data, struct wl_pointer *wl, uint32_t time, uint32_t axis, wl_fixed_t value)
{
}

/* Of wl_seat 1, which has no other events. */
static const struct wl_pointer_listener pointer_listener = {
	.enter = pointer_handle_enter,
	.leave = pointer_handle_leave,
	.motion = pointer_handle_motion,
	.button = pointer_handle_button,
	.axis = pointer_handle_axis,
};

static void pointer_handle_capabilities(void *data, struct wl_seat *seat, uint32_t capabilities)
{
	struct pointer *pointer = data;
	if (!pointer->wl && capabilities & WL_SEAT_CAPABILITY_POINTER) {
		pointer->wl = wl_seat_get_pointer(seat);
		wl_pointer_add_listener(pointer->wl, &pointer_listener, pointer);
	} else if (pointer->wl && !(capabilities & WL_SEAT_CAPABILITY_POINTER)) {
		wl_pointer_destroy(pointer->wl);
		pointer->wl = NULL;
	}
}

static const struct wl_seat_listener pointer_seat_listener = {
	.capabilities = pointer_handle_capabilities,
};

static void pointer_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct pointer *pointer = data;
	if (pointer->seat || strcmp(interface, wl_seat_interface.name) != 0)
		return;
	pointer->seat = wl_registry_bind(registry, name, &wl_seat_interface, 1);
	wl_seat_add_listener(pointer->seat, &pointer_seat_listener, pointer);
}

static void pointer_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener pointer_registry_listener = {
	.global = pointer_handle_global,
	.global_remove = pointer_handle_global_remove,
};

static struct wl_buffer *pointer_create_buffer(
	struct window *window, const struct pointer_picture *picture)
{
	int32_t width = picture->width, height = picture->height, size = width * height * 4;
	uint32_t *pixels = malloc((size_t)size);
	for (int32_t i = 0; pixels && i < width * height; i++)
		pixels[i] = i % width < width / 2 && i / width < height / 4 ? POINTER_MARK
									    : POINTER_COLOR;
	int fd = pixels ? fd_create_sealed("pointer", pixels, (size_t)size) : -1;
	free(pixels);
	if (fd < 0)
		return NULL;
	struct wl_shm_pool *pool = wl_shm_create_pool(window->shm, fd, size);
	struct wl_buffer *buffer = wl_shm_pool_create_buffer(
		pool, 0, width, height, width * 4, WL_SHM_FORMAT_ARGB8888);
	wl_shm_pool_destroy(pool);
	close(fd);
	return buffer;
}

struct pointer *pointer_create(struct window *window, const struct pointer_picture *picture)
{
	struct pointer *pointer = calloc(1, sizeof *pointer);
	if (pointer)
		pointer->buffer = pointer_create_buffer(window, picture);
	if (!pointer || !pointer->buffer) {
		perror("pattern: no memory for a pointer");
		free(pointer);
		return NULL;
	}
	pointer->picture = *picture;
	pointer->surface = wl_compositor_create_surface(window->compositor);
	pointer->registry = wl_display_get_registry(window->display);
	wl_registry_add_listener(pointer->registry, &pointer_registry_listener, pointer);
	return pointer;
}

void pointer_destroy(struct pointer *pointer)
{
	if (!pointer)
		return;
	if (pointer->wl)
		wl_pointer_destroy(pointer->wl);
	if (pointer->seat)
		wl_seat_destroy(pointer->seat);
	wl_registry_destroy(pointer->registry);
	wl_surface_destroy(pointer->surface);
	wl_buffer_destroy(pointer->buffer);
	free(pointer);
}

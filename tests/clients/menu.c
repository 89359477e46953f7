#include "menu.h"

#include "common/fd.h"

#include "xdg-shell-client-protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct menu {
	struct wl_surface *surface;
	struct xdg_surface *xdg_surface;
	struct xdg_popup *popup;
	struct wl_buffer *buffer;
};

static void menu_handle_place(
	void *data, struct xdg_popup *popup, int32_t x, int32_t y, int32_t width, int32_t height)
{
}

static void menu_handle_done(void *data, struct xdg_popup *popup)
{
}

static const struct xdg_popup_listener menu_popup_listener = {
	.configure = menu_handle_place,
	.popup_done = menu_handle_done,
};

static void menu_handle_configure(void *data, struct xdg_surface *xdg_surface, uint32_t serial)
{
	struct menu *menu = data;
	xdg_surface_ack_configure(xdg_surface, serial);
	wl_surface_attach(menu->surface, menu->buffer, 0, 0);
	wl_surface_damage_buffer(menu->surface, 0, 0, MENU_SIZE, MENU_SIZE);
	wl_surface_commit(menu->surface);
}

static const struct xdg_surface_listener menu_xdg_surface_listener = {
	.configure = menu_handle_configure,
};

static struct wl_buffer *menu_create_buffer(struct window *window)
{
	static uint32_t pixels[MENU_SIZE * MENU_SIZE];
	for (int i = 0; i < MENU_SIZE * MENU_SIZE; i++)
		pixels[i] = MENU_COLOR;
	int fd = fd_create_sealed("menu", pixels, sizeof pixels);
	if (fd < 0)
		return NULL;
	struct wl_shm_pool *pool = wl_shm_create_pool(window->shm, fd, sizeof pixels);
	struct wl_buffer *buffer = wl_shm_pool_create_buffer(
		pool, 0, MENU_SIZE, MENU_SIZE, MENU_SIZE * 4, WL_SHM_FORMAT_XRGB8888);
	wl_shm_pool_destroy(pool);
	close(fd);
	return buffer;
}

static void menu_create_popup(struct menu *menu, struct window *window)
{
	struct xdg_positioner *positioner = xdg_wm_base_create_positioner(window->wm_base);
	xdg_positioner_set_size(positioner, MENU_SIZE, MENU_SIZE);
	xdg_positioner_set_anchor_rect(positioner, MENU_SIZE, MENU_SIZE, 1, 1);
	xdg_positioner_set_anchor(positioner, XDG_POSITIONER_ANCHOR_TOP_LEFT);
	xdg_positioner_set_gravity(positioner, XDG_POSITIONER_GRAVITY_BOTTOM_RIGHT);
	menu->surface = wl_compositor_create_surface(window->compositor);
	menu->xdg_surface = xdg_wm_base_get_xdg_surface(window->wm_base, menu->surface);
	xdg_surface_add_listener(menu->xdg_surface, &menu_xdg_surface_listener, menu);
	menu->popup = xdg_surface_get_popup(menu->xdg_surface, window->xdg_surface, positioner);
	xdg_popup_add_listener(menu->popup, &menu_popup_listener, menu);
	xdg_positioner_destroy(positioner);
	wl_surface_commit(menu->surface);
}

struct menu *menu_open(struct window *window)
{
	struct menu *menu = calloc(1, sizeof *menu);
	if (menu)
		menu->buffer = menu_create_buffer(window);
	if (!menu || !menu->buffer) {
		perror("pattern: no memory for a menu");
		free(menu);
		return NULL;
	}
	menu_create_popup(menu, window);
	return menu;
}

void menu_close(struct menu *menu)
{
	if (!menu)
		return;
	xdg_popup_destroy(menu->popup);
	xdg_surface_destroy(menu->xdg_surface);
	wl_surface_destroy(menu->surface);
	wl_buffer_destroy(menu->buffer);
	free(menu);
}

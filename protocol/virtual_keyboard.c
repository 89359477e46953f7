#include "protocol/virtual_keyboard.h"

#include "common/clock.h"
#include "common/fd.h"
#include "common/xalloc.h"
#include "protocol/resource.h"

#include "virtual-keyboard-unstable-v1-server.h"

#include <stdlib.h>
#include <unistd.h>
#include <wayland-server-protocol.h>

/*
 * The text in fd, NUL-terminated, to be freed; NULL: there is none. It is read, not mapped: a
 * client may shrink its file at any time.
 */
static char *virtual_keyboard_read(int fd, uint32_t size)
{
	if (size == 0 || size > VIRTUAL_KEYBOARD_MAX_KEYMAP || fd_size(fd) < size)
		return NULL;
	char *text = calloc(1, (size_t)size + 1);
	size_t len = 0;
	while (text && len < size) {
		ssize_t n = pread(fd, text + len, size - len, (off_t)len);
		if (n <= 0) {
			free(text);
			return NULL;
		}
		len += (size_t)n;
	}
	return text;
}

static void virtual_keyboard_handle_keymap(struct wl_client *client, struct wl_resource *resource,
	uint32_t format, int32_t fd, uint32_t size)
{
	struct virtual_keyboard *keyboard = wl_resource_get_user_data(resource);
	const struct virtual_keyboard_manager *manager = keyboard->manager;
	char *text =
		format == WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1 ? virtual_keyboard_read(fd, size) : NULL;
	fd_close(&fd);
	bool good = text && manager->listener->keymap(manager->data, keyboard, text);
	free(text);
	if (good)
		keyboard->has_keymap = true;
	else
		wl_resource_post_error(resource, ZWP_VIRTUAL_KEYBOARD_V1_ERROR_NO_KEYMAP,
			"no xkb keymap in these %u bytes", size);
}

static bool virtual_keyboard_check_keymap(struct wl_resource *resource)
{
	const struct virtual_keyboard *keyboard = wl_resource_get_user_data(resource);
	if (!keyboard->has_keymap)
		wl_resource_post_error(
			resource, ZWP_VIRTUAL_KEYBOARD_V1_ERROR_NO_KEYMAP, "keys before a keymap");
	return keyboard->has_keymap;
}

static void virtual_keyboard_handle_key(struct wl_client *client, struct wl_resource *resource,
	uint32_t time, uint32_t key, uint32_t state)
{
	struct virtual_keyboard *keyboard = wl_resource_get_user_data(resource);
	const struct virtual_keyboard_manager *manager = keyboard->manager;
	bool pressed = state == WL_KEYBOARD_KEY_STATE_PRESSED;
	if (virtual_keyboard_check_keymap(resource) &&
		held_keys_track(&keyboard->held, key, pressed))
		manager->listener->key(manager->data, keyboard, time, key, pressed);
}

static void virtual_keyboard_handle_modifiers(struct wl_client *client,
	struct wl_resource *resource, uint32_t depressed, uint32_t latched, uint32_t locked,
	uint32_t group)
{
	struct virtual_keyboard *keyboard = wl_resource_get_user_data(resource);
	const struct virtual_keyboard_manager *manager = keyboard->manager;
	const struct keyboard_modifiers modifiers = {depressed, latched, locked, group};
	if (virtual_keyboard_check_keymap(resource))
		manager->listener->modifiers(manager->data, keyboard, &modifiers);
}

static const struct zwp_virtual_keyboard_v1_interface virtual_keyboard_implementation = {
	.keymap = virtual_keyboard_handle_keymap,
	.key = virtual_keyboard_handle_key,
	.modifiers = virtual_keyboard_handle_modifiers,
	.destroy = resource_handle_destroy,
};

/* Nobody will release what it holds. */
static void virtual_keyboard_handle_resource_destroy(struct wl_resource *resource)
{
	struct virtual_keyboard *keyboard = wl_resource_get_user_data(resource);
	const struct virtual_keyboard_manager *manager = keyboard->manager;
	struct held_keys *held = &keyboard->held;
	uint32_t now = clock_event_time();
	while (held->len > 0)
		manager->listener->key(
			manager->data, keyboard, now, held->keys[--held->len], false);
	manager->listener->removed(manager->data, keyboard);
	wl_list_remove(&keyboard->link);
	free(keyboard);
}

static void virtual_keyboard_handle_create(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *seat, uint32_t id)
{
	struct virtual_keyboard *keyboard = xcalloc(1, sizeof *keyboard);
	keyboard->resource = resource_create(client, &zwp_virtual_keyboard_v1_interface, 1, id,
		&virtual_keyboard_implementation, keyboard,
		virtual_keyboard_handle_resource_destroy);
	if (!keyboard->resource) {
		free(keyboard);
		return;
	}
	keyboard->manager = wl_resource_get_user_data(resource);
	wl_list_insert(&keyboard->manager->keyboards, &keyboard->link);
	keyboard->manager->listener->added(keyboard->manager->data, keyboard);
}

static const struct zwp_virtual_keyboard_manager_v1_interface
	virtual_keyboard_manager_implementation = {
		.create_virtual_keyboard = virtual_keyboard_handle_create,
};

static void virtual_keyboard_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwp_virtual_keyboard_manager_v1_interface, version, id,
		&virtual_keyboard_manager_implementation, data, NULL);
}

bool virtual_keyboard_create(struct virtual_keyboard_manager *manager, struct wl_display *display)
{
	wl_list_init(&manager->keyboards);
	manager->global = wl_global_create(display, &zwp_virtual_keyboard_manager_v1_interface, 1,
		manager, virtual_keyboard_bind);
	return manager->global;
}

bool virtual_keyboard_is_of(
	const struct virtual_keyboard_manager *manager, const struct wl_client *client)
{
	const struct virtual_keyboard *keyboard;
	wl_list_for_each (keyboard, &manager->keyboards, link) {
		if (wl_resource_get_client(keyboard->resource) == client)
			return true;
	}
	return false;
}

void virtual_keyboard_destroy(struct virtual_keyboard_manager *manager)
{
	if (manager->global)
		wl_global_destroy(manager->global);
	manager->global = NULL;
}

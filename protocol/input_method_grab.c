#include "common/xalloc.h"
#include "protocol/input_private.h"
#include "protocol/resource.h"
#include "protocol/seat.h"

#include "input-method-unstable-v2-server.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

/* A zwp_input_method_keyboard_grab_v2. */
struct input_method_grab {
	struct input_method *method; /* NULL: gone, or another grab was there first */
	struct wl_resource *resource;
	struct held_keys held; /* as it was told */
};

static const struct zwp_input_method_keyboard_grab_v2_interface input_method_grab_implementation = {
	.release = resource_handle_destroy,
};

static void input_method_grab_handle_destroy(struct wl_resource *resource)
{
	struct input_method_grab *grab = wl_resource_get_user_data(resource);
	if (grab->method)
		grab->method->grab = NULL;
	free(grab);
}

static void input_method_grab_send_keymap(const struct input_method_grab *grab)
{
	const struct seat_keyboard *keyboard = &grab->method->manager->seat->keyboard;
	if (keyboard->keymap >= 0)
		zwp_input_method_keyboard_grab_v2_send_keymap(grab->resource,
			WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1, keyboard->keymap, keyboard->keymap_size);
}

static void input_method_grab_send_modifiers(
	const struct input_method_grab *grab, const struct keyboard_modifiers *modifiers)
{
	uint32_t serial = wl_display_next_serial(grab->method->manager->seat->display);
	zwp_input_method_keyboard_grab_v2_send_modifiers(grab->resource, serial,
		modifiers->depressed, modifiers->latched, modifiers->locked, modifiers->group);
}

void input_method_grab_create(struct input_method *method, uint32_t id)
{
	struct input_method_grab *grab = xcalloc(1, sizeof *grab);
	grab->resource = resource_create(wl_resource_get_client(method->resource),
		&zwp_input_method_keyboard_grab_v2_interface, 1, id,
		&input_method_grab_implementation, grab, input_method_grab_handle_destroy);
	if (!grab->resource) {
		free(grab);
		return;
	}
	if (!method->manager || method->grab)
		return;
	const struct seat_keyboard *keyboard = &method->manager->seat->keyboard;
	grab->method = method;
	method->grab = grab;
	input_method_grab_send_keymap(grab);
	zwp_input_method_keyboard_grab_v2_send_repeat_info(
		grab->resource, keyboard->repeat_rate, keyboard->repeat_delay);
	input_method_grab_send_modifiers(grab, &keyboard->modifiers);
}

void input_method_grab_orphan(struct input_method *method)
{
	if (method->grab)
		method->grab->method = NULL;
	method->grab = NULL;
}

static struct input_method_grab *input_method_grab_of(const struct input_method_manager *manager)
{
	return manager->method ? manager->method->grab : NULL;
}

bool input_method_has_grab(const struct input_method_manager *manager)
{
	return input_method_grab_of(manager);
}

bool input_method_grab_holds(const struct input_method_manager *manager, uint32_t key)
{
	const struct input_method_grab *grab = input_method_grab_of(manager);
	return grab && held_keys_have(&grab->held, key);
}

void input_method_grab_key(
	struct input_method_manager *manager, uint32_t time, uint32_t key, bool pressed)
{
	struct input_method_grab *grab = input_method_grab_of(manager);
	uint32_t serial = wl_display_next_serial(manager->seat->display);
	held_keys_track(&grab->held, key, pressed);
	zwp_input_method_keyboard_grab_v2_send_key(grab->resource, serial, time, key,
		pressed ? WL_KEYBOARD_KEY_STATE_PRESSED : WL_KEYBOARD_KEY_STATE_RELEASED);
}

void input_method_grab_modifiers(
	struct input_method_manager *manager, const struct keyboard_modifiers *modifiers)
{
	input_method_grab_send_modifiers(input_method_grab_of(manager), modifiers);
}

void input_method_grab_keymap(struct input_method_manager *manager)
{
	const struct input_method_grab *grab = input_method_grab_of(manager);
	if (!grab)
		return;
	input_method_grab_send_keymap(grab);
	input_method_grab_send_modifiers(grab, &manager->seat->keyboard.modifiers);
}

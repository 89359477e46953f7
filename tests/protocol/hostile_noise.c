#include "tests/protocol/hostile_noise.h"

#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wayland-client.h>

#define NOISE_MAX_OBJECTS 512
#define NOISE_MAX_ARGS 20

/* Those after which a good client may not be shown: a lock, a display that is off or elsewhere. */
#define NOISE_RUDE_GLOBALS(X) \
	X(ext_session_lock_manager_v1) \
	X(wp_security_context_manager_v1) \
	X(zwlr_output_manager_v1) \
	X(zwlr_output_power_manager_v1)

#define NOISE_GLOBALS(X) \
	X(wl_compositor) \
	X(wl_subcompositor) \
	X(wp_viewporter) \
	X(wp_fractional_scale_manager_v1) \
	X(wp_alpha_modifier_v1) \
	X(wp_content_type_manager_v1) \
	X(wp_tearing_control_manager_v1) \
	X(wl_shm) \
	X(wp_single_pixel_buffer_manager_v1) \
	X(zwp_linux_dmabuf_v1) \
	X(wp_linux_drm_syncobj_manager_v1) \
	X(wp_presentation) \
	X(wp_fifo_manager_v1) \
	X(wp_commit_timing_manager_v1) \
	X(xdg_wm_base) \
	X(xdg_activation_v1) \
	X(xdg_wm_dialog_v1) \
	X(zxdg_decoration_manager_v1) \
	X(zxdg_exporter_v2) \
	X(zxdg_importer_v2) \
	X(zwlr_layer_shell_v1) \
	X(zwlr_foreign_toplevel_manager_v1) \
	X(ext_foreign_toplevel_list_v1) \
	X(wl_output) \
	X(zxdg_output_manager_v1) \
	X(wl_seat) \
	X(wp_cursor_shape_manager_v1) \
	X(zwp_pointer_constraints_v1) \
	X(zwp_relative_pointer_manager_v1) \
	X(zwp_pointer_gestures_v1) \
	X(zwp_tablet_manager_v2) \
	X(zwp_keyboard_shortcuts_inhibit_manager_v1) \
	X(zwp_text_input_manager_v3) \
	X(zwp_input_method_manager_v2) \
	X(zwp_virtual_keyboard_manager_v1) \
	X(zwlr_virtual_pointer_manager_v1) \
	X(wl_data_device_manager) \
	X(zwp_primary_selection_device_manager_v1) \
	X(ext_data_control_manager_v1) \
	X(zwlr_data_control_manager_v1) \
	X(zwlr_screencopy_manager_v1) \
	X(ext_image_copy_capture_manager_v1) \
	X(ext_output_image_capture_source_manager_v1) \
	X(zwp_idle_inhibit_manager_v1) \
	X(ext_idle_notifier_v1)

#define NOISE_DECLARE(name) extern const struct wl_interface name##_interface;
NOISE_GLOBALS(NOISE_DECLARE)
NOISE_RUDE_GLOBALS(NOISE_DECLARE)
#define NOISE_ADDRESS(name) &name##_interface,
static const struct wl_interface *const noise_globals[] = {
	NOISE_RUDE_GLOBALS(NOISE_ADDRESS) NOISE_GLOBALS(NOISE_ADDRESS)};
#define NOISE_ONE(name) +1
#define NOISE_RUDE (0 NOISE_RUDE_GLOBALS(NOISE_ONE)) /* so many, at the begin of the list */

#define NOISE_FDS 6

struct noise_object {
	struct wl_proxy *proxy;
	const struct wl_interface *interface;
};

/* Requests that have ended a connection, by name: they are sent less often from then on, so that
 * later connections come further. */
static struct noise_fault {
	const struct wl_message *message;
	int count;
} noise_faults[256];

struct noise {
	struct wl_display *display;
	uint32_t state; /* of the generator */
	uint32_t serial;
	struct noise_object objects[NOISE_MAX_OBJECTS];
	int len;
	bool rude;                     /* all globals */
	int fds[NOISE_FDS];            /* of many kinds */
	const struct wl_message *last; /* that was sent */
};

static uint32_t noise_next(struct noise *noise, uint32_t below)
{
	noise->state ^= noise->state << 13; /* xorshift */
	noise->state ^= noise->state >> 17;
	noise->state ^= noise->state << 5;
	return below ? noise->state % below : noise->state;
}

static struct wl_proxy *noise_keep(
	struct noise *noise, struct wl_proxy *proxy, const struct wl_interface *interface)
{
	if (proxy && noise->len < NOISE_MAX_OBJECTS)
		noise->objects[noise->len++] = (struct noise_object){proxy, interface};
	return proxy;
}

static void noise_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct noise *noise = data;
	for (size_t i = noise->rude ? 0 : NOISE_RUDE;
		i < sizeof noise_globals / sizeof noise_globals[0]; i++) {
		if (strcmp(noise_globals[i]->name, interface) == 0)
			noise_keep(noise,
				wl_registry_bind(registry, name, noise_globals[i], version),
				noise_globals[i]);
	}
}

static void noise_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener noise_registry_listener = {
	.global = noise_handle_global,
	.global_remove = noise_handle_global_remove,
};

/* One of the interface at random; NULL: there is none. */
static struct wl_proxy *noise_find(struct noise *noise, const struct wl_interface *interface)
{
	struct wl_proxy *found = NULL;
	uint32_t count = 0;
	for (int i = 0; i < noise->len; i++) {
		if (!interface || strcmp(noise->objects[i].interface->name, interface->name) == 0) {
			if (noise_next(noise, ++count) == 0)
				found = noise->objects[i].proxy;
		}
	}
	return found;
}

static int32_t noise_number(struct noise *noise)
{
	static const int32_t extremes[] = {
		INT32_MIN, INT32_MIN + 1, -1, 0, 1, 255, 256, 32767, 65536, INT32_MAX};
	switch (noise_next(noise, 8)) {
	case 0:
		return extremes[noise_next(noise, sizeof extremes / sizeof extremes[0])];
	case 1:
		return (int32_t)noise_next(noise, 4096);
	case 2:
		return (int32_t)(noise->serial - noise_next(noise, 3));
	default:
		return (int32_t)noise_next(noise, 5);
	}
}

static bool noise_ends(const struct wl_message *message)
{
	return strstr(message->name, "destroy") || strcmp(message->name, "release") == 0 ||
	       strcmp(message->name, "stop") == 0;
}

struct noise_call {
	union wl_argument arguments[NOISE_MAX_ARGS];
	const struct wl_interface *makes; /* NULL: no object */
	int fds[NOISE_MAX_ARGS], fds_len;
	struct wl_array array;
};

/* Whether there is an argument of that type. */
static bool noise_argument(struct noise *noise, struct noise_call *call, int i, char type,
	bool nullable, const struct wl_interface *interface)
{
	static const char *const texts[] = {"", "text/plain", "a title", "\xff\xfe", "%s%n"};
	union wl_argument *argument = &call->arguments[i];
	switch (type) {
	case 's':
		argument->s = texts[noise_next(noise, sizeof texts / sizeof texts[0])];
		return true;
	case 'o':
		argument->o = nullable && noise_next(noise, 2)
				      ? NULL
				      : (struct wl_object *)noise_find(noise, interface);
		return argument->o || nullable;
	case 'n':
		call->makes = interface;
		return interface != NULL; /* wl_registry.bind has none */
	case 'a':
		argument->a = &call->array;
		return true;
	case 'h':
		/* A file of a page, which is what is mostly wanted, or something else. */
		argument->h = call->fds[call->fds_len++] =
			dup(noise->fds[noise_next(noise, 2) * noise_next(noise, NOISE_FDS)]);
		return true;
	default: /* i, u, f */
		argument->i = noise_number(noise);
		return true;
	}
}

static bool noise_fill(struct noise *noise, const struct noise_object *object,
	const struct wl_message *message, struct noise_call *call)
{
	const char *signature = message->signature;
	uint32_t since = (uint32_t)strtoul(signature, (char **)&signature, 10);
	bool nullable = false;
	int i = 0;
	if (since > wl_proxy_get_version(object->proxy))
		return false;
	for (; *signature; signature++) {
		if (*signature == '?') {
			nullable = true;
			continue;
		}
		if (i == NOISE_MAX_ARGS ||
			!noise_argument(noise, call, i, *signature, nullable, message->types[i]))
			return false;
		nullable = false;
		i++;
	}
	return true;
}

static struct noise_fault *noise_fault_of(const struct wl_message *message)
{
	int i = 0;
	while (i < 255 && noise_faults[i].message && noise_faults[i].message != message)
		i++;
	return &noise_faults[i];
}

static void noise_blame(const struct wl_message *message)
{
	struct noise_fault *fault = noise_fault_of(message);
	fault->message = message;
	fault->count++;
}

static bool noise_avoids(struct noise *noise, const struct wl_message *message)
{
	const struct noise_fault *fault = noise_fault_of(message);
	return fault->message == message && noise_next(noise, 1 + 4 * (uint32_t)fault->count) > 0;
}

static void noise_request(struct noise *noise)
{
	int at = (int)noise_next(noise, (uint32_t)noise->len);
	const struct noise_object object = noise->objects[at];
	struct noise_call call = {0};
	if (object.interface->method_count == 0)
		return;
	uint32_t opcode = noise_next(noise, (uint32_t)object.interface->method_count);
	const struct wl_message *message = &object.interface->methods[opcode];
	bool ends = noise_ends(message);
	if (noise_avoids(noise, message))
		return;
	if ((!ends || noise_next(noise, 4) == 0) && noise_fill(noise, &object, message, &call)) {
		noise->last = message;
		struct wl_proxy *made = wl_proxy_marshal_array_flags(object.proxy, opcode,
			call.makes, wl_proxy_get_version(object.proxy),
			ends ? WL_MARSHAL_FLAG_DESTROY : 0, call.arguments);
		if (ends)
			noise->objects[at] = noise->objects[--noise->len];
		if (call.makes)
			noise_keep(noise, made, call.makes);
	}
	for (int i = 0; i < call.fds_len; i++)
		close(call.fds[i]);
}

static void noise_handle_done(void *data, struct wl_callback *callback, uint32_t serial)
{
	struct noise *noise = data;
	noise->serial = serial;
	wl_callback_destroy(callback);
}

static const struct wl_callback_listener noise_callback_listener = {.done = noise_handle_done};

/* False: thrown out. */
static bool noise_sync(struct noise *noise)
{
	wl_callback_add_listener(wl_display_sync(noise->display), &noise_callback_listener, noise);
	return wl_display_roundtrip(noise->display) >= 0;
}

/* The other end of the pipe stays open with this one. */
static bool noise_open_fds(int fds[NOISE_FDS])
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	fds[0] = memfd_create("noise", MFD_CLOEXEC);
	fds[1] = memfd_create("noise", MFD_CLOEXEC); /* empty */
	fds[2] = ends[0];
	fds[3] = ends[1];
	fds[4] = open("/dev/null", O_RDWR | O_CLOEXEC);
	fds[5] = open("/", O_PATH | O_CLOEXEC);
	return ftruncate(fds[0], 4096) == 0;
}

int hostile_noise(unsigned seed, int requests, bool rude)
{
	struct noise noise = {
		.display = wl_display_connect(NULL), .state = seed * 2654435761u | 1, .rude = rude};
	int sent = 0;
	if (!noise.display)
		return -1;
	struct wl_registry *registry = wl_display_get_registry(noise.display);
	wl_registry_add_listener(registry, &noise_registry_listener, &noise);
	bool alive = noise_open_fds(noise.fds) && noise_sync(&noise) && noise.len > 0;
	while (alive && sent < requests) {
		noise.last = NULL;
		noise_request(&noise);
		if (!noise.last)
			continue;
		sent++;
		alive = noise_sync(&noise);
	}
	if (!alive && noise.last)
		noise_blame(noise.last);
	for (int i = 0; i < NOISE_FDS; i++)
		close(noise.fds[i]);
	wl_display_disconnect(noise.display);
	return sent;
}

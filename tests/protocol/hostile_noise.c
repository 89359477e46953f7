#include "tests/protocol/hostile_noise.h"

#include "tests/protocol/hostile_globals.h"
#include "tests/protocol/hostile_noise_private.h"

#include "ext-data-control-v1-client.h"
#include "primary-selection-unstable-v1-client.h"
#include "xdg-shell-client.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Requests that have ended a connection, by name: they are sent less often from then on, so that
 * later connections come further. */
static struct noise_fault {
	const struct wl_message *message;
	int count;
} noise_faults[256];

void hostile_noise_forget(void)
{
	memset(noise_faults, 0, sizeof noise_faults);
}

static int noise_handle_event(const void *implementation, void *target, uint32_t opcode,
	const struct wl_message *message, union wl_argument *arguments);

static void noise_keep(
	struct noise *noise, void *proxy, const struct wl_interface *interface, bool given)
{
	wl_proxy_add_dispatcher(proxy, noise_handle_event, NULL, noise);
	if (noise->len < NOISE_MAX_OBJECTS)
		noise->objects[noise->len++] = (struct noise_object){proxy, interface, given};
}

/* Every event of every object: what the compositor makes (an offer, a window's handle, a head) is
 * sent requests like any other object. */
static int noise_handle_event(const void *implementation, void *target, uint32_t opcode,
	const struct wl_message *message, union wl_argument *arguments)
{
	struct noise *noise = wl_proxy_get_user_data(target);
	const char *signature = message->signature + strspn(message->signature, "0123456789");
	if (signature[0] == 'u') /* mostly a serial */
		noise->serials[1] = arguments[0].u;
	for (int i = 0; *signature; signature++) {
		if (*signature == '?')
			continue;
		if (*signature == 'n' && arguments[i].o)
			noise_keep(
				noise, (struct wl_proxy *)arguments[i].o, message->types[i], true);
		else if (*signature == 'h')
			close(arguments[i].h);
		i++;
	}
	return 0;
}

static void noise_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct noise *noise = data;
	const struct wl_interface *known = hostile_global(interface, noise->rude);
	if (known)
		noise_keep(noise, wl_registry_bind(registry, name, known, version), known, false);
}

static void noise_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener noise_registry_listener = {
	.global = noise_handle_global,
	.global_remove = noise_handle_global_remove,
};

static bool noise_ends(const struct wl_message *message)
{
	return strstr(message->name, "destroy") || strcmp(message->name, "release") == 0 ||
	       strcmp(message->name, "stop") == 0;
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

static void noise_count(struct noise *noise, const struct noise_object *object)
{
	struct hostile_figures *figures = noise->figures;
	int i = 0;
	noise->sent++;
	figures->sent++;
	if (!object->given)
		return;
	figures->sent_given++;
	while (i < figures->given_len && figures->given[i] != object->interface)
		i++;
	if (i == figures->given_len && i < HOSTILE_MAX_GIVEN)
		figures->given[figures->given_len++] = object->interface;
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
		noise_count(noise, &object);
		if (ends)
			noise->objects[at] = noise->objects[--noise->len];
		if (made)
			noise_keep(noise, made, call.makes, false);
	}
	for (int i = 0; i < call.fds_len; i++)
		close(call.fds[i]);
}

static void noise_handle_done(void *data, struct wl_callback *callback, uint32_t serial)
{
	struct noise *noise = data;
	noise->serials[0] = serial;
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

static void *noise_keep_own(struct noise *noise, void *proxy, const struct wl_interface *interface)
{
	noise_keep(noise, proxy, interface, false);
	return proxy;
}

/* What has the keyboard gets serials of input, and is offered selections. */
static void noise_open_window(struct noise *noise)
{
	struct wl_surface *surface = noise_keep_own(noise,
		wl_compositor_create_surface(noise_find(noise, &wl_compositor_interface)),
		&wl_surface_interface);
	struct xdg_surface *xdg = noise_keep_own(noise,
		xdg_wm_base_get_xdg_surface(noise_find(noise, &xdg_wm_base_interface), surface),
		&xdg_surface_interface);
	noise_keep_own(noise, xdg_surface_get_toplevel(xdg), &xdg_toplevel_interface);
	struct wl_shm_pool *pool = noise_keep_own(noise,
		wl_shm_create_pool(noise_find(noise, &wl_shm_interface), noise->fds[0], 4096),
		&wl_shm_pool_interface);
	struct wl_buffer *buffer = noise_keep_own(noise,
		wl_shm_pool_create_buffer(pool, 0, 32, 32, 128, WL_SHM_FORMAT_ARGB8888),
		&wl_buffer_interface);
	wl_surface_commit(surface);
	noise_sync(noise);
	xdg_surface_ack_configure(xdg, noise->serials[1]); /* the last event */
	wl_surface_attach(surface, buffer, 0, 0);
	wl_surface_commit(surface);
}

/* A clipboard manager's selections, and where they are offered. */
static void noise_open_clipboards(struct noise *noise)
{
	struct wl_seat *seat = noise_find(noise, &wl_seat_interface);
	struct ext_data_control_manager_v1 *manager =
		noise_find(noise, &ext_data_control_manager_v1_interface);
	struct ext_data_control_device_v1 *device =
		noise_keep_own(noise, ext_data_control_manager_v1_get_data_device(manager, seat),
			&ext_data_control_device_v1_interface);
	for (int primary = 0; primary < 2; primary++) {
		struct ext_data_control_source_v1 *source = noise_keep_own(noise,
			ext_data_control_manager_v1_create_data_source(manager),
			&ext_data_control_source_v1_interface);
		ext_data_control_source_v1_offer(source, "text/plain");
		if (primary)
			ext_data_control_device_v1_set_primary_selection(device, source);
		else
			ext_data_control_device_v1_set_selection(device, source);
	}
	noise_keep_own(noise,
		wl_data_device_manager_get_data_device(
			noise_find(noise, &wl_data_device_manager_interface), seat),
		&wl_data_device_interface);
	noise_keep_own(noise,
		zwp_primary_selection_device_manager_v1_get_device(
			noise_find(noise, &zwp_primary_selection_device_manager_v1_interface),
			seat),
		&zwp_primary_selection_device_v1_interface);
}

static bool noise_open(
	struct noise *noise, unsigned seed, bool rude, struct hostile_figures *figures)
{
	*noise = (struct noise){.display = wl_display_connect(NULL),
		.state = seed * 2654435761u | 1,
		.rude = rude,
		.figures = figures};
	if (!noise->display)
		return false;
	struct wl_registry *registry = wl_display_get_registry(noise->display);
	wl_registry_add_listener(registry, &noise_registry_listener, noise);
	noise->alive = noise_open_fds(noise->fds) && noise_sync(noise) && noise->len > 0;
	if (noise->alive && noise_next(noise, 4) > 0) {
		noise_open_window(noise);
		noise_open_clipboards(noise);
	}
	return true;
}

/* One request, if there is one that it wants to send this time. */
static void noise_go_on(struct noise *noise)
{
	noise->last = NULL;
	noise_request(noise);
	if (!noise->last || noise_sync(noise))
		return;
	noise->alive = false;
	noise_blame(noise->last);
}

static void noise_close(struct noise *noise)
{
	for (int i = 0; i < NOISE_FDS; i++)
		close(noise->fds[i]);
	wl_display_disconnect(noise->display);
}

bool hostile_noise(unsigned seed, int requests, bool rude, struct hostile_figures *figures)
{
	static struct noise noises[HOSTILE_AT_ONCE];
	int opened = 0, alive = HOSTILE_AT_ONCE;
	while (opened < HOSTILE_AT_ONCE &&
		noise_open(&noises[opened], seed + (unsigned)opened * 0x10000, rude, figures))
		opened++;
	while (opened == HOSTILE_AT_ONCE && alive > 0) {
		alive = 0;
		for (int i = 0; i < HOSTILE_AT_ONCE; i++) {
			if (!noises[i].alive || noises[i].sent == requests)
				continue;
			noise_go_on(&noises[i]);
			alive++;
		}
	}
	for (int i = 0; i < opened; i++)
		noise_close(&noises[i]);
	return opened == HOSTILE_AT_ONCE;
}

#include "protocol/output.h"

#include "common/xalloc.h"
#include "protocol/fractional_scale.h"
#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/xdg_output.h"

#include <stdlib.h>
#include <string.h>
#include <wayland-server-protocol.h>

#define OUTPUT_VERSION 4
#define OUTPUT_LINGER_MS 5000 /* enough for every client to hear that the output is gone */

/* Outlives its output for a while: to bind a global that there is not ends a client, and who has
 * not heard yet that the output is gone may bind it rightly. */
struct output_global {
	struct output *output; /* NULL: gone */
	struct wl_global *wl;
	struct wl_event_source *timer; /* set when the output goes */
	struct wl_listener display_destroy;
};

static const struct wl_output_interface output_implementation = {
	.release = resource_handle_destroy,
};

struct output *output_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

/* What may change; wl_output.done is to follow. */
static void output_send_state(const struct output *output, struct wl_resource *resource)
{
	const struct output_map *map = &output->map;
	wl_output_send_geometry(resource, map->x, map->y, output->physical_width,
		output->physical_height, WL_OUTPUT_SUBPIXEL_UNKNOWN, output->make, output->model,
		map->transform);
	wl_output_send_mode(resource, WL_OUTPUT_MODE_CURRENT | WL_OUTPUT_MODE_PREFERRED, map->width,
		map->height, output->refresh);
	if (wl_resource_get_version(resource) >= WL_OUTPUT_SCALE_SINCE_VERSION)
		wl_output_send_scale(resource, fractional_scale_whole(map->scale));
}

static void output_send_done(struct wl_resource *resource)
{
	if (wl_resource_get_version(resource) >= WL_OUTPUT_DONE_SINCE_VERSION)
		wl_output_send_done(resource);
}

static void output_send_names(const struct output *output, struct wl_resource *resource)
{
	int version = wl_resource_get_version(resource);
	if (version >= WL_OUTPUT_NAME_SINCE_VERSION)
		wl_output_send_name(resource, output->name);
	if (version >= WL_OUTPUT_DESCRIPTION_SINCE_VERSION)
		wl_output_send_description(resource, output->description);
}

bool output_has(const struct output *output, const struct surface *surface)
{
	return surface->outputs & UINT32_C(1) << output->index;
}

/* A surface of the client that is on the output already. */
static enum wl_iterator_result output_tell_entered(struct wl_resource *resource, void *data)
{
	struct wl_resource *bound = data;
	const struct output *output = wl_resource_get_user_data(bound);
	if (strcmp(wl_resource_get_class(resource), wl_surface_interface.name) == 0 &&
		output_has(output, surface_from_resource(resource)))
		wl_surface_send_enter(resource, bound);
	return WL_ITERATOR_CONTINUE;
}

static void output_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	const struct output_global *global = data;
	struct output *output = global->output;
	struct wl_resource *resource = resource_create(client, &wl_output_interface, version, id,
		&output_implementation, output, resource_unlink);
	if (!resource)
		return;
	if (!output) {
		wl_list_init(wl_resource_get_link(resource));
		return;
	}
	wl_list_insert(&output->resources, wl_resource_get_link(resource));
	output_send_state(output, resource);
	output_send_names(output, resource);
	output_send_done(resource);
	wl_client_for_each_resource(client, output_tell_entered, resource);
	wl_signal_emit_mutable(&output->events.bind, resource);
}

static void output_global_destroy(struct output_global *global)
{
	wl_list_remove(&global->display_destroy.link);
	if (global->timer)
		wl_event_source_remove(global->timer);
	if (global->wl)
		wl_global_destroy(global->wl);
	free(global);
}

static int output_global_handle_timer(void *data)
{
	output_global_destroy(data);
	return 0;
}

static void output_global_handle_display_destroy(struct wl_listener *listener, void *data)
{
	struct output_global *global = wl_container_of(listener, global, display_destroy);
	if (global->output)
		output_destroy(global->output);
	output_global_destroy(global);
}

static struct output_global *output_global_create(struct output *output, struct wl_display *display)
{
	struct output_global *global = xcalloc(1, sizeof *global);
	global->output = output;
	global->display_destroy.notify = output_global_handle_display_destroy;
	wl_display_add_destroy_listener(display, &global->display_destroy);
	global->timer = wl_event_loop_add_timer(
		wl_display_get_event_loop(display), output_global_handle_timer, global);
	if (global->timer)
		global->wl = wl_global_create(
			display, &wl_output_interface, OUTPUT_VERSION, global, output_bind);
	if (global->wl)
		return global;
	output_global_destroy(global);
	return NULL;
}

void output_init(struct output *output)
{
	wl_list_init(&output->resources);
	wl_list_init(&output->xdg_outputs);
	wl_signal_init(&output->events.bind);
	wl_signal_init(&output->events.destroy);
	wl_list_init(&output->link);
}

bool output_publish(struct output *output, struct wl_display *display)
{
	output->global = output_global_create(output, display);
	if (output->global && output->all)
		wl_list_insert(output->all, &output->link);
	return output->global;
}

bool output_create(struct output *output, struct wl_display *display)
{
	output_init(output);
	return output_publish(output, display);
}

void output_update(const struct output *output)
{
	struct wl_resource *resource;
	wl_resource_for_each (resource, &output->resources)
		output_send_state(output, resource);
	xdg_output_update(output);
	wl_resource_for_each (resource, &output->resources)
		output_send_done(resource);
}

static void output_let_go(struct wl_list *resources)
{
	struct wl_resource *resource, *next;
	wl_resource_for_each_safe (resource, next, resources)
		resource_orphan(resource);
}

void output_destroy(struct output *output)
{
	if (!output->global)
		return;
	wl_list_remove(&output->link);
	wl_list_init(&output->link);
	output_let_go(&output->resources);
	output_let_go(&output->xdg_outputs);
	wl_signal_emit_mutable(&output->events.destroy, output);
	output->global->output = NULL;
	wl_global_remove(output->global->wl);
	wl_event_source_timer_update(output->global->timer, OUTPUT_LINGER_MS);
	output->global = NULL;
}

static const struct output *output_best(const struct output *output, const struct surface *surface)
{
	const struct output *other, *best = NULL;
	if (!output->all)
		return output;
	wl_list_for_each (other, output->all, link) {
		if (output_has(other, surface) && (!best || other->map.scale > best->map.scale))
			best = other;
	}
	return best ? best : output;
}

void output_prefer(const struct output *output, struct surface *surface)
{
	output = output_best(output, surface);
	fractional_scale_prefer(surface, output->map.scale);
	if (surface->preferred_transform == output->map.transform)
		return;
	surface->preferred_transform = output->map.transform;
	if (wl_resource_get_version(surface->resource) >=
		WL_SURFACE_PREFERRED_BUFFER_TRANSFORM_SINCE_VERSION)
		wl_surface_send_preferred_buffer_transform(
			surface->resource, output->map.transform);
}

void output_tell(const struct output *output, struct wl_resource *object,
	void (*send)(struct wl_resource *object, struct wl_resource *output))
{
	struct wl_resource *resource;
	wl_resource_for_each (resource, &output->resources) {
		if (wl_resource_get_client(resource) == wl_resource_get_client(object))
			send(object, resource);
	}
}

bool output_enter(struct output *output, struct surface *surface)
{
	if (!surface->resource)
		return false;
	surface->outputs |= UINT32_C(1) << output->index;
	output_tell(output, surface->resource, wl_surface_send_enter);
	output_prefer(output, surface);
	return true;
}

void output_leave(struct output *output, struct surface *surface)
{
	surface->outputs &= ~(UINT32_C(1) << output->index);
	if (!surface->resource)
		return;
	output_tell(output, surface->resource, wl_surface_send_leave);
	if (surface->outputs)
		output_prefer(output, surface);
}

#include "protocol/output_management.h"

#include "common/xalloc.h"
#include "protocol/output_private.h"
#include "protocol/resource.h"

#include "wlr-output-management-unstable-v1-server.h"

#include <stdlib.h>

#define OUTPUT_MANAGEMENT_VERSION 4

static const struct zwlr_output_mode_v1_interface output_mode_implementation = {
	.release = resource_handle_destroy,
};

static const struct zwlr_output_head_v1_interface output_head_implementation = {
	.release = resource_handle_destroy,
};

static void output_mode_handle_end(struct output_mode_handle *mode)
{
	wl_list_remove(&mode->link);
	wl_list_init(&mode->link);
	mode->handle = NULL;
}

static void output_mode_handle_resource_destroy(struct wl_resource *resource)
{
	struct output_mode_handle *mode = wl_resource_get_user_data(resource);
	output_mode_handle_end(mode);
	free(mode);
}

static bool output_head_mode_equals(
	const struct output_head_mode *mode, const struct output_head_mode *other)
{
	return mode->width == other->width && mode->height == other->height &&
	       mode->refresh == other->refresh && mode->preferred == other->preferred;
}

static bool output_head_state_has_mode(
	const struct output_head_state *state, const struct output_head_mode *mode)
{
	for (size_t i = 0; i < state->n_modes; i++) {
		if (output_head_mode_equals(&state->modes[i], mode))
			return true;
	}
	return false;
}

/* Clients cannot free those of before version 3: what is still there keeps its object. */
static void output_head_finish_modes(
	struct output_head_handle *handle, const struct output_head_state *kept)
{
	struct output_mode_handle *mode, *next;
	wl_list_for_each_safe (mode, next, &handle->modes, link) {
		if (kept && output_head_state_has_mode(kept, &mode->mode))
			continue;
		zwlr_output_mode_v1_send_finished(mode->resource);
		output_mode_handle_end(mode);
	}
}

/* NULL: no memory. */
static struct wl_resource *output_head_send_mode(
	struct output_head_handle *handle, const struct output_head_mode *mode)
{
	struct output_mode_handle *made = xcalloc(1, sizeof *made);
	made->resource = resource_create(wl_resource_get_client(handle->resource),
		&zwlr_output_mode_v1_interface, (uint32_t)wl_resource_get_version(handle->resource),
		0, &output_mode_implementation, made, output_mode_handle_resource_destroy);
	if (!made->resource) {
		free(made);
		return NULL;
	}
	made->handle = handle;
	made->mode = *mode;
	wl_list_insert(handle->modes.prev, &made->link);
	zwlr_output_head_v1_send_mode(handle->resource, made->resource);
	zwlr_output_mode_v1_send_size(made->resource, mode->width, mode->height);
	if (mode->refresh > 0)
		zwlr_output_mode_v1_send_refresh(made->resource, mode->refresh);
	if (mode->preferred)
		zwlr_output_mode_v1_send_preferred(made->resource);
	return made->resource;
}

/* NULL: no memory. */
static struct wl_resource *output_head_tell_mode(
	struct output_head_handle *handle, const struct output_head_mode *mode)
{
	struct output_mode_handle *told;
	wl_list_for_each (told, &handle->modes, link) {
		if (output_head_mode_equals(&told->mode, mode))
			return told->resource;
	}
	return output_head_send_mode(handle, mode);
}

/* What may change of a head. */
static void output_head_send_state(struct output_head_handle *handle)
{
	const struct output_head_state *state = &handle->head->state;
	struct wl_resource *resource = handle->resource, *current = NULL;
	for (size_t i = 0; i < state->n_modes; i++) {
		struct wl_resource *mode = output_head_tell_mode(handle, &state->modes[i]);
		if (i == state->mode)
			current = mode;
	}
	zwlr_output_head_v1_send_enabled(resource, state->enabled);
	if (!state->enabled)
		return;
	if (current)
		zwlr_output_head_v1_send_current_mode(resource, current);
	zwlr_output_head_v1_send_position(resource, state->x, state->y);
	zwlr_output_head_v1_send_transform(resource, state->transform);
	zwlr_output_head_v1_send_scale(resource, wl_fixed_from_double(state->scale));
	if (wl_resource_get_version(resource) >= ZWLR_OUTPUT_HEAD_V1_ADAPTIVE_SYNC_SINCE_VERSION)
		zwlr_output_head_v1_send_adaptive_sync(
			resource, ZWLR_OUTPUT_HEAD_V1_ADAPTIVE_SYNC_STATE_DISABLED);
}

static void output_head_send_names(const struct output_head_handle *handle)
{
	const struct output_head_state *state = &handle->head->state;
	struct wl_resource *resource = handle->resource;
	zwlr_output_head_v1_send_name(resource, state->name);
	if (state->description)
		zwlr_output_head_v1_send_description(resource, state->description);
	if (state->physical_width > 0 && state->physical_height > 0)
		zwlr_output_head_v1_send_physical_size(
			resource, state->physical_width, state->physical_height);
	if (wl_resource_get_version(resource) < ZWLR_OUTPUT_HEAD_V1_MAKE_SINCE_VERSION)
		return;
	if (state->make)
		zwlr_output_head_v1_send_make(resource, state->make);
	if (state->model)
		zwlr_output_head_v1_send_model(resource, state->model);
	if (state->serial)
		zwlr_output_head_v1_send_serial_number(resource, state->serial);
}

static void output_head_handle_resource_destroy(struct wl_resource *resource)
{
	struct output_head_handle *handle = wl_resource_get_user_data(resource);
	struct output_mode_handle *mode, *next;
	wl_list_for_each_safe (mode, next, &handle->modes, link)
		output_mode_handle_end(mode);
	wl_list_remove(&handle->link);
	free(handle);
}

static void output_head_tell(struct output_head *head, struct wl_resource *manager)
{
	struct output_head_handle *handle = xcalloc(1, sizeof *handle);
	handle->resource = resource_create(wl_resource_get_client(manager),
		&zwlr_output_head_v1_interface, (uint32_t)wl_resource_get_version(manager), 0,
		&output_head_implementation, handle, output_head_handle_resource_destroy);
	if (!handle->resource) {
		free(handle);
		return;
	}
	handle->head = head;
	wl_list_init(&handle->modes);
	wl_list_insert(&head->handles, &handle->link);
	zwlr_output_manager_v1_send_head(manager, handle->resource);
	output_head_send_names(handle);
	output_head_send_state(handle);
}

/* A configuration begun before is of another state now. */
static void output_manager_send_done(struct output_manager *manager)
{
	struct wl_resource *resource;
	manager->serial = wl_display_next_serial(manager->display);
	wl_resource_for_each (resource, &manager->resources)
		zwlr_output_manager_v1_send_done(resource, manager->serial);
}

void output_head_init(struct output_head *head, struct output_manager *manager,
	const struct output_head_state *state)
{
	struct wl_resource *resource;
	head->manager = manager;
	head->state = *state;
	wl_list_init(&head->handles);
	wl_list_insert(manager->heads.prev, &head->link);
	wl_resource_for_each (resource, &manager->resources)
		output_head_tell(head, resource);
	output_manager_send_done(manager);
}

void output_head_update(struct output_head *head, const struct output_head_state *state)
{
	struct output_head_handle *handle;
	head->state = *state;
	wl_list_for_each (handle, &head->handles, link) {
		output_head_finish_modes(handle, state);
		output_head_send_state(handle);
	}
	output_manager_send_done(head->manager);
}

void output_head_finish(struct output_head *head)
{
	struct output_head_handle *handle, *next;
	if (!head->manager)
		return;
	wl_list_for_each_safe (handle, next, &head->handles, link) {
		output_head_finish_modes(handle, NULL);
		zwlr_output_head_v1_send_finished(handle->resource);
		wl_list_remove(&handle->link);
		wl_list_init(&handle->link);
		handle->head = NULL;
	}
	wl_list_remove(&head->link);
	output_manager_send_done(head->manager);
	head->manager = NULL;
}

static void output_manager_handle_create_configuration(
	struct wl_client *client, struct wl_resource *resource, uint32_t id, uint32_t serial)
{
	output_configuration_create(wl_resource_get_user_data(resource), resource, id, serial);
}

static void output_manager_handle_stop(struct wl_client *client, struct wl_resource *resource)
{
	zwlr_output_manager_v1_send_finished(resource);
	wl_resource_destroy(resource);
}

static const struct zwlr_output_manager_v1_interface output_manager_implementation = {
	.create_configuration = output_manager_handle_create_configuration,
	.stop = output_manager_handle_stop,
};

static void output_manager_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	struct output_manager *manager = data;
	struct output_head *head;
	struct wl_resource *resource = resource_create(client, &zwlr_output_manager_v1_interface,
		version, id, &output_manager_implementation, manager, resource_unlink);
	if (!resource)
		return;
	wl_list_insert(&manager->resources, wl_resource_get_link(resource));
	wl_list_for_each (head, &manager->heads, link)
		output_head_tell(head, resource);
	zwlr_output_manager_v1_send_done(resource, manager->serial);
}

bool output_manager_create(struct output_manager *manager, struct wl_display *display)
{
	manager->display = display;
	wl_list_init(&manager->resources);
	wl_list_init(&manager->heads);
	return wl_global_create(display, &zwlr_output_manager_v1_interface,
		OUTPUT_MANAGEMENT_VERSION, manager, output_manager_bind);
}

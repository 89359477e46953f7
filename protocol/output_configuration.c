/* What a client wants all outputs to be, of wlr-output-management. */
#include "common/xalloc.h"
#include "protocol/output_private.h"
#include "protocol/resource.h"

#include "wlr-output-management-unstable-v1-server.h"

#include <stdlib.h>

/* More outputs than anybody has: a client cannot make the list long. */
#define OUTPUT_CONFIGURATION_MAX 64

/* A zwlr_output_configuration_head_v1, or a head that is to be off. */
struct output_configuration_head {
	struct wl_resource *resource; /* NULL: off, or its object is gone */
	struct output_head_handle *handle;
	struct wl_listener handle_destroy;
	struct output_change change;
};

struct output_configuration {
	struct output_manager *manager;
	struct wl_resource *resource;
	uint32_t serial;
	bool used;
	struct output_configuration_head *heads[OUTPUT_CONFIGURATION_MAX];
	size_t len;
};

/* NULL: the configuration is gone. */
static struct output_configuration_head *output_configuration_head_of(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

/* NULL: nothing is to be done, or an error was posted. */
static struct output_change *output_configuration_set(
	struct wl_resource *resource, enum output_change_field field)
{
	struct output_configuration_head *head = output_configuration_head_of(resource);
	if (!head)
		return NULL;
	if (head->change.fields & field) {
		wl_resource_post_error(resource,
			ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_ALREADY_SET, "set already");
		return NULL;
	}
	head->change.fields |= field;
	return &head->change;
}

static void output_configuration_head_handle_set_mode(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *mode_resource)
{
	const struct output_mode_handle *mode = wl_resource_get_user_data(mode_resource);
	struct output_configuration_head *head = output_configuration_head_of(resource);
	if (head && mode->handle && mode->handle != head->handle) {
		wl_resource_post_error(resource,
			ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_MODE,
			"a mode of another head");
		return;
	}
	struct output_change *change = output_configuration_set(resource, OUTPUT_CHANGE_MODE);
	if (change)
		change->mode = mode->mode;
}

static void output_configuration_head_handle_set_custom_mode(struct wl_client *client,
	struct wl_resource *resource, int32_t width, int32_t height, int32_t refresh)
{
	if (width <= 0 || height <= 0 || refresh < 0) {
		wl_resource_post_error(resource,
			ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_CUSTOM_MODE,
			"no such mode: %dx%d at %d mHz", width, height, refresh);
		return;
	}
	struct output_change *change = output_configuration_set(resource, OUTPUT_CHANGE_MODE);
	if (change)
		change->mode = (struct output_head_mode){width, height, refresh, false};
}

static void output_configuration_head_handle_set_position(
	struct wl_client *client, struct wl_resource *resource, int32_t x, int32_t y)
{
	struct output_change *change = output_configuration_set(resource, OUTPUT_CHANGE_POSITION);
	if (!change)
		return;
	change->x = x;
	change->y = y;
}

static void output_configuration_head_handle_set_transform(
	struct wl_client *client, struct wl_resource *resource, int32_t transform)
{
	if (transform < WL_OUTPUT_TRANSFORM_NORMAL || transform > WL_OUTPUT_TRANSFORM_FLIPPED_270) {
		wl_resource_post_error(resource,
			ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_TRANSFORM,
			"no such transform: %d", transform);
		return;
	}
	struct output_change *change = output_configuration_set(resource, OUTPUT_CHANGE_TRANSFORM);
	if (change)
		change->transform = transform;
}

static void output_configuration_head_handle_set_scale(
	struct wl_client *client, struct wl_resource *resource, wl_fixed_t scale)
{
	if (scale <= 0) {
		wl_resource_post_error(resource,
			ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_SCALE, "no such scale: %f",
			wl_fixed_to_double(scale));
		return;
	}
	struct output_change *change = output_configuration_set(resource, OUTPUT_CHANGE_SCALE);
	if (change)
		change->scale = wl_fixed_to_double(scale);
}

static void output_configuration_head_handle_set_adaptive_sync(
	struct wl_client *client, struct wl_resource *resource, uint32_t state)
{
	if (state > ZWLR_OUTPUT_HEAD_V1_ADAPTIVE_SYNC_STATE_ENABLED) {
		wl_resource_post_error(resource,
			ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_ADAPTIVE_SYNC_STATE,
			"no such state: %u", state);
		return;
	}
	struct output_change *change =
		output_configuration_set(resource, OUTPUT_CHANGE_ADAPTIVE_SYNC);
	if (change)
		change->adaptive_sync = state == ZWLR_OUTPUT_HEAD_V1_ADAPTIVE_SYNC_STATE_ENABLED;
}

static const struct zwlr_output_configuration_head_v1_interface
	output_configuration_head_implementation = {
		.set_mode = output_configuration_head_handle_set_mode,
		.set_custom_mode = output_configuration_head_handle_set_custom_mode,
		.set_position = output_configuration_head_handle_set_position,
		.set_transform = output_configuration_head_handle_set_transform,
		.set_scale = output_configuration_head_handle_set_scale,
		.set_adaptive_sync = output_configuration_head_handle_set_adaptive_sync,
};

static void output_configuration_head_handle_resource_destroy(struct wl_resource *resource)
{
	struct output_configuration_head *head = output_configuration_head_of(resource);
	if (head)
		head->resource = NULL;
}

static void output_configuration_handle_head_destroy(struct wl_listener *listener, void *data)
{
	struct output_configuration_head *head = wl_container_of(listener, head, handle_destroy);
	wl_list_remove(&head->handle_destroy.link);
	wl_list_init(&head->handle_destroy.link);
	head->handle = NULL;
}

/* NULL: an error was posted. */
static struct output_configuration_head *output_configuration_add(
	struct wl_resource *resource, struct wl_resource *head_resource)
{
	struct output_configuration *configuration = wl_resource_get_user_data(resource);
	struct output_head_handle *handle = wl_resource_get_user_data(head_resource);
	for (size_t i = 0; i < configuration->len; i++) {
		if (configuration->heads[i]->handle != handle)
			continue;
		wl_resource_post_error(resource,
			ZWLR_OUTPUT_CONFIGURATION_V1_ERROR_ALREADY_CONFIGURED_HEAD,
			"the head is configured already");
		return NULL;
	}
	if (configuration->used || configuration->len == OUTPUT_CONFIGURATION_MAX) {
		wl_resource_post_error(resource, ZWLR_OUTPUT_CONFIGURATION_V1_ERROR_ALREADY_USED,
			"the configuration was used, or has %d heads", OUTPUT_CONFIGURATION_MAX);
		return NULL;
	}
	struct output_configuration_head *head = xcalloc(1, sizeof *head);
	head->handle = handle;
	head->handle_destroy.notify = output_configuration_handle_head_destroy;
	wl_resource_add_destroy_listener(head_resource, &head->handle_destroy);
	configuration->heads[configuration->len++] = head;
	return head;
}

static void output_configuration_handle_enable_head(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *head_resource)
{
	struct output_configuration_head *head = output_configuration_add(resource, head_resource);
	if (!head)
		return;
	head->change.enabled = true;
	head->resource = resource_create(client, &zwlr_output_configuration_head_v1_interface,
		(uint32_t)wl_resource_get_version(resource), id,
		&output_configuration_head_implementation, head,
		output_configuration_head_handle_resource_destroy);
}

static void output_configuration_handle_disable_head(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *head)
{
	output_configuration_add(resource, head);
}

static void output_configuration_use(struct wl_resource *resource, bool test)
{
	struct output_configuration *configuration = wl_resource_get_user_data(resource);
	struct output_manager *manager = configuration->manager;
	struct output_change changes[OUTPUT_CONFIGURATION_MAX];
	if (configuration->used) {
		wl_resource_post_error(resource, ZWLR_OUTPUT_CONFIGURATION_V1_ERROR_ALREADY_USED,
			"the configuration was used already");
		return;
	}
	configuration->used = true;
	/* A head that is left out stays as it is. By the letter that is the error
	 * unconfigured_head; wlroots (types/wlr_output_management_v1.c) does not post it either,
	 * and way-displays lists only the heads that it changes. */
	bool stale = configuration->serial != manager->serial;
	for (size_t i = 0; i < configuration->len; i++) {
		const struct output_configuration_head *head = configuration->heads[i];
		changes[i] = head->change;
		changes[i].head = head->handle ? head->handle->head : NULL;
		stale |= !changes[i].head;
	}
	if (stale)
		zwlr_output_configuration_v1_send_cancelled(resource);
	else if (manager->listener->apply(manager->data, changes, configuration->len, test))
		zwlr_output_configuration_v1_send_succeeded(resource);
	else
		zwlr_output_configuration_v1_send_failed(resource);
}

static void output_configuration_handle_apply(
	struct wl_client *client, struct wl_resource *resource)
{
	output_configuration_use(resource, false);
}

static void output_configuration_handle_test(struct wl_client *client, struct wl_resource *resource)
{
	output_configuration_use(resource, true);
}

static const struct zwlr_output_configuration_v1_interface output_configuration_implementation = {
	.enable_head = output_configuration_handle_enable_head,
	.disable_head = output_configuration_handle_disable_head,
	.apply = output_configuration_handle_apply,
	.test = output_configuration_handle_test,
	.destroy = resource_handle_destroy,
};

static void output_configuration_handle_resource_destroy(struct wl_resource *resource)
{
	struct output_configuration *configuration = wl_resource_get_user_data(resource);
	for (size_t i = 0; i < configuration->len; i++) {
		struct output_configuration_head *head = configuration->heads[i];
		if (head->resource)
			wl_resource_set_user_data(head->resource, NULL);
		wl_list_remove(&head->handle_destroy.link);
		free(head);
	}
	free(configuration);
}

void output_configuration_create(
	struct output_manager *manager, struct wl_resource *parent, uint32_t id, uint32_t serial)
{
	struct output_configuration *configuration = xcalloc(1, sizeof *configuration);
	configuration->manager = manager;
	configuration->serial = serial;
	configuration->resource = resource_create(wl_resource_get_client(parent),
		&zwlr_output_configuration_v1_interface, (uint32_t)wl_resource_get_version(parent),
		id, &output_configuration_implementation, configuration,
		output_configuration_handle_resource_destroy);
	if (!configuration->resource)
		free(configuration);
}

#include "protocol/output_power.h"

#include "common/xalloc.h"
#include "protocol/output.h"
#include "protocol/resource.h"

#include "wlr-output-power-management-unstable-v1-server.h"

#include <stdlib.h>

/* A zwlr_output_power_v1; lives as long as its resource. */
struct output_power {
	struct output_power_manager *manager;
	struct wl_resource *resource;
	struct wl_list link;   /* output_power_manager::powers, else empty */
	struct output *output; /* NULL: inert */
	struct wl_listener output_destroy;
};

static void output_power_send(const struct output_power *power, bool on)
{
	zwlr_output_power_v1_send_mode(
		power->resource, on ? ZWLR_OUTPUT_POWER_V1_MODE_ON : ZWLR_OUTPUT_POWER_V1_MODE_OFF);
}

static void output_power_let_go(struct output_power *power)
{
	wl_list_remove(&power->link);
	wl_list_init(&power->link);
	wl_list_remove(&power->output_destroy.link);
	wl_list_init(&power->output_destroy.link);
	power->output = NULL;
}

static void output_power_fail(struct output_power *power)
{
	output_power_let_go(power);
	zwlr_output_power_v1_send_failed(power->resource);
}

static void output_power_handle_output_destroy(struct wl_listener *listener, void *data)
{
	struct output_power *power = wl_container_of(listener, power, output_destroy);
	output_power_fail(power);
}

static void output_power_handle_set_mode(
	struct wl_client *client, struct wl_resource *resource, uint32_t mode)
{
	struct output_power *power = wl_resource_get_user_data(resource);
	struct output_power_manager *manager = power->manager;
	if (mode > ZWLR_OUTPUT_POWER_V1_MODE_ON) {
		wl_resource_post_error(resource, ZWLR_OUTPUT_POWER_V1_ERROR_INVALID_MODE,
			"no such mode: %u", mode);
		return;
	}
	if (power->output && !manager->listener->set(manager->data, power->output,
				     mode == ZWLR_OUTPUT_POWER_V1_MODE_ON))
		output_power_fail(power);
}

static const struct zwlr_output_power_v1_interface output_power_implementation = {
	.set_mode = output_power_handle_set_mode,
	.destroy = resource_handle_destroy,
};

static void output_power_handle_resource_destroy(struct wl_resource *resource)
{
	struct output_power *power = wl_resource_get_user_data(resource);
	output_power_let_go(power);
	free(power);
}

/* NULL: nobody. */
static struct output_power *output_power_find(
	struct output_power_manager *manager, const struct output *output)
{
	struct output_power *power;
	wl_list_for_each (power, &manager->powers, link) {
		if (power->output == output)
			return power;
	}
	return NULL;
}

void output_power_changed(
	struct output_power_manager *manager, const struct output *output, bool on)
{
	const struct output_power *power = output_power_find(manager, output);
	if (power)
		output_power_send(power, on);
}

static void output_power_handle_get_output_power(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *output_resource)
{
	struct output_power_manager *manager = wl_resource_get_user_data(resource);
	struct output *output = output_from_resource(output_resource);
	struct output_power *power = xcalloc(1, sizeof *power);
	power->resource = resource_create(client, &zwlr_output_power_v1_interface, 1, id,
		&output_power_implementation, power, output_power_handle_resource_destroy);
	if (!power->resource) {
		free(power);
		return;
	}
	power->manager = manager;
	wl_list_init(&power->link);
	wl_list_init(&power->output_destroy.link);
	if (!output || output_power_find(manager, output)) {
		output_power_fail(power);
		return;
	}
	power->output = output;
	wl_list_insert(&manager->powers, &power->link);
	power->output_destroy.notify = output_power_handle_output_destroy;
	wl_signal_add(&output->events.destroy, &power->output_destroy);
	output_power_send(power, manager->listener->is_on(manager->data, output));
}

static const struct zwlr_output_power_manager_v1_interface output_power_manager_implementation = {
	.get_output_power = output_power_handle_get_output_power,
	.destroy = resource_handle_destroy,
};

static void output_power_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwlr_output_power_manager_v1_interface, version, id,
		&output_power_manager_implementation, data, NULL);
}

bool output_power_create(struct output_power_manager *manager, struct wl_display *display)
{
	wl_list_init(&manager->powers);
	return wl_global_create(
		display, &zwlr_output_power_manager_v1_interface, 1, manager, output_power_bind);
}

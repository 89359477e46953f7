/* The screen for wlr-output-management: what it is, and what it can become. */
#include "compositor/server_input.h"

#include "common/log.h"

#include <math.h>

static struct output_head_mode server_output_mode(const struct screen *screen)
{
	const struct output *output = &screen->output;
	return (struct output_head_mode){
		output->map.width, output->map.height, output->refresh, true};
}

/* The nearest that can be had: 120ths. */
static uint32_t server_output_scale(double scale)
{
	return (uint32_t)lround(fmin(scale, OUTPUT_MAP_SCALE_MAX) * OUTPUT_MAP_SCALE_ONE);
}

/* NULL, or why the screen cannot be that. */
static const char *server_output_refuse(
	const struct server *server, const struct output_change *change)
{
	struct output_head_mode mode = server_output_mode(&server->screen);
	if (!change->enabled)
		return "the only output cannot be turned off";
	if (change->fields & OUTPUT_CHANGE_MODE &&
		(change->mode.width != mode.width || change->mode.height != mode.height ||
			(change->mode.refresh && change->mode.refresh != mode.refresh)))
		return "it has one mode, which the display prefers";
	if (change->fields & OUTPUT_CHANGE_POSITION && (change->x != 0 || change->y != 0))
		return "the only output lies at 0,0";
	if (change->fields & OUTPUT_CHANGE_SCALE &&
		(server_output_scale(change->scale) < OUTPUT_MAP_SCALE_MIN ||
			server_output_scale(change->scale) > OUTPUT_MAP_SCALE_MAX))
		return "its scale must be from 0.25 to 8";
	if (change->fields & OUTPUT_CHANGE_ADAPTIVE_SYNC && change->adaptive_sync)
		return "it has no variable refresh rate";
	return NULL;
}

static void server_output_change(struct server *server, const struct output_change *change)
{
	struct output_map map = server->screen.output.map;
	if (change->fields & OUTPUT_CHANGE_TRANSFORM)
		map.transform = change->transform;
	if (change->fields & OUTPUT_CHANGE_SCALE)
		map.scale = server_output_scale(change->scale);
	screen_remap(&server->screen, map.transform, map.scale);
	server_output_changed(server);
}

static bool server_output_apply(
	void *data, const struct output_change *changes, size_t len, bool test)
{
	for (size_t i = 0; i < len; i++) {
		const char *why = server_output_refuse(data, &changes[i]);
		if (!why)
			continue;
		log_info("a change of the outputs is refused: %s", why);
		return false;
	}
	for (size_t i = 0; i < len && !test; i++)
		server_output_change(data, &changes[i]);
	return true;
}

static const struct output_manager_listener server_output_listener = {
	.apply = server_output_apply,
};

static struct output_head_state server_output_state(struct server *server)
{
	const struct output *output = &server->screen.output;
	server->output_head_mode = server_output_mode(&server->screen);
	return (struct output_head_state){
		.name = output->name,
		.description = output->description,
		.make = output->make,
		.model = output->model,
		.physical_width = output->physical_width,
		.physical_height = output->physical_height,
		.modes = &server->output_head_mode,
		.n_modes = 1,
		.enabled = true,
		.x = output->map.x,
		.y = output->map.y,
		.transform = output->map.transform,
		.scale = (double)output->map.scale / OUTPUT_MAP_SCALE_ONE,
	};
}

void server_output_changed(struct server *server)
{
	const struct cursor *cursor = &server->cursor;
	int32_t width, height;
	output_map_size(&server->screen.output.map, &width, &height);
	desktop_resize(&server->desktop, width, height);
	server_lock_resize(server);
	/* The next place of an absolute device is no motion from the last one. */
	server->has_place = false;
	server_pointer_place_cursor(server, cursor->x, cursor->y);
	server_update_pointer(server);
	const struct output_head_state state = server_output_state(server);
	output_head_update(&server->output_head, &state);
}

bool server_create_output_management(struct server *server)
{
	server->output_manager.listener = &server_output_listener;
	server->output_manager.data = server;
	if (!output_manager_create(&server->output_manager, server->display))
		return false;
	const struct output_head_state state = server_output_state(server);
	output_head_init(&server->output_head, &server->output_manager, &state);
	return true;
}

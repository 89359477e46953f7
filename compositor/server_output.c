/* The screen for wlr-output-management: what it is, and what it can become. */
#include "compositor/server_private.h"

#include "common/log.h"

static struct output_head_mode server_output_mode(const struct screen *screen)
{
	return (struct output_head_mode){
		screen->width, screen->height, screen->output.refresh, true};
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
	if (change->fields & OUTPUT_CHANGE_TRANSFORM && change->transform != 0)
		return "it cannot be turned";
	if (change->fields & OUTPUT_CHANGE_SCALE && change->scale != 1)
		return "it cannot be scaled";
	if (change->fields & OUTPUT_CHANGE_ADAPTIVE_SYNC && change->adaptive_sync)
		return "it has no variable refresh rate";
	return NULL;
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
	return true;
}

static const struct output_manager_listener server_output_listener = {
	.apply = server_output_apply,
};

bool server_create_output_management(struct server *server)
{
	const struct output *output = &server->screen.output;
	server->output_manager.listener = &server_output_listener;
	server->output_manager.data = server;
	if (!output_manager_create(&server->output_manager, server->display))
		return false;
	server->output_head_mode = server_output_mode(&server->screen);
	const struct output_head_state state = {
		.name = output->name,
		.description = output->description,
		.make = output->make,
		.model = output->model,
		.physical_width = output->physical_width,
		.physical_height = output->physical_height,
		.modes = &server->output_head_mode,
		.n_modes = 1,
		.enabled = true,
		.scale = 1,
	};
	output_head_init(&server->output_head, &server->output_manager, &state);
	return true;
}

/* What `vitrine ctl` asks of outputs: one's picture, mode, scale or transform, or how all lie. */
#include "compositor/server_private.h"

#include "common/fd.h"
#include "common/xalloc.h"
#include "compositor/control/control.h"
#include "compositor/mode.h"
#include "protocol/shm.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A picture that is being drawn. */
struct server_screenshot {
	struct control_request *request;
	int32_t width, height, stride; /* pixels, pixels, bytes */
	int fd;                        /* of the memory that is drawn into */
};

static void server_screenshot_answer(void *data, const pixman_region32_t *damage, int64_t time)
{
	struct server_screenshot *screenshot = data;
	if (damage)
		control_answer(screenshot->request,
			json_pack("{s:i, s:i, s:i, s:s}", "width", screenshot->width, "height",
				screenshot->height, "stride", screenshot->stride, "format",
				"XRGB8888"),
			screenshot->fd);
	else
		control_refuse(screenshot->request, "the picture could not be drawn");
	fd_close(&screenshot->fd);
	free(screenshot);
}

static void server_answer_screenshot(struct server *server, struct server_screen *screen,
	struct control_request *request, const json_t *arguments)
{
	const struct output_map *map = &screen->screen.output.map;
	int32_t width = map->width, height = map->height;
	if (!screen->screen.active) {
		control_refuse(request, "%s is off, or another virtual terminal has it",
			screen->screen.output.name);
		return;
	}
	if (screen->screen.silent) {
		control_refuse(request,
			"%s: the host takes no pictures now (its window may be minimised)",
			screen->screen.output.name);
		return;
	}
	int drawn = fd_create_memory("vitrine-screenshot", (size_t)width * (size_t)height * 4);
	int kept = fd_dup(drawn);
	if (kept < 0) {
		control_refuse(request, "no memory for the picture: %s", strerror(errno));
		fd_close(&drawn);
		return;
	}
	struct server_screenshot *screenshot = xcalloc(1, sizeof *screenshot);
	*screenshot = (struct server_screenshot){request, width, height, width * 4, kept};
	const struct capture_request capture = {
		.screen = &screen->screen,
		.box = {0, 0, width, height},
		.cursor = json_is_true(json_object_get(arguments, "cursor")),
		.buffer = shm_create_own(drawn, width, height, DRM_FORMAT_XRGB8888),
	};
	capture_start(&server->captures, &capture, server_screenshot_answer, screenshot);
}

/* The member as text; refuses the request where it is none. */
static const char *server_control_text(
	struct control_request *request, const json_t *arguments, const char *member)
{
	const char *text = json_string_value(json_object_get(arguments, member));
	if (!text)
		control_refuse(request, "\"%s\" must be a string", member);
	return text;
}

void server_answer_mode_request(struct server_screen *screen, const char *reason)
{
	struct control_request *request = screen->mode_request;
	screen->mode_request = NULL;
	if (request && reason)
		control_refuse(request, "%s: %s", screen->identity.name, reason);
	else if (request)
		control_answer(request, json_object(), -1);
}

/* Whether a mode is on its way, and soon there. */
static bool server_awaits_mode(const struct server_screen *screen)
{
	const struct screen *shown = &screen->screen;
	return shown->active && !shown->silent && screen_is_changing_mode(shown);
}

/* As a client of wlr-output-management changes it. */
static void server_control_change(struct server *server, struct server_screen *screen,
	struct control_request *request, struct output_change *change)
{
	change->head = &screen->head;
	change->enabled = true;
	const char *why = server_change_outputs(server, change, 1, false);
	if (why) {
		control_refuse(request, "%s: %s", screen->identity.name, why);
		return;
	}
	if (!(change->fields & OUTPUT_CHANGE_MODE) || !server_awaits_mode(screen)) {
		control_answer(request, json_object(), -1);
		return;
	}
	server_answer_mode_request(screen, "it was asked for again");
	screen->mode_request = request;
}

static void server_answer_mode(struct server *server, struct server_screen *screen,
	struct control_request *request, const json_t *arguments)
{
	struct output_change change = {.fields = OUTPUT_CHANGE_MODE};
	const char *text = server_control_text(request, arguments, "mode");
	struct kms_mode mode;
	if (!text)
		return;
	if (!mode_parse(text, &mode) || mode.width <= 0 || mode.height <= 0) {
		control_refuse(request,
			"'%.64s' is no mode: use WxH or WxH@HZ, such as 1920x1080@60", text);
		return;
	}
	change.mode = (struct output_head_mode){mode.width, mode.height, mode.refresh, false};
	server_control_change(server, screen, request, &change);
}

static void server_answer_scale(struct server *server, struct server_screen *screen,
	struct control_request *request, const json_t *arguments)
{
	struct output_change change = {.fields = OUTPUT_CHANGE_SCALE};
	const char *text = server_control_text(request, arguments, "scale");
	char rest;
	if (!text)
		return;
	if (sscanf(text, "%lf%c", &change.scale, &rest) != 1 || !(change.scale > 0)) {
		control_refuse(request, "'%.64s' is no scale: use a number such as 1.5", text);
		return;
	}
	server_control_change(server, screen, request, &change);
}

static void server_answer_transform(struct server *server, struct server_screen *screen,
	struct control_request *request, const json_t *arguments)
{
	struct output_change change = {.fields = OUTPUT_CHANGE_TRANSFORM};
	const char *text = server_control_text(request, arguments, "transform");
	if (!text)
		return;
	change.transform = output_map_find_transform(text);
	if (change.transform < 0) {
		control_refuse(request,
			"'%.64s' is no transform: use normal, 90, 180, 270, flipped, flipped-90, "
			"flipped-180 or flipped-270",
			text);
		return;
	}
	server_control_change(server, screen, request, &change);
}

static void server_answer_layout(struct server *server, struct server_screen *screen,
	struct control_request *request, const json_t *arguments)
{
	const char *text = server_control_text(request, arguments, "layout");
	enum layout layout;
	if (!text)
		return;
	if (!layout_parse(text, &layout)) {
		control_refuse(request, "'%.64s' is no layout: use extend or mirror", text);
		return;
	}
	server_set_layout(server, layout);
	control_answer(request, json_object(), -1);
}

json_t *server_describe_modes(const struct output_head *head)
{
	json_t *modes = json_array();
	for (size_t i = 0; i < head->state.n_modes; i++) {
		const struct output_head_mode *mode = &head->state.modes[i];
		json_array_append_new(
			modes, json_pack("{s:i, s:i, s:f, s:b, s:b}", "width", mode->width,
				       "height", mode->height, "refresh", mode->refresh / 1000.0,
				       "preferred", mode->preferred, "current",
				       head->state.enabled && i == head->state.mode));
	}
	return modes;
}

/* That is meant, or the first; refuses the request where there is none. */
static struct server_screen *server_control_screen(
	struct server *server, struct control_request *request, const json_t *arguments)
{
	const json_t *wanted = json_object_get(arguments, "output");
	const char *name = json_string_value(wanted);
	if (wanted && !name) {
		control_refuse(request, "\"output\" must be a string");
		return NULL;
	}
	struct server_screen *screen =
		name ? server_find_screen(server, name) : server_first_screen(server);
	if (!screen && name)
		control_refuse(request, "there is no output '%.64s'", name);
	else if (!screen)
		control_refuse(request, "there is no output now");
	return screen;
}

struct server_output_command {
	const char *name;
	void (*answer)(struct server *server, struct server_screen *screen,
		struct control_request *request, const json_t *arguments);
};

static const struct server_output_command server_output_commands[] = {
	{"screenshot", server_answer_screenshot},
	{"mode", server_answer_mode},
	{"scale", server_answer_scale},
	{"transform", server_answer_transform},
	{"layout", server_answer_layout},
};

bool server_control_output(struct server *server, struct control_request *request,
	const char *command, const json_t *arguments)
{
	const size_t len = sizeof server_output_commands / sizeof server_output_commands[0];
	size_t i = 0;
	while (i < len && strcmp(server_output_commands[i].name, command) != 0)
		i++;
	if (i == len)
		return false;
	/* The socket is its user's alone: --privileged user and all are the same here. */
	if (server->options->privileged == PRIVILEGE_NONE) {
		control_refuse(request, "--privileged none: nobody may");
		return true;
	}
	struct server_screen *screen = server_control_screen(server, request, arguments);
	if (screen)
		server_output_commands[i].answer(server, screen, request, arguments);
	return true;
}

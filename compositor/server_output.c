/* The screens for wlr-output-management: what they are, and what they can become. */
#include "compositor/server_private.h"

#include "common/log.h"
#include "common/xalloc.h"
#include "compositor/mode.h"
#include "kms/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct output_head_mode server_head_mode(const struct kms_mode *mode)
{
	int32_t refresh = mode->refresh == FRAME_CLOCK_UNLIMITED ? 0 : mode->refresh;
	return (struct output_head_mode){mode->width, mode->height, refresh, mode->preferred};
}

static double server_screen_scale(const struct server_screen *screen)
{
	return (double)screen->identity.map.scale / OUTPUT_MAP_SCALE_ONE;
}

/* The display's modes, and the one that it has where that is none of them. */
static void server_list_modes(struct server_screen *screen, struct output_head_state *state)
{
	const struct kms_output_info *info = screen->kms ? kms_output_info(screen->kms) : NULL;
	const struct kms_mode *current = screen_coming_mode(&screen->screen);
	size_t len = info ? info->n_modes : 0, n = 0;
	free(screen->modes);
	screen->modes = xcalloc(len + 1, sizeof *screen->modes);
	state->mode = SIZE_MAX;
	for (size_t i = 0; i < len; i++) {
		if (kms_mode_equal(&info->modes[i], current) && state->mode == SIZE_MAX)
			state->mode = n;
		screen->modes[n++] = server_head_mode(&info->modes[i]);
	}
	if (state->mode == SIZE_MAX) {
		state->mode = n;
		screen->modes[n++] = server_head_mode(current);
	}
	state->modes = screen->modes;
	state->n_modes = n;
}

void server_tell_head(struct server_screen *screen)
{
	const struct output *output = screen->enabled ? &screen->screen.output : &screen->identity;
	struct output_head_state state = {
		.name = output->name,
		.description = output->description,
		.make = output->make,
		.model = output->model,
		.physical_width = output->physical_width,
		.physical_height = output->physical_height,
		.enabled = screen->enabled,
		.x = output->map.x,
		.y = output->map.y,
		.transform = screen->identity.map.transform,
		.scale = server_screen_scale(screen),
	};
	server_list_modes(screen, &state);
	if (screen->head.manager) {
		output_head_update(&screen->head, &state);
		return;
	}
	screen->head.data = screen;
	output_head_init(&screen->head, &screen->server->output_manager, &state);
}

void server_forget_head(struct server_screen *screen)
{
	output_head_finish(&screen->head);
}

static double server_head_scale(double scale)
{
	return round(scale * OUTPUT_MAP_SCALE_ONE);
}

static struct kms_mode server_kms_mode(const struct output_head_mode *mode)
{
	return (struct kms_mode){mode->width, mode->height, mode->refresh, mode->preferred};
}

/* NULL, or why the screen cannot have it. */
static const char *server_mode_refuse(
	const struct server_screen *screen, const struct output_head_mode *wanted)
{
	const struct kms_mode mode = server_kms_mode(wanted);
	if (!mode_fits_screens(&mode))
		return "no screen is of that size";
	if (mode.refresh && (mode.refresh < MODE_MIN_REFRESH || mode.refresh > MODE_MAX_REFRESH))
		return "no screen has that refresh rate";
	/* Nobody but the DRM master may ask the display's driver. */
	if (screen->kms && screen->server->session_away && !server_find_mode(screen, &mode))
		return "another virtual terminal has the display: it takes only modes of its list";
	return NULL;
}

/* NULL, or why the screen cannot be that. */
static const char *server_output_refuse(
	const struct server_screen *screen, const struct output_change *change)
{
	const char *why = change->fields & OUTPUT_CHANGE_MODE
				  ? server_mode_refuse(screen, &change->mode)
				  : NULL;
	if (why)
		return why;
	if (change->fields & OUTPUT_CHANGE_SCALE &&
		(server_head_scale(change->scale) < OUTPUT_MAP_SCALE_MIN ||
			server_head_scale(change->scale) > OUTPUT_MAP_SCALE_MAX))
		return "its scale must be from 0.25 to 8";
	if (change->fields & OUTPUT_CHANGE_ADAPTIVE_SYNC && change->adaptive_sync)
		return "it has no variable refresh rate";
	return NULL;
}

/* NULL, or why not all of it can be done. */
static const char *server_output_check(
	const struct server *server, const struct output_change *changes, size_t len)
{
	size_t left = (size_t)wl_list_length(&server->screens);
	for (size_t i = 0; i < len; i++) {
		const struct server_screen *screen = changes[i].head ? changes[i].head->data : NULL;
		if (!screen)
			return "it is gone";
		const char *why =
			changes[i].enabled ? server_output_refuse(screen, &changes[i]) : NULL;
		if (why)
			return why;
		left += (size_t)(changes[i].enabled && !screen->enabled);
		left -= (size_t)(!changes[i].enabled && screen->enabled);
	}
	return left > 0 ? NULL : "the last output cannot be turned off";
}

/* What programs wanted of an output, all together: it may go, and comes back as they had it. */
struct server_wish {
	struct wl_list link; /* server::wishes */
	char *output;        /* its name */
	struct output_change change;
};

static struct server_wish *server_find_wish(const struct server *server, const char *output)
{
	struct server_wish *wish;
	wl_list_for_each (wish, &server->wishes, link) {
		if (strcmp(wish->output, output) == 0)
			return wish;
	}
	return NULL;
}

/* change: it is what the screen has, or is about to have. */
static void server_remember(struct server_screen *screen, const struct output_change *change)
{
	struct server *server = screen->server;
	const char *output = screen->identity.name;
	struct server_wish *wish = server_find_wish(server, output);
	if (!wish) {
		wish = xcalloc(1, sizeof *wish);
		wish->output = xstrdup(output);
		wl_list_insert(&server->wishes, &wish->link);
	}
	struct output_change *all = &wish->change;
	all->fields |= change->fields; /* of the rest only those count */
	all->x = screen->x;
	all->y = screen->y;
	all->transform = screen->identity.map.transform;
	all->scale = server_screen_scale(screen);
	if (change->fields & OUTPUT_CHANGE_MODE)
		all->mode = change->mode;
}

void server_settle_for_mode(struct server_screen *screen)
{
	struct server_wish *wish = server_find_wish(screen->server, screen->identity.name);
	if (wish && wish->change.fields & OUTPUT_CHANGE_MODE)
		wish->change.mode = server_head_mode(&screen->screen.mode);
	screen->pinned = screen->was_pinned;
}

void server_forget_wishes(struct server *server)
{
	struct server_wish *wish, *next;
	wl_list_for_each_safe (wish, next, &server->wishes, link) {
		free(wish->output);
		free(wish);
	}
	wl_list_init(&server->wishes);
}

/* *mode: the one it has; NULL: no other is wanted. */
static void server_output_take(
	struct server_screen *screen, const struct output_change *change, struct kms_mode *mode)
{
	if (change->fields & OUTPUT_CHANGE_POSITION) {
		screen->positioned = true;
		screen->x = change->x;
		screen->y = change->y;
	}
	if (change->fields & OUTPUT_CHANGE_TRANSFORM)
		screen->identity.map.transform = change->transform;
	if (change->fields & OUTPUT_CHANGE_SCALE) {
		screen->identity.map.scale = (uint32_t)server_head_scale(change->scale);
		screen->scaled = true;
	}
	if (change->fields & OUTPUT_CHANGE_MODE) {
		const struct kms_mode wanted = server_kms_mode(&change->mode);
		*mode = server_complete_mode(screen, &wanted, mode->refresh);
		if (!screen_is_changing_mode(&screen->screen))
			screen->was_pinned = screen->pinned;
		screen->pinned = !change->mode.preferred;
	}
}

void server_recall(struct server_screen *screen)
{
	const struct server_wish *wish = server_find_wish(screen->server, screen->identity.name);
	if (!wish)
		return;
	struct output_change change = wish->change;
	change.fields &= ~(uint32_t)OUTPUT_CHANGE_MODE;
	server_output_take(screen, &change, NULL);
}

void server_recall_mode(struct server_screen *screen)
{
	const struct server_wish *wish = server_find_wish(screen->server, screen->identity.name);
	const struct kms_mode *preferred = &kms_output_info(screen->kms)->preferred;
	if (!wish || !(wish->change.fields & OUTPUT_CHANGE_MODE))
		return;
	struct output_change change = {.fields = OUTPUT_CHANGE_MODE, .mode = wish->change.mode};
	struct kms_mode mode = screen->screen.mode;
	if (change.mode.preferred && mode_fits_screens(preferred))
		change.mode = server_head_mode(preferred);
	server_output_take(screen, &change, &mode);
	server_set_mode(screen, &mode);
}

static void server_output_change(struct server_screen *screen, const struct output_change *change)
{
	if (!change->enabled) {
		server_disable_screen(screen);
		return;
	}
	struct kms_mode had = screen->screen.mode, wanted = *screen_coming_mode(&screen->screen);
	server_output_take(screen, change, &wanted);
	server_remember(screen, change);
	/* It comes back in the mode that it had, for another one may be impossible; or that was. */
	if (screen->enabled || server_enable_screen(screen, screen->given_up ? &wanted : &had))
		server_set_mode(screen, &wanted);
}

const char *server_change_outputs(
	struct server *server, const struct output_change *changes, size_t len, bool test)
{
	const char *why = server_output_check(server, changes, len);
	if (why || test)
		return why;
	for (size_t i = 0; i < len; i++)
		server_output_change(changes[i].head->data, &changes[i]);
	server_arrange_screens(server);
	return NULL;
}

static bool server_output_apply(
	void *data, const struct output_change *changes, size_t len, bool test)
{
	const char *why = server_change_outputs(data, changes, len, test);
	if (why)
		log_limited(LOG_LEVEL_INFO, "a change of the outputs is refused: %s", why);
	return !why;
}

static const struct output_manager_listener server_output_listener = {
	.apply = server_output_apply,
};

bool server_create_output_management(struct server *server)
{
	server->output_manager.listener = &server_output_listener;
	server->output_manager.data = server;
	return output_manager_create(&server->output_manager, server->display);
}

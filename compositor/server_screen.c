/* A screen of the session: enabled it is drawn, has a place in the layout, and windows. */
#include "compositor/server_input.h"

#include "common/log.h"
#include "common/xalloc.h"
#include "kms/device.h"
#include "kms/output.h"

#include <errno.h>
#include <stdlib.h>

static void server_handle_build_scene(void *data, struct screen *shown, struct scene *scene)
{
	struct server_screen *screen = data, *other;
	struct server *server = screen->server;
	server_build_scene(server, shown, scene, !server_show_cursor(screen));
	screen->lock_drawn = server->session_lock.locked;
	wl_list_for_each (other, &server->screens, link) {
		if (other != screen)
			scene_share_damage(scene, &other->screen.scene);
	}
}

static void server_handle_presented(void *data, struct screen *shown)
{
	struct server_screen *screen = data;
	/* A client's buffer, which a worker that lives has nothing to do with. */
	if (shown->direct_shown)
		scanout_frame_shown(screen->server->scanout);
	if (!screen_is_changing_mode(shown))
		server_answer_mode_request(screen, NULL);
	if (screen->server->input_timer && scene_has_client(&shown->scene))
		server_take_up_devices(screen->server);
	server_lock_presented(screen);
}

static bool server_fills_a_screen(const struct server *server, const struct surface *surface)
{
	const struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link) {
		if (screen->screen.alone == surface)
			return true;
	}
	return false;
}

/* Clients that alone fill a screen are told what it could show as it is. */
static void server_handle_alone_changed(void *data, struct screen *shown, struct surface *before)
{
	struct server_screen *screen = data;
	struct server *server = screen->server;
	if (before)
		linux_dmabuf_prefer_scanout(
			&server->dmabuf, before, server_fills_a_screen(server, before));
	if (shown->alone)
		linux_dmabuf_prefer_scanout(&server->dmabuf, shown->alone, true);
}

static void server_handle_scene_built(
	void *data, struct screen *shown, const pixman_region32_t *damage)
{
	struct server_screen *screen = data;
	captures_scene_built(&screen->server->captures, shown, damage);
	server_find_gpu(screen->server);
	if (screen_is_heard(shown))
		server_latched(screen->server, shown);
}

static bool server_handle_settled(void *data, struct screen *shown)
{
	const struct server_screen *screen = data;
	return desktop_is_settled(&screen->server->desktop, &screen->place);
}

static void server_handle_mode_changed(void *data, struct screen *shown, const char *reason)
{
	struct server_screen *screen = data;
	const struct kms_mode *mode = &shown->mode;
	if (!screen->enabled) /* it is going */
		return;
	if (reason) {
		log_warn("%s: another mode is not possible (%s): it stays at %dx%d",
			shown->output.name, reason, mode->width, mode->height);
		server_settle_for_mode(screen);
		server_answer_mode_request(screen, reason); /* else when it is shown */
	} else {
		log_info("%s: %dx%d", shown->output.name, mode->width, mode->height);
	}
	output_update(&shown->output);
	server_arrange_screens(screen->server); /* no other than it was told, but for a refusal */
	if (!screen->server->running)
		return;
	server_tell_head(screen);
	desktop_settle_output(&screen->server->desktop, &screen->place);
	captures_fail_screen(&screen->server->captures, shown);
	server_image_resize(screen->server, shown);
	if (reason)
		server_follow_missed_wish(screen);
}

static void server_handle_unusable(void *data, struct screen *shown, const char *reason)
{
	server_leave_rung(data, reason);
}

static void server_handle_stalled(void *data, struct screen *shown, const char *reason)
{
	struct server_screen *screen = data;
	server_replace_worker(screen->server, reason);
}

static void server_handle_screen_failed(void *data, struct screen *shown, const char *reason)
{
	server_give_screen_up(data, reason);
}

static const struct screen_listener server_screen_listener = {
	.build_scene = server_handle_build_scene,
	.presented = server_handle_presented,
	.alone_changed = server_handle_alone_changed,
	.scene_built = server_handle_scene_built,
	.settled = server_handle_settled,
	.mode_changed = server_handle_mode_changed,
	.unusable = server_handle_unusable,
	.stalled = server_handle_stalled,
	.failed = server_handle_screen_failed,
};

void server_turn_off(struct server_screen *screen)
{
	screen->turn_off = screen->kms && kms_output_disable(screen->kms) == -EBUSY;
}

/* The host has answered: what could not be done while it had not. */
static void server_handle_free(struct server_screen *screen)
{
	if (screen->turn_off)
		server_turn_off(screen);
	else if (screen->enabled)
		screen_host_answered(&screen->screen);
}

static void server_handle_flipped(void *data, uint32_t sequence, int64_t time, uint32_t flags)
{
	struct server_screen *screen = data;
	if (screen->enabled)
		screen_flipped(&screen->screen, sequence, time, flags);
	server_handle_free(screen);
}

static void server_handle_cursor_set(void *data, int error)
{
	struct server_screen *screen = data;
	if (screen->enabled)
		cursor_plane_set(&screen->cursor, error);
	server_handle_free(screen);
}

static const struct kms_output_listener server_kms_listener = {
	.flipped = server_handle_flipped,
	.cursor_set = server_handle_cursor_set,
};

static void server_show_screen(struct server_screen *screen)
{
	struct server *server = screen->server;
	if (!screen->place.output && !server_is_mirror(screen)) {
		screen->place.output = &screen->screen.output;
		desktop_add_output(&server->desktop, &screen->place);
	} else if (screen->head.manager) {
		return; /* nothing is new */
	}
	server_tell_head(screen);
}

void server_show_screens(struct server *server)
{
	struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link)
		server_show_screen(screen);
}

static void server_start_screen(struct server_screen *screen)
{
	struct server *server = screen->server;
	screen_start(&screen->screen, server->scanout);
	if (!server->device)
		return;
	const struct kms_device_info *info = kms_device_info(server->device);
	cursor_plane_start(
		&screen->cursor, server->scanout, info->cursor_width, info->cursor_height);
}

void server_start_screens(struct server *server)
{
	struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link)
		server_start_screen(screen);
}

void server_stop_screens(struct server *server)
{
	struct server_screen *screen;
	renderer_detach(&server->renderer);
	wl_list_for_each (screen, &server->screens, link) {
		screen_stop(&screen->screen);
		cursor_plane_stop(&screen->cursor);
	}
}

struct scanout_place server_proof_place(const struct server *server)
{
	const struct server_screen *first = server_first_screen(server);
	return first ? (struct scanout_place){first->kms, first->screen.mode}
		     : (struct scanout_place){NULL, {.width = 1024, .height = 768}};
}

/* The smallest bit that no screen has. */
static uint32_t server_free_index(const struct server *server)
{
	const struct server_screen *screen;
	uint32_t taken = 0, index = 0;
	wl_list_for_each (screen, &server->screens, link)
		taken |= UINT32_C(1) << screen->screen.output.index;
	while (taken & UINT32_C(1) << index)
		index++;
	return index;
}

/* In the connectors' order. */
static void server_insert_screen(struct server *server, struct server_screen *screen)
{
	struct wl_list *before = &server->screens;
	struct server_screen *other;
	wl_list_for_each (other, &server->screens, link) {
		if (other->nth < screen->nth)
			before = &other->link;
	}
	wl_list_insert(before, &screen->link);
}

void server_move_proof(struct server *server)
{
	struct scanout_place place = server_proof_place(server);
	if (server->scanout)
		scanout_move_proof(server->scanout, &place);
}

bool server_enable_screen(struct server_screen *screen, const struct kms_mode *mode)
{
	struct server *server = screen->server;
	struct screen *shown = &screen->screen;
	*shown = (struct screen){
		.listener = &server_screen_listener,
		.data = screen,
		.loop = server->loop,
		.kms = screen->kms,
		.renderer = &server->renderer,
		.direct = &server->direct,
		.stats = &server->stats,
		.trace = server->trace,
		.mode = *mode,
		.pace = screen->kms ? server->options->refresh : 0,
		.output = screen->identity,
	};
	shown->output.index = server_free_index(server);
	shown->output.all = &server->outputs;
	screen->enabled = true;
	screen->turn_off = screen->given_up = screen->powered_off = false;
	screen->lock_shown = false;
	server_init_cursor(screen);
	screen->place = (struct desktop_output){0};
	wl_list_remove(&screen->link);
	server_insert_screen(server, screen);
	if (!screen_init(shown)) {
		log_error("the output cannot be made: no memory");
		server_disable_screen(screen);
		return false;
	}
	server_blank_activity(server); /* somebody plugged it in, or turned it on */
	server_power_update(screen);
	server_arrange_screens(server);
	if (server->scanout && scanout_client(server->scanout))
		server_start_screen(screen);
	return true;
}

void server_disable_screen(struct server_screen *screen)
{
	struct server *server = screen->server;
	if (!screen->enabled)
		return;
	screen->enabled = false;
	server_keep_screen(screen);
	server_answer_mode_request(screen, "it was turned off");
	wl_list_remove(&screen->link);
	wl_list_insert(server->disabled.prev, &screen->link);
	if (server->running)
		captures_forget_screen(&server->captures, &screen->screen);
	if (screen->place.output)
		desktop_remove_output(&server->desktop, &screen->place);
	screen->place.output = NULL;
	server_move_proof(server); /* before the display that it names is gone */
	if (screen->screen.deadline.timer && screen->screen.patience) /* else it never began */
		screen_stop(&screen->screen);
	server_turn_off(screen); /* first: an output whose cursor is being hidden is busy */
	cursor_plane_finish(&screen->cursor);
	screen_finish(&screen->screen);
	if (server->running)
		server_tell_head(screen);
	server_arrange_screens(server);
	server_lock_confirm(server);
}

struct server_screen *server_create_screen(struct server *server, struct kms_output *kms)
{
	struct server_screen *screen = xcalloc(1, sizeof *screen);
	screen->server = server;
	screen->kms = kms;
	if (kms)
		kms_output_set_listener(kms, &server_kms_listener, screen);
	wl_list_insert(server->disabled.prev, &screen->link);
	return screen;
}

void server_destroy_screen(struct server_screen *screen)
{
	server_disable_screen(screen);
	server_forget_head(screen);
	wl_list_remove(&screen->link);
	kms_output_destroy(screen->kms);
	free(screen->modes);
	free(screen);
}

bool server_set_mode(struct server_screen *screen, const struct kms_mode *mode)
{
	if (!kms_mode_equal(mode, screen_coming_mode(&screen->screen)))
		server_answer_mode_request(screen, "another mode was asked for");
	if (!screen_set_mode(&screen->screen, mode))
		return false;
	server_arrange_screens(screen->server);
	return true;
}

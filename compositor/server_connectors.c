/*
 * The displays that are connected: a screen for each, which follows what its display wishes. They
 * come, change and go with hotplug events. Headless, the screens are those that --size names.
 */
#include "compositor/server_private.h"

#include "common/log.h"
#include "compositor/display_scale.h"
#include "compositor/hotplug.h"
#include "compositor/mode.h"
#include "kms/device.h"
#include "kms/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool server_mode_is_large_enough(const struct kms_mode *mode)
{
	return mode->width >= SCREEN_MIN_SIZE && mode->height >= SCREEN_MIN_SIZE;
}

static bool server_mode_is_sane(const char *name, const struct kms_mode *mode)
{
	if (server_mode_is_large_enough(mode))
		return true;
	log_warn("%s: %dx%d is refused: too small to show anything (%dx%d at least)", name,
		mode->width, mode->height, SCREEN_MIN_SIZE, SCREEN_MIN_SIZE);
	return false;
}

const struct kms_mode *server_find_mode(
	const struct server_screen *screen, const struct kms_mode *wanted)
{
	const struct kms_output_info *info = screen->kms ? kms_output_info(screen->kms) : NULL;
	return info ? kms_mode_find(info->modes, info->n_modes, wanted) : NULL;
}

struct kms_mode server_complete_mode(
	const struct server_screen *screen, const struct kms_mode *wanted, int32_t refresh)
{
	const struct kms_mode *listed = server_find_mode(screen, wanted);
	struct kms_mode mode = *wanted;
	if (!mode.refresh)
		mode.refresh = listed ? listed->refresh : refresh;
	return mode;
}

/* What the user wants, or the display prefers; else the first of its modes that is large enough. */
static struct kms_mode server_choose_mode(const struct server_screen *screen)
{
	const struct kms_output_info *info = kms_output_info(screen->kms);
	const struct kms_mode *wanted = &screen->server->options->mode;
	if (wanted->width > 0)
		return server_complete_mode(screen, wanted, KMS_MODE_DEFAULT_REFRESH);
	if (server_mode_is_sane(info->name, &info->preferred))
		return info->preferred;
	for (size_t i = 0; i < info->n_modes; i++) {
		if (server_mode_is_large_enough(&info->modes[i]))
			return info->modes[i];
	}
	return (struct kms_mode){.width = 1024, .height = 768, .refresh = KMS_MODE_DEFAULT_REFRESH};
}

/* 0: it is left to the display. */
static uint32_t server_chosen_scale(const struct server *server, const char *name)
{
	return server->options->scale ? server->options->scale
				      : settings_find_scale(&server->settings, name);
}

/* How large the display is, and unless somebody chose its scale what that calls for in a mode. */
static void server_measure(struct server_screen *screen, const struct kms_output_info *info,
	const struct kms_mode *mode)
{
	struct output *identity = &screen->identity;
	screen->screen.output.physical_width = identity->physical_width = info->mm_width;
	screen->screen.output.physical_height = identity->physical_height = info->mm_height;
	if (screen->scaled)
		return;
	uint32_t scale = display_scale(mode, info->mm_width, info->mm_height);
	if (scale != identity->map.scale)
		log_info("%s: scale %u, for it is %dx%d mm; --scale chooses another", info->name,
			scale / OUTPUT_MAP_SCALE_ONE, info->mm_width, info->mm_height);
	identity->map.scale = scale;
}

static void server_identify(struct server_screen *screen, const struct kms_output_info *info,
	const struct kms_mode *mode)
{
	const struct options *options = screen->server->options;
	uint32_t chosen = server_chosen_scale(screen->server, info->name);
	screen->scaled = chosen > 0;
	screen->identity = (struct output){
		.map = {.transform = options->transform,
			.scale = chosen ? chosen : OUTPUT_MAP_SCALE_ONE},
		.name = info->name,
		.description = info->model[0] ? info->model : info->name,
		.make = info->make[0] ? info->make : "unknown",
		.model = info->model[0] ? info->model : "unknown",
	};
	server_measure(screen, info, mode);
}

/* The device's n-th. 0: there is a screen for it, or nothing is connected; or -errno. */
static int server_add_connector(struct server *server, uint32_t connector, uint32_t nth)
{
	struct kms_output *kms;
	int error = kms_output_create(server->device, connector, NULL, NULL, &kms);
	if (error)
		return error == -ENOTCONN ? 0 : error;
	struct server_screen *screen = server_create_screen(server, kms);
	const struct kms_output_info *info = kms_output_info(kms);
	struct kms_mode mode = server_choose_mode(screen);
	screen->nth = nth;
	screen->pinned = server->options->mode.width > 0;
	server_identify(screen, info, &mode);
	server_recall(screen);
	if (!server_enable_screen(screen, &mode)) {
		server_destroy_screen(screen);
		return -ENOMEM;
	}
	log_info("%s: connected, %dx%d", info->name, mode.width, mode.height);
	server_recall_mode(screen);
	return 0;
}

static struct server_screen *server_find_connector(
	const struct wl_list *screens, uint32_t connector)
{
	struct server_screen *screen;
	wl_list_for_each (screen, screens, link) {
		if (screen->kms && kms_output_info(screen->kms)->connector == connector)
			return screen;
	}
	return NULL;
}

static struct server_screen *server_screen_of_connector(
	const struct server *server, uint32_t connector)
{
	struct server_screen *screen = server_find_connector(&server->screens, connector);
	return screen ? screen : server_find_connector(&server->disabled, connector);
}

static void server_disconnect(struct server_screen *screen)
{
	struct server *server = screen->server;
	log_info("%s: disconnected", screen->identity.name);
	server_destroy_screen(screen);
	if (wl_list_empty(&server->screens))
		server_take_back_screens(server);
	if (wl_list_empty(&server->screens))
		log_info("no display is connected: the session waits for one");
}

static bool server_is_followed(const struct server_screen *screen)
{
	return !screen->pinned && screen->server->options->follow;
}

/* A window of 1x1, say, becomes a list of standard modes of which none is preferred. */
static bool server_prefers_mode(const struct kms_output_info *info)
{
	if (info->preferred.preferred)
		return server_mode_is_sane(info->name, &info->preferred);
	log_warn("%s: the display prefers no mode that can be shown: it keeps the one that it has",
		info->name);
	return false;
}

static void server_follow_wish(struct server_screen *screen, const struct kms_output_info *info)
{
	server_measure(screen, info, &info->preferred);
	screen->was_pinned = false;
	if (screen->enabled) {
		server_set_mode(screen, &info->preferred);
	} else if (screen->given_up) { /* this one may be possible */
		server_enable_screen(screen, &info->preferred);
	} else { /* it comes back in it */
		screen->screen.mode = info->preferred;
		screen->screen.mode_waits = false;
		server_tell_head(screen);
	}
}

void server_follow_missed_wish(struct server_screen *screen)
{
	const struct kms_output_info *info = screen->kms ? kms_output_info(screen->kms) : NULL;
	const struct screen *shown = &screen->screen;
	if (info && server_is_followed(screen) && !screen_is_changing_mode(shown) &&
		!kms_mode_equal(&info->preferred, &shown->mode) &&
		!kms_mode_equal(&info->preferred, &shown->refused_mode) &&
		server_prefers_mode(info))
		server_follow_wish(screen, info);
}

/* Whether the error tells nothing of the display: for want of memory, say. It may be over soon. */
static bool server_may_pass(int error)
{
	return error && error != -ENOTCONN && error != -ENODATA &&
	       error != -ENOENT && /* drm_mode_getconnector(): it is gone */
	       error != -ENODEV;   /* so is the device; or it has no CRTC left */
}

/* Is it still connected, and what does the display wish now? 0, or -errno: that is not known. */
static int server_follow(struct server_screen *screen)
{
	const struct kms_output_info *info = kms_output_info(screen->kms);
	bool changed;
	int error = kms_output_probe(screen->kms, &changed);
	if (server_may_pass(error))
		return error;
	if (error)
		server_disconnect(screen);
	else if (changed && server_is_followed(screen) && server_prefers_mode(info))
		server_follow_wish(screen, info);
	else if (screen->server->running)
		server_tell_head(screen); /* its list of modes may be another one */
	return 0;
}

/* Disconnected ones go first: a new one may need their CRTC. 0, or one -errno: that may pass if any
 * does. */
static int server_probe_screens(struct server *server)
{
	uint32_t ids[KMS_MAX_CONNECTORS];
	int len = kms_device_connectors(server->device, ids, KMS_MAX_CONNECTORS), error = 0;
	if (len < 0)
		return len;
	if (len == 0)
		return -ENODEV;
	if (len > KMS_MAX_CONNECTORS)
		len = KMS_MAX_CONNECTORS;
	for (int i = 0; i < len; i++) {
		struct server_screen *screen = server_screen_of_connector(server, ids[i]);
		int unknown = screen ? server_follow(screen) : 0;
		error = unknown ? unknown : error;
	}
	for (int i = 0; i < len; i++) {
		int added = server_screen_of_connector(server, ids[i])
				    ? 0
				    : server_add_connector(server, ids[i], (uint32_t)i);
		error = added && !server_may_pass(error) ? added : error;
	}
	return error;
}

static bool server_handle_hotplug(void *data)
{
	struct server *server = data;
	int error = server_probe_screens(server);
	if (server_may_pass(error))
		log_warn("a display cannot be asked: %s", strerror(-error));
	else if (error)
		log_warn("a display cannot be used: %s", kms_device_explain(error));
	if (!server_prove_screens(server))
		wl_display_terminate(server->display);
	return !server_may_pass(error);
}

static bool server_open_connectors(struct server *server)
{
	server->hotplug = hotplug_create(server->loop, server_handle_hotplug, server);
	if (!server->hotplug)
		log_warn("udev cannot be watched: a display that is connected later is not seen");
	int error = server_probe_screens(server);
	if (server_may_pass(error))
		hotplug_expect(server->hotplug);
	if (!wl_list_empty(&server->screens))
		return true;
	if (error == 0 && server->hotplug) {
		log_info("no display is connected: waiting for one");
		return true;
	}
	log_error("no display: %s",
		error == -ENODATA ? "the connected one offers no mode: give the virtual machine's "
				    "display a size"
				  : kms_device_explain(error ? error : -ENOTCONN));
	return false;
}

/* The n-th, counted from 0. */
static bool server_add_headless(struct server *server, size_t n)
{
	struct server_screen *screen = server_create_screen(server, NULL);
	snprintf(screen->name, sizeof screen->name, "HEADLESS-%zu", n + 1);
	uint32_t scale = server_chosen_scale(server, screen->name);
	screen->nth = (uint32_t)n;
	screen->identity = (struct output){
		.map = {.transform = server->options->transform,
			.scale = scale ? scale : OUTPUT_MAP_SCALE_ONE},
		.name = screen->name,
		.description = "headless output",
		.make = "unknown",
		.model = "unknown",
	};
	return server_enable_screen(screen, &server->options->sizes[n]);
}

bool server_open_screens(struct server *server)
{
	if (server->device)
		return server_open_connectors(server);
	for (size_t i = 0; i < server->options->n_sizes; i++) {
		if (!server_add_headless(server, i))
			return false;
	}
	return true;
}

void server_close_screens(struct server *server)
{
	struct server_screen *screen, *next;
	/* Nobody is there who could be told, and no windows. */
	server->running = false;
	wl_list_for_each (screen, &server->screens, link)
		screen->place.output = NULL;
	wl_list_for_each_safe (screen, next, &server->screens, link)
		server_destroy_screen(screen);
	wl_list_for_each_safe (screen, next, &server->disabled, link)
		server_destroy_screen(screen);
	server_forget_wishes(server);
	hotplug_destroy(server->hotplug);
	server->hotplug = NULL;
}

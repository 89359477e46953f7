#include "compositor/server_private.h"

#include "common/log.h"
#include "compositor/hotplug.h"
#include "compositor/input.h"
#include "compositor/session.h"
#include "kms/device.h"
#include "kms/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void server_handle_buffer_result(void *data, uint32_t buffer, bool ok, const char *reason)
{
	struct server *server = data;
	renderer_imported(&server->renderer, buffer, ok, reason);
	screen_imported(&server->screen);
}

static void server_handle_frame_submitted(void *data, uint32_t sequence, int fence)
{
	struct server *server = data;
	screen_frame_submitted(&server->screen, sequence, fence);
}

static void server_handle_frame_done(void *data, const struct wire_frame_done *done)
{
	struct server *server = data;
	if (!captures_frame_done(&server->captures, done))
		screen_frame_done(&server->screen, done);
}

static void server_handle_target_result(void *data, uint32_t target, bool ok, uint32_t flags,
	struct dmabuf *dmabuf, const char *reason)
{
	struct server *server = data;
	captures_target_result(&server->captures, target, ok, reason);
}

static void server_replace_worker(struct server *server, const char *reason)
{
	log_warn("the renderer is gone (%s): the picture stays, another one is started", reason);
	server->screen.stats.worker_deaths++;
	captures_stop(&server->captures);
	scanout_worker_died(server->scanout, reason);
}

static void server_handle_died(void *data, const char *reason)
{
	struct server *server = data;
	screen_stop(&server->screen);
	server_replace_worker(server, reason);
}

static const struct render_client_listener server_render_listener = {
	.buffer_result = server_handle_buffer_result,
	.target_result = server_handle_target_result,
	.frame_submitted = server_handle_frame_submitted,
	.frame_done = server_handle_frame_done,
	.died = server_handle_died,
};

static void server_handle_scanout_ready(void *data, const struct scanout_verdict *verdict)
{
	struct server *server = data;
	render_client_set_listener(
		scanout_client(server->scanout), &server_render_listener, server);
	screen_start(&server->screen, server->scanout, verdict->fresh_worker);
	if (!server->running && !server_run_session(server)) {
		server->exit_status = 1;
		wl_display_terminate(server->display);
	}
}

static void server_handle_scanout_failed(void *data, const char *reason)
{
	server_fail(data, reason);
}

static const struct scanout_listener server_scanout_listener = {
	.ready = server_handle_scanout_ready,
	.failed = server_handle_scanout_failed,
};

void server_build_scene(struct server *server, struct scene *scene, bool cursor)
{
	if (server->session_lock.locked) {
		server_lock_add_to_scene(server, scene);
	} else {
		desktop_build_scene(&server->desktop, scene);
		server_text_build_scene(server, scene);
		cursor_add_to_scene(&server->drag_icon, scene);
	}
	if (cursor)
		cursor_add_to_scene(&server->cursor, scene);
}

void server_schedule(struct server *server)
{
	screen_schedule(&server->screen);
}

static void server_handle_build_scene(void *data, struct scene *scene)
{
	struct server *server = data;
	server_build_scene(server, scene, true);
	server->lock_shown = server->session_lock.locked;
}

static void server_handle_presented(void *data)
{
	server_lock_presented(data);
}

static void server_handle_scene_built(void *data, const pixman_region32_t *damage)
{
	struct server *server = data;
	captures_scene_built(&server->captures, &server->screen, damage);
	server_latched(server);
}

static void server_handle_stalled(void *data, const char *reason)
{
	server_replace_worker(data, reason);
}

static void server_handle_screen_failed(void *data, const char *reason)
{
	server_fail(data, reason);
}

static const struct screen_listener server_screen_listener = {
	.build_scene = server_handle_build_scene,
	.presented = server_handle_presented,
	.scene_built = server_handle_scene_built,
	.stalled = server_handle_stalled,
	.failed = server_handle_screen_failed,
};

static void server_handle_flipped(void *data, uint32_t sequence, int64_t time, uint32_t flags)
{
	struct server *server = data;
	screen_flipped(&server->screen, sequence, time, flags);
}

static const struct kms_output_listener server_output_listener = {
	.flipped = server_handle_flipped,
};

static bool server_start_scanout(struct server *server)
{
	struct scanout_options options = {
		.device = server->device,
		.output = server->kms,
		.width = server->screen.output.map.width,
		.height = server->screen.output.map.height,
		.order = server->options->order,
		.renderer = server->options->renderer,
	};
	server->scanout = scanout_create(server->loop, &options, &server_scanout_listener, server);
	if (!server->scanout)
		log_error("the scanout cannot be made: no memory");
	return server->scanout;
}

/* False: logged. */
static bool server_start_screen(struct server *server)
{
	const struct options *options = server->options;
	const struct kms_output_info *info = server->kms ? kms_output_info(server->kms) : NULL;
	server->renderer.device = server->device;
	renderer_init(&server->renderer);
	server->screen = (struct screen){
		.listener = &server_screen_listener,
		.data = server,
		.loop = server->loop,
		.kms = server->kms,
		.renderer = &server->renderer,
		.trace = server->trace,
		.output =
			{
				.name = info ? info->name : "HEADLESS-1",
				.description = info ? info->model : "headless output",
				.make = info && info->make[0] ? info->make : "unknown",
				.model = info && info->model[0] ? info->model : "unknown",
				.physical_width = info ? info->mm_width : 0,
				.physical_height = info ? info->mm_height : 0,
				.map =
					{
						.width = info ? info->width : options->width,
						.height = info ? info->height : options->height,
						.transform = options->transform,
						.scale = options->scale,
					},
			},
	};
	if (!screen_init(
		    &server->screen, server->display, info ? info->refresh : options->refresh)) {
		log_error("the output cannot be made: no memory");
		return false;
	}
	return server_start_scanout(server);
}

static int server_handle_kms_readable(int fd, uint32_t mask, void *data)
{
	struct server *server = data;
	int error = kms_device_dispatch(server->device);
	if (error < 0)
		server_fail(server, kms_device_explain(error));
	return 0;
}

/* 0: there is a display now; -ENOTCONN: not yet; other: logged. */
static int server_open_output(struct server *server)
{
	int error =
		kms_output_create(server->device, &server_output_listener, server, &server->kms);
	if (error == -ENOTCONN || error == 0)
		return error;
	log_error("no display: %s", error == -ENODATA ? "the connected one offers no mode: give "
							"the virtual machine's display a size"
						      : kms_device_explain(error));
	return error;
}

static void server_handle_hotplug(void *data)
{
	struct server *server = data;
	if (server->kms)
		return;
	int error = server_open_output(server);
	if (error == -ENOTCONN)
		return;
	if (error < 0 || !server_start_screen(server)) {
		server->exit_status = 1;
		wl_display_terminate(server->display);
	}
}

static void server_handle_session_active(void *data, bool active)
{
	struct server *server = data;
	server_set_session_active(server, active);
	if (server->input)
		input_set_active(server->input, active);
}

static void server_handle_session_lost(void *data)
{
	server_fail(data, "the seat's connection is broken: the session cannot go on");
}

static const struct session_listener server_session_listener = {
	.active = server_handle_session_active,
	.lost = server_handle_session_lost,
};

static bool server_open_device(struct server *server)
{
	char path[64];
	if (kms_device_find(path, sizeof path) < 0) {
		log_error("no DRM device with a display: give the virtual machine a GPU (QEMU: "
			  "-device virtio-gpu-pci)");
		return false;
	}
	server->session = session_create(server->loop, &server_session_listener, server);
	if (!server->session)
		return false;
	server->drm = session_open_device(server->session, path);
	int error = server->drm < 0 ? server->drm : kms_device_create(server->drm, &server->device);
	if (error == 0 && !kms_device_is_master(server->device))
		error = -EBUSY;
	if (error < 0) {
		log_error("%s: %s", path, kms_device_explain(error));
		return false;
	}
	server->kms_source = wl_event_loop_add_fd(server->loop, kms_device_fd(server->device),
		WL_EVENT_READABLE, server_handle_kms_readable, server);
	server->hotplug = hotplug_create(server->loop, server_handle_hotplug, server);
	if (!server->hotplug)
		log_warn("udev cannot be watched: a display that is connected later is not seen");
	return server->kms_source;
}

bool server_open_display(struct server *server)
{
	if (server->options->headless)
		return server_start_screen(server);
	if (!server_open_device(server))
		return false;
	int error = server_open_output(server);
	if (error == -ENOTCONN && server->hotplug) {
		log_info("no display is connected: waiting for one");
		return true;
	}
	return error == 0 && server_start_screen(server);
}

void server_close_display(struct server *server)
{
	if (server->screen.timer) {
		screen_finish(&server->screen);
		renderer_finish(&server->renderer);
	}
	scanout_destroy(server->scanout);
	server->scanout = NULL;
	hotplug_destroy(server->hotplug);
	if (server->kms_source)
		wl_event_source_remove(server->kms_source);
	kms_output_destroy(server->kms);
	kms_device_destroy(server->device);
	if (server->session && server->drm >= 0)
		session_close_device(server->session, server->drm);
	session_destroy(server->session);
}

#include "compositor/server_private.h"

#include "common/log.h"
#include "compositor/hotplug.h"
#include "compositor/notify.h"
#include "compositor/scanout/gpu.h"
#include "compositor/session.h"
#include "kms/device.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* The screen whose frame that is; NULL: none any more. */
static struct screen *server_find_frame(const struct server *server, uint32_t sequence)
{
	struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link) {
		if (screen->screen.frame.sequence == sequence)
			return &screen->screen;
	}
	return NULL;
}

static void server_handle_frame_submitted(void *data, uint32_t sequence, int fence)
{
	struct screen *screen = server_find_frame(data, sequence);
	if (screen)
		screen_frame_submitted(screen, sequence, fence);
	else
		close(fence);
}

static void server_handle_frame_done(void *data, const struct wire_frame_done *done)
{
	struct server *server = data;
	struct server_screen *screen;
	if (captures_frame_done(&server->captures, done))
		return;
	stats_count_drawn(&server->stats, done);
	wl_list_for_each (screen, &server->screens, link) {
		if (cursor_plane_frame_done(&screen->cursor, done))
			return;
	}
	struct screen *drawn = server_find_frame(server, done->sequence);
	if (!drawn)
		return;
	if (done->ok)
		scanout_frame_drawn(server->scanout);
	screen_frame_done(drawn, done);
}

static void server_handle_target_result(void *data, uint32_t target, bool ok, uint32_t flags,
	struct dmabuf *dmabuf, const char *reason)
{
	struct server *server = data;
	if (!captures_target_result(&server->captures, target, ok, reason))
		scanout_target_result(server->scanout, target, ok, dmabuf, reason);
}

static const struct render_client_listener server_render_listener = {
	.buffer_result = server_handle_buffer_result,
	.target_result = server_handle_target_result,
	.frame_submitted = server_handle_frame_submitted,
	.frame_done = server_handle_frame_done,
	.owes = server_handle_debt,
	.died = server_handle_death,
};

static void server_handle_scanout_ready(void *data, const struct scanout_verdict *verdict)
{
	struct server *server = data;
	struct render_client *client = scanout_client(server->scanout);
	render_client_set_listener(client, &server_render_listener, server);
	renderer_attach(&server->renderer, client, verdict->fresh_worker);
	if (verdict->fresh_worker && server->stats.worker_deaths)
		stats_count_recovery(&server->stats);
	if (verdict->fresh_worker)
		server_meet_worker(server);
	server_start_screens(server);
	if (server->running)
		notify_status(server->notify, verdict->line);
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
	.replaced = server_let_go_of_worker,
	.kept = server_handle_no_gpu,
};

void server_build_scene(
	struct server *server, const struct screen *screen, struct scene *scene, bool cursor)
{
	if (server->session_lock.locked) {
		server_lock_add_to_scene(server, scene);
	} else {
		desktop_build_scene(&server->desktop, scene);
		server_text_build_scene(server, scene);
		cursor_add_to_scene(&server->drag_icon, scene);
		server_add_splash_to_scene(server, screen, scene);
	}
	const struct cursor *visible = server_visible_cursor(server);
	if (cursor && visible)
		cursor_add_to_scene(visible, scene);
}

void server_schedule(struct server *server)
{
	struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link)
		screen_schedule(&screen->screen);
}

bool server_prove_screens(struct server *server)
{
	struct scanout_options options = {
		.device = server->device,
		.proof = server_proof_place(server),
		.order = server->options->order,
		.renderer = server->options->renderer,
	};
	if (server->scanout || wl_list_empty(&server->screens))
		return true;
	options.gpu_on_demand = server_gpu_can_wait(server);
	gpu_suit_order(server->device, &options.order);
	server->renderer.expects_venus = options.gpu_on_demand;
	server->scanout = scanout_create(server->loop, &options, &server_scanout_listener, server);
	if (server->scanout)
		return true;
	log_error("the scanout cannot be made: no memory");
	server->exit_status = 1;
	return false;
}

static int server_handle_kms_readable(int fd, uint32_t mask, void *data)
{
	struct server *server = data;
	int error = kms_device_dispatch(server->device);
	if (error < 0)
		server_fail(server, kms_device_explain(error));
	return 0;
}

static void server_handle_session_active(void *data, bool active)
{
	struct server *server = data;
	server_set_session_active(server, active);
	server_set_devices_active(server, active);
	if (active)
		hotplug_expect(server->hotplug);
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
	return server->kms_source;
}

bool server_open_display(struct server *server)
{
	if (!server_watch_worker(server))
		return false;
	if (!server->options->headless && !server_open_device(server))
		return false;
	server->renderer.device = server->device;
	server->direct.device = server->device;
	return server_open_screens(server) && server_prove_screens(server);
}

void server_close_display(struct server *server)
{
	server_close_screens(server);
	scanout_destroy(server->scanout);
	server->scanout = NULL;
	renderer_finish(&server->renderer);
	if (server->kms_source)
		wl_event_source_remove(server->kms_source);
	direct_finish(&server->direct);
	kms_device_destroy(server->device);
	if (server->session && server->drm >= 0)
		session_close_device(server->session, server->drm);
	session_destroy(server->session);
	deadline_finish(&server->worker_deadline);
}

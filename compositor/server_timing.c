#include "compositor/server_private.h"

void server_latched(struct server *server, const struct screen *screen)
{
	if (server->fifo.loop)
		fifo_latched(&server->fifo, UINT32_C(1) << screen->output.index);
}

static bool server_handle_will_latch(void *data)
{
	const struct server *server = data;
	const struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link) {
		if (screen->screen.state != SCREEN_OFF && screen->screen.state != SCREEN_IDLE)
			return true;
	}
	return false;
}

static const struct fifo_listener server_fifo_listener = {
	.will_latch = server_handle_will_latch,
};

static int64_t server_handle_latch_time(void *data, const struct surface *surface, int64_t target)
{
	const struct server *server = data;
	const struct server_screen *screen, *on = server_first_screen(server);
	wl_list_for_each (screen, &server->screens, link) {
		if (output_has(&screen->screen.output, surface))
			on = screen;
	}
	return on ? frame_clock_latch(&on->screen.clock, target) : target;
}

static const struct commit_timing_listener server_commit_timing_listener = {
	.latch_time = server_handle_latch_time,
};

bool server_create_timing_globals(struct server *server)
{
	server->fifo.listener = &server_fifo_listener;
	server->fifo.data = server;
	server->commit_timing.listener = &server_commit_timing_listener;
	server->commit_timing.data = server;
	return fifo_create(server->display, &server->fifo) &&
	       commit_timing_create(server->display, &server->commit_timing);
}

void server_destroy_timing_globals(struct server *server)
{
	fifo_destroy(&server->fifo);
	commit_timing_destroy(&server->commit_timing);
}

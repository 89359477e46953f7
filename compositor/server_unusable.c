/*
 * Displays on which nothing can be shown. The rung is left for their sake; where no other is left,
 * they are given up as long as there are others: off until somebody turns them on, or the display
 * wishes another mode.
 */
#include "compositor/server_private.h"

#include "common/log.h"

#include <stdio.h>

void server_keep_screen(struct server_screen *screen)
{
	if (screen->going)
		wl_event_source_remove(screen->going);
	screen->going = NULL;
}

/* That go on. */
static bool server_has_others(const struct server_screen *screen)
{
	const struct server_screen *other;
	wl_list_for_each (other, &screen->server->screens, link) {
		if (other != screen && !other->going)
			return true;
	}
	return false;
}

static void server_handle_going(void *data)
{
	struct server_screen *screen = data;
	screen->going = NULL;
	if (!server_has_others(screen)) {
		server_fail(screen->server, screen->going_reason);
		return;
	}
	log_error("%s: nothing can be shown on it (%s): it is off, the other displays go on",
		screen->identity.name, screen->going_reason);
	server_disable_screen(screen);
	screen->given_up = true;
}

/* Reached from the screen's own functions, and from walks over all screens. */
void server_give_screen_up(struct server_screen *screen, const char *reason)
{
	if (screen->going)
		return;
	snprintf(screen->going_reason, sizeof screen->going_reason, "%s", reason);
	screen->going = wl_event_loop_add_idle(screen->server->loop, server_handle_going, screen);
	if (!screen->going)
		server_fail(screen->server, reason); /* no memory */
}

void server_take_back_screens(struct server *server)
{
	struct server_screen *screen, *next;
	wl_list_for_each_safe (screen, next, &server->disabled, link) {
		struct kms_mode mode = screen->screen.mode;
		if (screen->given_up)
			server_enable_screen(screen, &mode);
	}
}

/* Reached from the swapchain's own callback: what is given up, is when that has returned. */
void server_leave_rung(struct server_screen *screen, const char *reason)
{
	struct server *server = screen->server;
	char text[256];
	if (scanout_is_last(server->scanout) && server_has_others(screen)) {
		server_give_screen_up(screen, reason);
		return;
	}
	snprintf(text, sizeof text, "%s: %s", screen->identity.name, reason);
	server_let_go_of_worker(server);
	scanout_rung_failed(server->scanout, text);
}

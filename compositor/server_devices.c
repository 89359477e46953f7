/*
 * The session's devices, and when they are taken up: not before anything is seen, for libinput and
 * the keymap take longer than all else of a start. Until then clients are told of a pointer and a
 * keyboard, which nearly every machine has: so they have theirs when the first key comes.
 */
#include "compositor/server_input.h"

#include "common/log.h"

#include <stdlib.h>

/* Milliseconds in which something is seen, or they are taken up without it. */
#define DEVICES_PATIENCE 1000

/* A layout that somebody chose is found to be wrong before anything is started. */
static bool devices_check_layout(struct server *server)
{
	static const char *const chosen[] = {"XKB_DEFAULT_RULES", "XKB_DEFAULT_MODEL",
		"XKB_DEFAULT_LAYOUT", "XKB_DEFAULT_VARIANT", "XKB_DEFAULT_OPTIONS"};
	for (size_t i = 0; i < sizeof chosen / sizeof chosen[0]; i++) {
		if (getenv(chosen[i]))
			return server_keyboard_prepare(server);
	}
	return true;
}

/* libseat tells of the session's turns while it opens a device, too: libinput is not there then to
 * hear of them. */
static void devices_catch_up(struct server *server, uint32_t turns)
{
	if (server->session_turns == turns)
		return;
	input_set_active(server->input, false);
	if (!server->session_away)
		input_set_active(server->input, true);
}

static int devices_handle_time(void *data)
{
	struct server *server = data;
	uint32_t turns = server->session_turns;
	if (server->session_away)
		return 0; /* no device can be opened before it is back */
	wl_event_source_remove(server->input_timer);
	server->input_timer = NULL;
	if (!server_keyboard_prepare(server))
		return 0;
	server->input = input_create(
		server->loop, server->session, &server->tablets, &server_input_listener, server);
	if (!server->input) {
		server_fail(server, "there is no input");
		return 0;
	}
	devices_catch_up(server, turns);
	server_tell_devices(server);
	log_info("input devices are watched");
	return 0;
}

void server_take_up_devices(struct server *server)
{
	if (server->input_timer)
		wl_event_source_timer_update(server->input_timer, 1);
}

void server_set_devices_active(struct server *server, bool active)
{
	if (server->input)
		input_set_active(server->input, active);
	else if (active)
		server_take_up_devices(server);
}

bool server_open_devices(struct server *server)
{
	if (!devices_check_layout(server))
		return false;
	server->input_timer = wl_event_loop_add_timer(server->loop, devices_handle_time, server);
	if (!server->input_timer) {
		log_error("the seat cannot be made: no memory");
		return false;
	}
	wl_event_source_timer_update(server->input_timer, DEVICES_PATIENCE);
	server_tell_devices(server);
	return true;
}

void server_close_devices(struct server *server)
{
	struct input *input = server->input;
	server->input = NULL; /* first: libseat may tell of the session once more */
	if (server->input_timer)
		wl_event_source_remove(server->input_timer);
	server->input_timer = NULL;
	input_destroy(input);
}

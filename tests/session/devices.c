/*
 * vitrine with input devices that do what they are told, for there are none without a machine. It
 * has the same command line, and reads the FIFO that VITRINE_DEVICES names, a line each:
 *
 * pen NEAR TIP X Y: the pen, its place from 0 to 1 over its output
 * mouse X Y NAME: a device of places with this name
 *
 * After each it logs how many there were.
 */
#include "common/clock.h"
#include "common/log.h"
#include "compositor/options.h"
#include "compositor/server_input.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tablet-v2-server.h"

struct devices {
	struct server server;
	FILE *lines;
	struct wl_event_source *source;
	struct tablet *tablet;
	struct tablet_tool *pen;
	unsigned done;
};

static void devices_point(struct devices *devices, const char *line)
{
	double x, y;
	char name[64];
	struct input_device_info info = {.name = name};
	if (sscanf(line, "mouse %lf %lf %63[^\n]", &x, &y, name) != 3)
		return;
	uint32_t output = server_input_listener.output_of(&devices->server, &info);
	const struct pointer_device_listener *pointer = server_input_listener.pointer;
	pointer->motion_absolute(&devices->server, clock_event_time(), x, y, output);
	pointer->frame(&devices->server);
}

static void devices_draw(struct devices *devices, const char *line)
{
	int near, tip;
	struct input_tool_event event = {
		.tool = devices->pen, .tablet = devices->tablet, .time = clock_event_time()};
	if (sscanf(line, "pen %d %d %lf %lf", &near, &tip, &event.place.x, &event.place.y) != 4)
		return;
	event.near = near;
	event.tip = tip;
	server_input_listener.tool(&devices->server, &event);
}

static int devices_handle_readable(int fd, uint32_t mask, void *data)
{
	struct devices *devices = data;
	char line[128];
	while (fgets(line, sizeof line, devices->lines)) {
		devices_point(devices, line);
		devices_draw(devices, line);
		log_info("devices: %u", ++devices->done);
	}
	clearerr(devices->lines);
	return 0;
}

static bool devices_open(struct devices *devices)
{
	const struct tablet_info tablet = {.name = "a drawing tablet"};
	const struct tablet_tool_info pen = {.type = ZWP_TABLET_TOOL_V2_TYPE_PEN};
	int fd = open(getenv("VITRINE_DEVICES"), O_RDWR | O_NONBLOCK | O_CLOEXEC);
	devices->lines = fd < 0 ? NULL : fdopen(fd, "r");
	if (!devices->lines)
		return false;
	devices->tablet = tablet_add(&devices->server.tablets, &tablet);
	devices->pen = tablet_tool_add(&devices->server.tablets, &pen);
	devices->source = wl_event_loop_add_fd(
		devices->server.loop, fd, WL_EVENT_READABLE, devices_handle_readable, devices);
	return devices->source;
}

int main(int argc, char **argv)
{
	static struct devices devices;
	struct server *server = &devices.server;
	struct options options;
	log_init("vitrine", LOG_LEVEL_INFO);
	options_parse(&options, argc, argv);
	bool good = server_init(server, &options);
	while (good && !server->running)
		good = wl_event_loop_dispatch(server->loop, -1) >= 0;
	if (good && devices_open(&devices))
		wl_display_run(server->display);
	if (devices.source)
		wl_event_source_remove(devices.source);
	server_finish(server);
	if (devices.lines)
		fclose(devices.lines);
	return server->exit_status;
}

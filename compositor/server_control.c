#include "compositor/server_private.h"

#include "common/clock.h"
#include "compositor/control/control.h"
#include "compositor/notify.h"

#include <errno.h>
#include <string.h>

static json_t *server_describe_output(const struct screen *screen)
{
	const struct output *output = &screen->output;
	const struct output_map *map = &output->map;
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:f, s:f, s:s, s:i, s:i}",
		"name", output->name, "make", output->make, "model", output->model, "description",
		output->description, "x", map->x, "y", map->y, "width", map->width, "height",
		map->height, "refresh", output->refresh / 1000.0, "scale",
		(double)map->scale / OUTPUT_MAP_SCALE_ONE, "transform",
		output_map_transforms[map->transform], "physical_width", output->physical_width,
		"physical_height", output->physical_height);
}

static void server_answer_outputs(
	struct server *server, struct control_request *request, const json_t *arguments)
{
	json_t *outputs = json_array();
	const struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link) {
		json_t *output = server_describe_output(&screen->screen);
		if (server_is_mirror(screen))
			json_object_set_new(
				output, "mirrors", json_string(screen->screen.source->output.name));
		json_object_set_new(output, "modes", server_describe_modes(&screen->head));
		json_array_append_new(outputs, output);
	}
	control_answer(request, json_pack("{s:o}", "outputs", outputs), -1);
}

static json_t *server_describe_leads(const struct server *server)
{
	json_t *leads = json_object();
	const struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link) {
		int64_t lead = frame_clock_lead(&screen->screen.clock);
		json_object_set_new(leads, screen->screen.output.name,
			json_real((double)lead / CLOCK_NS_PER_S));
	}
	return leads;
}

/* Not reset by the question, unlike SIGUSR1's: who asks twice can subtract. */
static void server_answer_stats(
	struct server *server, struct control_request *request, const json_t *arguments)
{
	const struct stats *stats = &server->stats;
	const struct scanout_verdict *verdict = scanout_verdict(server->scanout);
	json_t *answer = json_pack(
		"{s:s*, s:I, s:I, s:I, s:f, s:I, s:I, s:I, s:f, s:I, s:I, s:f, s:f, s:o}",
		"scanout", verdict ? scanout_rung_name(verdict->rung) : NULL, "frames",
		(json_int_t)stats->frames, "drawn", (json_int_t)stats->drawn, "direct",
		(json_int_t)stats->direct, "fps", stats_fps(stats), "upload_bytes",
		(json_int_t)stats->upload_bytes, "copy_bytes", (json_int_t)stats->copy_bytes,
		"gpu_copy_bytes", (json_int_t)stats->gpu_copy_bytes, "drawing_seconds",
		(double)stats->drawing / CLOCK_NS_PER_S, "worker_deaths",
		(json_int_t)stats->worker_deaths, "restarts", (json_int_t)stats->restarts,
		"recovery_seconds", (double)stats->recovery / CLOCK_NS_PER_S,
		"worst_recovery_seconds", (double)stats->worst_recovery / CLOCK_NS_PER_S,
		"lead_seconds", server_describe_leads(server));
	control_answer(request, answer, -1);
}

static void server_set_trace(struct server *server, struct trace *trace)
{
	struct server_screen *screen;
	trace_destroy(server->trace);
	server->trace = trace;
	wl_list_for_each (screen, &server->screens, link) {
		screen->screen.trace = trace;
		screen->screen.times = (struct trace_frame){0}; /* by the old one's clock */
	}
}

static void server_answer_trace(
	struct server *server, struct control_request *request, const json_t *arguments)
{
	const char *file = json_string_value(json_object_get(arguments, "trace"));
	bool off = file && strcmp(file, "off") == 0;
	struct trace *trace = NULL;
	if (!file || (!off && file[0] != '/')) {
		control_refuse(request, "trace wants an absolute path, or off");
		return;
	}
	if (off && !server->trace) {
		control_refuse(request, "no trace is written");
		return;
	}
	server_set_trace(server, NULL); /* it may be of the same file */
	if (!off && !(trace = trace_create(file))) {
		control_refuse(request, "%.128s cannot be written: %s", file,
			errno == EINVAL ? "no regular file" : strerror(errno));
		return;
	}
	server_set_trace(server, trace);
	control_answer(request, json_object(), -1);
}

static void server_answer_quit(
	struct server *server, struct control_request *request, const json_t *arguments)
{
	control_answer(request, json_object(), -1);
	wl_display_terminate(server->display);
}

struct server_command {
	const char *name;
	void (*answer)(
		struct server *server, struct control_request *request, const json_t *arguments);
};

static const struct server_command server_commands[] = {
	{"outputs", server_answer_outputs},
	{"stats", server_answer_stats},
	{"trace", server_answer_trace},
	{"quit", server_answer_quit},
};

static void server_handle_request(
	void *data, struct control_request *request, const char *command, const json_t *arguments)
{
	for (size_t i = 0; i < sizeof server_commands / sizeof server_commands[0]; i++) {
		if (strcmp(server_commands[i].name, command) == 0) {
			server_commands[i].answer(data, request, arguments);
			return;
		}
	}
	if (!server_control_output(data, request, command, arguments))
		control_refuse(request, "unknown command '%.64s'", command);
}

/* Flips, not a turning event loop, are what the service manager's watchdog stands for. But a
 * session is not to be ended because somebody minimised its window. */
static bool server_check_pictures(void *data)
{
	struct server *server = data;
	struct server_screen *screen;
	bool well = true;
	wl_list_for_each (screen, &server->screens, link) {
		const struct screen *shown = &screen->screen;
		well = well &&
		       (shown->state == SCREEN_IDLE || !shown->active ||
			       shown->answered != screen->told || screen_host_takes_nothing(shown));
		screen->told = shown->answered;
	}
	return well;
}

bool server_open_control(struct server *server, const char *socket)
{
	server->control = control_create(server->loop, socket, server_handle_request, server);
	if (!server->control)
		return false;
	server->notify = notify_create(server->loop, server_check_pictures, server);
	notify_ready(server->notify, scanout_verdict(server->scanout)->line);
	return true;
}

void server_close_control(struct server *server)
{
	if (server->notify)
		notify_stopping(server->notify);
	notify_destroy(server->notify);
	control_destroy(server->control);
}

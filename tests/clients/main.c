/*
 * pattern: a Wayland client that shows a picture everybody can compute (pattern.h), and says what
 * it does:
 *
 *   size 1280x800     the picture's size, at the start and whenever the compositor changes it
 *   frame 0           frame number 0 was shown (or: dropped 0)
 *   frame 0 zero-copy the same, by the display itself
 *   presented 5 of 5  all frames have been shown or dropped; the last one stays
 *
 * and, where the compositor tells, for what its buffers are best made (feedback.h).
 *
 * SIGUSR1 opens a menu (menu.h) above it, and closes it again.
 *
 * It ends with status 0 after --seconds, or on SIGTERM or SIGINT, or when the compositor closes the
 * window.
 */
#include "common/clock.h"
#include "common/format.h"
#include "feedback.h"
#include "menu.h"
#include "painter.h"
#include "pointer.h"

#include <argp.h>
#include <drm_fourcc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct main_state {
	const struct painter_interface *impl;
	struct pattern pattern;
	struct pool_layout layout;
	struct pointer_picture picture;
	uint32_t n_frames;
	double seconds;   /* 0: for ever */
	const char *wait; /* the file; NULL: none */
	int32_t width, height;
	uint32_t answers; /* enum window_answer */

	struct window window;
	struct painter *painter;
	struct pointer *pointer;   /* NULL: it has no picture of ours */
	struct feedback *feedback; /* NULL: the compositor has none */
	struct menu *menu;         /* NULL: it is closed */
	uint32_t next;             /* frame to draw */
	uint32_t shown, dropped;   /* frames */
	bool is_ready, is_resized, has_summed_up;
};

enum main_key {
	MAIN_MEMORY = 0x100, /* and an enum pool_memory */
	MAIN_VULKAN = MAIN_MEMORY + POOL_MEMORIES,
	MAIN_SEED,
	MAIN_FRAMES,
	MAIN_ALPHA,
	MAIN_OPAQUE,
	MAIN_FORMAT,
	MAIN_OFFSET,
	MAIN_DAMAGE,
	MAIN_SECONDS,
	MAIN_SIZE,
	MAIN_SHARP,
	MAIN_TURN,
	MAIN_FLOAT,
	MAIN_WAIT,
	MAIN_CURSOR,
};

static const struct argp_option main_options[] = {
	{"shm", MAIN_MEMORY + POOL_SHM, NULL, 0, "Draw into shared memory (default)", 0},
	{"dumb", MAIN_MEMORY + POOL_DUMB, NULL, 0,
		"Draw into dumb buffers of /dev/dri/card0, as dma-bufs", 0},
	{"udmabuf", MAIN_MEMORY + POOL_UDMABUF, NULL, 0, "Draw into dma-bufs that no GPU made", 0},
	{"memfd", MAIN_MEMORY + POOL_MEMFD, NULL, 0,
		"Draw into files that software takes for dma-bufs", 0},
	{"guest-blob", MAIN_MEMORY + POOL_GUEST, NULL, 0,
		"Draw into the guest's own blobs of virtio-gpu, as dma-bufs", 0},
	{"memory", MAIN_MEMORY + POOL_VULKAN, NULL, 0,
		"Draw into exported memory of Vulkan, as dma-bufs", 0},
	{"vulkan", MAIN_VULKAN, NULL, 0, "Draw into a Vulkan swapchain", 0},
	{"seed", MAIN_SEED, "N", 0, "Of the first frame; each further one adds 1 (default 1)", 0},
	{"frames", MAIN_FRAMES, "N", 0, "How many to draw (default 1)", 0},
	{"alpha", MAIN_ALPHA, NULL, 0, "Half transparent", 0},
	{"opaque", MAIN_OPAQUE, NULL, 0, "Not transparent (default)", 0},
	{"format", MAIN_FORMAT, "FOURCC", 0,
		"Of buffers that are dma-bufs (default XR24, with --alpha AR24; not with --vulkan)",
		0},
	{"offset", MAIN_OFFSET, "BYTES", 0,
		"Before a buffer's first row, a multiple of 4 (default 0)", 0},
	{"damage", MAIN_DAMAGE, "whole|small", 0,
		"What a frame changes: all, or one cell of 16x16 (not with --vulkan)", 0},
	{"seconds", MAIN_SECONDS, "S", 0, "End after so long (default: never)", 0},
	{"size", MAIN_SIZE, "WxH", 0, "If the compositor leaves the choice (default 640x480)", 0},
	{"sharp", MAIN_SHARP, NULL, 0, "As many pixels as the screen has there", 0},
	{"turn", MAIN_TURN, NULL, 0, "Turned as the screen is: the picture is the screen's own", 0},
	{"float", MAIN_FLOAT, NULL, 0, "Do not ask to be fullscreen", 0},
	{"wait", MAIN_WAIT, "FILE", 0, "Show nothing before this file is there", 0},
	{"cursor", MAIN_CURSOR, "WxH+X+Y", 0, "The pointer's picture, and its hotspot", 0},
	{0},
};

static bool main_parse_number(const char *text, uint32_t *number)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);
	*number = (uint32_t)value;
	return *text >= '0' && *text <= '9' && *end == '\0' && value <= UINT32_MAX;
}

static bool main_parse_format(const char *text, struct pool_layout *layout)
{
	if (strlen(text) != 4)
		return false;
	layout->format = fourcc_code(text[0], text[1], text[2], text[3]);
	return format_find(layout->format);
}

static bool main_parse_offset(const char *text, struct pool_layout *layout)
{
	return main_parse_number(text, &layout->offset) && layout->offset % 4 == 0 &&
	       layout->offset <= 1u << 20;
}

static bool main_parse_damage(const char *text, struct pattern *pattern)
{
	pattern->is_small = strcmp(text, "small") == 0;
	return pattern->is_small || strcmp(text, "whole") == 0;
}

static bool main_parse_size(const char *text, struct main_state *state)
{
	char end;
	return sscanf(text, "%dx%d%c", &state->width, &state->height, &end) == 2 &&
	       state->width > 0 && state->height > 0 && state->width <= 16384 &&
	       state->height <= 16384;
}

static error_t main_parse(int key, char *arg, struct argp_state *argp)
{
	struct main_state *state = argp->input;
	bool ok = true;
	char *end;
	switch (key) {
	case MAIN_MEMORY ... MAIN_VULKAN - 1:
		state->impl = &cpu_painter;
		state->layout.memory = (enum pool_memory)(key - MAIN_MEMORY);
		break;
	case MAIN_VULKAN:
		state->impl = &vulkan_painter;
		break;
	case MAIN_SEED:
		ok = main_parse_number(arg, &state->pattern.seed);
		break;
	case MAIN_FRAMES:
		ok = main_parse_number(arg, &state->n_frames) && state->n_frames > 0;
		break;
	case MAIN_ALPHA:
		state->pattern.has_alpha = true;
		break;
	case MAIN_OPAQUE:
		state->pattern.has_alpha = false;
		break;
	case MAIN_FORMAT:
		ok = main_parse_format(arg, &state->layout);
		break;
	case MAIN_OFFSET:
		ok = main_parse_offset(arg, &state->layout);
		break;
	case MAIN_DAMAGE:
		ok = main_parse_damage(arg, &state->pattern);
		break;
	case MAIN_SECONDS:
		state->seconds = strtod(arg, &end);
		ok = *end == '\0' && state->seconds > 0;
		break;
	case MAIN_SIZE:
		ok = main_parse_size(arg, state);
		break;
	case MAIN_SHARP:
		state->answers |= WINDOW_SCALE;
		break;
	case MAIN_TURN:
		state->answers |= WINDOW_TRANSFORM;
		break;
	case MAIN_FLOAT:
		state->answers |= WINDOW_FLOATS;
		break;
	case MAIN_WAIT:
		state->wait = arg;
		break;
	case MAIN_CURSOR:
		ok = pointer_parse(arg, &state->picture);
		break;
	case ARGP_KEY_ARG:
		argp_error(argp, "unexpected argument: %s", arg);
		break;
	case ARGP_KEY_END:
		if (state->pattern.is_small && state->impl == &vulkan_painter)
			argp_error(argp, "--damage small does not go with --vulkan");
		if (state->layout.format &&
			(state->impl == &vulkan_painter || state->layout.memory == POOL_SHM))
			argp_error(argp, "--format is for dma-bufs");
		if (!state->layout.format)
			state->layout.format = state->pattern.has_alpha ? DRM_FORMAT_ARGB8888
									: DRM_FORMAT_XRGB8888;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	if (!ok)
		argp_error(argp, "%s is not possible there", arg);
	return 0;
}

static void main_print_size(const struct main_state *state)
{
	printf("size %dx%d\n", state->window.width, state->window.height);
	fflush(stdout);
}

static void main_handle_resized(void *data)
{
	struct main_state *state = data;
	state->is_resized = true;
	main_print_size(state);
}

static void main_handle_ready(void *data)
{
	((struct main_state *)data)->is_ready = true;
}

static void main_handle_presented(void *data, uint32_t frame, bool shown)
{
	struct main_state *state = data;
	/* Drawn again in another size. */
	if (state->has_summed_up)
		return;
	printf("%s %u%s\n", shown ? "frame" : "dropped", frame,
		shown && state->window.zero_copy ? " zero-copy" : "");
	if (shown)
		state->shown++;
	else
		state->dropped++;
	if (state->shown + state->dropped == state->n_frames) {
		printf("presented %u of %u\n", state->shown, state->n_frames);
		state->has_summed_up = true;
	}
	fflush(stdout);
}

static const struct window_listener main_listener = {
	.resized = main_handle_resized,
	.ready = main_handle_ready,
	.presented = main_handle_presented,
};

static double main_now(void)
{
	return (double)clock_now() / CLOCK_NS_PER_S;
}

/* Draws the next frame, or the last one again if the size changed. False: said on stderr. */
static bool main_draw(struct main_state *state)
{
	bool whole = state->next == 0 || state->is_resized;
	if (state->next < state->n_frames && state->is_ready) {
		state->is_ready = state->is_resized = false;
		window_begin_frame(&state->window, state->next);
		return state->impl->draw(state->painter, state->next++, whole);
	}
	if (state->next == state->n_frames && state->is_resized) {
		state->is_resized = false;
		return state->impl->draw(state->painter, state->next - 1, true);
	}
	return true;
}

static void main_toggle_menu(struct main_state *state)
{
	struct menu *open = state->menu;
	state->menu = open ? NULL : menu_open(&state->window);
	menu_close(open);
}

/* False: it is to end. */
static bool main_handle_signals(struct main_state *state, int signals)
{
	struct signalfd_siginfo info;
	while (read(signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo != SIGUSR1)
			return false;
		main_toggle_menu(state);
	}
	return true;
}

static bool main_run(struct main_state *state, int signals)
{
	double end = main_now() + state->seconds;
	state->is_ready = true;
	while (!state->window.is_closed) {
		if (!main_draw(state))
			return false;
		double left = end - main_now();
		if (state->seconds > 0 && left <= 0)
			return true;
		if (!window_dispatch(&state->window, signals,
			    state->seconds > 0 ? (int)(left * 1000) + 1 : -1))
			return false;
		if (!main_handle_signals(state, signals))
			return true;
	}
	return true;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = main_options,
		.parser = main_parse,
		.doc = "Shows a picture that anybody can compute.",
	};
	struct main_state state = {
		.impl = &cpu_painter,
		.pattern = {.seed = 1},
		.n_frames = 1,
		.width = 640,
		.height = 480,
	};
	argp_parse(&argp, argc, argv, 0, NULL, &state);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

	bool ok = window_init(
		&state.window, state.width, state.height, state.answers, &main_listener, &state);
	while (ok && state.wait && access(state.wait, F_OK) < 0)
		ok = window_dispatch(&state.window, -1, 50);
	if (ok && state.picture.width > 0) {
		state.pointer = pointer_create(&state.window, &state.picture);
		ok = state.pointer;
	}
	if (ok) {
		main_print_size(&state);
		state.feedback = feedback_create(&state.window);
		state.painter = state.impl->create(&state.window, &state.pattern, &state.layout);
		ok = state.painter && main_run(&state, signals);
	}
	pointer_destroy(state.pointer);
	menu_close(state.menu);
	if (state.painter)
		state.impl->destroy(state.painter);
	feedback_destroy(state.feedback);
	window_finish(&state.window);
	close(signals);
	return !ok;
}

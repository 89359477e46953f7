/*
 * ledger: a Wayland client that keeps a book of what a compositor owes it. It shows pictures of one
 * colour each, as fast as it may, every third replaced by another at once, and says of each that
 * was shown
 *
 *   shown 12 NANOSECONDS (CLOCK_MONOTONIC)
 *
 * On SIGTERM it stops, waits for all that is owed, takes its picture away, waits for its buffers,
 * and sums up:
 *
 *   ledger: commits 90 callbacks 90 shown 60 dropped 30 releases 90 twice 0 kept 0
 *
 * twice: answers to what had been answered already; kept: buffers that were never released. Its
 * status is 0 if all was answered once.
 */
#include "common/fd.h"
#include "presentation-time-client-protocol.h"
#include "window.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <time.h>

#define LEDGER_BUFFERS 6
#define LEDGER_PATIENCE 30 /* seconds for what is owed at the end */

struct ledger_buffer {
	struct wl_buffer *buffer;
	uint32_t *pixels;
	bool is_busy;
};

struct ledger {
	struct window window;
	struct ledger_buffer buffers[LEDGER_BUFFERS];
	uint32_t commits, callbacks, shown, dropped, attaches, releases, twice;
	bool is_due; /* a frame may be drawn */
};

struct ledger_commit {
	struct ledger *ledger;
	uint32_t number;
};

static void ledger_handle_release(void *data, struct wl_buffer *wl_buffer)
{
	struct ledger *ledger = data;
	for (int i = 0; i < LEDGER_BUFFERS; i++) {
		struct ledger_buffer *buffer = &ledger->buffers[i];
		if (buffer->buffer != wl_buffer)
			continue;
		ledger->twice += !buffer->is_busy;
		ledger->releases++;
		buffer->is_busy = false;
	}
}

static const struct wl_buffer_listener ledger_buffer_listener = {.release = ledger_handle_release};

static void ledger_handle_done(void *data, struct wl_callback *callback, uint32_t time)
{
	struct ledger *ledger = data;
	ledger->callbacks++;
	ledger->is_due = true;
	wl_callback_destroy(callback);
}

static const struct wl_callback_listener ledger_callback_listener = {.done = ledger_handle_done};

static void ledger_handle_presented(void *data, struct wp_presentation_feedback *feedback,
	uint32_t seconds_high, uint32_t seconds_low, uint32_t nanoseconds, uint32_t refresh,
	uint32_t sequence_high, uint32_t sequence_low, uint32_t flags)
{
	struct ledger_commit *commit = data;
	int64_t seconds = (int64_t)((uint64_t)seconds_high << 32 | seconds_low);
	printf("shown %u %" PRId64 "\n", commit->number, seconds * 1000000000 + nanoseconds);
	commit->ledger->shown++;
	wp_presentation_feedback_destroy(feedback);
	free(commit);
}

static void ledger_handle_discarded(void *data, struct wp_presentation_feedback *feedback)
{
	struct ledger_commit *commit = data;
	commit->ledger->dropped++;
	wp_presentation_feedback_destroy(feedback);
	free(commit);
}

static void ledger_handle_output(
	void *data, struct wp_presentation_feedback *feedback, struct wl_output *output)
{
}

static const struct wp_presentation_feedback_listener ledger_feedback_listener = {
	.sync_output = ledger_handle_output,
	.presented = ledger_handle_presented,
	.discarded = ledger_handle_discarded,
};

static bool ledger_create_buffers(struct ledger *ledger)
{
	int32_t width = ledger->window.width, height = ledger->window.height;
	size_t size = (size_t)width * (size_t)height * 4;
	for (int i = 0; i < LEDGER_BUFFERS; i++) {
		struct ledger_buffer *buffer = &ledger->buffers[i];
		int fd = fd_create_memory("ledger", size);
		if (fd < 0)
			return false;
		buffer->pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		struct wl_shm_pool *pool =
			wl_shm_create_pool(ledger->window.shm, fd, (int32_t)size);
		buffer->buffer = wl_shm_pool_create_buffer(
			pool, 0, width, height, width * 4, WL_SHM_FORMAT_XRGB8888);
		wl_buffer_add_listener(buffer->buffer, &ledger_buffer_listener, ledger);
		wl_shm_pool_destroy(pool);
		fd_close(&fd);
		if (buffer->pixels == MAP_FAILED)
			return false;
	}
	return true;
}

static struct ledger_buffer *ledger_pick(struct ledger *ledger)
{
	for (int i = 0; i < LEDGER_BUFFERS; i++) {
		if (!ledger->buffers[i].is_busy)
			return &ledger->buffers[i];
	}
	return NULL;
}

static void ledger_commit(struct ledger *ledger)
{
	struct window *window = &ledger->window;
	struct ledger_buffer *buffer = ledger_pick(ledger);
	struct ledger_commit *commit = buffer ? calloc(1, sizeof *commit) : NULL;
	if (!commit)
		return; /* the next release or callback goes on */
	*commit = (struct ledger_commit){ledger, ledger->commits++};
	uint32_t color = commit->number * 0x10305 & 0xffffff;
	size_t len = (size_t)window->width * (size_t)window->height;
	for (size_t i = 0; i < len; i++)
		buffer->pixels[i] = color;
	buffer->is_busy = true;
	ledger->attaches++;
	wl_surface_attach(window->surface, buffer->buffer, 0, 0);
	wl_surface_damage_buffer(window->surface, 0, 0, window->width, window->height);
	wl_callback_add_listener(
		wl_surface_frame(window->surface), &ledger_callback_listener, ledger);
	wp_presentation_feedback_add_listener(
		wp_presentation_feedback(window->presentation, window->surface),
		&ledger_feedback_listener, commit);
	wl_surface_commit(window->surface);
	ledger->is_due = false;
}

static bool ledger_is_owed(const struct ledger *ledger)
{
	return ledger->callbacks < ledger->commits ||
	       ledger->shown + ledger->dropped < ledger->commits;
}

static int ledger_kept(const struct ledger *ledger)
{
	int kept = 0;
	for (int i = 0; i < LEDGER_BUFFERS; i++)
		kept += ledger->buffers[i].is_busy;
	return kept;
}

static bool ledger_close(struct ledger *ledger)
{
	time_t end = time(NULL) + LEDGER_PATIENCE;
	struct window *window = &ledger->window;
	while (ledger_is_owed(ledger) && time(NULL) < end && window_dispatch(window, -1, 100))
		;
	wl_surface_attach(window->surface, NULL, 0, 0);
	wl_surface_commit(window->surface);
	while (ledger_kept(ledger) && time(NULL) < end && window_dispatch(window, -1, 100))
		;
	int kept = ledger_kept(ledger);
	printf("ledger: commits %u callbacks %u shown %u dropped %u releases %u twice %u kept %d\n",
		ledger->commits, ledger->callbacks, ledger->shown, ledger->dropped,
		ledger->releases, ledger->twice, kept);
	return ledger->callbacks == ledger->commits &&
	       ledger->shown + ledger->dropped == ledger->commits && !ledger->twice && !kept &&
	       ledger->releases == ledger->attaches;
}

static void ledger_ignore(void *data)
{
}
static void ledger_ignore_frame(void *data, uint32_t frame, bool shown)
{
}
static const struct window_listener ledger_listener = {
	.resized = ledger_ignore, .ready = ledger_ignore, .presented = ledger_ignore_frame};

static int ledger_watch_signals(void)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

int main(void)
{
	struct ledger ledger = {.is_due = true};
	struct signalfd_siginfo signal;
	int signals = ledger_watch_signals();
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!window_init(&ledger.window, 640, 480, 0, &ledger_listener, &ledger) ||
		!ledger.window.presentation || !ledger_create_buffers(&ledger))
		return 2;
	while (read(signals, &signal, sizeof signal) < 0) {
		if (ledger.is_due)
			ledger_commit(&ledger);
		if (ledger.commits % 3 == 0)
			ledger_commit(&ledger); /* the one before may never be seen */
		if (!window_dispatch(&ledger.window, signals, -1))
			return 1;
	}
	bool right = ledger_close(&ledger);
	for (int i = 0; i < LEDGER_BUFFERS; i++)
		wl_buffer_destroy(ledger.buffers[i].buffer);
	window_finish(&ledger.window);
	return right ? 0 : 3;
}

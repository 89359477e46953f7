/*
 * ledger [shm|dumb|memfd]: a Wayland client that keeps a book of what a compositor owes it. It
 * shows pictures of one colour each, in such memory (pool.h), as fast as it may, every third
 * replaced by another at once, and says of each that was shown
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
#include "pool.h"
#include "presentation-time-client-protocol.h"

#include <drm_fourcc.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>

#define LEDGER_PATIENCE 30 /* seconds for what is owed at the end */

struct ledger {
	struct window window;
	struct pool pool;
	uint32_t callbacks, shown, dropped;
	bool is_due; /* a frame may be drawn */
};

struct ledger_commit {
	struct ledger *ledger;
	uint32_t number;
};

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

/* Not without a free buffer: the next release or callback goes on. */
static bool ledger_commit(struct ledger *ledger)
{
	struct window *window = &ledger->window;
	if (pool_busy(&ledger->pool) == POOL_MAX)
		return true;
	struct pool_buffer *buffer = pool_get(&ledger->pool);
	struct ledger_commit *commit = buffer ? calloc(1, sizeof *commit) : NULL;
	if (!commit)
		return false;
	*commit = (struct ledger_commit){ledger, ledger->pool.commits};
	uint32_t color = commit->number * 0x10305 & 0xffffff;
	size_t len = (size_t)window->width * (size_t)window->height;
	for (size_t i = 0; i < len; i++)
		buffer->pixels[i] = color;
	wl_callback_add_listener(
		wl_surface_frame(window->surface), &ledger_callback_listener, ledger);
	wp_presentation_feedback_add_listener(
		wp_presentation_feedback(window->presentation, window->surface),
		&ledger_feedback_listener, commit);
	pool_commit(
		&ledger->pool, buffer, &(struct pool_damage){0, 0, window->width, window->height});
	ledger->is_due = false;
	return true;
}

static bool ledger_draw(struct ledger *ledger)
{
	if (ledger->is_due && !ledger_commit(ledger))
		return false;
	/* Every third at once: the one before may never be seen. */
	return ledger->pool.commits % 3 != 0 || ledger_commit(ledger);
}

static bool ledger_is_owed(const struct ledger *ledger)
{
	uint32_t commits = ledger->pool.commits;
	return ledger->callbacks < commits || ledger->shown + ledger->dropped < commits;
}

static bool ledger_close(struct ledger *ledger)
{
	time_t end = time(NULL) + LEDGER_PATIENCE;
	struct window *window = &ledger->window;
	const struct pool *pool = &ledger->pool;
	while (ledger_is_owed(ledger) && time(NULL) < end && window_dispatch(window, -1, 100))
		;
	wl_surface_attach(window->surface, NULL, 0, 0);
	wl_surface_commit(window->surface);
	while (pool_busy(pool) && time(NULL) < end && window_dispatch(window, -1, 100))
		;
	printf("ledger: commits %u callbacks %u shown %u dropped %u releases %u twice %u kept %d\n",
		pool->commits, ledger->callbacks, ledger->shown, ledger->dropped, pool->releases,
		pool->twice, pool_busy(pool));
	return ledger->callbacks == pool->commits &&
	       ledger->shown + ledger->dropped == pool->commits && !pool->twice &&
	       !pool_busy(pool) && pool->releases == pool->commits;
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

/* POOL_SHM without a word; -1: not one that there is. */
static int ledger_memory(const char *name)
{
	static const char *const names[] = {
		[POOL_SHM] = "shm", [POOL_DUMB] = "dumb", [POOL_MEMFD] = "memfd"};
	for (size_t i = 0; name && i < sizeof names / sizeof names[0]; i++) {
		if (names[i] && strcmp(name, names[i]) == 0)
			return (int)i;
	}
	return name ? -1 : POOL_SHM;
}

int main(int argc, char **argv)
{
	struct ledger ledger = {.is_due = true};
	struct signalfd_siginfo signal;
	int signals = ledger_watch_signals(), memory = ledger_memory(argv[1]);
	const struct pool_layout layout = {(enum pool_memory)memory, DRM_FORMAT_XRGB8888, 0};
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (memory < 0 || !window_init(&ledger.window, 640, 480, 0, &ledger_listener, &ledger) ||
		!ledger.window.presentation || !pool_init(&ledger.pool, &ledger.window, &layout))
		return 2;
	while (read(signals, &signal, sizeof signal) < 0) {
		if (!ledger_draw(&ledger) || !window_dispatch(&ledger.window, signals, -1))
			return 1;
	}
	bool right = ledger_close(&ledger);
	pool_finish(&ledger.pool);
	window_finish(&ledger.window);
	return right ? 0 : 3;
}

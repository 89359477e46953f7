/*
 * The state machine of the worker's life (compositor/scanout/ladder.c and climb.c) as a table:
 * every word, every death and every time-out in every state, and what becomes of it. No process and
 * no second passes. After each the workers, timers, targets and descriptors are counted, and a
 * worker that does everything right must lead to a picture again.
 */
#include "compositor/scanout/private.h"

#include "common/log.h"
#include "tests/compositor/scanout/puppet.h"
#include "tests/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rungs of the tests: 0, 1 and 2. */
#define RUNGS "host-pointer,copy,cpu"

struct world {
	struct wl_event_loop *loop;
	struct scanout *scanout;
	int ready, failed, replaced, kept;
};

/* --- the caller, as server_display.c is --- */

static void caller_died(void *data, const char *reason)
{
	struct world *world = data;
	scanout_worker_died(world->scanout, reason);
}

static void caller_target(
	void *data, uint32_t id, bool ok, uint32_t flags, struct dmabuf *memory, const char *reason)
{
	struct world *world = data;
	scanout_target_result(world->scanout, id, ok, memory, reason);
}

static void caller_done(void *data, const struct wire_frame_done *done)
{
	struct world *world = data;
	if (done->ok)
		scanout_frame_drawn(world->scanout);
}

static const struct render_client_listener caller = {
	.died = caller_died, .target_result = caller_target, .frame_done = caller_done};

static void hear_ready(void *data, const struct scanout_verdict *verdict)
{
	struct world *world = data;
	world->ready++;
	render_client_set_listener(scanout_client(world->scanout), &caller, world);
}

static void hear_failed(void *data, const char *reason)
{
	((struct world *)data)->failed++;
}

static void hear_replaced(void *data)
{
	((struct world *)data)->replaced++;
}

static void hear_kept(void *data, const char *reason)
{
	((struct world *)data)->kept++;
}

static const struct scanout_listener hear = {
	.ready = hear_ready, .failed = hear_failed, .replaced = hear_replaced, .kept = hear_kept};

/* --- the world --- */

static void world_begin_at(struct world *world, bool gpu_on_demand)
{
	struct scanout_options options = {
		.proof.mode = {.width = 64, .height = 48}, .gpu_on_demand = gpu_on_demand};
	char error[256];
	*world = (struct world){.loop = wl_event_loop_create()};
	assert_true(scanout_order_parse(RUNGS, &options.order, error, sizeof error));
	world->scanout = scanout_create(world->loop, &options, &hear, world);
}

static void world_begin(struct world *world)
{
	world_begin_at(world, false);
}

static void world_end(struct world *world)
{
	scanout_destroy(world->scanout);
	wl_event_loop_destroy(world->loop);
	assert_int_equal(puppet_workers, 0);
}

static void turn(struct world *world)
{
	wl_event_loop_dispatch(world->loop, 0);
}

static struct render_client *worker_of(struct scanout *scanout)
{
	return scanout ? scanout->client : NULL;
}

static void draw_right(struct scanout *scanout)
{
	puppet_draw(scanout->client, true);
	puppet_done(scanout->client, (uint32_t)scanout->proof.frame, true);
}

/* The next word of a worker that does everything right, or the loop's turn. */
static void step(struct world *world, struct scanout *scanout)
{
	struct render_client *client = worker_of(scanout);
	if (scanout->state == SCANOUT_STARTING && client && !scanout->idle)
		puppet_hello(client);
	else if (scanout->state == SCANOUT_MAKING)
		puppet_target(client, scanout->target.id, true);
	else if (scanout->state == SCANOUT_PROVING)
		draw_right(scanout);
	else if (!scanout->idle && !client)
		puppet_fire(scanout->deadline); /* a pause is over */
	else
		turn(world);
}

static void step_until(
	struct world *world, struct scanout *scanout, enum scanout_state state, int frame)
{
	for (int i = 0; i < 40; i++) {
		if (scanout->state == state &&
			(state != SCANOUT_PROVING || scanout->proof.frame == frame) &&
			(state != SCANOUT_STARTING || (scanout->client && !scanout->idle)))
			return;
		step(world, scanout);
	}
	fail_msg("state %d is not reached", state);
}

static void serve(struct world *world)
{
	step_until(world, world->scanout, SCANOUT_READY, 0);
}

/* Down by one rung. */
static void fall(struct world *world)
{
	size_t before = world->scanout->position;
	serve(world);
	puppet_die(world->scanout->client);
	serve(world);
	assert_int_equal(world->scanout->position, before);
	puppet_die(world->scanout->client);
	serve(world);
	assert_int_equal(world->scanout->position, before + 1);
}

/* All that the scout tries fails. */
static void drop_scout(struct world *world)
{
	while (world->scanout->scout) {
		if (worker_of(world->scanout->scout))
			puppet_die(world->scanout->scout->client);
		else
			turn(world);
	}
}

/* Whatever it tries next holds, and its worker takes over. */
static void let_scout_climb(struct world *world)
{
	while (world->scanout->scout)
		step(world, world->scanout->scout);
}

/* --- the states --- */

static void to_begin(struct world *world)
{
}

static void to_hello(struct world *world)
{
	step_until(world, world->scanout, SCANOUT_STARTING, 0);
}

static void to_making(struct world *world)
{
	step_until(world, world->scanout, SCANOUT_MAKING, 0);
}

static void to_proving(struct world *world)
{
	step_until(world, world->scanout, SCANOUT_PROVING, 1);
}

static void to_proving_again(struct world *world)
{
	step_until(world, world->scanout, SCANOUT_PROVING, 2);
}

static void to_ready(struct world *world)
{
	serve(world);
}

static void to_coming_back(struct world *world)
{
	serve(world);
	puppet_die(world->scanout->client);
	step_until(world, world->scanout, SCANOUT_STARTING, 0);
}

static void to_ready_after_death(struct world *world)
{
	to_coming_back(world);
	serve(world);
}

static void to_steady(struct world *world)
{
	to_ready_after_death(world);
	puppet_sleep(61);
}

static void to_fallen(struct world *world)
{
	fall(world);
}

static void to_scouting(struct world *world)
{
	fall(world);
	assert_true(puppet_fire(world->scanout->quiet));
	step_until(world, world->scanout->scout, SCANOUT_STARTING, 0);
}

static void to_scout_proving(struct world *world)
{
	to_scouting(world);
	step_until(world, world->scanout->scout, SCANOUT_PROVING, 1);
}

static void to_scout_ready(struct world *world)
{
	to_scout_proving(world);
	draw_right(world->scanout->scout);
	draw_right(world->scanout->scout);
	assert_non_null(world->scanout->adopt);
}

static void to_last(struct world *world)
{
	fall(world);
	fall(world);
	puppet_die(world->scanout->client);
	serve(world);
}

static void to_last_served(struct world *world)
{
	to_last(world);
	puppet_done(world->scanout->client, 7, true);
}

static void to_pause(struct world *world)
{
	to_last_served(world);
	while (world->scanout->client || world->scanout->idle) {
		serve(world);
		puppet_die(world->scanout->client);
	}
}

static void to_over(struct world *world)
{
	to_last(world);
	puppet_die(world->scanout->client);
	assert_int_equal(world->failed, 1);
}

/* Begun with the CPU alone, a GPU on demand. */
static void to_low(struct world *world)
{
	world_end(world);
	world_begin_at(world, true);
	serve(world);
}

static void to_low_scouting(struct world *world)
{
	to_low(world);
	assert_true(scanout_want_gpu(world->scanout));
	step_until(world, world->scanout->scout, SCANOUT_STARTING, 0);
}

/* --- the events. False: there is nobody of whom it could come --- */

static bool on_hello(struct world *world)
{
	struct scanout *scanout = world->scanout;
	if (!worker_of(scanout) || scanout->state != SCANOUT_STARTING)
		return false; /* client.c ends a worker that says it twice */
	puppet_hello(scanout->client);
	return true;
}

static bool on_target(struct world *world)
{
	struct scanout *scanout = world->scanout;
	if (!worker_of(scanout))
		return false;
	puppet_target(scanout->client, scanout->target.id, true);
	return true;
}

static bool on_target_refused(struct world *world)
{
	struct scanout *scanout = world->scanout;
	if (!worker_of(scanout))
		return false;
	puppet_target(scanout->client, scanout->target.id, false);
	return true;
}

static bool on_other_target(struct world *world)
{
	struct scanout *scanout = world->scanout;
	if (!worker_of(scanout))
		return false;
	puppet_target(scanout->client, 999, false);
	return true;
}

static bool frame(struct world *world, bool drawn, bool right, bool ok, uint32_t more)
{
	struct scanout *scanout = world->scanout;
	if (!worker_of(scanout))
		return false;
	if (drawn)
		puppet_draw(scanout->client, right);
	puppet_done(scanout->client, (uint32_t)scanout->proof.frame + more, ok);
	return true;
}

static bool on_frame(struct world *world)
{
	return frame(world, true, true, true, 0);
}

static bool on_wrong_frame(struct world *world)
{
	return frame(world, true, false, true, 0);
}

static bool on_no_frame(struct world *world)
{
	return frame(world, false, false, false, 0);
}

static bool on_other_frame(struct world *world)
{
	return frame(world, false, false, false, 5);
}

static bool on_submitted(struct world *world)
{
	if (!worker_of(world->scanout))
		return false;
	puppet_submitted(world->scanout->client, 1);
	return true;
}

static bool on_imported(struct world *world)
{
	if (!worker_of(world->scanout))
		return false;
	puppet_imported(world->scanout->client, 1);
	return true;
}

static bool on_death(struct world *world)
{
	if (!worker_of(world->scanout))
		return false;
	puppet_die(world->scanout->client);
	return true;
}

static bool on_deadline(struct world *world)
{
	return puppet_fire(world->scanout->deadline);
}

static bool on_stall(struct world *world)
{
	scanout_worker_died(world->scanout, "it draws nothing");
	return true;
}

static bool on_unusable(struct world *world)
{
	scanout_rung_failed(world->scanout, "no place");
	return true;
}

static bool on_quiet(struct world *world)
{
	return puppet_fire(world->scanout->quiet);
}

static bool on_wish(struct world *world)
{
	scanout_want_gpu(world->scanout);
	return true;
}

static bool on_move(struct world *world)
{
	const struct scanout_place place = {.mode = {.width = 80, .height = 60}};
	scanout_move_proof(world->scanout, &place);
	return true;
}

static bool on_scout_death(struct world *world)
{
	if (!worker_of(world->scanout->scout))
		return false;
	puppet_die(world->scanout->scout->client);
	return true;
}

static bool on_scout_deadline(struct world *world)
{
	return world->scanout->scout && puppet_fire(world->scanout->scout->deadline);
}

/* --- the table --- */

static const struct state {
	const char *name;
	void (*reach)(struct world *world);
} states[] = {
	{"begin", to_begin},
	{"hello", to_hello},
	{"making", to_making},
	{"proving", to_proving},
	{"proving2", to_proving_again},
	{"ready", to_ready},
	{"back", to_coming_back},
	{"ready-1", to_ready_after_death},
	{"steady", to_steady},
	{"fallen", to_fallen},
	{"scout", to_scouting},
	{"scout-pr", to_scout_proving},
	{"scout-ok", to_scout_ready},
	{"last", to_last},
	{"last-ok", to_last_served},
	{"pause", to_pause},
	{"over", to_over},
	{"low", to_low},
	{"low-sct", to_low_scouting},
};

#define STATES (sizeof states / sizeof states[0])

/*
 * A cell: the state after the event, where it is another: Begin (a rung is to be tried), Hello,
 * Making, Proving, Ready or Over, and the rung's number; then what was done: w a worker started, x
 * one ended, r ready was told, f failed, c replaced, k kept, s a scout is at work, d a death is
 * remembered.
 * ".": nothing changed. "-": the event cannot come.
 */
static const struct event {
	const char *name;
	bool (*happen)(struct world *world);
	const char *becomes; /* a cell for each of states[], between spaces */
} events[] = {
	/* clang-format off */
	/*                                 begin    hello    making   proving  proving2 ready    back     ready-1  steady   fallen   scout    scout-pr scout-ok last     last-ok  pause    over     low      low-sct */
	{"hello",           on_hello,         "-        M0       -        -        -        -        R0rd     -        -        -        -        -        -        -        -        -        -        -        -"},
	{"target",          on_target,        "-        .        P0       .        .        .        .        .        .        .        .        .        .        .        .        -        -        .        ."},
	{"target-refused",  on_target_refused,"-        .        B1x      .        .        .        .        .        .        .        .        .        .        .        .        -        -        .        ."},
	{"other-target",    on_other_target,  "-        .        .        .        .        .        .        .        .        .        .        .        .        .        .        -        -        .        ."},
	{"frame",           on_frame,         "-        .        .        P0       R0r      .        .        .        .        .        .        .        .        .        .        -        -        .        ."},
	{"wrong-frame",     on_wrong_frame,   "-        .        .        B1x      B1x      .        .        .        .        .        .        .        .        .        .        -        -        .        ."},
	{"no-frame",        on_no_frame,      "-        .        .        B1x      B1x      .        .        .        .        .        .        .        .        .        .        -        -        .        ."},
	{"other-frame",     on_other_frame,   "-        .        .        .        .        .        .        .        .        .        .        .        .        .        .        -        -        .        ."},
	{"submitted",       on_submitted,     "-        .        .        .        .        .        .        .        .        .        .        .        .        .        .        -        -        .        ."},
	{"imported",        on_imported,      "-        .        .        .        .        .        .        .        .        .        .        .        .        .        .        -        -        .        ."},
	{"death",           on_death,         "-        B1x      B1x      B1x      B1x      B0xd     B1x      B1x      B0xd     B1xd     B1xd     B1xd     B1xd     O3xf     B0x      -        -        B2xd     B2xd"},
	{"deadline",        on_deadline,      "-        B1x      B1x      B1x      B1x      -        B1x      -        -        -        -        -        -        -        -        H0w      -        -        -"},
	{"stall",           on_stall,         ".        .        .        .        .        B0xd     .        B1x      B0xd     B1xd     B1xd     B1xd     B1xd     O3xf     B0x      .        .        B2xd     B2xd"},
	{"unusable",        on_unusable,      ".        .        .        .        .        B1x      .        B1x      B1x      B2x      B2x      B2x      B2x      O3xf     B0x      .        .        B0x      B0x"},
	{"quiet",           on_quiet,         "-        -        -        -        -        -        -        -        -        R1s      -        -        -        R2sd     R2sd     -        -        -        -"},
	{"wish",            on_wish,          ".        .        .        .        .        .        .        .        .        .        .        .        .        .        .        .        .        R2s      ."},
	{"move",            on_move,          ".        .        .        .        .        .        .        .        .        .        .        .        .        .        .        .        .        .        ."},
	{"scout-death",     on_scout_death,   "-        -        -        -        -        -        -        -        -        -        R1x      R1x      R1x      -        -        -        -        -        R2xs"},
	{"scout-deadline",  on_scout_deadline,"-        -        -        -        -        -        -        -        -        -        R1x      R1x      -        -        -        -        -        -        R2xs"},
	/* clang-format on */
};

#define EVENTS (sizeof events / sizeof events[0])

/* Of ints only, so that two can be compared as memory. */
struct look {
	int state, position, has_worker, has_scout, has_idle, frame, deaths, started, workers,
		ready, failed, replaced, kept;
};

static struct look look_at(const struct world *world)
{
	const struct scanout *scanout = world->scanout;
	return (struct look){
		.state = (int)scanout->state,
		.position = (int)scanout->position,
		.has_worker = scanout->client != NULL,
		.has_scout = scanout->scout != NULL,
		.has_idle = scanout->idle != NULL,
		.frame = scanout->state == SCANOUT_PROVING ? scanout->proof.frame : 0,
		.deaths = scanout->deaths,
		.started = puppet_started,
		.workers = puppet_workers,
		.ready = world->ready,
		.failed = world->failed,
		.replaced = world->replaced,
		.kept = world->kept,
	};
}

static void describe(const struct look *before, const struct look *after, char *text, size_t cap)
{
	static const char letters[] = "HMPRO";
	char state = letters[after->state];
	if (after->state == (int)SCANOUT_STARTING && after->has_idle)
		state = 'B';
	if (memcmp(before, after, sizeof *before) == 0) {
		snprintf(text, cap, ".");
		return;
	}
	int started = after->started - before->started;
	snprintf(text, cap, "%c%d%s%s%s%s%s%s%s%s", state, after->position, started ? "w" : "",
		after->workers - started < before->workers ? "x" : "",
		after->ready > before->ready ? "r" : "", after->failed > before->failed ? "f" : "",
		after->replaced > before->replaced ? "c" : "",
		after->kept > before->kept ? "k" : "", after->has_scout ? "s" : "",
		after->deaths ? "d" : "");
}

/* What holds in every state. */
static void check(const struct world *world)
{
	const struct scanout *scanout = world->scanout;
	bool waits = scanout->client && !scanout->idle && scanout->state < SCANOUT_READY;
	int workers = (scanout->client != NULL) + (scanout->scout && scanout->scout->client);
	assert_int_equal(puppet_workers, workers);
	/* Whoever waits for a worker, or pauses, has a deadline, and nobody else. */
	bool pauses = scanout->state == SCANOUT_STARTING && !scanout->client && !scanout->idle;
	assert_int_equal(puppet_armed(scanout->deadline) != 0, waits || pauses);
	bool target = scanout->state == SCANOUT_MAKING || scanout->state == SCANOUT_PROVING;
	assert_int_equal(scanout->target.id != 0, target);
	assert_int_equal(scanout_client(world->scanout) != NULL, scanout->state == SCANOUT_READY);
	if (puppet_armed(scanout->quiet))
		assert_int_equal(scanout->state, SCANOUT_READY);
	assert_true(world->failed == (scanout->state == SCANOUT_OVER));
}

/* A worker that does everything right leads to a picture, wherever this begins. */
static void check_alive(struct world *world)
{
	for (int i = 0; i < 40 && world->scanout->state != SCANOUT_READY &&
			world->scanout->state != SCANOUT_OVER;
		i++) {
		step(world, world->scanout);
		check(world);
	}
	if (world->scanout->state != SCANOUT_OVER)
		assert_int_equal(world->scanout->state, SCANOUT_READY);
}

static int count_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static bool is_cell(const struct event *event, size_t column, const char *text)
{
	const char *cell = event->becomes;
	for (size_t i = 0; i < column; i++) {
		cell += strcspn(cell, " ");
		cell += strspn(cell, " ");
	}
	return strcspn(cell, " ") == strlen(text) && strncmp(cell, text, strlen(text)) == 0;
}

static bool try_cell(const struct event *event, size_t column, char *text, size_t cap)
{
	struct world world;
	world_begin(&world);
	states[column].reach(&world);
	check(&world);
	struct look before = look_at(&world);
	if (event->happen(&world)) {
		struct look after = look_at(&world);
		describe(&before, &after, text, cap);
		check(&world);
	} else {
		snprintf(text, cap, "-");
	}
	check_alive(&world);
	world_end(&world);
	return is_cell(event, column, text);
}

static void every_event_in_every_state(void **state)
{
	int wrong = 0, tried = 0, files = count_files();
	for (size_t row = 0; row < EVENTS; row++) {
		printf("%-14s", events[row].name);
		for (size_t column = 0; column < STATES; column++) {
			char text[32];
			bool right = try_cell(&events[row], column, text, sizeof text);
			printf(" %s%-*s", right ? "" : "!", right ? 8 : 7, text);
			wrong += !right;
			tried += strcmp(text, "-") != 0;
		}
		printf("\n");
	}
	printf("figures: %zu states, %zu events: %d of %zu can happen, %d wrong\n", STATES, EVENTS,
		tried, STATES * EVENTS, wrong);
	assert_int_equal(wrong, 0);
	assert_int_equal(count_files(), files);
}

/* Any events in any order: what holds in every state holds, and there is always a way on. */
static void any_order_of_events(void **state)
{
	int files = count_files(), steps = 0;
	unsigned seed = 1;
	for (int run = 0; run < 600; run++) {
		struct world world;
		world_begin_at(&world, run % 2);
		for (int i = 0; i < 60 && world.scanout->state != SCANOUT_OVER; i++) {
			size_t which = (size_t)rand_r(&seed) % (EVENTS * 2);
			if (which < EVENTS)
				steps += events[which].happen(&world);
			else
				step(&world, world.scanout);
			if (world.scanout->scout && rand_r(&seed) % 2)
				step(&world, world.scanout->scout);
			if (rand_r(&seed) % 8 == 0)
				puppet_sleep(30);
			if (rand_r(&seed) % 4 == 0)
				scanout_want_gpu(world.scanout);
			check(&world);
		}
		check_alive(&world);
		world_end(&world);
	}
	printf("%d events in 600 runs\n", steps);
	assert_int_equal(count_files(), files);
}

static void climbs_back_after_a_quiet_time(void **state)
{
	struct world world;
	world_begin(&world);
	fall(&world);
	fall(&world);
	assert_int_equal(puppet_armed(world.scanout->quiet), 60000);
	/* The scout finds nothing that holds: the next try comes later, the picture never stopped.
	 */
	for (int wait = 120000; wait < 3600000; wait *= 2) {
		struct render_client *serving = world.scanout->client;
		assert_true(puppet_fire(world.scanout->quiet));
		drop_scout(&world);
		assert_ptr_equal(world.scanout->client, serving);
		assert_int_equal(puppet_armed(world.scanout->quiet), wait);
	}
	/* Then the best of all holds again. */
	assert_true(puppet_fire(world.scanout->quiet));
	assert_int_equal(world.replaced, 0);
	let_scout_climb(&world);
	assert_int_equal(world.replaced, 1);
	assert_int_equal(world.scanout->state, SCANOUT_READY);
	assert_int_equal(world.scanout->position, 0);
	assert_true(world.scanout->verdict.fresh_worker);
	assert_int_equal(puppet_armed(world.scanout->quiet), 0);
	assert_int_equal(puppet_workers, 1);
	/* Soon lost again: no minute is enough this time. Lost after a good time: it is. */
	fall(&world);
	assert_int_equal(puppet_armed(world.scanout->quiet), 3600000);
	world_end(&world);
}

/* Between its last word and its use lies a turn of the loop, in which anything may happen. */
static void a_scout_dies_just_before_it_is_used(void **state)
{
	struct world world;
	world_begin(&world);
	fall(&world);
	fall(&world);
	struct render_client *serving = world.scanout->client;
	assert_true(puppet_fire(world.scanout->quiet));
	while (!world.scanout->adopt)
		step(&world, world.scanout->scout);
	puppet_die(world.scanout->scout->client);
	turn(&world);
	assert_ptr_equal(world.scanout->client, serving);
	assert_int_equal(world.replaced, 0);
	/* It goes on where it would after any death. */
	let_scout_climb(&world);
	assert_int_equal(world.replaced, 1);
	assert_int_equal(world.scanout->position, 1);
	world_end(&world);
}

static void nothing_is_climbed_that_never_held(void **state)
{
	struct world world;
	world_begin(&world);
	to_making(&world);
	puppet_target(world.scanout->client, world.scanout->target.id, false);
	serve(&world);
	assert_int_equal(world.scanout->position, 1);
	assert_int_equal(puppet_armed(world.scanout->quiet), 0);
	world_end(&world);
}

/* --- a GPU on demand --- */

static void a_gpu_is_started_when_it_is_wanted(void **state)
{
	struct world world;
	world_begin_at(&world, true);
	assert_false(scanout_want_gpu(world.scanout)); /* nobody serves yet */
	serve(&world);
	assert_int_equal(world.scanout->position, 2);
	assert_int_equal(puppet_armed(world.scanout->quiet), 0);
	struct render_client *serving = world.scanout->client;
	assert_true(scanout_want_gpu(world.scanout));
	assert_true(scanout_want_gpu(world.scanout));
	turn(&world);
	assert_int_equal(puppet_workers, 2);
	assert_ptr_equal(world.scanout->client, serving);
	let_scout_climb(&world);
	assert_int_equal(world.scanout->state, SCANOUT_READY);
	assert_int_equal(world.scanout->position, 0);
	assert_int_equal(world.replaced, 1);
	assert_int_equal(world.kept, 0);
	assert_int_equal(puppet_workers, 1);
	/* From here on it is as if it had begun there. */
	assert_false(scanout_want_gpu(world.scanout));
	fall(&world);
	fall(&world);
	assert_int_equal(world.scanout->position, 2);
	assert_false(scanout_want_gpu(world.scanout));
	assert_int_equal(puppet_armed(world.scanout->quiet), 60000);
	world_end(&world);
}

/* The CPU goes on. It is looked for again, after times as for a rung that was lost. */
static void a_gpu_that_is_wanted_in_vain(void **state)
{
	struct world world;
	world_begin_at(&world, true);
	serve(&world);
	struct render_client *serving = world.scanout->client;
	assert_true(scanout_want_gpu(world.scanout));
	for (int wait = 60000; wait < 3600000; wait *= 2) {
		drop_scout(&world);
		assert_ptr_equal(world.scanout->client, serving);
		assert_false(scanout_want_gpu(world.scanout));
		assert_int_equal(puppet_armed(world.scanout->quiet), wait);
		assert_true(puppet_fire(world.scanout->quiet));
	}
	printf("figures: looked for %d times\n", world.kept);
	assert_in_range(world.kept, 6, 7);
	assert_int_equal(world.replaced, 0);
	world_end(&world);
}

/* Its worker dies while a GPU is looked for: that begins anew, for nobody has answered yet. */
static void a_death_while_a_gpu_is_looked_for(void **state)
{
	struct world world;
	world_begin_at(&world, true);
	serve(&world);
	assert_true(scanout_want_gpu(world.scanout));
	puppet_die(world.scanout->client);
	assert_null(world.scanout->scout);
	serve(&world);
	assert_int_equal(world.scanout->position, 2);
	assert_true(scanout_want_gpu(world.scanout));
	let_scout_climb(&world);
	assert_int_equal(world.scanout->position, 0);
	assert_int_equal(world.kept, 0);
	world_end(&world);
}

static void what_begins_low_and_does_not_hold_goes_on_at_the_top(void **state)
{
	struct world world;
	world_begin_at(&world, true);
	to_making(&world);
	assert_int_equal(world.scanout->position, 2);
	puppet_target(world.scanout->client, world.scanout->target.id, false);
	serve(&world);
	assert_int_equal(world.scanout->position, 0);
	assert_int_equal(world.failed, 0);
	/* Where no rung holds that is still said, after one round. */
	world_end(&world);
	world_begin_at(&world, true);
	for (int deaths = 0; !world.failed; deaths++) {
		assert_in_range(deaths, 0, 4);
		to_hello(&world);
		puppet_die(world.scanout->client);
		turn(&world);
	}
	world_end(&world);
}

/* Deaths at the last rung, 1000 of them: the session goes on as long as pictures come between them.
 */
static void pictures_keep_the_session(void **state)
{
	struct world world;
	world_begin(&world);
	for (int i = 0; i < 1000; i++) {
		serve(&world);
		puppet_done(world.scanout->client, 7, true);
		puppet_die(world.scanout->client);
		check(&world);
	}
	assert_int_equal(world.failed, 0);
	/* Without one it ends, after some rounds with pauses between them. */
	int deaths = 0, paused = 0;
	for (; !world.failed && deaths < 1000; deaths++) {
		if (!world.scanout->client && !world.scanout->idle)
			paused += puppet_armed(world.scanout->deadline);
		serve(&world);
		puppet_die(world.scanout->client);
	}
	printf("figures: 1000 deaths with pictures between them, then %d without, in %d ms at "
	       "least\n",
		deaths, paused);
	assert_int_equal(paused, 400 + 800 + 1600 + 3200 + 6400);
	assert_int_equal(world.failed, 1);
	world_end(&world);
}

/* Pictures that need no worker: its deaths do not end the session, but are not repeated at once. */
static void pictures_without_the_worker_keep_the_session(void **state)
{
	struct world world;
	int rounds = 0, pauses = 0;
	world_begin(&world);
	for (int i = 0; i < 1000; i++) {
		if (!world.scanout->client && !world.scanout->idle) {
			assert_int_equal(puppet_armed(world.scanout->deadline), 400);
			pauses++;
		}
		rounds += world.scanout->position == 0 && world.scanout->deaths == 0;
		serve(&world);
		scanout_frame_shown(world.scanout);
		puppet_die(world.scanout->client);
		check(&world);
	}
	printf("figures: 1000 deaths, %d rounds, %d pauses\n", rounds, pauses);
	assert_in_range(pauses, rounds - 2, rounds);
	assert_int_equal(world.failed, 0);
	world_end(&world);
}

int main(void)
{
	log_init("test", LOG_LEVEL_ERROR);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_in_every_state),
		cmocka_unit_test(any_order_of_events),
		cmocka_unit_test(climbs_back_after_a_quiet_time),
		cmocka_unit_test(a_scout_dies_just_before_it_is_used),
		cmocka_unit_test(nothing_is_climbed_that_never_held),
		cmocka_unit_test(a_gpu_is_started_when_it_is_wanted),
		cmocka_unit_test(a_gpu_that_is_wanted_in_vain),
		cmocka_unit_test(a_death_while_a_gpu_is_looked_for),
		cmocka_unit_test(what_begins_low_and_does_not_hold_goes_on_at_the_top),
		cmocka_unit_test(pictures_keep_the_session),
		cmocka_unit_test(pictures_without_the_worker_keep_the_session),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

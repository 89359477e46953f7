// SPDX-License-Identifier: MIT
/*
 * fences LIBRARY: what libvitrine_fences.so adds to a main loop of QEMU's kind, GLib's, in which
 * nothing else looks for fences. LIBRARY is tests/host/virgl.c; one test does without.
 */
#include "tests/host/virgl.h"
#include "tests/unit.h"

#include <dlfcn.h>
#include <glib.h>
#include <stdbool.h>

/* Looks at a fence that is never reached: 0.2 to 0.8 ms old, then a quarter older each time, until
 * QEMU's own looks, every 10 ms, are as many. Late ones only make them fewer. */
#define FENCES_LIMIT 22

static const char *fences_library;
static struct virgl_seen *fences_seen;
static int fences_cookie, fences_callbacks;
static bool fences_is_stopped;

/* QEMU's, which is looked for in the program. */
__attribute__((visibility("default"))) bool runstate_is_running(void);

bool runstate_is_running(void)
{
	return !fences_is_stopped;
}

/* Runs the main loop until it has looked so often, or for so many milliseconds. Returns the looks.
 */
static unsigned fences_run(unsigned looks, int milliseconds)
{
	gint64 end = g_get_monotonic_time() + (gint64)milliseconds * 1000;

	while (fences_seen->looks < looks && g_get_monotonic_time() < end) {
		if (!g_main_context_iteration(NULL, FALSE))
			g_usleep(100);
	}
	return fences_seen->looks;
}

static void fences_begin(int flags)
{
	assert_int_equal(virgl_renderer_init(&fences_cookie, flags, &fences_callbacks), 0);
}

/* Before there is such a library, as in a QEMU that has it under another name. */
static void fences_without(void **state)
{
	assert_int_equal(virgl_renderer_init(&fences_cookie, 0, &fences_callbacks), -1);
	void *library = dlopen(fences_library, RTLD_NOW | RTLD_LOCAL);

	assert_non_null(library);
	fences_seen = dlsym(library, "virgl_seen");
	assert_non_null(fences_seen);
}

static void fences_pass(void **state)
{
	assert_int_equal(virgl_renderer_init(&fences_cookie, VIRGL_REFUSED, NULL), -1);
	fences_begin(5);
	assert_int_equal(fences_seen->flags, 5);
	assert_ptr_equal(fences_seen->cookie, &fences_cookie);
	assert_ptr_equal(fences_seen->callbacks, &fences_callbacks);
	assert_int_equal(virgl_renderer_context_create_fence(3, 0, 2, UINT64_C(1) << 40), 0);
	assert_int_equal(fences_seen->context, 3);
	assert_int_equal(fences_seen->ring, 2);
	assert_int_equal(fences_seen->fence, UINT64_C(1) << 40);
	assert_int_equal(virgl_renderer_create_fence(7, 0), 0);
	assert_int_equal(fences_seen->fence, 7);
	virgl_renderer_cleanup(&fences_cookie);
	assert_ptr_equal(fences_seen->cleaned, &fences_cookie);
}

/* Nobody looks where nothing is to be seen. */
static void fences_idle(void **state)
{
	fences_begin(0);
	assert_int_equal(fences_run(1, 50), 0);
	assert_int_equal(virgl_renderer_context_create_fence(1, 0, VIRGL_NO_RING, 1), -22);
	assert_int_equal(fences_run(1, 50), 0);
}

/* Of either kind, again and again. */
static void fences_reached(void **state)
{
	fences_begin(0);
	for (unsigned i = 0; i < 20; i++) {
		if (i % 2)
			virgl_renderer_create_fence((int)i, 0);
		else
			virgl_renderer_context_create_fence(1, 0, 1, i);
		assert_true(fences_run(fences_seen->looks + 3, 10000) >= 3 * (i + 1));
	}
}

/* One that takes long is QEMU's own to look for, as before. */
static void fences_late(void **state)
{
	fences_begin(0);
	virgl_renderer_context_create_fence(1, 0, 1, 1);
	unsigned looks = fences_run(UINT_MAX, 1000);

	print_message("a fence of a second was looked for %u times\n", looks);
	assert_in_range(looks, 1, FENCES_LIMIT);
	assert_int_equal(fences_run(UINT_MAX, 100), looks);
}

/* Not in a machine that is stopped; after that it is QEMU's timer that looks first. */
static void fences_stopped(void **state)
{
	fences_begin(0);
	virgl_renderer_context_create_fence(1, 0, 1, 1);
	fences_is_stopped = true;
	assert_int_equal(fences_run(1, 50), 0);
	fences_is_stopped = false;
	assert_int_equal(fences_run(1, 50), 0);
	virgl_renderer_context_create_fence(1, 0, 1, 2);
	assert_true(fences_run(1, 10000) > 0);
	virgl_renderer_cleanup(&fences_cookie);
}

static void fences_told(void **state)
{
	fences_begin(VIRGL_ASYNC_FENCE_CB);
	virgl_renderer_context_create_fence(1, 0, 1, 1);
	assert_int_equal(fences_run(1, 50), 0);
}

/* Nobody looks after the end, when there is nothing left to look at. */
static void fences_cleaned(void **state)
{
	fences_begin(0);
	virgl_renderer_context_create_fence(1, 0, 1, 1);
	virgl_renderer_cleanup(&fences_cookie);
	assert_int_equal(fences_run(1, 50), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fences_without),
		cmocka_unit_test(fences_pass),
		cmocka_unit_test(fences_idle),
		cmocka_unit_test(fences_reached),
		cmocka_unit_test(fences_late),
		cmocka_unit_test(fences_stopped),
		cmocka_unit_test(fences_told),
		cmocka_unit_test(fences_cleaned),
	};

	fences_library = argv[argc - 1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}

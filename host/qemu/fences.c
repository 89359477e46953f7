// SPDX-License-Identifier: MIT
/*
 * Preloaded into QEMU, whose guests then learn of a fence soon after the GPU has reached it.
 *
 * QEMU up to 10.2 looks for fences when the guest has given commands, and else every 10 ms
 * (virtio_gpu_fence_poll()). A Venus client waits for one in each frame that it presents, with
 * nothing else to say meanwhile: 10 ms, however short the frame was. Here QEMU's main loop looks
 * more often, as QEMU's own timer does, and with the same lock held (os_host_main_loop_wait()).
 * That timer is of QEMU_CLOCK_VIRTUAL: so in a machine that is stopped nobody looks, and it is the
 * first to look when the machine goes on. A QEMU that is told of fences by virglrenderer's threads
 * (VIRGL_RENDERER_ASYNC_FENCE_CB) may not look, and is left alone.
 *
 * QEMU's module resolves virglrenderer's functions here first. Programs that QEMU starts have this
 * preloaded too and call none of them; so it is linked with nothing but the C library.
 */
#include "host/qemu/virgl.h"

#include "host/env.h"

#include <dlfcn.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define FENCES_EXPORT __attribute__((visibility("default")))
#define FENCES_SOONEST 200000 /* ns until the first look, and at least between two */
#define FENCES_SHARE 4        /* of the newest fence's age: how long until the next look */
#define FENCES_QEMU 10000000  /* ns between two looks of QEMU's own */

typedef int (*fences_callback)(int fd, unsigned condition, void *data);
/* g_unix_fd_add() of GLib, a GIOCondition being poll()'s events */
typedef unsigned (*fences_add)(int fd, unsigned condition, fences_callback callback, void *data);

/* Used with QEMU's big lock held. */
static struct {
	/* virglrenderer's own */
	__typeof__(&virgl_renderer_init) init;
	__typeof__(&virgl_renderer_cleanup) cleanup;
	__typeof__(&virgl_renderer_poll) poll;
	__typeof__(&virgl_renderer_create_fence) create_fence;
	__typeof__(&virgl_renderer_context_create_fence) context_create_fence;

	/* QEMU's; NULL: a QEMU without modules, which may export nothing, looks for up to 50 ms
	 * after the newest fence in a stopped machine too */
	bool (*runstate_is_running)(void);

	bool are_told; /* QEMU is, by threads of virglrenderer */
	int timer;     /* a timerfd in the main loop; -1: none */
	int64_t made;  /* when the newest fence was, nanoseconds of CLOCK_MONOTONIC */
} fences = {.timer = -1};

#define FENCES_FIND(library, name) \
	((fences.name = (__typeof__(fences.name))dlsym(library, "virgl_renderer_" #name)) != NULL)

/* False: stderr says why. */
static bool fences_find_next(void)
{
	/* QEMU has it open, but for one of its modules, where RTLD_NEXT does not look. */
	void *library = dlopen(VIRGL_LIBRARY, RTLD_LAZY | RTLD_NOLOAD);

	if (library && FENCES_FIND(library, init) && FENCES_FIND(library, cleanup) &&
		FENCES_FIND(library, poll) && FENCES_FIND(library, create_fence) &&
		FENCES_FIND(library, context_create_fence))
		return true;
	env_complain("this QEMU's virglrenderer is no " VIRGL_LIBRARY
		     " of version 1.0 or newer: start it without libvitrine_fences.so");
	return false;
}

static int64_t fences_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* nanoseconds: less than a second; 0: not at all. */
static void fences_look_in(int64_t nanoseconds)
{
	const struct itimerspec when = {.it_value.tv_nsec = nanoseconds};

	timerfd_settime(fences.timer, 0, &when, NULL);
}

/* The pause grows with the fence's age, so nothing is late by much of what it took. */
static int fences_look(int fd, unsigned condition, void *data)
{
	int64_t pause = (fences_now() - fences.made) / FENCES_SHARE;
	uint64_t expirations;

	(void)condition;
	(void)data;
	if (read(fd, &expirations, sizeof expirations) < 0)
		return true;
	if (fences.runstate_is_running && !fences.runstate_is_running())
		return true;
	if (pause < FENCES_QEMU)
		fences_look_in(pause > FENCES_SOONEST ? pause : FENCES_SOONEST);
	fences.poll();
	return true;
}

/* GLib's main loop, which is QEMU's, is QEMU's to link with. */
static void fences_join_loop(void)
{
	fences_add add = (fences_add)dlsym(RTLD_DEFAULT, "g_unix_fd_add");
	int timer = add ? timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK) : -1;

	if (timer < 0) {
		env_complain("no timer in QEMU's main loop: its guests learn of fences late, as "
			     "without libvitrine_fences.so");
		return;
	}
	fences.runstate_is_running = (bool (*)(void))dlsym(RTLD_DEFAULT, "runstate_is_running");
	add(timer, POLLIN, fences_look, NULL);
	fences.timer = timer;
	env_complain("QEMU looks for its guests' fences when they are due");
}

static int fences_was_made(int error)
{
	if (fences.timer >= 0 && !fences.are_told && !error) {
		fences.made = fences_now();
		fences_look_in(FENCES_SOONEST);
	}
	return error;
}

FENCES_EXPORT int virgl_renderer_init(void *cookie, int flags, void *callbacks)
{
	if (!fences_find_next())
		return -1;
	fences.are_told = flags & VIRGL_ASYNC_FENCE_CB;
	if (!fences.are_told && fences.timer < 0)
		fences_join_loop();
	return fences.init(cookie, flags, callbacks);
}

FENCES_EXPORT void virgl_renderer_cleanup(void *cookie)
{
	if (fences.timer >= 0)
		fences_look_in(0);
	fences.cleanup(cookie);
}

FENCES_EXPORT int virgl_renderer_create_fence(int fence, uint32_t context)
{
	return fences_was_made(fences.create_fence(fence, context));
}

FENCES_EXPORT int virgl_renderer_context_create_fence(
	uint32_t context, uint32_t flags, uint32_t ring, uint64_t fence)
{
	return fences_was_made(fences.context_create_fence(context, flags, ring, fence));
}

/*
 * A host that takes nothing: QEMU's gtk display does so while its window is minimised. The kernel
 * goes on until the device's queue is full; then flips do not end, and calls that are commands to
 * the device wait in the kernel. So a screen whose host owes an answer makes none, and everything
 * else goes on.
 */
#include "compositor/screen_private.h"

#include "common/clock.h"
#include "common/log.h"
#include "kms/output.h"

#define SCREEN_SILENCE 1000 /* milliseconds without an answer, after which it is said */

void screen_await_host(struct screen *screen)
{
	screen->asked = clock_now();
	deadline_set(&screen->deadline, SCREEN_SILENCE);
}

void screen_host_is_silent(struct screen *screen)
{
	screen->silent = true;
	kms_device_ask(kms_output_device(screen->kms));
	log_warn("%s: the host has not taken a picture for %d ms (its window may be minimised): "
		 "the last one stays, everything else goes on",
		screen->output.name, SCREEN_SILENCE);
}

void screen_host_answered(struct screen *screen)
{
	if (!screen->kms || kms_output_is_busy(screen->kms))
		return;
	if (screen->silent)
		log_info("%s: the host takes pictures again, after %.1f s", screen->output.name,
			(double)(clock_now() - screen->asked) / CLOCK_NS_PER_S);
	screen->silent = false;
	screen_mode_retry(screen);
	if (screen->state == SCREEN_BLOCKED)
		screen_show(screen);
}

bool screen_host_takes_nothing(const struct screen *screen)
{
	return screen->kms && !kms_device_has_answered(kms_output_device(screen->kms));
}

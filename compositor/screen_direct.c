/* A client's buffer that fills the screen goes to the display as it is: no worker, no copy. */
#include "compositor/direct.h"
#include "compositor/screen_private.h"

#include "common/clock.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"

#include <errno.h>

bool screen_take_direct(struct screen *screen)
{
	/* A frame of the client's own could not be drawn again. */
	if (!screen->alone || screen_modeset_clears(screen))
		return false;
	struct buffer *buffer = screen->alone->current.buffer;
	screen->direct_kms = direct_framebuffer(screen->direct, screen, buffer);
	if (!screen->direct_kms)
		return false;
	buffer_lock(buffer);
	screen->direct_held = buffer;
	renderer_skip(screen->alone);
	screen->times.direct = true;
	frame_clock_measure(&screen->clock, clock_now() - screen->planned);
	return true;
}

void screen_show_direct(struct screen *screen)
{
	struct buffer *buffer = screen->direct_held;
	/* While it is committed the lock is direct_next's. */
	buffer_lock(buffer);
	int error = screen_flip(screen, screen->direct_kms);
	if (error == 0) {
		screen->direct_next = buffer;
		return;
	}
	if (error == -EBUSY || error == -EACCES) {
		screen_handle_refusal(screen, error);
	} else {
		direct_refuse(screen, buffer, error);
		screen_lose_frame(screen);
		screen_next(screen); /* which draws it */
	}
	buffer_unlock(buffer);
}

void screen_drop_direct(struct screen *screen)
{
	if (screen->direct_held)
		buffer_unlock(screen->direct_held);
	screen->direct_held = NULL;
}

static void screen_set_alone(struct screen *screen, struct surface *alone)
{
	struct surface *before = screen->alone;
	screen->alone = alone;
	if (alone != before)
		screen->listener->alone_changed(screen->data, screen, before);
}

void screen_find_alone(struct screen *screen)
{
	const struct scene_element *candidate = scene_exact(&screen->scene);
	screen_set_alone(screen, candidate ? candidate->surface : NULL);
}

bool screen_direct_flipped(struct screen *screen)
{
	if (screen->direct_shown)
		buffer_unlock(screen->direct_shown);
	screen->direct_shown = screen->direct_next;
	screen->direct_next = NULL;
	return screen->direct_shown;
}

void screen_direct_finish(struct screen *screen)
{
	screen_direct_flipped(screen);
	screen_direct_flipped(screen);
	screen_set_alone(screen, NULL);
}

/* A client's buffer that fills the screen goes to the display as it is: no worker, no copy. */
#include "compositor/direct.h"
#include "compositor/screen_private.h"

#include "protocol/buffer.h"
#include "protocol/surface.h"

#include <errno.h>

bool screen_show_direct(struct screen *screen)
{
	const struct scene_element *candidate = scene_exact(&screen->scene);
	if (!candidate)
		return false;
	struct buffer *buffer = candidate->surface->current.buffer;
	struct kms_buffer *kms = direct_framebuffer(screen->direct, screen, buffer);
	if (!kms)
		return false;
	int error = screen_flip(screen, kms, -1);
	if (error == -EBUSY || error == -EACCES) {
		screen_handle_refusal(screen, error);
		return true;
	}
	if (error) {
		direct_refuse(screen, buffer, error);
		return false;
	}
	buffer_lock(buffer);
	screen->direct_next = buffer;
	renderer_skip(candidate->surface);
	screen->times.direct = true;
	return true;
}

void screen_find_alone(struct screen *screen)
{
	const struct scene_element *candidate = scene_exact(&screen->scene);
	struct surface *before = screen->alone;
	screen->alone = candidate ? candidate->surface : NULL;
	if (screen->alone != before)
		screen->listener->alone_changed(screen->data, screen, before);
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
}

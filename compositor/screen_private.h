/** Between the screen's files only. */
#ifndef COMPOSITOR_SCREEN_PRIVATE_H
#define COMPOSITOR_SCREEN_PRIVATE_H

#include "compositor/screen.h"

/* Goes on with what is needed, or rests. No frame may be under way. */
void screen_next(struct screen *screen);

/* Starts drawing after a stop, when everything for it is there. */
void screen_resume(struct screen *screen);

/* Everything is to be drawn, and its next frame sets the mode. */
void screen_renew(struct screen *screen);

/* The worker is as good as dead. */
void screen_stall(struct screen *screen, const char *reason);

/* screen_show.c */

/* What the last scene shows is shown: tells the clients that wait for it. */
void screen_presented(struct screen *screen, int64_t time, uint64_t sequence, uint32_t flags);

/* The frame under way is ready to be shown at its vblank, when its fence (a sync_file, taken over;
 * -1: none) is signalled. */
void screen_hold(struct screen *screen, int fence);

/* Shows the frame that was held. */
void screen_show(struct screen *screen);

/* Lets go what belongs to the held frame. */
void screen_drop_held(struct screen *screen);

/* The frame under way is not shown: what it changed is drawn again. */
void screen_lose_frame(struct screen *screen);

/* Gives a buffer to the display with the frame's damage. 0, or -errno: nothing changed. */
int screen_flip(struct screen *screen, struct kms_buffer *buffer);

/** Whether the next frame sets the mode, and may be zeros then. */
bool screen_modeset_clears(const struct screen *screen);

/* The frame under way waits for the display, or ends the screen. */
void screen_handle_refusal(struct screen *screen, int error);

/* screen_direct.c */

/* Takes the client's buffer that is all there is to be seen for the frame under way, if the display
 * can show it. False: it is to be drawn. */
bool screen_take_direct(struct screen *screen);

/* Gives it to the display. */
void screen_show_direct(struct screen *screen);

/* It is not to be shown. */
void screen_drop_direct(struct screen *screen);

/* The scene is built: tells whether another surface fills the screen alone. */
void screen_find_alone(struct screen *screen);

/* What was committed last is on the display: true if it is a client's buffer. */
bool screen_direct_flipped(struct screen *screen);

/* The screen goes. */
void screen_direct_finish(struct screen *screen);

/* screen_host.c */

/* The host owes an answer from now on, to a commit or before one can be made. */
void screen_await_host(struct screen *screen);

/* It has not come in time. */
void screen_host_is_silent(struct screen *screen);

/* screen_mode.c */

/* Makes targets for the screen's mode, and for another that waits. */
void screen_mode_start(struct screen *screen);

/* The worker is gone: so are the targets. A mode that was on its way waits for the next worker. */
void screen_mode_stop(struct screen *screen);

/* A mode that waits may be possible now. */
void screen_mode_retry(struct screen *screen);

/* A frame is about to be drawn: takes the new mode if it is its time. False: the frame is to wait
 * for the new targets. */
bool screen_mode_latch(struct screen *screen);

/* The display refuses the mode: goes back to the one that it took. False: that is this one,
 * or that was tried. */
bool screen_mode_return(struct screen *screen, int error);

/* screen::patience is over. */
int screen_handle_patience(void *data);

#endif

/**
 * Workers that are no processes, timers that never run by themselves, and a clock that stands: the
 * functions of render/client.h, and in their places (by the linker's --wrap)
 * wl_event_loop_add_timer, wl_event_source_timer_update and clock_gettime. A test says every word
 * and every death itself.
 */
#ifndef TESTS_PUPPET_H
#define TESTS_PUPPET_H

#include "render/client.h"

#include <wayland-server-core.h>

/** Workers that there are, and that there ever were. */
extern int puppet_workers, puppet_started;

/** Around what the last update of a texture said had changed, buffer pixels; empty: nothing. */
extern pixman_box32_t puppet_damage;

/** What the worker says to whoever listens. */
void puppet_hello(struct render_client *client);
void puppet_target(struct render_client *client, uint32_t id, bool ok);
void puppet_done(struct render_client *client, uint32_t sequence, bool ok);
void puppet_submitted(struct render_client *client, uint32_t sequence);
void puppet_imported(struct render_client *client, uint32_t buffer);
void puppet_die(struct render_client *client);

/** Draws the last frame that it was told, with the right colours or others. */
void puppet_draw(struct render_client *client, bool right);

/** Milliseconds for which a timer is armed; 0: it is not. */
int puppet_armed(struct wl_event_source *timer);

/** The timer's time has come. False: it is not armed. */
bool puppet_fire(struct wl_event_source *timer);

/** The clock goes on, seconds. */
void puppet_sleep(int seconds);

#endif

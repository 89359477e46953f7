/** wp_viewporter: a surface's source rectangle and destination size. */
#ifndef PROTOCOL_VIEWPORTER_H
#define PROTOCOL_VIEWPORTER_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct space;
struct surface;

struct wl_global *viewporter_create(struct wl_display *display);

/** Checks what a commit would give. False: a protocol error was posted on the surface's viewport.
 */
bool viewporter_check(struct surface *surface, const struct space *next);

#endif

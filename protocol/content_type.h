/** wp_content_type_v1: what kind of picture a surface shows, kept in surface_state::content_type.
 */
#ifndef PROTOCOL_CONTENT_TYPE_H
#define PROTOCOL_CONTENT_TYPE_H

#include <wayland-server-core.h>

/** NULL: no memory. */
struct wl_global *content_type_create(struct wl_display *display);

#endif

/** zxdg_exporter_v2 and zxdg_importer_v2: a window of one client as the parent of another client's.
 */
#ifndef PROTOCOL_XDG_FOREIGN_H
#define PROTOCOL_XDG_FOREIGN_H

#include <stdbool.h>
#include <wayland-server-core.h>

#define XDG_FOREIGN_BUCKETS 256

/** Zeroed before xdg_foreign_create(). */
struct xdg_foreign {
	struct wl_list exports[XDG_FOREIGN_BUCKETS]; /**< struct xdg_export::link, by the handle */
};

/** Adds both globals, which keep *foreign, borrowed, until the display goes. False: no memory. */
bool xdg_foreign_create(struct wl_display *display, struct xdg_foreign *foreign);

#endif

/**
 * What another protocol keeps with a surface: from the first time that it is asked for until the
 * surface goes, so longer than the protocol's own object may live.
 */
#ifndef PROTOCOL_SURFACE_COMPANION_H
#define PROTOCOL_SURFACE_COMPANION_H

#include <stddef.h>
#include <wayland-server-core.h>

struct surface;

/** First in the protocol's own struct. */
struct surface_companion {
	struct surface *surface;
	const struct surface_companion_kind *kind;
	struct wl_list link; /**< surface::companions */
	struct wl_listener precommit, commit, destroy;
};

struct surface_companion_kind {
	size_t size; /**< of the whole struct */
	/** Once, with the rest zeroed. */
	void (*init)(struct surface_companion *companion, void *data);
	/** As the surface's signals precommit and commit. Each may be NULL. */
	void (*precommit)(struct surface_companion *companion);
	void (*applied)(struct surface_companion *companion);
	/** The surface goes; the struct is freed afterwards. */
	void (*finish)(struct surface_companion *companion);
};

/** The surface's companion of that kind, made and given data if there was none. */
void *surface_companion_get(
	struct surface *surface, const struct surface_companion_kind *kind, void *data);

#endif

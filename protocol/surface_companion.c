#include "protocol/surface_companion.h"

#include "common/xalloc.h"
#include "protocol/surface.h"

#include <stdlib.h>

static void surface_companion_handle_precommit(struct wl_listener *listener, void *data)
{
	struct surface_companion *companion = wl_container_of(listener, companion, precommit);
	if (companion->kind->precommit)
		companion->kind->precommit(companion);
}

static void surface_companion_handle_commit(struct wl_listener *listener, void *data)
{
	struct surface_companion *companion = wl_container_of(listener, companion, commit);
	if (companion->kind->applied)
		companion->kind->applied(companion);
}

static void surface_companion_handle_destroy(struct wl_listener *listener, void *data)
{
	struct surface_companion *companion = wl_container_of(listener, companion, destroy);
	companion->kind->finish(companion);
	wl_list_remove(&companion->precommit.link);
	wl_list_remove(&companion->commit.link);
	wl_list_remove(&companion->destroy.link);
	wl_list_remove(&companion->link);
	free(companion);
}

void *surface_companion_get(
	struct surface *surface, const struct surface_companion_kind *kind, void *data)
{
	struct surface_companion *companion;
	wl_list_for_each (companion, &surface->companions, link) {
		if (companion->kind == kind)
			return companion;
	}
	companion = xcalloc(1, kind->size);
	companion->surface = surface;
	companion->kind = kind;
	wl_list_insert(&surface->companions, &companion->link);
	companion->precommit.notify = surface_companion_handle_precommit;
	companion->commit.notify = surface_companion_handle_commit;
	companion->destroy.notify = surface_companion_handle_destroy;
	wl_signal_add(&surface->events.precommit, &companion->precommit);
	wl_signal_add(&surface->events.commit, &companion->commit);
	wl_signal_add(&surface->events.destroy, &companion->destroy);
	kind->init(companion, data);
	return companion;
}

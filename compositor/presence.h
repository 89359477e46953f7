/** Which surfaces are on an output: tells their clients when they enter and leave it. */
#ifndef COMPOSITOR_PRESENCE_H
#define COMPOSITOR_PRESENCE_H

#include <wayland-server-core.h>

struct output;
struct scene;
struct surface;

struct presence {
	struct wl_array surfaces; /**< struct surface *: told that they have entered */
};

void presence_init(struct presence *presence);

/** All of them leave. */
void presence_finish(struct presence *presence, struct output *output);

/** A scene of the output was built. */
void presence_update(struct presence *presence, struct output *output, const struct scene *scene);

/** Other buffers are best there now: they are told. */
void presence_prefer(const struct presence *presence, const struct output *output);

/** The surface goes: it is told nothing any more. */
void presence_forget(struct presence *presence, const struct surface *surface);

#endif

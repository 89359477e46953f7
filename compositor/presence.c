#include "compositor/presence.h"

#include "compositor/scene.h"
#include "protocol/output.h"
#include "protocol/surface.h"

void presence_init(struct presence *presence)
{
	wl_array_init(&presence->surfaces);
}

void presence_finish(struct presence *presence, struct output *output)
{
	struct surface **surface;
	wl_array_for_each (surface, &presence->surfaces)
		output_leave(output, *surface);
	wl_array_release(&presence->surfaces);
	wl_array_init(&presence->surfaces);
}

static size_t presence_len(const struct presence *presence)
{
	return presence->surfaces.size / sizeof(struct surface *);
}

static bool presence_is_seen(const struct surface *surface, const struct scene *scene)
{
	for (size_t i = 0; i < scene->len; i++) {
		if (scene->elements[i].surface == surface && scene->elements[i].on_screen)
			return true;
	}
	return false;
}

/* As a rule the same surfaces lie on the output as did before, in some order. */
static bool presence_is_same(
	const struct presence *presence, const struct output *output, const struct scene *scene)
{
	size_t seen = 0;
	for (size_t i = 0; i < scene->len; i++) {
		const struct scene_element *element = &scene->elements[i];
		if (!element->on_screen)
			continue;
		if (!output_has(output, element->surface))
			return false;
		seen++;
	}
	return seen == presence_len(presence);
}

static void presence_leave(
	struct presence *presence, struct output *output, const struct scene *scene)
{
	struct surface **surfaces = presence->surfaces.data;
	size_t len = presence_len(presence), kept = 0;
	for (size_t i = 0; i < len; i++) {
		if (presence_is_seen(surfaces[i], scene))
			surfaces[kept++] = surfaces[i];
		else
			output_leave(output, surfaces[i]);
	}
	presence->surfaces.size = kept * sizeof *surfaces;
}

static void presence_enter(
	struct presence *presence, struct output *output, struct surface *surface)
{
	struct surface **slot;
	if (output_has(output, surface) || !output_enter(output, surface))
		return;
	slot = wl_array_add(&presence->surfaces, sizeof(struct surface *));
	if (slot)
		*slot = surface;
}

void presence_update(struct presence *presence, struct output *output, const struct scene *scene)
{
	if (presence_is_same(presence, output, scene))
		return;
	presence_leave(presence, output, scene);
	for (size_t i = 0; i < scene->len; i++) {
		if (scene->elements[i].on_screen)
			presence_enter(presence, output, scene->elements[i].surface);
	}
}

void presence_prefer(const struct presence *presence, const struct output *output)
{
	struct surface **surface;
	wl_array_for_each (surface, &presence->surfaces) {
		if ((*surface)->resource)
			output_prefer(output, *surface);
	}
}

void presence_forget(struct presence *presence, const struct surface *surface)
{
	struct surface **surfaces = presence->surfaces.data;
	size_t len = presence_len(presence);
	for (size_t i = 0; i < len; i++) {
		if (surfaces[i] != surface)
			continue;
		surfaces[i] = surfaces[len - 1];
		presence->surfaces.size -= sizeof *surfaces;
		return;
	}
}

#include "compositor/layers.h"

#include "compositor/desktop_private.h"
#include "compositor/layer_layout.h"
#include "compositor/scene.h"
#include "protocol/surface.h"

#include "wlr-layer-shell-unstable-v1-server.h"

#include <string.h>

/* The first layer above the windows. */
#define LAYERS_ABOVE ZWLR_LAYER_SHELL_V1_LAYER_TOP

static void layers_handle_created(void *data, struct layer_surface *layer)
{
	struct layers *layers = data;
	struct view *view = view_create_layer(layers->desktop, layer);
	view->output = layer->output ? desktop_find_output(layers->desktop, layer->output)
				     : desktop_choose_output(view);
	wl_list_insert(&layers->waiting, &view->link);
	layer->data = view;
}

/* Where it belongs now, above those that came there before. */
static void layers_sort(struct layers *layers, struct view *view)
{
	const struct layer_surface *layer = view->layer;
	struct wl_list *list =
		layer->mapped ? &layers->views[layer->current.layer] : &layers->waiting;
	struct view *other;
	wl_list_for_each (other, list, link) {
		if (other == view)
			return;
	}
	wl_list_remove(&view->link);
	wl_list_insert(list->prev, &view->link);
}

static void layers_handle_changed(void *data, struct layer_surface *layer)
{
	struct layers *layers = data;
	struct view *view = layer->data;
	bool was_mapped = view->layer_mapped;
	view->layer_mapped = layer->mapped;
	layers_sort(layers, view);
	/* A new one that takes the keyboard gets it, as a new window does. */
	if (layer->mapped && !was_mapped &&
		layer->current.keyboard == ZWLR_LAYER_SURFACE_V1_KEYBOARD_INTERACTIVITY_ON_DEMAND)
		layers->wanted = view;
	if (layers->wanted == view &&
		(!layer->mapped || layer->current.keyboard ==
					   ZWLR_LAYER_SURFACE_V1_KEYBOARD_INTERACTIVITY_NONE))
		layers->wanted = NULL;
	desktop_layers_changed(layers->desktop);
}

static void layers_handle_destroyed(void *data, struct layer_surface *layer)
{
	struct layers *layers = data;
	if (layers->wanted == layer->data)
		layers->wanted = NULL;
	view_destroy(layer->data);
	layer->data = NULL;
	desktop_layers_changed(layers->desktop);
}

static const struct layer_shell_listener layers_shell_listener = {
	.created = layers_handle_created,
	.changed = layers_handle_changed,
	.destroyed = layers_handle_destroyed,
};

static void layers_place(struct view *view, struct xdg_box output, struct xdg_box area)
{
	struct layer_surface *layer = view->layer;
	struct xdg_box bounds = layer->current.exclusive_zone < 0 ? output : area;
	struct xdg_box box = layer_layout_place(&layer->current, bounds);
	layer_surface_configure(layer, box.width, box.height);
	if (view->output->changing && layer->mapped)
		return;
	view->x = box.x;
	view->y = box.y;
}

bool layers_arrange(struct layers *layers, struct desktop_output *on)
{
	const struct xdg_box output = on->box;
	struct xdg_box before = on->area, area = output;
	struct view *view;
	/* The zones of upper layers lie outermost; each is placed in what those before left. */
	for (int i = LAYER_COUNT; i-- > 0;) {
		wl_list_for_each (view, &layers->views[i], link) {
			if (view->output != on || !layer_layout_edge(&view->layer->current))
				continue;
			layers_place(view, output, area);
			layer_layout_exclude(&view->layer->current, &area);
		}
	}
	for (int i = 0; i < LAYER_COUNT; i++) {
		wl_list_for_each (view, &layers->views[i], link) {
			if (view->output == on && !layer_layout_edge(&view->layer->current))
				layers_place(view, output, area);
		}
	}
	wl_list_for_each (view, &layers->waiting, link) {
		if (view->output == on)
			layers_place(view, output, area);
	}
	on->area = area;
	return memcmp(&before, &area, sizeof area) != 0;
}

/* Calls visit for all, mapped or not. It may not destroy any. */
static void layers_for_each(
	const struct layers *layers, void (*visit)(struct view *view, void *data), void *data)
{
	struct view *view;
	for (int i = 0; i < LAYER_COUNT; i++) {
		wl_list_for_each (view, &layers->views[i], link)
			visit(view, data);
	}
	wl_list_for_each (view, &layers->waiting, link)
		visit(view, data);
}

static void layers_adopt_one(struct view *view, void *data)
{
	bool wanted =
		!view->output || (!view->layer->output && desktop_assigned_output(view) == data);
	if (wanted && !view->layer->closed)
		view->output = data;
}

void layers_adopt(struct layers *layers, struct desktop_output *output)
{
	layers_for_each(layers, layers_adopt_one, output);
}

struct layers_move {
	const struct desktop_output *from;
	struct desktop_output *to;
};

static void layers_move_one(struct view *view, void *data)
{
	const struct layers_move *move = data;
	if (view->output == move->from)
		view->output = view->layer->output ? NULL : move->to;
}

void layers_leave(
	struct layers *layers, const struct desktop_output *from, struct desktop_output *to)
{
	struct layers_move move = {from, to};
	layers_for_each(layers, layers_move_one, &move);
}

bool layers_are_settled(const struct layers *layers, const struct desktop_output *output)
{
	for (int i = 0; i < LAYER_COUNT; i++) {
		const struct view *view;
		wl_list_for_each (view, &layers->views[i], link) {
			if (view->output == output && !layer_surface_is_settled(view->layer))
				return false;
		}
	}
	return true;
}

static int layers_first(bool above)
{
	return above ? LAYERS_ABOVE : 0;
}

static int layers_end(bool above)
{
	return above ? LAYER_COUNT : LAYERS_ABOVE;
}

/* Below the windows, one of which is fullscreen: desktop_scene.c. */
static bool layers_is_covered(const struct view *view, bool above)
{
	return !above && view->output && view->output->covered;
}

void layers_add_to_scene(const struct layers *layers, bool above, struct scene *scene)
{
	for (int i = layers_first(above); i < layers_end(above); i++) {
		struct view *view;
		wl_list_for_each (view, &layers->views[i], link) {
			if (!layers_is_covered(view, above))
				view_add_to_scene(view, scene);
		}
	}
}

struct surface *layers_surface_at(
	const struct layers *layers, bool above, double x, double y, double *sx, double *sy)
{
	for (int i = layers_end(above); i-- > layers_first(above);) {
		struct view *view;
		wl_list_for_each_reverse (view, &layers->views[i], link) {
			struct surface *surface = layers_is_covered(view, above)
							  ? NULL
							  : view_surface_at(view, x, y, sx, sy);
			if (surface)
				return surface;
		}
	}
	return NULL;
}

struct view *layers_exclusive(const struct layers *layers)
{
	for (int i = layers_end(true); i-- > layers_first(true);) {
		struct view *view;
		wl_list_for_each_reverse (view, &layers->views[i], link) {
			if (view->layer->current.keyboard ==
				ZWLR_LAYER_SURFACE_V1_KEYBOARD_INTERACTIVITY_EXCLUSIVE)
				return view;
		}
	}
	return NULL;
}

bool layers_want_keyboard(struct layers *layers, struct view *view)
{
	struct view *before = layers->wanted;
	uint32_t keyboard = view ? view->layer->current.keyboard
				 : ZWLR_LAYER_SURFACE_V1_KEYBOARD_INTERACTIVITY_ON_DEMAND;
	/* What takes no keyboard leaves it where it is: an on-screen keyboard types for others. */
	if (keyboard == ZWLR_LAYER_SURFACE_V1_KEYBOARD_INTERACTIVITY_NONE)
		return false;
	layers->wanted = view;
	return before != view;
}

bool layers_create(struct layers *layers, struct wl_display *display)
{
	for (int i = 0; i < LAYER_COUNT; i++)
		wl_list_init(&layers->views[i]);
	wl_list_init(&layers->waiting);
	layers->shell.listener = &layers_shell_listener;
	layers->shell.data = layers;
	return layer_shell_create(&layers->shell, display);
}

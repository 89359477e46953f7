/** Between the desktop's files, the policies and compositor/drag.c only. */
#ifndef COMPOSITOR_DESKTOP_PRIVATE_H
#define COMPOSITOR_DESKTOP_PRIVATE_H

#include "compositor/desktop.h"

extern const struct xdg_toplevel_listener desktop_toplevel_listener;
extern const struct xdg_popup_listener desktop_popup_listener;

/** The output that the view is on: all of it; what is for windows. */
struct xdg_box desktop_output_box(const struct view *view);
struct xdg_box desktop_work_area(const struct view *view);

/** The output for a window that has none yet; NULL: there is none. */
struct desktop_output *desktop_choose_output(const struct view *view);

/** The output to which its client's COMMAND belongs; NULL: to none, or it is not there. */
struct desktop_output *desktop_assigned_output(const struct view *view);

/** Tells the windows of an output what they are to be there. */
void desktop_configure_output(struct desktop *desktop, const struct desktop_output *output);

/** Puts a toplevel on an output, with its dialogs; policy->place() follows. */
void desktop_set_output(struct view *view, struct desktop_output *output);

/** A window that floats, and one that will again, has its place where it is seen on its output.
 * Until that has its new mode all stay. */
void desktop_keep_in_sight(struct view *view);

static inline struct xdg_toplevel *desktop_toplevel(const struct view *view)
{
	return view->xdg->toplevel;
}

/** A toplevel's parent; NULL: it is no dialog. */
static inline struct view *desktop_parent(const struct view *view)
{
	const struct xdg_toplevel *parent = xdg_toplevel_parent(desktop_toplevel(view));
	return parent ? parent->data : NULL;
}

/** Not a layer surface, nor a popup that hangs on nothing any more. */
bool desktop_is_window(const struct view *view);

void desktop_changed(struct desktop *desktop);

/** Its title or state, or whether it is mapped. */
void desktop_window_changed(struct view *view);

/** Where a window of that size is to begin to lie within a length, or where it is larger at its
 * start. */
int32_t desktop_clamp(int32_t at, int32_t size, int32_t start, int32_t length);

/** Puts a box of that size into the middle of another, within a third where it fits there. */
void desktop_center(struct view *view, const struct xdg_box *over, const struct xdg_box *within);

/** Every window again: a dialog follows its parent, a popup what it hangs on. */
void desktop_arrange(struct desktop *desktop);

/** Where popups of the view go, when it or they moved. */
void desktop_place_popup(struct view *view);
void desktop_place_popups(struct view *view);

/** To the top, with its dialogs above it. */
void desktop_raise(struct desktop *desktop, struct view *view);

/** The keyboard, and the state of being active; NULL: to none. Menus of others end. */
void desktop_focus(struct desktop *desktop, struct view *view);

/**
 * A layer surface may want the keyboard for itself alone; else the innermost grabbing popup has it,
 * else a layer surface that was clicked, else the active window.
 */
void desktop_focus_keyboard(struct desktop *desktop);

/** The top window that is not minimised; NULL: none. */
struct view *desktop_top(const struct desktop *desktop);

/** A window was mapped, or unmapped: the end of the session is put off, or comes. */
void desktop_count(struct desktop *desktop);

#endif

/** A window that the user moves or resizes, with a button or a finger held down. */
#ifndef COMPOSITOR_DRAG_H
#define COMPOSITOR_DRAG_H

#include <stdbool.h>
#include <stdint.h>

struct seat_touch_point;
struct view;

struct drag {
	struct view *view;              /**< NULL: none is dragged */
	struct seat_touch_point *point; /**< the finger; NULL: the pointer */
	uint32_t edges;                 /**< enum xdg_toplevel_resize_edge; 0: it is moved */
	bool moving;                    /**< the next two are known */
	double start_x, start_y, x, y;  /**< where it began, and is now; pixels of the screen */
	int32_t window_x, window_y, width, height; /**< the window's geometry then */
};

/**
 * Starts to drag a mapped toplevel by the pressed pointer (point NULL) or a finger, in place of a
 * drag that was under way. Ends when that is let go.
 */
void drag_start(
	struct drag *drag, struct view *view, struct seat_touch_point *point, uint32_t edges);

/** Where the pointer (point NULL) or a finger is now, pixels of the screen. */
void drag_move(struct drag *drag, const struct seat_touch_point *point, double x, double y);

/** The layout has changed: goes on from where the window and what drags it are now. */
void drag_restart(struct drag *drag);

/** The view goes. */
void drag_forget(struct drag *drag, const struct view *view);

#endif

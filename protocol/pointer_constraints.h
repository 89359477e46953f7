/** pointer-constraints 1: a surface locks the pointer where it is, or keeps it within a region. */
#ifndef PROTOCOL_POINTER_CONSTRAINTS_H
#define PROTOCOL_POINTER_CONSTRAINTS_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct pointer_constraint;
struct seat;
struct surface;

/** All are required. */
struct pointer_constraints_listener {
	/** A lock ended by its client's wish: the cursor belongs at this place of the surface. */
	void (*unlocked_at)(void *data, struct surface *surface, double sx, double sy);
};

/** Zeroed but for listener, data and seat (created), all borrowed, before
 * pointer_constraints_create(). */
struct pointer_constraints {
	const struct pointer_constraints_listener *listener;
	void *data;
	struct seat *seat;
	struct wl_global *global;
	struct wl_list constraints;        /**< struct pointer_constraint::link */
	struct pointer_constraint *active; /**< NULL: the pointer is free */
	struct wl_listener pointer_focus, keyboard_focus;
};

/** False: no memory. */
bool pointer_constraints_create(struct pointer_constraints *manager, struct wl_display *display);

/** After the clients are gone and before the seat is. */
void pointer_constraints_destroy(struct pointer_constraints *manager);

/**
 * Makes that constraint active whose surface has the pointer, within the region, and the keyboard,
 * by itself or by another surface of its tree. To be called when the pointer has moved.
 */
void pointer_constraints_update(struct pointer_constraints *manager);

/** The surface whose constraint is active and may stay so, while it has the pointer; NULL: none. */
struct surface *pointer_constraints_surface(const struct pointer_constraints *manager);

/** Whether the cursor stays where it is. */
bool pointer_constraints_is_locked(const struct pointer_constraints *manager);

/** Keeps a motion of the pointer to *sx, *sy in its focus within what it is confined to. */
void pointer_constraints_confine(const struct pointer_constraints *manager, double *sx, double *sy);

#endif

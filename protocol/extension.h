/**
 * Objects of other protocols that hang on an owner (a surface, a toplevel), one of a kind at most:
 * wp_viewport, xdg_dialog_v1. The owner has a slot for each kind, NULL while there is none.
 * Whichever goes first, the other stays good: an object without its owner is inert.
 */
#ifndef PROTOCOL_EXTENSION_H
#define PROTOCOL_EXTENSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct extension_kind {
	const struct wl_interface *interface;
	const void *implementation;
	/** The client destroyed the object while the owner lives. May be NULL. */
	void (*ended)(void *owner);
	/** The owner goes first. May be NULL. */
	void (*orphaned)(struct wl_resource *resource);
	uint32_t taken; /**< the factory's error when the owner has such an object already */
};

/** The object's wl_resource has it as its user data and owns it. */
struct extension {
	const struct extension_kind *kind;
	struct wl_resource *resource;
	void *owner;             /**< NULL: gone */
	struct extension **slot; /**< the owner's, as long as there is an owner */
};

/** Fills the owner's slot with a new object of the factory's version. False: told to the client. */
bool extension_create(struct extension **slot, void *owner, const struct extension_kind *kind,
	struct wl_resource *factory, uint32_t id);

/** The owner of an extension's wl_resource; NULL: it is gone. */
void *extension_owner(struct wl_resource *resource);

/** The owner goes: what is in its slots becomes inert. */
void extension_orphan(struct extension **slots, size_t len);

#endif

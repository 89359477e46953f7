/** What every protocol file would write again for its wl_resources. */
#ifndef PROTOCOL_RESOURCE_H
#define PROTOCOL_RESOURCE_H

#include <stdint.h>
#include <wayland-server-core.h>

/**
 * wl_resource_create and wl_resource_set_implementation in one. NULL: no memory, told to the
 * client; data is still the caller's then.
 */
struct wl_resource *resource_create(struct wl_client *client, const struct wl_interface *interface,
	uint32_t version, uint32_t id, const void *implementation, void *data,
	wl_resource_destroy_func_t destroy);

/** The handler of every destructor request that only destroys its resource. */
void resource_handle_destroy(struct wl_client *client, struct wl_resource *resource);

/** The destroy function of a resource in a list by wl_resource_get_link(): takes it out. */
void resource_unlink(struct wl_resource *resource);

/** What such a resource stands for goes: it is inert, its user data NULL, and in no list. */
void resource_orphan(struct wl_resource *resource);

#endif

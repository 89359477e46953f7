#include "protocol/extension.h"

#include "common/xalloc.h"
#include "protocol/resource.h"

#include <stdlib.h>

static void extension_handle_resource_destroy(struct wl_resource *resource)
{
	struct extension *extension = wl_resource_get_user_data(resource);
	if (extension->owner) {
		*extension->slot = NULL;
		if (extension->kind->ended)
			extension->kind->ended(extension->owner);
	}
	free(extension);
}

bool extension_create(struct extension **slot, void *owner, const struct extension_kind *kind,
	struct wl_resource *factory, uint32_t id)
{
	if (*slot) {
		wl_resource_post_error(
			factory, kind->taken, "there is a %s already", kind->interface->name);
		return false;
	}
	struct extension *extension = xcalloc(1, sizeof *extension);
	extension->resource = resource_create(wl_resource_get_client(factory), kind->interface,
		(uint32_t)wl_resource_get_version(factory), id, kind->implementation, extension,
		extension_handle_resource_destroy);
	if (!extension->resource) {
		free(extension);
		return false;
	}
	extension->kind = kind;
	extension->owner = owner;
	extension->slot = slot;
	*slot = extension;
	return true;
}

void *extension_owner(struct wl_resource *resource)
{
	const struct extension *extension = wl_resource_get_user_data(resource);
	return extension->owner;
}

void extension_orphan(struct extension **slots, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		struct extension *extension = slots[i];
		slots[i] = NULL;
		if (!extension)
			continue;
		extension->owner = NULL;
		if (extension->kind->orphaned)
			extension->kind->orphaned(extension->resource);
	}
}

/** KMS properties by name: a table of those that an object needs, read once. */
#ifndef KMS_PROPS_H
#define KMS_PROPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kms_prop_name {
	const char *name;
	bool required; /**< without it the object cannot be used */
};

struct kms_prop {
	uint32_t id;    /**< 0: the object has no such property */
	uint64_t value; /**< when it was read */
};

/**
 * Reads an object's properties: props[i] is what names[i] asks for.
 * type: DRM_MODE_OBJECT_*. 0, or -errno: -ENOENT a required one is missing (logged).
 */
int kms_props_read(int fd, uint32_t object, uint32_t type, const struct kms_prop_name *names,
	struct kms_prop *props, size_t len);

#endif

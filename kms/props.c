#include "kms/props.h"

#include "common/log.h"

#include <errno.h>
#include <string.h>
#include <xf86drmMode.h>

static void props_match(int fd, const drmModeObjectProperties *found,
	const struct kms_prop_name *names, struct kms_prop *props, size_t len)
{
	for (uint32_t i = 0; i < found->count_props; i++) {
		drmModePropertyRes *property = drmModeGetProperty(fd, found->props[i]);
		for (size_t k = 0; property && k < len; k++) {
			if (strcmp(property->name, names[k].name) == 0)
				props[k] =
					(struct kms_prop){property->prop_id, found->prop_values[i]};
		}
		drmModeFreeProperty(property);
	}
}

int kms_props_read(int fd, uint32_t object, uint32_t type, const struct kms_prop_name *names,
	struct kms_prop *props, size_t len)
{
	memset(props, 0, len * sizeof *props);
	drmModeObjectProperties *found = drmModeObjectGetProperties(fd, object, type);
	if (!found)
		return -errno;
	props_match(fd, found, names, props, len);
	drmModeFreeObjectProperties(found);
	for (size_t i = 0; i < len; i++) {
		if (names[i].required && props[i].id == 0) {
			log_error("KMS object %u has no property %s", object, names[i].name);
			return -ENOENT;
		}
	}
	return 0;
}

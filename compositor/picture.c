#include "compositor/picture.h"

#include "common/fd.h"
#include "protocol/shm.h"
#include "protocol/surface.h"

#include <drm_fourcc.h>

struct surface *picture_create(
	const char *name, const uint32_t *pixels, int32_t width, int32_t height)
{
	int fd = fd_create_sealed(name, pixels, (size_t)width * (size_t)height * sizeof *pixels);
	return fd < 0 ? NULL
		      : surface_create_own(shm_create_own(fd, width, height, DRM_FORMAT_ARGB8888));
}

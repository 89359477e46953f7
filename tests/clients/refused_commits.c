/* Preloaded into vitrine: of the commits that are to show something the first REFUSED_COMMITS fail,
 * and those that set a mode of REFUSED_WIDTH pixels across, as they do where the kernel's test of
 * them said yes and its driver finds no memory. */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <xf86drmMode.h>

static uint16_t refused_commits_width; /* of the mode that was made last */

static long refused_commits_option(const char *name)
{
	const char *value = getenv(name);
	return value ? strtol(value, NULL, 10) : 0;
}

/* Whether it is one of the first. */
static bool refused_commits_take(void)
{
	static long left = -1;
	if (left < 0)
		left = refused_commits_option("REFUSED_COMMITS");
	return left > 0 && left-- > 0;
}

/* The blob of a mode is made just before its commit. */
static bool refused_commits_sets_mode(uint32_t flags)
{
	return flags & DRM_MODE_ATOMIC_ALLOW_MODESET && refused_commits_width > 0 &&
	       refused_commits_width == refused_commits_option("REFUSED_WIDTH");
}

__attribute__((visibility("default"))) int drmModeCreatePropertyBlob(
	int fd, const void *data, size_t size, uint32_t *id)
{
	static int (*real)(int, const void *, size_t, uint32_t *);
	if (!real)
		real = (int (*)(int, const void *, size_t, uint32_t *))dlsym(
			RTLD_NEXT, "drmModeCreatePropertyBlob");
	if (size == sizeof(drmModeModeInfo))
		refused_commits_width = ((const drmModeModeInfo *)data)->hdisplay;
	return real(fd, data, size, id);
}

__attribute__((visibility("default"))) int drmModeAtomicCommit(
	int fd, const drmModeAtomicReqPtr request, uint32_t flags, void *data)
{
	static int (*real)(int, drmModeAtomicReqPtr, uint32_t, void *);
	if (!real)
		real = (int (*)(int, drmModeAtomicReqPtr, uint32_t, void *))dlsym(
			RTLD_NEXT, "drmModeAtomicCommit");
	bool shows = flags & DRM_MODE_PAGE_FLIP_EVENT; /* else it is a test, or turns it off */
	if (!shows || !(refused_commits_sets_mode(flags) || refused_commits_take()))
		return real(fd, request, flags, data);
	errno = ENOMEM;
	return -ENOMEM;
}

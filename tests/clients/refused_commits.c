/* Preloaded into vitrine: of the commits that are to show something the first REFUSED_COMMITS fail,
 * as they do where the kernel's test of them said yes and its driver finds no memory. */
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <xf86drmMode.h>

/* Whether this one is. */
static int refused_commits_take(void)
{
	static long left = -1;
	const char *count = getenv("REFUSED_COMMITS");
	if (left < 0)
		left = count ? strtol(count, NULL, 10) : 0;
	return left > 0 ? (int)left-- : 0;
}

__attribute__((visibility("default"))) int drmModeAtomicCommit(
	int fd, const drmModeAtomicReqPtr request, uint32_t flags, void *data)
{
	static int (*real)(int, drmModeAtomicReqPtr, uint32_t, void *);
	if (!real)
		real = (int (*)(int, drmModeAtomicReqPtr, uint32_t, void *))dlsym(
			RTLD_NEXT, "drmModeAtomicCommit");
	if (flags & DRM_MODE_ATOMIC_TEST_ONLY || !refused_commits_take())
		return real(fd, request, flags, data);
	errno = ENOMEM;
	return -ENOMEM;
}

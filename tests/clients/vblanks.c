/* Preloaded into vitrine: the DRM device has what no virtual GPU has, vblanks, VBLANKS (a whole
 * number) a second of CLOCK_MONOTONIC, and flips that do not wait for them
 * (DRM_MODE_PAGE_FLIP_ASYNC). A flip is told with the first vblank after it, which may still be to
 * come; one that does not wait with its own time. */
#include <dlfcn.h>
#include <drm.h>
#include <drm_mode.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define VBLANKS_DRM_MAJOR 226
#define VBLANKS_US_PER_S 1000000

static int vblanks_torn; /* the last commit does not wait */

static int vblanks_applies(int fd)
{
	struct stat status;
	return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
	       major(status.st_rdev) == VBLANKS_DRM_MAJOR;
}

static void vblanks_tell(struct drm_event_vblank *flip)
{
	const char *rate = getenv("VBLANKS");
	uint64_t period = VBLANKS_US_PER_S / strtoull(rate ? rate : "60", NULL, 10);
	uint64_t time = (uint64_t)flip->tv_sec * VBLANKS_US_PER_S + flip->tv_usec;
	flip->sequence = (uint32_t)(time / period);
	if (vblanks_torn)
		return;
	flip->sequence++;
	time = flip->sequence * period;
	flip->tv_sec = (uint32_t)(time / VBLANKS_US_PER_S);
	flip->tv_usec = (uint32_t)(time % VBLANKS_US_PER_S);
}

__attribute__((visibility("default"))) ssize_t read(int fd, void *data, size_t size)
{
	static ssize_t (*real)(int, void *, size_t);
	if (!real)
		real = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
	ssize_t len = real(fd, data, size);
	if (len <= 0 || !vblanks_applies(fd))
		return len;
	struct drm_event event;
	for (size_t at = 0; at + sizeof event <= (size_t)len; at += event.length) {
		struct drm_event_vblank flip;
		memcpy(&event, (char *)data + at, sizeof event);
		if (event.type != DRM_EVENT_FLIP_COMPLETE)
			continue;
		memcpy(&flip, (char *)data + at, sizeof flip);
		vblanks_tell(&flip);
		memcpy((char *)data + at, &flip, sizeof flip);
	}
	return len;
}

__attribute__((visibility("default"))) int ioctl(int fd, unsigned long request, ...)
{
	static int (*real)(int, unsigned long, void *);
	if (!real)
		real = (int (*)(int, unsigned long, void *))dlsym(RTLD_NEXT, "ioctl");
	va_list arguments;
	va_start(arguments, request);
	void *argument = va_arg(arguments, void *);
	va_end(arguments);
	if (request == DRM_IOCTL_GET_CAP) {
		struct drm_get_cap *cap = argument;
		int result = real(fd, request, cap);
		if (cap->capability == DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP)
			cap->value = 1;
		return result;
	}
	if (request != DRM_IOCTL_MODE_ATOMIC)
		return real(fd, request, argument);
	struct drm_mode_atomic *commit = argument;
	const uint32_t asked = commit->flags;
	commit->flags &= ~(uint32_t)DRM_MODE_PAGE_FLIP_ASYNC;
	int result = real(fd, request, commit);
	commit->flags = asked;
	if (result == 0 && !(asked & DRM_MODE_ATOMIC_TEST_ONLY))
		vblanks_torn = asked & DRM_MODE_PAGE_FLIP_ASYNC;
	return result;
}

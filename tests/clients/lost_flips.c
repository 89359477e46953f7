/* Preloaded into vitrine: while the file LOST_FLIPS is there, a DRM device has nothing to tell, as
 * one whose flips never end. */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LOST_FLIPS_DRM_MAJOR 226

static int lost_flips_applies(int fd)
{
	const char *file = getenv("LOST_FLIPS");
	struct stat status;
	return file && fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
	       major(status.st_rdev) == LOST_FLIPS_DRM_MAJOR && access(file, F_OK) == 0;
}

__attribute__((visibility("default"))) ssize_t read(int fd, void *data, size_t size)
{
	static ssize_t (*real)(int, void *, size_t);
	if (!real)
		real = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
	ssize_t len = real(fd, data, size);
	if (len <= 0 || !lost_flips_applies(fd))
		return len;
	errno = EAGAIN;
	return -1;
}

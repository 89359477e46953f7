/* Preloaded into vitrine: the next time that it asks what a connector has, the kernel has no memory
 * for an answer, if there is a file LOST_CONNECTOR, which is then removed. */
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <xf86drmMode.h>

__attribute__((visibility("default"))) drmModeConnectorPtr drmModeGetConnector(int fd, uint32_t id)
{
	static drmModeConnectorPtr (*real)(int, uint32_t);
	const char *once = getenv("LOST_CONNECTOR");
	if (!real)
		real = (drmModeConnectorPtr(*)(int, uint32_t))dlsym(
			RTLD_NEXT, "drmModeGetConnector");
	if (!once || unlink(once) != 0)
		return real(fd, id);
	errno = ENOMEM;
	return NULL;
}

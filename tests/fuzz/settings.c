/* The configuration file, whatever stands in it. */
#include "compositor/settings.h"

#include "common/log.h"
#include "tests/fuzz/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings;
	char path[64];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	log_init("fuzz", LOG_LEVEL_ERROR);
	if (fd < 0 || (size > 0 && write(fd, data, size) != (ssize_t)size))
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	settings_init(&settings);
	if (!settings_read(&settings, path))
		abort();
	settings_find(&settings, settings.keys[0]);
	close(fd);
	return 0;
}

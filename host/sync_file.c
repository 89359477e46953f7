// SPDX-License-Identifier: MIT
#include "host/sync_file.h"

#include <errno.h>
#include <poll.h>

#ifdef __linux__
#include <linux/sync_file.h>
#include <sys/ioctl.h>

static bool sync_file_is(int fd)
{
	struct sync_file_info info = {0};

	return ioctl(fd, SYNC_IOC_FILE_INFO, &info) == 0;
}
#else
static bool sync_file_is(int fd)
{
	return false;
}
#endif

bool sync_file_wait(int fd)
{
	struct pollfd waited = {.fd = fd, .events = POLLIN};
	int n;

	if (fd == -1)
		return true;
	if (!sync_file_is(fd))
		return false;
	do {
		n = poll(&waited, 1, -1);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n == 1 && !(waited.revents & (POLLNVAL | POLLERR));
}

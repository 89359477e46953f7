#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

void fd_open_standard(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	fd_close(&fd);
}

void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int fd_dup(int fd)
{
	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

int64_t fd_size(int fd)
{
	struct statx file;
	/* Without asking whoever serves the file, who may let us wait for ever (FUSE). */
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_SIZE, &file) < 0)
		return -1;
	if (S_ISREG(file.stx_mode))
		return (int64_t)file.stx_size;
	/* dma-bufs are of no type and have no size there: theirs is where SEEK_END leads (kernel
	 * doc, driver-api/dma-buf). */
	if ((file.stx_mode & S_IFMT) == 0)
		return lseek(fd, 0, SEEK_END);
	errno = EINVAL;
	return -1;
}

bool fd_is_memory(int fd)
{
	struct statfs file;
	/* First what no server of files is asked: others have no seals (mm/memfd.c). */
	return fcntl(fd, F_GET_SEALS) >= 0 && fstatfs(fd, &file) == 0 && file.f_type == TMPFS_MAGIC;
}

int fd_create_memory(const char *name, size_t size)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -1;
	if (ftruncate(fd, (off_t)size) < 0 ||
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0) {
		int error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

int fd_create_sealed(const char *name, const void *data, size_t size)
{
	int fd = fd_create_memory(name, size);
	if (fd < 0)
		return -1;
	for (size_t done = 0; done < size;) {
		ssize_t n = write(fd, (const char *)data + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int error = errno;
			close(fd);
			errno = error;
			return -1;
		}
		done += (size_t)n;
	}
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL) < 0) {
		int error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

#include "common/file.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

FILE *file_open(const char *path, int mebibytes, char *why)
{
	struct stat status;
	FILE *file = NULL;
	/* Not waiting for a pipe's writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status) < 0)
		snprintf(why, FILE_MAX_WHY, "%s", strerror(errno));
	else if (!S_ISREG(status.st_mode))
		snprintf(why, FILE_MAX_WHY, "it is no regular file");
	else if (status.st_size > (off_t)mebibytes << 20)
		snprintf(why, FILE_MAX_WHY, "it is larger than %d MiB", mebibytes);
	else if (!(file = fdopen(fd, "r")))
		snprintf(why, FILE_MAX_WHY, "no memory");
	if (!file)
		fd_close(&fd);
	return file;
}

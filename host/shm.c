// SPDX-License-Identifier: MIT
#include "host/shm.h"
#include "host/env.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#define SHM_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

static int shm_create_memfd(uint64_t size)
{
	int fd = memfd_create("vitrine-host", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && !ftruncate(fd, (off_t)size) && !fcntl(fd, F_ADD_SEALS, SHM_SEALS))
		return fd;
	int error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return -1;
}

static bool shm_cannot_shrink(int fd, const char **reason)
{
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0) {
		*reason = "it is not a memfd";
		return false;
	}
	if (seals & F_SEAL_WRITE) {
		*reason = "it is sealed against writing";
		return false;
	}
	if (!(seals & F_SEAL_SHRINK) && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK)) {
		*reason = "it could shrink under the mapping, and cannot be sealed";
		return false;
	}
	return true;
}
#else
static int shm_create_memfd(uint64_t size)
{
	errno = ENOSYS;
	return -1;
}

static bool shm_cannot_shrink(int fd, const char **reason)
{
	*reason = "there are no memfds here";
	return false;
}
#endif

static int shm_create_file(uint64_t size)
{
	char path[4096];
	int fd, error;

	if (snprintf(path, sizeof(path), "%s/vitrine-host-XXXXXX", env_get()->folder) >=
		(int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	unlink(path);
	if (!fcntl(fd, F_SETFD, FD_CLOEXEC) && !ftruncate(fd, (off_t)size))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int shm_create(uint64_t size)
{
	return env_get()->file ? shm_create_file(size) : shm_create_memfd(size);
}

const char *shm_place(void)
{
	return env_get()->file ? env_get()->folder : "a memfd";
}

bool shm_check(int fd, uint64_t size, const char **reason)
{
	struct stat st;
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fstat(fd, &st)) {
		*reason = "it is not an open file";
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		*reason = "it is not memory";
		return false;
	}
	if ((flags & O_ACCMODE) != O_RDWR) {
		*reason = "it is not open for reading and writing";
		return false;
	}
	/* Before the size is read: what is sealed now stays as large as it is. An unlinked file is
	 * one of ours. */
	if (!(env_get()->file && st.st_nlink == 0) && !shm_cannot_shrink(fd, reason))
		return false;
	if (fstat(fd, &st) || (uint64_t)st.st_size < size || !st.st_size) {
		*reason = "it is too small";
		return false;
	}
	return true;
}

/**
 * Maps at a multiple of alignment that is larger than a page: reserves more and gives the rest
 * back.
 */
static void *shm_map_aligned(int fd, size_t size, size_t alignment)
{
	char *reserved, *address;
	size_t before;

	if (size + alignment < size) {
		errno = ENOMEM;
		return NULL;
	}
	reserved = mmap(NULL, size + alignment, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0);
	if (reserved == MAP_FAILED)
		return NULL;
	before = -(uintptr_t)reserved & (alignment - 1);
	address = mmap(
		reserved + before, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
	if (address == MAP_FAILED) {
		int error = errno;

		munmap(reserved, size + alignment);
		errno = error;
		return NULL;
	}
	if (before)
		munmap(reserved, before);
	munmap(address + size, alignment - before);
	return address;
}

void *shm_map(int fd, size_t size, size_t alignment)
{
	void *address;

	if (alignment > (size_t)sysconf(_SC_PAGESIZE))
		return shm_map_aligned(fd, size, alignment);
	address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return address == MAP_FAILED ? NULL : address;
}

void shm_unmap(void *address, size_t size)
{
	if (address)
		munmap(address, size);
}

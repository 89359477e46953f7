/* Preloaded into vitrine: while the file LOST_CURSOR is there, no picture can be set as a cursor;
 * the error's number is what the file has, or 0: whoever sets one waits until the file is gone. */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* 0: none. */
static int lost_cursor_error(void)
{
	const char *path = getenv("LOST_CURSOR");
	FILE *file = path ? fopen(path, "re") : NULL;
	int error = 0;
	if (file && fscanf(file, "%d", &error) != 1)
		error = 0;
	if (file)
		fclose(file);
	return error;
}

static bool lost_cursor_waits(void)
{
	const char *path = getenv("LOST_CURSOR");
	return path && access(path, F_OK) == 0 && lost_cursor_error() == 0;
}

__attribute__((visibility("default"))) int drmModeSetCursor2(int fd, uint32_t crtc, uint32_t handle,
	uint32_t width, uint32_t height, int32_t hotspot_x, int32_t hotspot_y);

int drmModeSetCursor2(int fd, uint32_t crtc, uint32_t handle, uint32_t width, uint32_t height,
	int32_t hotspot_x, int32_t hotspot_y)
{
	static int (*real)(int, uint32_t, uint32_t, uint32_t, uint32_t, int32_t, int32_t);
	if (!real)
		real = (int (*)(int, uint32_t, uint32_t, uint32_t, uint32_t, int32_t,
			int32_t))dlsym(RTLD_NEXT, "drmModeSetCursor2");
	while (lost_cursor_waits())
		usleep(10000);
	int error = lost_cursor_error();
	if (error == 0)
		return real(fd, crtc, handle, width, height, hotspot_x, hotspot_y);
	errno = error;
	return -error;
}

/* What the files of `vitrine ctl` share. */
#ifndef CTL_PRIVATE_H
#define CTL_PRIVATE_H

#include <jansson.h>
#include <stdbool.h>

/* Asks the session at the Wayland socket name (NULL: WAYLAND_DISPLAY's). Takes over request. The
 * answer, and in *fd the descriptor that came with it (-1: none); NULL: logged. */
json_t *ctl_ask(const char *socket, json_t *request, int *fd);

/* Writes the picture in fd, which stays the caller's, to path as PNG; "-" is standard output.
 * False: logged. */
bool ctl_write_png(const json_t *picture, int fd, const char *path);

#endif

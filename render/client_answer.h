/** The check of a packet from the worker, which may be anything: a driver lives in that process. */
#ifndef RENDER_CLIENT_ANSWER_H
#define RENDER_CLIENT_ANSWER_H

#include "render/wire.h"

#include <stddef.h>

/**
 * NULL: the packet (aligned to 8 bytes) is one of the worker's, whole, with the right number of
 * fds, ids and numbers in range; its texts now end in NUL and are printable. Else what is wrong
 * with it. Whether the answer was asked for is not its business.
 */
const char *client_answer_check(void *packet, size_t size, int n_fds);

#endif

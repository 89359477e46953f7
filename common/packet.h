/** Packets with file descriptors over a SOCK_SEQPACKET socket: whole or not at all. */
#ifndef COMMON_PACKET_H
#define COMMON_PACKET_H

#include <stddef.h>
#include <sys/types.h>

#define PACKET_MAX_FDS 4

/**
 * Sends size bytes and n_fds descriptors (borrowed), without blocking.
 * 0, or -errno: -EAGAIN the peer does not read fast enough, -EPIPE it is gone.
 */
int packet_send(int socket, const void *data, size_t size, const int *fds, int n_fds);

/**
 * Receives one packet without blocking. fds takes up to PACKET_MAX_FDS descriptors, now the
 * caller's (close-on-exec); *n_fds says how many. The packet's size; 0: the peer closed; -errno:
 * -EAGAIN nothing there, -EMSGSIZE it was longer than cap or brought too many descriptors (all are
 * closed), -EMFILE data holds it, but this process may open no more of its descriptors (likewise).
 */
ssize_t packet_receive(int socket, void *data, size_t cap, int fds[PACKET_MAX_FDS], int *n_fds);

#endif

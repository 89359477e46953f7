#include "common/packet.h"

#include "common/fd.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

int packet_send(int socket, const void *data, size_t size, const int *fds, int n_fds)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int) * PACKET_MAX_FDS)];
		struct cmsghdr align;
	} control = {0};
	struct iovec vector = {.iov_base = (void *)data, .iov_len = size};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
	if (n_fds < 0 || n_fds > PACKET_MAX_FDS)
		return -EINVAL;
	if (n_fds > 0) {
		size_t bytes = sizeof(int) * (size_t)n_fds;
		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(bytes);
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(bytes);
		memcpy(CMSG_DATA(header), fds, bytes);
	}
	ssize_t n;
	do {
		n = sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

ssize_t packet_receive(int socket, void *data, size_t cap, int fds[PACKET_MAX_FDS], int *n_fds)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int) * PACKET_MAX_FDS)];
		struct cmsghdr align;
	} control;
	struct iovec vector = {.iov_base = data, .iov_len = cap};
	struct msghdr message = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof control.bytes,
	};
	*n_fds = 0;
	ssize_t n;
	/* ECONNRESET: the peer ended with packets unread; told once, before what it has said. */
	do {
		n = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && (errno == EINTR || errno == ECONNRESET));
	if (n < 0)
		return -errno;
	for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
		header = CMSG_NXTHDR(&message, header)) {
		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
			continue;
		int count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(fds + *n_fds, CMSG_DATA(header), sizeof(int) * (size_t)count);
		*n_fds += count;
	}
	if (!(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return n;
	/* The kernel leaves out those that cannot be opened, too. */
	bool is_too_long = message.msg_flags & MSG_TRUNC || *n_fds == PACKET_MAX_FDS;
	while (*n_fds > 0)
		fd_close(&fds[--*n_fds]);
	return is_too_long ? -EMSGSIZE : -EMFILE;
}

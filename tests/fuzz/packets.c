#include "tests/fuzz/packets.h"

#include "common/packet.h"

#define PACKETS_MAX 64
#define PACKETS_HEAD 3

void packets_send(int socket, const uint8_t *data, size_t size, int fd)
{
	for (int n = 0; n < PACKETS_MAX && size > PACKETS_HEAD; n++) {
		size_t len = (size_t)(data[0] | data[1] << 8);
		int n_fds = data[2] & 7;
		int fds[8] = {fd, fd, fd, fd, fd, fd, fd, fd};
		data += PACKETS_HEAD;
		size -= PACKETS_HEAD;
		if (len > size)
			len = size;
		if (len > 0 && packet_send(socket, data, len, fds, n_fds) < 0)
			return;
		data += len;
		size -= len;
	}
}

/* The worker, drawing with the CPU, and a core that sends it anything (render/message.c and all
 * behind it). */
#include "render/worker.h"

#include "common/log.h"
#include "render/mapping.h"
#include "render/renderer.h"
#include "tests/fuzz/packets.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define WORKER_FILE (64 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char reason[WIRE_MAX_REASON];
	int sockets[2], fd = memfd_create("fuzz", MFD_CLOEXEC);
	log_init("fuzz", LOG_LEVEL_ERROR);
	mapping_handle_sigbus(); /* each time: libFuzzer has a handler of its own */
	if (fd < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		abort();
	/* Half of the files are shorter than what is said of them will often be. */
	if (ftruncate(fd, size > 0 && data[0] & 1 ? WORKER_FILE / 16 : WORKER_FILE) < 0)
		abort();
	packets_send(sockets[1], data + (size > 0), size - (size > 0), fd);
	shutdown(sockets[1], SHUT_WR);
	struct renderer *renderer = cpu_renderer.create(&(struct renderer_options){0}, reason);
	if (!renderer)
		abort();
	worker_run(renderer, sockets[0]);
	cpu_renderer.destroy(renderer);
	close(sockets[0]);
	close(sockets[1]);
	close(fd);
	return 0;
}

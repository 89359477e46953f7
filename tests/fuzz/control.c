/* The control socket, and programs that ask it anything. The handler answers by what it was given.
 */
#include "compositor/control/control.h"

#include "common/log.h"
#include "tests/fuzz/packets.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct wl_event_loop *control_loop;
static char control_folder[] = "/tmp/fuzz-control-XXXXXX";

static void control_handle(
	void *data, struct control_request *request, const char *command, const json_t *arguments)
{
	if (json_object_get(arguments, "refuse"))
		control_refuse(request, "%s", command);
	else
		control_answer(request, json_pack("{s:O}", "arguments", arguments), 1);
}

static void control_clean(void)
{
	rmdir(control_folder);
}

static void control_begin(void)
{
	if (control_loop)
		return;
	log_init("fuzz", LOG_LEVEL_ERROR);
	control_loop = wl_event_loop_create();
	if (!mkdtemp(control_folder) || setenv("XDG_RUNTIME_DIR", control_folder, 1) < 0)
		abort();
	atexit(control_clean);
}

static int control_connect(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (!control_path("fuzz", address.sun_path, sizeof address.sun_path) ||
		connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
		abort();
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	control_begin();
	struct control *control = control_create(control_loop, "fuzz", control_handle, NULL);
	if (!control)
		abort();
	int fd = control_connect();
	wl_event_loop_dispatch(control_loop, 0);
	packets_send(fd, data, size, 1);
	for (int i = 0; i < 70; i++)
		wl_event_loop_dispatch(control_loop, 0);
	close(fd);
	wl_event_loop_dispatch(control_loop, 0);
	control_destroy(control);
	return 0;
}

/* What Vulkan there is. The core never calls it: it asks workers, whose death is one more
 * finding. */
#include "compositor/doctor/private.h"

#include "common/clock.h"
#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* For a driver that hangs; emulated machines need seconds to load one. */
#define VULKAN_TIMEOUT_NS (30 * CLOCK_NS_PER_S)
#define VULKAN_MAX_TEXT (64 * 1024)

extern char **environ;

/* Reads until the end, the timeout or a full buffer. */
static size_t vulkan_read(int fd, char *text, size_t cap)
{
	int64_t end = clock_now() + VULKAN_TIMEOUT_NS;
	size_t len = 0;
	while (len < cap) {
		struct pollfd readable = {.fd = fd, .events = POLLIN};
		int64_t left = end - clock_now();
		if (left <= 0 || poll(&readable, 1, (int)(left / CLOCK_NS_PER_MS) + 1) == 0)
			break;
		ssize_t n = read(fd, text + len, cap - len);
		if (n == 0)
			break;
		if (n > 0)
			len += (size_t)n;
		else if (errno != EINTR)
			break;
	}
	return len;
}

static int vulkan_spawn(pid_t *pid, const char *option, int output)
{
	char *const argv[] = {"vitrine-render", (char *)option, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	int error = posix_spawn(pid, render_client_worker_path(), &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static json_t *vulkan_error(const char *what, const char *detail)
{
	return json_pack("{s:s+}", "error", what, detail);
}

static json_t *vulkan_parse(const char *text, size_t len, int status)
{
	json_t *answer = json_loadb(text, len, 0, NULL);
	if (json_is_object(answer))
		return answer;
	json_decref(answer);
	if (WIFSIGNALED(status))
		return vulkan_error(
			"the worker that was asked was killed: ", strsignal(WTERMSIG(status)));
	return vulkan_error("the worker that was asked did not answer", "");
}

/* What a worker prints with the option: an object, with "error" where that failed. */
static json_t *vulkan_ask(const char *option)
{
	static char text[VULKAN_MAX_TEXT];
	int ends[2], status = 0;
	pid_t pid;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return vulkan_error("no pipe: ", strerror(errno));
	int error = vulkan_spawn(&pid, option, ends[1]);
	fd_close(&ends[1]);
	if (error) {
		fd_close(&ends[0]);
		return vulkan_error("the worker could not be started: ", strerror(error));
	}
	size_t len = vulkan_read(ends[0], text, sizeof text);
	fd_close(&ends[0]);
	/* Harmless for one that is done; ends one that hangs. */
	bool done = waitpid(pid, &status, WNOHANG) == pid;
	if (!done) {
		usleep(100 * 1000);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	return vulkan_parse(text, len, status);
}

json_t *doctor_list_vulkan(void)
{
	json_t *list = vulkan_ask("--list-devices");
	if (json_is_array(json_object_get(list, "devices")))
		return list;
	if (!json_object_get(list, "error"))
		json_object_set_new(
			list, "error", json_string("no devices in the worker's answer"));
	json_object_set_new(list, "devices", json_array());
	return list;
}

void doctor_time_sync_file(json_t *report)
{
	json_t *vulkan = json_object_get(report, "vulkan");
	if (!doctor_has_venus_device(report))
		return;
	json_t *answer = vulkan_ask("--time-sync-file");
	json_object_update(vulkan, answer);
	json_decref(answer);
	const char *mend = doctor_advise_on_sync_files(report);
	if (mend)
		json_object_set_new(vulkan, "mend", json_string(mend));
}

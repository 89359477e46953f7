#include "compositor/keymap_read.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static struct xkb_keymap *keymap_compile(struct xkb_context *context, const char *text)
{
	return xkb_keymap_new_from_string(
		context, text, XKB_KEYMAP_FORMAT_TEXT_V1, XKB_KEYMAP_COMPILE_NO_FLAGS);
}

static long keymap_trial_memory(void)
{
	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	return used.ru_maxrss;
}

/* Its end is nothing that is logged, nor that leaves a core. */
static void keymap_trial_run(struct xkb_context *context, const char *text)
{
	const struct itimerval most = {.it_value.tv_sec = KEYMAP_READ_SECONDS};
	const struct rlimit none = {0};
	const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGPROF};
	for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
		signal(fatal[i], SIG_DFL);
	setrlimit(RLIMIT_CORE, &none);
	dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
	if (setitimer(ITIMER_PROF, &most, NULL) < 0)
		_exit(1);
	long before = keymap_trial_memory();
	struct xkb_keymap *map = keymap_compile(context, text);
	/* As it will be told. */
	bool good = map && xkb_keymap_get_as_string(map, XKB_KEYMAP_FORMAT_TEXT_V1);
	_exit(good && keymap_trial_memory() - before <= KEYMAP_READ_KIB ? 0 : 1);
}

static bool keymap_trial(struct xkb_context *context, const char *text)
{
	int status;
	pid_t pid = fork();
	if (pid == 0)
		keymap_trial_run(context, text);
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct xkb_keymap *keymap_read(struct xkb_context *context, const char *text)
{
	return keymap_trial(context, text) ? keymap_compile(context, text) : NULL;
}

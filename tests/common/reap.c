#include "common/reap.h"
#include "tests/unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child_create(void)
{
	pid_t pid = fork();
	if (pid == 0) {
		pause();
		_exit(0);
	}
	assert_true(pid > 0);
	return pid;
}

/* It stays for whoever waits for it. */
static void child_kill(pid_t pid)
{
	siginfo_t info;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

static void test_only_what_was_given_up_is_reaped(void **state)
{
	pid_t early = child_create(), late = child_create(), other = child_create();
	reap_later(early);
	reap_later(late);
	reap_ended();
	assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
	child_kill(early);
	child_kill(other);
	reap_ended();
	assert_int_equal(waitpid(early, NULL, WNOHANG), -1);
	assert_int_equal(waitpid(late, NULL, WNOHANG), 0);
	assert_int_equal(waitpid(other, NULL, WNOHANG), other);
	child_kill(late);
	reap_ended();
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	reap_ended();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_what_was_given_up_is_reaped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

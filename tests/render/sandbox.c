/* Tries each wall around the worker from inside, in a process of its own. */
#include "render/sandbox.h"

#include "common/log.h"

#include "tests/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char sandbox_folder[] = "/tmp/sandbox-XXXXXX";

/* Whether attempt() succeeds inside. */
static bool sandbox_try(bool driver, bool (*attempt)(void))
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		sandbox_enter(driver);
		_exit(attempt() ? 0 : 1);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 0;
}

static bool can_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool has_landlock(int version)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >=
	       version;
}

static bool attempt_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ||
	       socket(AF_NETLINK, SOCK_RAW, 0) >= 0;
}

static bool attempt_program(void)
{
	return execl("/bin/true", "true", NULL) == 0;
}

static bool attempt_parent_memory(void)
{
	char byte;
	char path[64];
	struct iovec here = {&byte, 1}, there = {&byte, 1};
	snprintf(path, sizeof path, "/proc/%d/mem", getppid());
	return process_vm_readv(getppid(), &here, 1, &there, 1, 0) == 1 || can_open(path, O_RDWR) ||
	       ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

/* Of its own process, which nothing but the filter refuses. */
static bool attempt_foreign_descriptor(void)
{
	int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
	return process < 0 || syscall(SYS_pidfd_getfd, process, STDERR_FILENO, 0) >= 0;
}

static bool attempt_signal(void)
{
	siginfo_t info = {.si_code = SI_QUEUE};
	int parent = (int)syscall(SYS_pidfd_open, getppid(), 0);
	return kill(getppid(), 0) == 0 || kill(-1, 0) == 0 ||
	       tgkill(getppid(), getppid(), 0) == 0 || syscall(SYS_tkill, getppid(), 0) == 0 ||
	       sigqueue(getppid(), 0, (union sigval){0}) == 0 ||
	       syscall(SYS_rt_tgsigqueueinfo, getppid(), getppid(), 0, &info) == 0 ||
	       syscall(SYS_pidfd_send_signal, parent, 0, NULL, 0) == 0;
}

static bool attempt_own_signal(void)
{
	return kill(getpid(), 0) == 0 && raise(0) == 0;
}

static void *attempt_nothing(void *data)
{
	return data;
}

static bool attempt_thread(void)
{
	pthread_t thread;
	return pthread_create(&thread, NULL, attempt_nothing, NULL) == 0 &&
	       pthread_join(thread, NULL) == 0;
}

/* A new child in a namespace of its own; the child of the call ends at once. */
static bool attempt_namespace(void)
{
	struct clone_args args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
	long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid < 0)
		pid = syscall(SYS_clone3, &args, sizeof args);
	if (pid == 0)
		_exit(0);
	return pid > 0;
}

#ifndef SANDBOX_SANITIZER
static bool attempt_process(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid > 0;
}
#endif

/* Whether a call got further than the filter. */
static bool is_let_through(long result)
{
	return result >= 0 || errno != EPERM;
}

/* What asks for no privilege, or asks later. */
static bool attempt_privileges(void)
{
	return is_let_through(unshare(CLONE_NEWUSER)) ||
	       is_let_through(syscall(SYS_bpf, 0, NULL, 0)) ||
	       is_let_through(syscall(SYS_io_uring_setup, 1, NULL)) ||
	       is_let_through(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0)) ||
	       is_let_through(syscall(SYS_userfaultfd, 1)) ||
	       is_let_through(syscall(
		       SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1, 0, 0)) ||
	       is_let_through(mount(NULL, NULL, "tmpfs", 0, NULL)) ||
	       is_let_through(syscall(SYS_open_tree, AT_FDCWD, "/", 0)) ||
	       is_let_through(syscall(SYS_finit_module, -1, "", 0)) ||
	       is_let_through(syscall(SYS_init_module, NULL, 0, ""));
}

/* Of a session that is root's, too. */
static bool attempt_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3], all[_LINUX_CAPABILITY_U32S_3];
	memset(all, 0xff, sizeof all);
	if (syscall(SYS_capset, &header, all) == 0 || syscall(SYS_capget, &header, data) < 0)
		return true;
	return (data[0].effective | data[0].permitted | data[0].inheritable | data[1].effective |
		       data[1].permitted | data[1].inheritable) != 0;
}

/* By a program with the set-user-ID bit, if there were a way to one. */
static bool attempt_new_privileges(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 ||
	       prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0;
}

static bool attempt_limits(void)
{
	static const int limits[] = {RLIMIT_CORE, RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_RTPRIO};
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		struct rlimit limit;
		const struct rlimit more = {1, 1};
		if (getrlimit(limits[i], &limit) < 0 || limit.rlim_max > 0 ||
			setrlimit(limits[i], &more) == 0)
			return true;
	}
	return false;
}

static bool attempt_foreign_files(void)
{
	char path[64];
	snprintf(path, sizeof path, "%s/secret", sandbox_folder);
	return can_open(path, O_RDONLY) || can_open(path, O_WRONLY) ||
	       can_open(sandbox_folder, O_RDONLY | O_DIRECTORY) || unlink(path) == 0 ||
	       can_open("/tmp/sandbox-new", O_CREAT | O_WRONLY) ||
	       can_open("/etc/passwd", O_RDONLY);
}

static bool attempt_own_status(void)
{
	return can_open("/proc/self/status", O_RDONLY);
}

static bool attempt_other_status(void)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/status", getppid());
	return can_open(path, O_RDONLY);
}

static bool attempt_parent_files(void)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/fd/%d", getppid(), STDERR_FILENO);
	return can_open(path, O_RDONLY) || can_open(path, O_WRONLY);
}

static bool attempt_tcp(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return bind(fd, (struct sockaddr *)&address, sizeof address) == 0 || errno != EACCES ||
	       connect(fd, (struct sockaddr *)&address, sizeof address) == 0 || errno != EACCES;
}

static bool attempt_library(void)
{
	return can_open("/usr/bin/env", O_RDONLY);
}

static bool attempt_write_library(void)
{
	return can_open("/usr/bin/env", O_WRONLY) ||
	       can_open("/usr/lib/evil.so", O_CREAT | O_WRONLY);
}

static bool attempt_own_cache(void)
{
	char path[128];
	snprintf(path, sizeof path, "%s/shader", getenv("MESA_SHADER_CACHE_DIR"));
	int fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
	return fd >= 0 && write(fd, "x", 1) == 1 && ftruncate(fd, 0) == 0 && unlink(path) == 0;
}

static bool attempt_named_folder(void)
{
	char path[64];
	snprintf(path, sizeof path, "%s/secret", sandbox_folder);
	return can_open(path, O_RDONLY);
}

/* What the worker lives from. */
static bool attempt_daily_work(void)
{
	int fd = memfd_create("target", MFD_CLOEXEC), pair[2];
	if (fd < 0 || ftruncate(fd, 4096) < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
		return false;
	char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return false;
	memory[0] = 1;
	return write(pair[0], memory, 1) == 1;
}

static void test_calls(void **state)
{
	assert_true(sandbox_try(true, attempt_daily_work));
	assert_true(sandbox_try(false, attempt_daily_work));
	assert_true(sandbox_try(true, attempt_own_signal));
	assert_true(sandbox_try(true, attempt_thread));
	assert_false(sandbox_try(true, attempt_namespace));
	assert_false(sandbox_try(true, attempt_socket));
	assert_false(sandbox_try(true, attempt_program));
	assert_false(sandbox_try(true, attempt_parent_memory));
	assert_false(sandbox_try(true, attempt_signal));
	assert_false(sandbox_try(true, attempt_privileges));
	assert_false(sandbox_try(true, attempt_foreign_descriptor));
	assert_false(sandbox_try(true, attempt_capabilities));
	assert_false(sandbox_try(true, attempt_new_privileges));
	assert_false(sandbox_try(true, attempt_limits));
#ifndef SANDBOX_SANITIZER
	assert_false(sandbox_try(true, attempt_process));
#endif
}

static void test_files(void **state)
{
	if (!has_landlock(1)) {
		print_message("this kernel has no Landlock: the file system's wall is not tried\n");
		skip();
	}
	assert_false(sandbox_try(true, attempt_foreign_files));
	assert_false(sandbox_try(false, attempt_foreign_files));
	assert_true(sandbox_try(true, attempt_library));
	assert_false(sandbox_try(false, attempt_library));
	assert_false(sandbox_try(true, attempt_write_library));
	assert_false(sandbox_try(true, attempt_parent_files));
	assert_true(sandbox_try(false, attempt_own_status));
	assert_false(sandbox_try(false, attempt_other_status));
	assert_true(sandbox_try(true, attempt_own_cache));
	assert_false(sandbox_try(true, attempt_named_folder));
	setenv("VK_LAYER_PATH", sandbox_folder, 1);
	assert_true(sandbox_try(true, attempt_named_folder));
	unsetenv("VK_LAYER_PATH");
}

/* Mesa's vtest is reached by a socket. */
static void test_vtest_needs_sockets(void **state)
{
	setenv("VN_DEBUG", "vtest,init", 1);
	assert_true(sandbox_try(true, attempt_socket));
	if (has_landlock(4))
		assert_false(sandbox_try(true, attempt_tcp));
	else
		print_message("this kernel has no Landlock for TCP: its wall is not tried\n");
	unsetenv("VN_DEBUG");
}

static void test_off(void **state)
{
	setenv("VITRINE_SANDBOX", "off", 1);
	assert_true(sandbox_try(true, attempt_socket));
	unsetenv("VITRINE_SANDBOX");
}

static int setup(void **state)
{
	char path[64];
	if (!mkdtemp(sandbox_folder))
		return -1;
	setenv("XDG_CACHE_HOME", sandbox_folder, 1);
	unsetenv("VN_DEBUG");
	unsetenv("VITRINE_SANDBOX");
	snprintf(path, sizeof path, "%s/secret", sandbox_folder);
	return fclose(fopen(path, "w"));
}

static int teardown(void **state)
{
	char path[64];
	snprintf(path, sizeof path, "%s/secret", sandbox_folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/vitrine", sandbox_folder);
	rmdir(path);
	return rmdir(sandbox_folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_vtest_needs_sockets),
		cmocka_unit_test(test_off),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}

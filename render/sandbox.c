#include "render/sandbox.h"

#include "common/log.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Refused with EPERM: a driver that asks for one of these without need goes on. */
static const int sandbox_refused[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(kcmp),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(bpf),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SCMP_SYS(fsopen),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(mknod),
	SCMP_SYS(mknodat),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot),
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(tkill),
	SCMP_SYS(pidfd_send_signal),
#ifndef SANDBOX_SANITIZER
	SCMP_SYS(ptrace),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
#endif
};

/* Mesa's vtest, for machines without virtio-gpu, is a socket. */
static bool sandbox_uses_vtest(void)
{
	const char *debug = getenv("VN_DEBUG");
	return debug && strstr(debug, "vtest");
}

/* A signal to any other process. */
static int sandbox_refuse_signals(scmp_filter_ctx filter)
{
	static const int calls[] = {SCMP_SYS(kill), SCMP_SYS(tgkill), SCMP_SYS(rt_sigqueueinfo),
		SCMP_SYS(rt_tgsigqueueinfo)};
	const struct scmp_arg_cmp others = SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)getpid());
	int error = 0;
	for (size_t i = 0; error == 0 && i < sizeof calls / sizeof calls[0]; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), calls[i], 1, others);
	return error;
}

/* Threads are wanted; namespaces are not, nor processes, which would outlive the worker. A filter
 * cannot see the flags of clone3(): without it libraries use clone(), whose flags come first (but
 * for s390 and cris, clone(2)). */
static int sandbox_refuse_processes(scmp_filter_ctx filter)
{
	static const scmp_datum_t flags[] = {CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWNS,
		CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP};
	int error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	for (size_t i = 0; error == 0 && i < sizeof flags / sizeof flags[0]; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, flags[i], flags[i]));
#ifndef SANDBOX_SANITIZER
	if (error == 0)
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
#endif
	return error;
}

static int sandbox_fill(scmp_filter_ctx filter)
{
	int error = 0;
	for (size_t i = 0; error == 0 && i < sizeof sandbox_refused / sizeof sandbox_refused[0];
		i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), sandbox_refused[i], 0);
	if (error == 0 && !sandbox_uses_vtest())
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 0);
	if (error == 0)
		error = sandbox_refuse_signals(filter);
	return error == 0 ? sandbox_refuse_processes(filter) : error;
}

static void sandbox_shut_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int error = filter ? sandbox_fill(filter) : -ENOMEM;
	if (error == 0)
		error = seccomp_load(filter);
	if (error < 0)
		log_warn("the worker's system calls are not walled off: %s", strerror(-error));
	seccomp_release(filter);
}

/* A death is an everyday answer here, and a dump would hold clients' pictures. Nobody here needs
 * message queues, or to go before other processes, as some users may. */
static void sandbox_limit(void)
{
	static const int limits[] = {RLIMIT_CORE, RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_RTPRIO};
	const struct rlimit none = {0};
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		setrlimit(limits[i], &none);
}

/* Root's, where the session is root's. What is root's by its owner stays open. */
static void sandbox_drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
	if (syscall(SYS_capset, &header, none) < 0)
		log_warn("the worker keeps its capabilities: %s", strerror(errno));
}

void sandbox_enter(bool driver)
{
	const char *chosen = getenv("VITRINE_SANDBOX");
	if (chosen && strcmp(chosen, "off") == 0) {
		log_warn("VITRINE_SANDBOX=off: nothing is walled off from the worker");
		return;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		log_warn("the worker keeps its ways to new privileges: %s", strerror(errno));
		return;
	}
	sandbox_limit();
	sandbox_drop_capabilities();
	sandbox_shut_files(driver);
	sandbox_shut_calls();
}

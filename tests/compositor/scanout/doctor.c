/* The doctor on a machine without a display, with a worker that is as told. */
#include "compositor/doctor.h"

#include "compositor/doctor/private.h"
#include "tests/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static char output[64 * 1024];

/* Runs the command in a process of its own; its exit status, and what it printed in output. */
static int run(const char *script, const char *option)
{
	int printed = memfd_create("output", 0), status;
	setenv("FAKE_WORKER", script, 1);
	setenv("VITRINE_WORKER", getenv("FAKE_WORKER_PATH"), 1);
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		char *argv[] = {"doctor", "--device=/nonexistent", (char *)option, NULL};
		dup2(printed, STDOUT_FILENO);
		int result = doctor_main(option ? 3 : 2, argv);
		fflush(stdout);
		_exit(result);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	ssize_t len = pread(printed, output, sizeof output - 1, 0);
	close(printed);
	assert_true(len >= 0);
	output[len] = '\0';
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static json_t *report(const char *script, int status)
{
	assert_int_equal(run(script, "--json"), status);
	json_t *report = json_loads(output, 0, NULL);
	assert_non_null(report);
	return report;
}

static const char *text(const json_t *object, const char *member)
{
	const char *value = json_string_value(json_object_get(object, member));
	return value ? value : "";
}

static void json_tells_every_rung_in_order(void **state)
{
	json_t *found = report("allocate=abort,copy=wrong", 0);
	const json_t *rungs = json_object_get(found, "rungs");
	static const char *const expected[SCANOUT_RUNGS][2] = {{"gbm-import", "skipped"},
		{"vk-export", "failed"}, {"host-pointer", "proved"}, {"copy", "failed"},
		{"cpu", "proved"}};
	assert_int_equal(json_array_size(rungs), SCANOUT_RUNGS);
	for (size_t i = 0; i < SCANOUT_RUNGS; i++) {
		const json_t *rung = json_array_get(rungs, i);
		bool holds = strcmp(expected[i][1], "proved") == 0;
		assert_string_equal(text(rung, "rung"), expected[i][0]);
		assert_string_equal(text(rung, "outcome"), expected[i][1]);
		assert_int_equal(text(rung, "reason")[0] == '\0', holds);
		assert_int_equal(text(rung, "verdict")[0] != '\0', holds);
	}
	assert_string_equal(
		text(json_array_get(rungs, 1), "reason"), "worker killed by signal 6 (Aborted)");
	assert_string_equal(text(found, "best"), "host-pointer");
	const json_t *drm = json_object_get(found, "drm");
	assert_string_equal(text(drm, "device"), "/nonexistent");
	assert_true(text(drm, "error")[0] != '\0');
	json_decref(found);
}

static void a_worker_that_dies_of_listing_is_a_finding(void **state)
{
	json_t *found = report("list=abort", 0);
	const json_t *vulkan = json_object_get(found, "vulkan");
	assert_int_equal(json_array_size(json_object_get(vulkan, "devices")), 0);
	assert_string_equal(text(vulkan, "error"), "the worker that was asked was killed: Aborted");
	json_decref(found);
	found = report("list=garbage", 0);
	assert_true(text(json_object_get(found, "vulkan"), "error")[0] != '\0');
	json_decref(found);
}

static void late_sync_files_are_told_of(void **state)
{
	static const struct {
		const char *vmm, *script;
		double time; /* 0: not told */
		bool late, error;
	} cases[] = {
		{"qemu", "", 0.5, false, false},
		{"qemu", "sync=8.9", 8.9, false, false},
		{"qemu", "sync=10.6", 10.6, true, false},
		{"unknown", "sync=10.6", 10.6, true, false},
		{"crosvm", "sync=10.6", 10.6, false, false},
		{"qemu", "sync=soon", 0, false, true},
		{"qemu", "sync=\"soon\"", 0, false, false},
		{"qemu", "sync=abort", 0, false, true},
		{"qemu", "list=none", 0, false, true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		setenv("VITRINE_VMM", cases[i].vmm, 1);
		json_t *found = report(cases[i].script, 0);
		const json_t *vulkan = json_object_get(found, "vulkan");
		double time = json_number_value(json_object_get(vulkan, "sync_file_ms"));
		assert_true(time == cases[i].time);
		assert_int_equal(text(vulkan, "mend")[0] != '\0', cases[i].late);
		assert_int_equal(text(vulkan, "error")[0] != '\0', cases[i].error);
		json_decref(found);
	}
	setenv("VITRINE_VMM", "qemu", 1);
	assert_int_equal(run("sync=10.62", NULL), 0);
	assert_non_null(strstr(output, "10.6 ms from an empty batch to its sync file\n"
				       "             to mend: QEMU up to 10.2 takes 10 ms"));
	unsetenv("VITRINE_VMM");
	assert_int_equal(run("sync=abort", NULL), 0);
	assert_non_null(strstr(output, "the worker that was asked was killed: Aborted\n"));
}

static void no_rung_is_status_1(void **state)
{
	json_t *found = report("start=exit", 1);
	assert_true(json_is_null(json_object_get(found, "best")));
	json_decref(found);
	assert_int_equal(run("start=exit", NULL), 1);
	assert_non_null(strstr(output, "vitrine cannot run here"));
}

static void people_read_the_same(void **state)
{
	assert_int_equal(run("allocate=refuse", NULL), 0);
	assert_non_null(strstr(output, "vk-export    failed: the fake refuses\n"));
	assert_non_null(strstr(output, "fake, driver venus, Vulkan 1.1.0\n"));
	assert_non_null(strstr(output, "yes VK_KHR_swapchain\n"));
	assert_non_null(strstr(output, "will use host-pointer\n"));
}

static void the_machine_is_named(void **state)
{
	setenv("VITRINE_VMM", "libkrun", 1);
	json_t *found = report("", 0);
	const json_t *vmm = json_object_get(found, "vmm");
	assert_string_equal(text(vmm, "id"), "libkrun");
	assert_non_null(strstr(text(vmm, "avoids"), "panics"));
	json_decref(found);
	assert_int_equal(run("", NULL), 0);
	assert_non_null(strstr(output, "machine    libkrun (krunkit, muvm): libkrun panics"));
	setenv("VITRINE_VMM", "unknown", 1);
	found = report("", 0);
	assert_null(json_object_get(json_object_get(found, "vmm"), "avoids"));
	json_decref(found);
	unsetenv("VITRINE_VMM");
}

/* Whose machine this is, and what is avoided where; no worker is started. */
static void every_machine_that_is_known_is_listed(void **state)
{
	setenv("VITRINE_VMM", "crosvm", 1);
	assert_int_equal(run("start=exit", "--vmms"), 0);
	assert_non_null(strstr(output, "libkrun          libkrun (krunkit, muvm)\n"
				       "                 avoided: libkrun panics"));
	assert_non_null(strstr(output, "\ncrosvm           crosvm: this machine's\n"));
	assert_non_null(strstr(output, "\nhyper-v          Hyper-V\n"));
	assert_int_equal(run("start=exit", "-mj"), 0);
	json_t *vmms = json_loads(output, 0, NULL);
	assert_int_equal(json_array_size(vmms), 9);
	for (size_t i = 0; i < json_array_size(vmms); i++) {
		const json_t *vmm = json_array_get(vmms, i);
		assert_int_equal(json_is_true(json_object_get(vmm, "current")),
			strcmp(text(vmm, "id"), "crosvm") == 0);
		assert_int_equal(
			text(vmm, "avoids")[0] != '\0', strcmp(text(vmm, "id"), "libkrun") == 0);
	}
	json_decref(vmms);
	unsetenv("VITRINE_VMM");
}

static void advice_fits_the_machine(void **state)
{
	json_t *plain = json_pack("{s:{s:{s:b}}, s:{s:[{s:s}]}}", "drm", "virtio", "venus", 0,
		"vulkan", "devices", "driver", "llvmpipe");
	assert_non_null(
		strstr(doctor_advise(plain, SCANOUT_VK_EXPORT, SCANOUT_FAILED), "venus=true"));
	assert_null(doctor_advise(plain, SCANOUT_VK_EXPORT, SCANOUT_PROVED));
	json_decref(plain);
	json_t *stock = json_pack("{s:{s:{s:b}}, s:{s:[{s:s}]}}", "drm", "virtio", "venus", 1,
		"vulkan", "devices", "driver", "venus");
	assert_non_null(
		strstr(doctor_advise(stock, SCANOUT_VK_EXPORT, SCANOUT_SKIPPED), "Vulkan layer"));
	json_decref(stock);
	json_t *bare =
		json_pack("{s:{s:s}, s:{s:[]}}", "drm", "error", "none", "vulkan", "devices");
	assert_non_null(strstr(
		doctor_advise(bare, SCANOUT_COPY, SCANOUT_FAILED), "install a Vulkan driver"));
	json_decref(bare);
}

static void wrong_usage_is_status_2(void **state)
{
	int null = open("/dev/null", O_WRONLY), saved = dup(STDERR_FILENO);
	dup2(null, STDERR_FILENO);
	assert_int_equal(run("", "--jsonn"), 2);
	assert_int_equal(run("", "more"), 2);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(null);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_tells_every_rung_in_order),
		cmocka_unit_test(a_worker_that_dies_of_listing_is_a_finding),
		cmocka_unit_test(late_sync_files_are_told_of),
		cmocka_unit_test(no_rung_is_status_1),
		cmocka_unit_test(people_read_the_same),
		cmocka_unit_test(the_machine_is_named),
		cmocka_unit_test(every_machine_that_is_known_is_listed),
		cmocka_unit_test(advice_fits_the_machine),
		cmocka_unit_test(wrong_usage_is_status_2),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How the worker starts, rests and ends. Usage: life RENDERER. */
#include "harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *life_renderer;

/* Times that any thread of the process went to sleep. */
static long life_count_switches(pid_t pid)
{
	char path[300], line[128];
	long total = 0;
	snprintf(path, sizeof path, "/proc/%d/task", pid);
	DIR *tasks = opendir(path);
	assert_non_null(tasks);
	for (struct dirent *task; (task = readdir(tasks));) {
		long n;
		snprintf(path, sizeof path, "/proc/%d/task/%s/status", pid, task->d_name);
		FILE *status = task->d_name[0] == '.' ? NULL : fopen(path, "r");
		while (status && fgets(line, sizeof line, status)) {
			if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) == 1)
				total += n;
		}
		if (status)
			fclose(status);
	}
	closedir(tasks);
	return total;
}

/* After its greeting and after a frame, a worker that is asked nothing does not wake once. */
static void life_test_idle(void **state)
{
	struct harness harness;
	struct harness_target target;
	static struct harness_frame frame;
	harness_start(&harness, life_renderer);
	assert_true(harness_target_create(&harness, &target, harness_access(life_renderer), 64, 64,
		DRM_FORMAT_XRGB8888, 0, NULL));
	uint32_t buffer = harness_solid_create(&harness, 1, 1, 1, 1);
	uint32_t texture = harness_texture_update(&harness, 0, buffer, NULL, 0);
	harness_frame_init(&frame, &target);
	struct wire_quad *quad = harness_frame_add(&frame, &target, texture, 0, 0, 64, 64);
	quad->src_w = quad->src_h = 1;
	harness_frame_draw(&harness, &frame, &target);
	usleep(300000);
	long before = life_count_switches(harness.pid);
	usleep(1000000);
	assert_int_equal(life_count_switches(harness.pid), before);
	harness_stop(&harness);
}

/* The core is gone while frames are under way. */
static void life_test_core_leaves(void **state)
{
	struct harness harness;
	struct harness_target target;
	static struct harness_frame frame;
	harness_start(&harness, life_renderer);
	assert_true(harness_target_create(&harness, &target, harness_access(life_renderer), 512,
		512, DRM_FORMAT_XRGB8888, 0, NULL));
	struct harness_shm shm;
	harness_shm_create(&harness, &shm, 512, 512, DRM_FORMAT_ARGB8888, 0, 0);
	uint32_t texture = harness_texture_update(&harness, 0, shm.buffer, NULL, 0);
	harness_frame_init(&frame, &target);
	for (int i = 0; i < 20; i++)
		harness_frame_add(&frame, &target, texture, 0, 0, 512, 512);
	for (int i = 0; i < 4; i++)
		harness_frame_send(&harness, &frame, &target);
	harness_stop(&harness);
}

static void life_test_interrupt(void **state)
{
	struct harness harness;
	harness_start(&harness, life_renderer);
	kill(harness.pid, SIGINT);
	assert_true(harness_is_silent(&harness, 100));
	harness_stop(&harness);
}

/* No driver at all: the last words say so. */
static void life_test_no_device(void **state)
{
	struct harness harness;
	char reason[WIRE_MAX_REASON], *old = getenv("VK_DRIVER_FILES");
	if (strcmp(life_renderer, "cpu") == 0)
		skip();
	char *kept = old ? strdup(old) : NULL;
	setenv("VK_DRIVER_FILES", "/nonexistent.json", 1);
	harness_start_silent(&harness, life_renderer);
	if (kept)
		setenv("VK_DRIVER_FILES", kept, 1);
	else
		unsetenv("VK_DRIVER_FILES");
	free(kept);
	harness_expect_error(&harness, reason);
	assert_non_null(strstr(reason, "Vulkan"));
}

/* The exit status of the worker with these arguments. */
static int life_run(const char *const arguments[])
{
	const char *argv[8] = {getenv("VITRINE_RENDER")};
	for (int i = 0; i < 6 && arguments[i]; i++)
		argv[i + 1] = arguments[i];
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		dup2(null, 1);
		dup2(null, 2);
		execv(argv[0], (char **)argv);
		_exit(127);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void life_test_arguments(void **state)
{
	static const char *const bad[][7] = {
		{NULL},
		{"--fd", "0"},
		{"--renderer", "cpu"},
		{"--fd", "0", "--renderer", "gl"},
		{"--fd", "x", "--renderer", "cpu"},
		{"--fd", "-1", "--renderer", "cpu"},
		{"--fd", "987", "--renderer", "cpu"},
		{"--fd", "0", "--renderer", "cpu", "--drm", "226"},
		{"--fd", "0", "--renderer", "cpu", "--drm", "226:0:1"},
		{"--fd", "0", "--renderer", "cpu", "--log-level", "loud"},
		{"--fd", "0", "--renderer", "cpu", "more"},
		{"--unknown"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(life_run(bad[i]), 64); /* EX_USAGE */
	assert_int_equal(life_run((const char *const[]){"--version", NULL}), 0);
	assert_int_equal(life_run((const char *const[]){"--help", NULL}), 0);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	life_renderer = argv[1];
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(life_test_idle),
		cmocka_unit_test(life_test_core_leaves),
		cmocka_unit_test(life_test_interrupt),
		cmocka_unit_test(life_test_no_device),
		cmocka_unit_test(life_test_arguments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

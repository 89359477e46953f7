#include "compositor/settings.h"
#include "common/log.h"
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads text as a file over *settings; what was logged is in *told, to be freed. */
static void read_text(struct settings *settings, const char *text, size_t len, char **told)
{
	char path[] = "/tmp/settingsXXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	close(fd);
	FILE *log = tmpfile();
	int before = dup(STDERR_FILENO);
	fflush(stderr);
	dup2(fileno(log), STDERR_FILENO);
	assert_true(settings_read(settings, path));
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	close(before);
	unlink(path);
	*told = calloc(1, 65536);
	rewind(log);
	assert_true(fread(*told, 1, 65535, log) < 65535);
	fclose(log);
}

static void test_defaults(void **state)
{
	struct settings settings;
	settings_init(&settings);
	struct settings_key tab = {SETTINGS_SUPER, XKB_KEY_Tab};
	assert_int_equal(settings_find(&settings, tab), SETTINGS_NEXT_WINDOW);
	tab.modifiers |= SETTINGS_SHIFT;
	assert_int_equal(settings_find(&settings, tab), SETTINGS_PREVIOUS_WINDOW);
	tab.modifiers = 0;
	assert_int_equal(settings_find(&settings, tab), SETTINGS_ACTIONS);
	assert_int_equal(settings.drag, SETTINGS_SUPER);
}

static void test_a_file(void **state)
{
	static const char text[] =
		"; a comment\n[keys]\nclose = Alt+F4\n  next-window=ctrl+alt+tab ; so\n"
		"minimize =\n\n[mouse]\ndrag = Alt+Shift\n";
	struct settings settings;
	char *told;
	settings_init(&settings);
	read_text(&settings, text, sizeof text - 1, &told);
	assert_string_equal(told, "");
	free(told);
	assert_int_equal(settings.keys[SETTINGS_CLOSE].modifiers, SETTINGS_ALT);
	assert_int_equal(settings.keys[SETTINGS_CLOSE].symbol, XKB_KEY_F4);
	assert_int_equal(
		settings.keys[SETTINGS_NEXT_WINDOW].modifiers, SETTINGS_CTRL | SETTINGS_ALT);
	assert_int_equal(settings.keys[SETTINGS_MINIMIZE].symbol, XKB_KEY_NoSymbol);
	struct settings_key none = {0};
	assert_int_equal(settings_find(&settings, none), SETTINGS_ACTIONS);
	assert_int_equal(settings.drag, SETTINGS_ALT | SETTINGS_SHIFT);
	/* What the file does not name stays. */
	assert_int_equal(settings.keys[SETTINGS_SNAP_LEFT].symbol, XKB_KEY_Left);
}

static void test_outputs_and_devices(void **state)
{
	static const char text[] =
		"[outputs]\nlayout = mirror\n[scale]\nVirtual-1 = 2\nVirtual-2 = 1.5\n"
		"Virtual-1 = 1.25\n[input]\nQEMU Virtio Tablet = Virtual-2\n"
		"a device of which the name has more than forty-nine bytes = DP-1\n";
	struct settings settings;
	char *told;
	settings_init(&settings);
	assert_int_equal(settings.layout, LAYOUT_UNSAID);
	read_text(&settings, text, sizeof text - 1, &told);
	assert_string_equal(told, "");
	free(told);
	assert_int_equal(settings.layout, LAYOUT_MIRROR);
	assert_int_equal(settings_find_scale(&settings, "Virtual-1"), 150); /* the last counts */
	assert_int_equal(settings_find_scale(&settings, "Virtual-2"), 180);
	assert_int_equal(settings_find_scale(&settings, "Virtual-3"), 0);
	assert_string_equal(settings_find_output(&settings, "QEMU Virtio Tablet"), "Virtual-2");
	assert_null(settings_find_output(&settings, "QEMU Virtio"));
	assert_null(settings_find_output(&settings, "QEMU Virtio Tablets"));
	assert_string_equal(settings_find_output(&settings,
				    "a device of which the name has more than forty-nine bytes"),
		"DP-1");
}

/* Of more lines than there is room for, each is told. */
static void test_many_entries(void **state)
{
	char text[4096] = "[scale]\n", *told;
	struct settings settings;
	settings_init(&settings);
	for (int i = 0; i <= SETTINGS_MAX_ENTRIES; i++)
		sprintf(text + strlen(text), "DP-%d = 2\n", i);
	strcat(text, "[input]\n");
	for (int i = 0; i <= SETTINGS_MAX_ENTRIES; i++)
		sprintf(text + strlen(text), "mouse %d = DP-1\n", i);
	read_text(&settings, text, strlen(text), &told);
	assert_non_null(strstr(told, ":34: too many entries"));
	assert_non_null(strstr(told, ":68: too many entries"));
	free(told);
	assert_int_equal(settings_find_scale(&settings, "DP-31"), 240);
	assert_int_equal(settings_find_scale(&settings, "DP-32"), 0);
	assert_null(settings_find_output(&settings, "mouse 32"));
}

/* Each is told with its line, and changes nothing. */
static void test_bad_lines(void **state)
{
	static const char *const lines[] = {"close = Hyper+q", "close = Super+", "close = +",
		"close", "[keys", "colour = red", "close = Super+nosuchkey", "[nowhere]\nclose = a",
		"[mouse]\ndrag = q", "[mouse]\nbutton = 3", "[outputs]\nlayout = both",
		"[outputs]\nscale = 2", "[scale]\nVirtual-1 = large", "[scale]\nVirtual-1 = 0",
		"[scale]\nVirtual-1 = nan", "[input]\na mouse ="};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct settings settings, before;
		char text[256], *told, where[32];
		settings_init(&settings);
		settings_init(&before);
		snprintf(text, sizeof text, "[keys]\n%s\n", lines[i]);
		snprintf(where, sizeof where, ":%d: ", strchr(lines[i], '\n') ? 3 : 2);
		read_text(&settings, text, strlen(text), &told);
		assert_non_null(strstr(told, where));
		free(told);
		assert_memory_equal(&settings, &before, sizeof before);
	}
}

static void test_hostile_files(void **state)
{
	static char text[60000];
	struct settings settings, before;
	char *told;
	settings_init(&settings);
	settings_init(&before);
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + i % 26); /* one line */
	read_text(&settings, text, sizeof text, &told);
	assert_non_null(strstr(told, ":1: "));
	free(told);
	memset(text, 0, sizeof text);
	read_text(&settings, text, 1000, &told);
	free(told);
	for (size_t i = 0; i < 1000; i++)
		text[i] = (char)(i * 7 + i / 13);
	read_text(&settings, text, 1000, &told);
	free(told);
	assert_memory_equal(&settings, &before, sizeof before);
}

static void test_no_file(void **state)
{
	struct settings settings;
	settings_init(&settings);
	assert_false(settings_read(&settings, "/nonexistent/vitrine.ini"));
	assert_false(settings_read(&settings, "/"));
	assert_false(settings_read(&settings, "/dev/zero")); /* endless */
	char folder[] = "/tmp/settingsXXXXXX", pipe[64];
	assert_non_null(mkdtemp(folder));
	snprintf(pipe, sizeof pipe, "%s/pipe", folder);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_false(settings_read(&settings, pipe)); /* nobody writes */
	unlink(pipe);
	rmdir(folder);
	char path[64];
	setenv("XDG_CONFIG_HOME", "/etc/xdg", true);
	assert_true(settings_path(path, sizeof path));
	assert_string_equal(path, "/etc/xdg/vitrine/vitrine.ini");
	assert_false(settings_path(path, 10));
	unsetenv("XDG_CONFIG_HOME");
	setenv("HOME", "relative", true);
	assert_false(settings_path(path, sizeof path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_a_file),
		cmocka_unit_test(test_outputs_and_devices),
		cmocka_unit_test(test_many_entries),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_hostile_files),
		cmocka_unit_test(test_no_file),
	};
	log_init("test", LOG_LEVEL_INFO);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

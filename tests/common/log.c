#include "common/log.h"
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static time_t now;

int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	*time = (struct timespec){.tv_sec = now};
	return 0;
}

/* Standard error is a file meanwhile. */
static void log_taken(void (*write_lines)(void), char *text, size_t cap)
{
	int file = fileno(tmpfile()), before = dup(STDERR_FILENO);
	dup2(file, STDERR_FILENO);
	write_lines();
	dup2(before, STDERR_FILENO);
	ssize_t len = pread(file, text, cap - 1, 0);
	assert_true(len >= 0);
	text[len] = '\0';
	close(before);
}

static size_t count(const char *text, const char *what)
{
	size_t count = 0;
	for (; (text = strstr(text, what)); text += strlen(what))
		count++;
	return count;
}

static void refuse(int number)
{
	log_limited(LOG_LEVEL_WARN, "number %d is refused", number);
}

static void refuse_often(void)
{
	for (int i = 0; i < 1000; i++) {
		refuse(i);
		log_limited(LOG_LEVEL_DEBUG, "what nobody asked for");
	}
	log_warn("another line");
	now += 59;
	refuse(1000);
	now += 1;
	refuse(1001);
	refuse(1002);
	now += 60;
	refuse(1003);
	now += 60;
	refuse(1004);
}

static void test_lines_of_a_kind_are_limited(void **state)
{
	char text[4096];
	log_taken(refuse_often, text, sizeof text);
	assert_int_equal(count(text, "\n"), LOG_LIMIT_FIRST + 4);
	assert_non_null(strstr(text, "vitrine: number 9 is refused\nvitrine: another line\n"));
	assert_non_null(strstr(text, "vitrine: number 1001 is refused (and 991 more like it)\n"));
	assert_non_null(strstr(text, "vitrine: number 1003 is refused (and 1 more like it)\n"));
	assert_non_null(strstr(text, "vitrine: number 1004 is refused\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_of_a_kind_are_limited),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

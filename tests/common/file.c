#include "common/file.h"
#include "tests/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_refused(const char *path, const char *reason)
{
	char why[FILE_MAX_WHY] = "";
	assert_null(file_open(path, 1, why));
	assert_string_equal(why, reason);
}

static void test_what_is_no_regular_file(void **state)
{
	char folder[] = "/tmp/file-XXXXXX", pipe[64];
	assert_non_null(mkdtemp(folder));
	snprintf(pipe, sizeof pipe, "%s/pipe", folder);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_refused(pipe, "it is no regular file"); /* nobody writes into it */
	assert_refused(folder, "it is no regular file");
	assert_refused("/dev/zero", "it is no regular file");
	unlink(pipe);
	assert_refused(pipe, strerror(ENOENT));
	rmdir(folder);
}

static void test_size(void **state)
{
	char path[] = "/tmp/file-XXXXXX", why[FILE_MAX_WHY];
	int fd = mkstemp(path);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	FILE *file = file_open(path, 1, why);
	assert_non_null(file);
	fclose(file);
	assert_int_equal(ftruncate(fd, (1 << 20) + 1), 0);
	assert_refused(path, "it is larger than 1 MiB");
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_no_regular_file),
		cmocka_unit_test(test_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

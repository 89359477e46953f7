#include "kms/atomic.h"
#include "kms/device.h"
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void the_first_failure_is_remembered(void **state)
{
	struct kms_atomic atomic;
	kms_atomic_init(&atomic, -1);
	assert_int_equal(atomic.error, 0);
	kms_atomic_add(&atomic, 1, 2, 3);
	assert_int_equal(atomic.error, 0);
	kms_atomic_add(&atomic, 1, 0, 3); /* no such property */
	assert_int_equal(atomic.error, -EINVAL);
	/* Fails with EBADF, but the first failure stays. */
	uint32_t data = 0;
	kms_atomic_add_blob(&atomic, 1, 2, &data, sizeof data);
	assert_int_equal(atomic.error, -EINVAL);
	assert_int_equal(kms_atomic_commit(&atomic, 0, 0), -EINVAL);
	kms_atomic_finish(&atomic);
	/* What is finished can be finished again, and commits nothing. */
	assert_int_equal(kms_atomic_commit(&atomic, 0, 0), -EINVAL);
	kms_atomic_finish(&atomic);
}

static void what_is_no_device_is_refused(void **state)
{
	struct kms_device *device;
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(kms_device_create(fd, &device), -ENODEV);
	assert_null(device);
	assert_int_equal(kms_device_create(-1, &device), -ENODEV);
	close(fd);
	kms_device_destroy(NULL);
}

static void errors_are_one_line_for_people(void **state)
{
	for (int error = 0; error < 200; error++) {
		const char *text = kms_device_explain(-error);
		assert_true(text && *text);
		assert_null(strchr(text, '\n'));
		char copy[256];
		snprintf(copy, sizeof copy, "%s", text); /* strerror() may reuse its memory */
		assert_string_equal(copy, kms_device_explain(error));
	}
	assert_non_null(strstr(kms_device_explain(-EBUSY), "DRM master"));
	assert_non_null(strstr(kms_device_explain(-EACCES), "permission"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_failure_is_remembered),
		cmocka_unit_test(what_is_no_device_is_refused),
		cmocka_unit_test(errors_are_one_line_for_people),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

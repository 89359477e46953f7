#include "kms/errand.h"
#include "tests/unit.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Waits for a byte, which it returns. */
static int wait_for_byte(const void *arguments)
{
	const int *fd = arguments;
	char byte = 0;
	return read(*fd, &byte, 1) == 1 ? byte : -1;
}

struct errands {
	int done, pipe[2];
	struct kms_errand *errand;
};

static void errands_start(struct errands *errands)
{
	errands->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_int_equal(pipe(errands->pipe), 0);
	assert_int_equal(kms_errand_create(&errands->errand, errands->done, wait_for_byte,
				 &errands->pipe[0], sizeof errands->pipe[0]),
		0);
}

static void errands_finish(struct errands *errands)
{
	close(errands->done);
	close(errands->pipe[0]);
	close(errands->pipe[1]);
}

static void test_caller_goes_on_and_is_told_of_the_end(void **state)
{
	struct errands errands;
	int result;
	eventfd_t ended;
	errands_start(&errands);
	assert_false(kms_errand_has_ended(errands.errand, &result));
	assert_int_equal(write(errands.pipe[1], "\7", 1), 1);
	assert_int_equal(poll(&(struct pollfd){errands.done, POLLIN, 0}, 1, -1), 1);
	assert_int_equal(eventfd_read(errands.done, &ended), 0);
	assert_true(kms_errand_has_ended(errands.errand, &result));
	assert_int_equal(result, 7);
	kms_errand_destroy(errands.errand);
	errands_finish(&errands);
}

static void test_one_that_waits_is_left_behind(void **state)
{
	struct errands errands;
	errands_start(&errands);
	kms_errand_destroy(errands.errand);
	/* It ends for itself, and tells nobody: the byte is read, the eventfd stays silent. */
	assert_int_equal(write(errands.pipe[1], "\7", 1), 1);
	int left = 1;
	while (left > 0) {
		struct pollfd rest = {errands.pipe[0], POLLIN, 0};
		left = poll(&rest, 1, 1);
	}
	assert_int_equal(poll(&(struct pollfd){errands.done, POLLIN, 0}, 1, 50), 0);
	errands_finish(&errands);
}

static void test_nothing_is_destroyed(void **state)
{
	kms_errand_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_caller_goes_on_and_is_told_of_the_end),
		cmocka_unit_test(test_one_that_waits_is_left_behind),
		cmocka_unit_test(test_nothing_is_destroyed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "common/format.h"
#include "tests/unit.h"

#include <drm_fourcc.h>

static void test_list_is_consistent(void **state)
{
	size_t len;
	const struct format *formats = format_list(&len);
	assert_int_equal(formats[0].fourcc, DRM_FORMAT_ARGB8888);
	assert_int_equal(formats[1].fourcc, DRM_FORMAT_XRGB8888);
	for (size_t i = 0; i < len; i++) {
		assert_ptr_equal(format_find(formats[i].fourcc), &formats[i]);
		const struct format *opaque = format_find(formats[i].opaque);
		assert_non_null(opaque);
		assert_false(opaque->has_alpha);
		assert_int_equal(opaque->bytes_per_pixel, formats[i].bytes_per_pixel);
	}
}

static void test_unknown(void **state)
{
	assert_null(format_find(0));
	assert_null(format_find(1));
	assert_null(format_find(UINT32_MAX));
}

static void test_name_is_printable(void **state)
{
	char name[5];
	format_name(DRM_FORMAT_XRGB8888, name);
	assert_string_equal(name, "XR24");
	format_name(0x0a1b0741, name);
	assert_string_equal(name, "A???");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_is_consistent),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_name_is_printable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

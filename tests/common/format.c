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

/* NV12 of 640x480: 640 bytes of luma a row, and as many of both chromas for every second one. */
static void test_video(void **state)
{
	const struct format *nv12 = format_find(DRM_FORMAT_NV12),
			    *p010 = format_find(DRM_FORMAT_P010);
	size_t len;
	const struct format *videos = format_list_video(&len);
	assert_ptr_equal(nv12, &videos[0]);
	assert_ptr_equal(p010, &videos[1]);
	assert_int_equal(len, 2);
	assert_null(format_find_rgb(DRM_FORMAT_NV12));
	assert_int_equal(format_planes(nv12), 2);
	assert_int_equal(format_row(nv12, 0, 640), 640);
	assert_int_equal(format_row(nv12, 1, 640), 640);
	assert_int_equal(format_row(p010, 1, 639), 1280);
	assert_int_equal(format_rows(0, 480), 480);
	assert_int_equal(format_rows(1, 479), 240);
	assert_int_equal(format_rows(1, INT32_MAX), 1 << 30);
	assert_true(format_fits(nv12, 640, 480));
	assert_false(format_fits(nv12, 639, 480));
	assert_false(format_fits(p010, 640, 479));
	assert_true(format_fits(format_find(DRM_FORMAT_RGB565), 639, 479));
	assert_int_equal(format_planes(format_find(DRM_FORMAT_RGB565)), 1);
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
		cmocka_unit_test(test_video),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_name_is_printable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

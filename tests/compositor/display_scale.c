#include "compositor/display_scale.h"
#include "kms/edid.h"
#include "protocol/output_map.h"
#include "tests/unit.h"

#include <limits.h>
#include <string.h>

/* An EDID that says so many centimetres, as its display has them; all else is QEMU's. */
static uint32_t scale_of(int32_t width, int32_t height, uint8_t cm_width, uint8_t cm_height)
{
	uint8_t data[128] = {0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x49, 0x14, 0x34, 0x12,
		0x00, 0x00, 0x00, 0x00, 0x2a, 0x18, 0x01, 0x04, 0xa5, cm_width, cm_height, 0x78};
	const struct kms_mode mode = {.width = width, .height = height};
	struct kms_edid edid;
	uint8_t sum = 0;
	for (int i = 0; i < 127; i++)
		sum = (uint8_t)(sum + data[i]);
	data[127] = (uint8_t)(256 - sum);
	kms_edid_parse(data, sizeof data, &edid);
	assert_string_equal(edid.make, "Red Hat, Inc.");
	uint32_t scale = display_scale(&mode, edid.mm_width, edid.mm_height);
	assert_int_equal(scale % OUTPUT_MAP_SCALE_ONE, 0);
	return scale / OUTPUT_MAP_SCALE_ONE;
}

static void displays_that_are_sold(void **state)
{
	assert_int_equal(scale_of(1280, 800, 33, 21), 1);   /* QEMU: 100 dpi */
	assert_int_equal(scale_of(3840, 2160, 98, 55), 1);  /* QEMU, larger */
	assert_int_equal(scale_of(1920, 1080, 53, 30), 1);  /* 24" */
	assert_int_equal(scale_of(3840, 2160, 60, 34), 1);  /* 27", 163 dpi */
	assert_int_equal(scale_of(3840, 2160, 121, 68), 1); /* a television of 55" */
	assert_int_equal(scale_of(2560, 1600, 29, 18), 2);  /* 13.3", 227 dpi */
	assert_int_equal(scale_of(2880, 1800, 33, 21), 2);  /* 15.4" */
	assert_int_equal(scale_of(3840, 2160, 34, 19), 2);  /* 15.6", 282 dpi */
	assert_int_equal(scale_of(5120, 2880, 60, 34), 2);  /* 27" */
	assert_int_equal(scale_of(3840, 2400, 29, 18), 3);  /* 13.4", 338 dpi */
	assert_int_equal(scale_of(1600, 2560, 18, 29), 2);  /* a panel that stands */
}

/* Small panels: twice the size would leave 540 rows. */
static void too_few_pixels_stay_as_they_are(void **state)
{
	assert_int_equal(scale_of(1920, 1080, 16, 10), 1);
	assert_int_equal(scale_of(1920, 1080, 22, 12), 1);
	assert_int_equal(scale_of(800, 480, 5, 3), 1);
}

static void sizes_that_are_none(void **state)
{
	assert_int_equal(scale_of(3840, 2160, 0, 0), 1); /* a projector */
	/* In an EDID 1.4 one of them 0 makes the other an aspect ratio. */
	assert_int_equal(scale_of(3840, 2160, 79, 0), 1);
	assert_int_equal(scale_of(3840, 2160, 0, 79), 1);
	assert_int_equal(scale_of(3840, 2160, 16, 9), 1); /* the shape itself */
	assert_int_equal(scale_of(1920, 1200, 16, 10), 1);
	assert_int_equal(scale_of(3840, 2160, 1, 1), 1);
	assert_int_equal(scale_of(3840, 2160, 30, 30), 1); /* no such pixels */
	assert_int_equal(scale_of(3840, 2160, 18, 29), 1); /* turned against its mode */
}

static void nothing_overflows(void **state)
{
	const struct kms_mode large = {.width = 16384, .height = 16384}, none = {0};
	assert_int_equal(display_scale(&large, 1, 1), 3 * OUTPUT_MAP_SCALE_ONE);
	assert_int_equal(display_scale(&large, INT_MAX, INT_MAX), OUTPUT_MAP_SCALE_ONE);
	assert_int_equal(display_scale(&large, INT_MIN, INT_MIN), OUTPUT_MAP_SCALE_ONE);
	assert_int_equal(display_scale(&none, 100, 100), OUTPUT_MAP_SCALE_ONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(displays_that_are_sold),
		cmocka_unit_test(too_few_pixels_stay_as_they_are),
		cmocka_unit_test(sizes_that_are_none),
		cmocka_unit_test(nothing_overflows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

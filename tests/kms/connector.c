#include "kms/connector.h"
#include "kms/modeline.h"
#include "tests/unit.h"

static void refresh_is_in_millihertz(void **state)
{
	/* CTA-861: 1920x1080 at 60 Hz, and at 59.94 Hz. */
	drmModeModeInfo mode = {.clock = 148500, .htotal = 2200, .vtotal = 1125};
	assert_int_equal(kms_modeline_refresh(&mode), 60000);
	mode.clock = 148352;
	assert_int_equal(kms_modeline_refresh(&mode), 59940);
}

static void fields_and_scans_count(void **state)
{
	/* 1080i at 60 fields a second; a doubled 240p. */
	drmModeModeInfo interlaced = {
		.clock = 74250, .htotal = 2200, .vtotal = 1125, .flags = DRM_MODE_FLAG_INTERLACE};
	assert_int_equal(kms_modeline_refresh(&interlaced), 60000);
	drmModeModeInfo doubled = {
		.clock = 27000, .htotal = 1716, .vtotal = 262, .flags = DRM_MODE_FLAG_DBLSCAN};
	assert_int_equal(kms_modeline_refresh(&doubled), 30027);
	doubled.flags = 0;
	doubled.vscan = 4;
	assert_int_equal(kms_modeline_refresh(&doubled), 15014);
}

static void nonsense_is_60_hz(void **state)
{
	drmModeModeInfo none = {0}, still = {.htotal = 100, .vtotal = 100};
	drmModeModeInfo slow = {.clock = 1, .htotal = 65535, .vtotal = 65535, .vscan = 65535};
	assert_int_equal(kms_modeline_refresh(&none), 60000);
	assert_int_equal(kms_modeline_refresh(&still), 60000);
	assert_int_equal(kms_modeline_refresh(&slow), 60000);
}

static void a_mode_that_is_not_listed_is_made_exactly(void **state)
{
	/* Odd sizes and the largest: a virtual machine's window has any. */
	static const int32_t sizes[][2] = {{1367, 769}, {1280, 800}, {33, 17}, {8192, 8192}};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct kms_mode mode = {.width = sizes[i][0], .height = sizes[i][1]};
		drmModeModeInfo made;
		kms_modeline_make(&mode, &made);
		assert_int_equal(made.hdisplay, sizes[i][0]);
		assert_int_equal(made.vdisplay, sizes[i][1]);
		assert_in_range(kms_modeline_refresh(&made), 59900, 60100);
		/* drm_mode_validate_basic() of the kernel. */
		assert_true(made.hdisplay < made.hsync_start && made.hsync_start < made.hsync_end &&
			    made.hsync_end <= made.htotal);
		assert_true(made.vdisplay < made.vsync_start && made.vsync_start < made.vsync_end &&
			    made.vsync_end <= made.vtotal);
	}
}

static void a_listed_mode_keeps_its_timings(void **state)
{
	drmModeModeInfo listed = {.clock = 148500,
		.hdisplay = 1920,
		.vdisplay = 1080,
		.htotal = 2200,
		.vtotal = 1125};
	struct kms_mode modes[] = {kms_modeline_mode(&listed)};
	struct kms_connector connector = {.modelines = &listed, .modes = modes, .n_modes = 1};
	struct kms_mode wanted = {.width = 1920, .height = 1080};
	drmModeModeInfo found;
	kms_connector_modeline(&connector, &wanted, &found);
	assert_int_equal(found.htotal, 2200);
	wanted.refresh = 75000;
	kms_connector_modeline(&connector, &wanted, &found);
	assert_in_range(kms_modeline_refresh(&found), 74900, 75100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refresh_is_in_millihertz),
		cmocka_unit_test(fields_and_scans_count),
		cmocka_unit_test(nonsense_is_60_hz),
		cmocka_unit_test(a_mode_that_is_not_listed_is_made_exactly),
		cmocka_unit_test(a_listed_mode_keeps_its_timings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "kms/connector.h"
#include "tests/unit.h"

static void refresh_is_in_millihertz(void **state)
{
	/* CTA-861: 1920x1080 at 60 Hz, and at 59.94 Hz. */
	drmModeModeInfo mode = {.clock = 148500, .htotal = 2200, .vtotal = 1125};
	assert_int_equal(kms_connector_refresh(&mode), 60000);
	mode.clock = 148352;
	assert_int_equal(kms_connector_refresh(&mode), 59940);
}

static void fields_and_scans_count(void **state)
{
	/* 1080i at 60 fields a second; a doubled 240p. */
	drmModeModeInfo interlaced = {
		.clock = 74250, .htotal = 2200, .vtotal = 1125, .flags = DRM_MODE_FLAG_INTERLACE};
	assert_int_equal(kms_connector_refresh(&interlaced), 60000);
	drmModeModeInfo doubled = {
		.clock = 27000, .htotal = 1716, .vtotal = 262, .flags = DRM_MODE_FLAG_DBLSCAN};
	assert_int_equal(kms_connector_refresh(&doubled), 30027);
	doubled.flags = 0;
	doubled.vscan = 4;
	assert_int_equal(kms_connector_refresh(&doubled), 15014);
}

static void nonsense_is_60_hz(void **state)
{
	drmModeModeInfo none = {0}, still = {.htotal = 100, .vtotal = 100};
	drmModeModeInfo slow = {.clock = 1, .htotal = 65535, .vtotal = 65535, .vscan = 65535};
	assert_int_equal(kms_connector_refresh(&none), 60000);
	assert_int_equal(kms_connector_refresh(&still), 60000);
	assert_int_equal(kms_connector_refresh(&slow), 60000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refresh_is_in_millihertz),
		cmocka_unit_test(fields_and_scans_count),
		cmocka_unit_test(nonsense_is_60_hz),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

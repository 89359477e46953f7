#include "kms/edid.h"
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

/* What QEMU 10 tells of a 1280x800 display: base block only, checksum in the last byte. */
static const uint8_t edid_qemu[128] = {0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x49, 0x14,
	0x34, 0x12, 0x00, 0x00, 0x00, 0x00, 0x2a, 0x18, 0x01, 0x04, 0xa5, 0x21, 0x15, 0x78, 0x06,
	0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54, 0x21, 0x08, 0x00, 0xe1, 0xc0,
	0xd1, 0xc0, 0xd1, 0x00, 0xa9, 0x40, 0xb3, 0x00, 0x95, 0x00, 0x81, 0x80, 0x81, 0x40};

static void edid_make(uint8_t edid[128])
{
	memcpy(edid, edid_qemu, 128);
	uint8_t sum = 0;
	for (int i = 0; i < 127; i++)
		sum = (uint8_t)(sum + edid[i]);
	edid[127] = (uint8_t)(256 - sum);
}

static void a_display_is_named(void **state)
{
	uint8_t data[128];
	struct kms_edid edid;
	edid_make(data);
	kms_edid_parse(data, sizeof data, &edid);
	/* RHT is what bytes 8 and 9 spell; 33 by 21 cm are bytes 21 and 22. */
	assert_string_equal(edid.make, "Red Hat, Inc.");
	assert_int_equal(edid.mm_width, 330);
	assert_int_equal(edid.mm_height, 210);
}

static void assert_unknown(const void *data, size_t size)
{
	struct kms_edid edid;
	kms_edid_parse(data, size, &edid);
	assert_int_equal(edid.make[0], 0);
	assert_int_equal(edid.mm_width, 0);
}

static void a_broken_edid_is_unknown(void **state)
{
	uint8_t data[128];
	edid_make(data);
	assert_unknown(data, 0);
	assert_unknown(data, 1);
	assert_unknown(data, 127);
	memset(data, 0xff, sizeof data);
	assert_unknown(data, sizeof data);
	memset(data, 0, sizeof data);
	assert_unknown(data, sizeof data);
}

/* Any single wrong byte: whatever comes out, it ends in NUL and nothing is read beyond the block
 * (ASan). */
static void no_byte_does_harm(void **state)
{
	for (int i = 0; i < 128; i++) {
		uint8_t *data = malloc(128);
		struct kms_edid edid;
		edid_make(data);
		data[i] ^= 0xff;
		kms_edid_parse(data, 128, &edid);
		assert_true(memchr(edid.make, 0, sizeof edid.make) != NULL);
		assert_true(memchr(edid.model, 0, sizeof edid.model) != NULL);
		free(data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_display_is_named),
		cmocka_unit_test(a_broken_edid_is_unknown),
		cmocka_unit_test(no_byte_does_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/** Who made the display, from its EDID. */
#ifndef KMS_EDID_H
#define KMS_EDID_H

#include <stddef.h>
#include <stdint.h>

struct kms_edid {
	char make[64], model[64], serial[64]; /**< empty: unknown */
	int32_t mm_width, mm_height;          /**< 0: unknown */
};

/** Reads what it can; a broken EDID leaves all unknown. */
void kms_edid_parse(const void *data, size_t size, struct kms_edid *edid);

#endif

/* A display's own description of itself, which a hostile host or a broken cable may garble. */
#include "kms/edid.h"

#include "tests/fuzz/packets.h"

#include <stdlib.h>
#include <string.h>

static void edid_read(const char *text, size_t cap)
{
	if (!memchr(text, '\0', cap))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kms_edid edid;
	kms_edid_parse(data, size, &edid);
	edid_read(edid.make, sizeof edid.make);
	edid_read(edid.model, sizeof edid.model);
	edid_read(edid.serial, sizeof edid.serial);
	if (edid.mm_width < 0 || edid.mm_height < 0)
		abort();
	return 0;
}

#include "kms/edid.h"

#include <libdisplay-info/edid.h>
#include <libdisplay-info/info.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes text, which is malloc()ed; NULL is fine. */
static void edid_take(char *text, char *to, size_t cap)
{
	if (text)
		snprintf(to, cap, "%s", text);
	free(text);
}

void kms_edid_parse(const void *data, size_t size, struct kms_edid *edid)
{
	memset(edid, 0, sizeof *edid);
	struct di_info *info = di_info_parse_edid(data, size);
	if (!info)
		return;
	edid_take(di_info_get_make(info), edid->make, sizeof edid->make);
	edid_take(di_info_get_model(info), edid->model, sizeof edid->model);
	edid_take(di_info_get_serial(info), edid->serial, sizeof edid->serial);
	const struct di_edid *base = di_info_get_edid(info);
	const struct di_edid_screen_size *screen = base ? di_edid_get_screen_size(base) : NULL;
	/* Either may be 0 where the other is an aspect ratio (libdisplay-info edid.h). */
	if (screen && screen->width_cm > 0 && screen->height_cm > 0) {
		edid->mm_width = screen->width_cm * 10;
		edid->mm_height = screen->height_cm * 10;
	}
	di_info_destroy(info);
}

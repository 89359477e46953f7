#include "kms/modeline.h"

#include <libdisplay-info/cvt.h>
#include <stdio.h>

int32_t kms_modeline_refresh(const drmModeModeInfo *modeline)
{
	int64_t pixels = (int64_t)modeline->htotal * modeline->vtotal;
	if (pixels == 0 || modeline->clock == 0)
		return KMS_MODE_DEFAULT_REFRESH;
	if (modeline->flags & DRM_MODE_FLAG_DBLSCAN)
		pixels *= 2;
	if (modeline->vscan > 1)
		pixels *= modeline->vscan;
	int64_t clock = modeline->clock * INT64_C(1000000); /* kHz to mHz */
	if (modeline->flags & DRM_MODE_FLAG_INTERLACE)
		clock *= 2;
	int64_t refresh = (clock + pixels / 2) / pixels;
	return refresh > 0 ? (int32_t)refresh : KMS_MODE_DEFAULT_REFRESH;
}

struct kms_mode kms_modeline_mode(const drmModeModeInfo *modeline)
{
	return (struct kms_mode){
		.width = modeline->hdisplay,
		.height = modeline->vdisplay,
		.refresh = kms_modeline_refresh(modeline),
		.preferred = modeline->type & DRM_MODE_TYPE_PREFERRED,
	};
}

void kms_modeline_make(const struct kms_mode *mode, drmModeModeInfo *modeline)
{
	int32_t refresh = mode->refresh > 0 ? mode->refresh : KMS_MODE_DEFAULT_REFRESH;
	const struct di_cvt_options options = {
		.red_blank_ver = DI_CVT_REDUCED_BLANKING_V1,
		.h_pixels = mode->width,
		.v_lines = mode->height,
		.ip_freq_rqd = refresh / 1000.0,
	};
	struct di_cvt_timing timing;
	di_cvt_compute(&timing, &options);
	*modeline = (drmModeModeInfo){
		.hdisplay = (uint16_t)mode->width,
		.vdisplay = (uint16_t)mode->height,
		.vrefresh = (uint32_t)(refresh + 500) / 1000,
		.flags = DRM_MODE_FLAG_PHSYNC | DRM_MODE_FLAG_NVSYNC,
		.type = DRM_MODE_TYPE_USERDEF,
	};
	modeline->hsync_start = (uint16_t)(modeline->hdisplay + timing.h_front_porch);
	modeline->hsync_end = (uint16_t)(modeline->hsync_start + timing.h_sync);
	modeline->htotal = (uint16_t)(modeline->hsync_end + timing.h_back_porch);
	modeline->vsync_start = (uint16_t)(modeline->vdisplay + timing.v_front_porch);
	modeline->vsync_end = (uint16_t)(modeline->vsync_start + timing.v_sync);
	modeline->vtotal = (uint16_t)(modeline->vsync_end + timing.v_back_porch);
	/* kHz; the width may differ from CVT's, so not timing.act_pixel_freq. */
	modeline->clock =
		(uint32_t)((int64_t)modeline->htotal * modeline->vtotal * refresh / 1000000);
	snprintf(modeline->name, sizeof modeline->name, "%dx%d", mode->width, mode->height);
}

#include "kms/connector.h"

#include "kms/props.h"

#include <errno.h>
#include <stdio.h>

/* drmModeSubPixel counts from "unknown" at 1 and has "none" last; enum wl_output_subpixel has it
 * second. */
static const uint32_t connector_subpixels[] = {
	[DRM_MODE_SUBPIXEL_UNKNOWN] = 0,
	[DRM_MODE_SUBPIXEL_NONE] = 1,
	[DRM_MODE_SUBPIXEL_HORIZONTAL_RGB] = 2,
	[DRM_MODE_SUBPIXEL_HORIZONTAL_BGR] = 3,
	[DRM_MODE_SUBPIXEL_VERTICAL_RGB] = 4,
	[DRM_MODE_SUBPIXEL_VERTICAL_BGR] = 5,
};

int32_t kms_connector_refresh(const drmModeModeInfo *mode)
{
	int64_t pixels = (int64_t)mode->htotal * mode->vtotal;
	if (pixels == 0 || mode->clock == 0)
		return 60000;
	if (mode->flags & DRM_MODE_FLAG_DBLSCAN)
		pixels *= 2;
	if (mode->vscan > 1)
		pixels *= mode->vscan;
	int64_t clock = mode->clock * INT64_C(1000000); /* kHz to mHz */
	if (mode->flags & DRM_MODE_FLAG_INTERLACE)
		clock *= 2;
	int64_t refresh = (clock + pixels / 2) / pixels;
	return refresh > 0 ? (int32_t)refresh : 60000;
}

static void connector_choose_mode(const drmModeConnector *found, struct kms_connector *connector)
{
	connector->has_mode = found->count_modes > 0;
	if (!connector->has_mode)
		return;
	connector->mode = found->modes[0];
	for (int i = 0; i < found->count_modes; i++) {
		if (found->modes[i].type & DRM_MODE_TYPE_PREFERRED) {
			connector->mode = found->modes[i];
			return;
		}
	}
}

static void connector_read_edid(int fd, struct kms_connector *connector)
{
	static const struct kms_prop_name name = {"EDID", false};
	struct kms_prop edid;
	if (kms_props_read(fd, connector->id, DRM_MODE_OBJECT_CONNECTOR, &name, &edid, 1) != 0)
		return;
	drmModePropertyBlobRes *blob =
		edid.value ? drmModeGetPropertyBlob(fd, (uint32_t)edid.value) : NULL;
	if (blob)
		kms_edid_parse(blob->data, blob->length, &connector->edid);
	drmModeFreePropertyBlob(blob);
}

static uint32_t connector_possible_crtcs(int fd, const drmModeConnector *found)
{
	uint32_t crtcs = 0;
	for (int i = 0; i < found->count_encoders; i++) {
		drmModeEncoder *encoder = drmModeGetEncoder(fd, found->encoders[i]);
		if (encoder)
			crtcs |= encoder->possible_crtcs;
		drmModeFreeEncoder(encoder);
	}
	return crtcs;
}

int kms_connector_probe(int fd, uint32_t id, struct kms_connector *connector)
{
	*connector = (struct kms_connector){.id = id};
	drmModeConnector *found = drmModeGetConnector(fd, id);
	if (!found)
		return -errno;
	const char *type = drmModeGetConnectorTypeName(found->connector_type);
	snprintf(connector->name, sizeof connector->name, "%s-%u", type ? type : "Unknown",
		found->connector_type_id);
	connector->connected = found->connection == DRM_MODE_CONNECTED;
	connector_choose_mode(found, connector);
	connector_read_edid(fd, connector);
	if (connector->edid.mm_width == 0 || connector->edid.mm_height == 0) {
		connector->edid.mm_width = (int32_t)found->mmWidth;
		connector->edid.mm_height = (int32_t)found->mmHeight;
	}
	if ((size_t)found->subpixel < sizeof connector_subpixels / sizeof connector_subpixels[0])
		connector->subpixel = connector_subpixels[found->subpixel];
	connector->possible_crtcs = connector_possible_crtcs(fd, found);
	drmModeFreeConnector(found);
	return 0;
}

#include "kms/connector.h"

#include "kms/modeline.h"
#include "kms/props.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

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

static int connector_take_modes(const drmModeConnector *found, struct kms_connector *connector)
{
	size_t len = (size_t)found->count_modes;
	connector->modelines = calloc(len + 1, sizeof *connector->modelines);
	connector->modes = calloc(len + 1, sizeof *connector->modes);
	if (!connector->modelines || !connector->modes)
		return -ENOMEM;
	connector->n_modes = len;
	for (size_t i = len; i-- > 0;) {
		connector->modelines[i] = found->modes[i];
		connector->modes[i] = kms_modeline_mode(&found->modes[i]);
		if (connector->modes[i].preferred)
			connector->preferred = i; /* the first of several */
	}
	return 0;
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
	int error = connector_take_modes(found, connector);
	connector_read_edid(fd, connector);
	if (connector->edid.mm_width == 0 || connector->edid.mm_height == 0) {
		connector->edid.mm_width = (int32_t)found->mmWidth;
		connector->edid.mm_height = (int32_t)found->mmHeight;
	}
	if ((size_t)found->subpixel < sizeof connector_subpixels / sizeof connector_subpixels[0])
		connector->subpixel = connector_subpixels[found->subpixel];
	connector->possible_crtcs = connector_possible_crtcs(fd, found);
	drmModeFreeConnector(found);
	return error;
}

void kms_connector_finish(struct kms_connector *connector)
{
	free(connector->modelines);
	free(connector->modes);
	connector->modelines = NULL;
	connector->modes = NULL;
	connector->n_modes = 0;
}

void kms_connector_modeline(const struct kms_connector *connector, const struct kms_mode *mode,
	drmModeModeInfo *modeline)
{
	const struct kms_mode *listed = kms_mode_find(connector->modes, connector->n_modes, mode);
	if (listed)
		*modeline = connector->modelines[listed - connector->modes];
	else
		kms_modeline_make(mode, modeline);
}

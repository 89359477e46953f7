#include "kms/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct kms_prop_name output_connector_names[] = {
	[KMS_CONNECTOR_CRTC] = {"CRTC_ID", true},
};
static const struct kms_prop_name output_crtc_names[] = {
	[KMS_CRTC_ACTIVE] = {"ACTIVE", true},
	[KMS_CRTC_MODE] = {"MODE_ID", true},
};
static const struct kms_prop_name output_plane_names[] = {
	[KMS_PLANE_FB] = {"FB_ID", true},
	[KMS_PLANE_CRTC] = {"CRTC_ID", true},
	[KMS_PLANE_SRC_X] = {"SRC_X", true},
	[KMS_PLANE_SRC_Y] = {"SRC_Y", true},
	[KMS_PLANE_SRC_W] = {"SRC_W", true},
	[KMS_PLANE_SRC_H] = {"SRC_H", true},
	[KMS_PLANE_CRTC_X] = {"CRTC_X", true},
	[KMS_PLANE_CRTC_Y] = {"CRTC_Y", true},
	[KMS_PLANE_CRTC_W] = {"CRTC_W", true},
	[KMS_PLANE_CRTC_H] = {"CRTC_H", true},
	[KMS_PLANE_FENCE] = {"IN_FENCE_FD", false},
	[KMS_PLANE_DAMAGE] = {"FB_DAMAGE_CLIPS", false},
	[KMS_PLANE_TYPE] = {"type", true},
};

static void output_fill_info(struct kms_output *output)
{
	const struct kms_connector *connector = &output->connector;
	struct kms_output_info *info = &output->info;
	memcpy(info->name, connector->name, sizeof info->name);
	memcpy(info->make, connector->edid.make, sizeof info->make);
	memcpy(info->model, connector->edid.model, sizeof info->model);
	memcpy(info->serial, connector->edid.serial, sizeof info->serial);
	info->mm_width = connector->edid.mm_width;
	info->mm_height = connector->edid.mm_height;
	info->subpixel = connector->subpixel;
	info->width = connector->mode.hdisplay;
	info->height = connector->mode.vdisplay;
	info->refresh = kms_connector_refresh(&connector->mode);
}

/* The first connected connector. */
static int output_find_connector(struct kms_output *output, const drmModeRes *resources)
{
	int fd = output->device->fd;
	if (resources->count_connectors == 0)
		return -ENODEV;
	for (int i = 0; i < resources->count_connectors; i++) {
		struct kms_connector *connector = &output->connector;
		if (kms_connector_probe(fd, resources->connectors[i], connector) != 0)
			continue;
		if (connector->connected)
			return connector->has_mode ? 0 : -ENODATA;
	}
	return -ENOTCONN;
}

static int output_take_plane(struct kms_output *output, const drmModePlane *plane)
{
	int error = kms_props_read(output->device->fd, plane->plane_id, DRM_MODE_OBJECT_PLANE,
		output_plane_names, output->plane_props, KMS_PLANE_PROPS);
	if (error)
		return error;
	if (output->plane_props[KMS_PLANE_TYPE].value != DRM_PLANE_TYPE_PRIMARY)
		return -ENODEV;
	output->formats = calloc(plane->count_formats, sizeof *output->formats);
	if (!output->formats && plane->count_formats > 0)
		return -ENOMEM;
	if (plane->count_formats > 0)
		memcpy(output->formats, plane->formats,
			plane->count_formats * sizeof *output->formats);
	output->info.formats = output->formats;
	output->info.n_formats = plane->count_formats;
	output->plane = plane->plane_id;
	return 0;
}

/* The primary plane that can feed the CRTC at position index. */
static int output_find_plane(struct kms_output *output, int index)
{
	int fd = output->device->fd, error = -ENODEV;
	drmModePlaneRes *planes = drmModeGetPlaneResources(fd);
	for (uint32_t i = 0; planes && i < planes->count_planes && error == -ENODEV; i++) {
		drmModePlane *plane = drmModeGetPlane(fd, planes->planes[i]);
		if (plane && (plane->possible_crtcs & (UINT32_C(1) << index)))
			error = output_take_plane(output, plane);
		drmModeFreePlane(plane);
	}
	drmModeFreePlaneResources(planes);
	return error;
}

static int output_find_crtc(struct kms_output *output, const drmModeRes *resources)
{
	for (int i = 0; i < resources->count_crtcs && i < 32; i++) {
		if (!(output->connector.possible_crtcs & (UINT32_C(1) << i)))
			continue;
		int error = output_find_plane(output, i);
		if (error == -ENODEV)
			continue;
		output->crtc = resources->crtcs[i];
		return error;
	}
	return -ENODEV;
}

static int output_find(struct kms_output *output)
{
	int fd = output->device->fd;
	drmModeRes *resources = drmModeGetResources(fd);
	if (!resources)
		return -ENODEV;
	int error = output_find_connector(output, resources);
	if (error == 0)
		error = output_find_crtc(output, resources);
	drmModeFreeResources(resources);
	if (error)
		return error;
	error = kms_props_read(fd, output->connector.id, DRM_MODE_OBJECT_CONNECTOR,
		output_connector_names, output->connector_props, KMS_CONNECTOR_PROPS);
	if (error == 0)
		error = kms_props_read(fd, output->crtc, DRM_MODE_OBJECT_CRTC, output_crtc_names,
			output->crtc_props, KMS_CRTC_PROPS);
	return error;
}

int kms_output_create(struct kms_device *device, const struct kms_output_listener *listener,
	void *data, struct kms_output **output)
{
	*output = NULL;
	struct kms_output *created = calloc(1, sizeof *created);
	if (!created)
		return -ENOMEM;
	created->device = device;
	kms_output_set_listener(created, listener, data);
	int error = output_find(created);
	if (error) {
		kms_output_destroy(created);
		return error;
	}
	created->saved = drmModeGetCrtc(device->fd, created->crtc);
	output_fill_info(created);
	device->output = created;
	*output = created;
	return 0;
}

void kms_output_destroy(struct kms_output *output)
{
	if (!output)
		return;
	kms_output_restore(output);
	if (output->device->output == output)
		output->device->output = NULL;
	drmModeFreeCrtc(output->saved);
	free(output->formats);
	free(output);
}

void kms_output_set_listener(
	struct kms_output *output, const struct kms_output_listener *listener, void *data)
{
	output->listener = listener;
	output->data = data;
}

const struct kms_output_info *kms_output_info(const struct kms_output *output)
{
	return &output->info;
}

int kms_output_probe(struct kms_output *output, bool *changed)
{
	*changed = false;
	struct kms_connector connector;
	int error = kms_connector_probe(output->device->fd, output->connector.id, &connector);
	if (error)
		return error;
	if (!connector.connected || !connector.has_mode)
		return -ENOTCONN;
	*changed = memcmp(&connector.mode, &output->connector.mode, sizeof connector.mode) != 0;
	output->connector = connector;
	output_fill_info(output);
	return 0;
}

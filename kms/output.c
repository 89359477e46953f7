#include "kms/private.h"

#include "common/log.h"

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
	info->connector = connector->id;
	memcpy(info->name, connector->name, sizeof info->name);
	memcpy(info->make, connector->edid.make, sizeof info->make);
	memcpy(info->model, connector->edid.model, sizeof info->model);
	memcpy(info->serial, connector->edid.serial, sizeof info->serial);
	info->mm_width = connector->edid.mm_width;
	info->mm_height = connector->edid.mm_height;
	info->subpixel = connector->subpixel;
	info->modes = connector->modes;
	info->n_modes = connector->n_modes;
	info->preferred = connector->modes[connector->preferred];
}

/* id: a CRTC's or a plane's, of which no two objects of a device have the same. */
static bool output_is_taken(const struct kms_output *output, uint32_t id)
{
	for (const struct kms_output *other = output->device->outputs; other; other = other->next) {
		if (other->crtc == id || other->plane == id)
			return true;
	}
	return false;
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
		if (plane && (plane->possible_crtcs & (UINT32_C(1) << index)) &&
			!output_is_taken(output, plane->plane_id))
			error = output_take_plane(output, plane);
		drmModeFreePlane(plane);
	}
	drmModeFreePlaneResources(planes);
	return error;
}

static int output_find_crtc(struct kms_output *output, const drmModeRes *resources)
{
	for (int i = 0; i < resources->count_crtcs && i < 32; i++) {
		if (!(output->connector.possible_crtcs & (UINT32_C(1) << i)) ||
			output_is_taken(output, resources->crtcs[i]))
			continue;
		int error = output_find_plane(output, i);
		if (error == -ENODEV)
			continue;
		output->crtc = resources->crtcs[i];
		return error;
	}
	return -ENODEV;
}

static int output_find_connector(struct kms_output *output, uint32_t id)
{
	int error = kms_connector_probe(output->device->fd, id, &output->connector);
	if (error)
		return error;
	if (!output->connector.connected)
		return -ENOTCONN;
	return output->connector.n_modes > 0 ? 0 : -ENODATA;
}

static int output_find(struct kms_output *output, uint32_t connector)
{
	int fd = output->device->fd, error = output_find_connector(output, connector);
	if (error)
		return error;
	drmModeRes *resources = drmModeGetResources(fd);
	if (!resources)
		return -ENODEV;
	error = output_find_crtc(output, resources);
	drmModeFreeResources(resources);
	if (error) {
		log_warn("%s cannot be used: no CRTC and primary plane is left for it",
			output->connector.name);
		return error;
	}
	error = kms_props_read(fd, output->connector.id, DRM_MODE_OBJECT_CONNECTOR,
		output_connector_names, output->connector_props, KMS_CONNECTOR_PROPS);
	if (error == 0)
		error = kms_props_read(fd, output->crtc, DRM_MODE_OBJECT_CRTC, output_crtc_names,
			output->crtc_props, KMS_CRTC_PROPS);
	return error;
}

int kms_device_connectors(struct kms_device *device, uint32_t *ids, size_t cap)
{
	drmModeRes *resources = drmModeGetResources(device->fd);
	if (!resources)
		return -errno;
	int len = resources->count_connectors;
	for (int i = 0; i < len && (size_t)i < cap; i++)
		ids[i] = resources->connectors[i];
	drmModeFreeResources(resources);
	return len;
}

int kms_output_create(struct kms_device *device, uint32_t connector,
	const struct kms_output_listener *listener, void *data, struct kms_output **output)
{
	*output = NULL;
	struct kms_output *created = calloc(1, sizeof *created);
	if (!created)
		return -ENOMEM;
	created->device = device;
	kms_output_set_listener(created, listener, data);
	int error = output_find(created, connector);
	if (error) {
		kms_output_destroy(created);
		return error;
	}
	output_fill_info(created);
	created->next = device->outputs;
	device->outputs = created;
	*output = created;
	return 0;
}

int kms_output_create_first(struct kms_device *device, const struct kms_output_listener *listener,
	void *data, struct kms_output **output)
{
	uint32_t ids[KMS_MAX_CONNECTORS];
	int len = kms_device_connectors(device, ids, KMS_MAX_CONNECTORS);
	int error = len == 0 ? -ENODEV : -ENOTCONN;
	*output = NULL;
	if (len < 0)
		return len;
	for (int i = 0; i < len && i < KMS_MAX_CONNECTORS; i++) {
		int created = kms_output_create(device, ids[i], listener, data, output);
		if (created != -ENOTCONN && created != -ENODATA)
			return created;
		error = created == -ENODATA ? created : error;
	}
	return error;
}

static void output_unlink(struct kms_output *output)
{
	struct kms_output **link = &output->device->outputs;
	while (*link && *link != output)
		link = &(*link)->next;
	if (*link)
		*link = output->next;
}

void kms_output_destroy(struct kms_output *output)
{
	if (!output)
		return;
	output->listener = NULL;
	kms_output_end(output);
	kms_output_drop_damage(output);
	output_unlink(output);
	kms_connector_finish(&output->connector);
	free(output->formats);
	free(output);
}

void kms_output_set_listener(
	struct kms_output *output, const struct kms_output_listener *listener, void *data)
{
	output->listener = listener;
	output->data = data;
}

struct kms_device *kms_output_device(const struct kms_output *output)
{
	return output->device;
}

const struct kms_output_info *kms_output_info(const struct kms_output *output)
{
	return &output->info;
}

bool kms_output_has_format(const struct kms_output *output, uint32_t format)
{
	for (size_t i = 0; i < output->info.n_formats; i++) {
		if (output->info.formats[i] == format)
			return true;
	}
	return false;
}

int kms_output_probe(struct kms_output *output, bool *changed)
{
	*changed = false;
	struct kms_connector connector;
	int error = kms_connector_probe(output->device->fd, output->connector.id, &connector);
	if (error == 0 && (!connector.connected || connector.n_modes == 0))
		error = -ENOTCONN;
	if (error) {
		kms_connector_finish(&connector);
		return error;
	}
	*changed = !kms_mode_equal(&connector.modes[connector.preferred], &output->info.preferred);
	kms_connector_finish(&output->connector);
	output->connector = connector;
	output_fill_info(output);
	return 0;
}

/* The machine: who runs it, the DRM device and its connector. */
#include "compositor/doctor/private.h"

#include "common/fd.h"
#include "compositor/scanout/vmm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static json_t *machine_describe_vmm(const struct vmm *vmm)
{
	return json_pack("{s:s, s:s, s:s*, s:s*}", "id", vmm->id, "name", vmm->name, "avoids",
		vmm->blob, "advice", vmm->advice);
}

json_t *doctor_describe_vmm(void)
{
	return machine_describe_vmm(vmm_current());
}

json_t *doctor_list_vmms(void)
{
	const struct vmm *current = vmm_current(), *vmm;
	json_t *vmms = json_array();
	for (size_t i = 0; (vmm = vmm_known(i)); i++) {
		json_t *described = machine_describe_vmm(vmm);
		json_object_set_new(described, "current", json_boolean(vmm == current));
		json_array_append_new(vmms, described);
	}
	return vmms;
}

static json_t *machine_describe_device(struct kms_device *device, const char *path)
{
	const struct kms_device_info *info = kms_device_info(device);
	json_t *drm = json_pack("{s:s, s:s, s:b}", "device", path, "driver", info->driver, "master",
		kms_device_is_master(device));
	if (info->virtio_gpu)
		json_object_set_new(drm, "virtio",
			json_pack("{s:b, s:b, s:b, s:b, s:b}", "virgl", info->virgl, "blob",
				info->blob, "host_visible", info->host_visible, "context_init",
				info->context_init, "venus", info->venus));
	return drm;
}

static json_t *machine_describe_output(struct kms_output *output)
{
	const struct kms_output_info *info = kms_output_info(output);
	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:f}", "name", info->name, "make", info->make,
		"model", info->model, "width", (int)info->preferred.width, "height",
		(int)info->preferred.height, "refresh", (double)info->preferred.refresh / 1000);
}

/* 0, or -errno. path: of the device, as far as it was found. */
static int machine_open_device(struct doctor *doctor, const char *path)
{
	doctor->fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (doctor->fd < 0)
		return -errno;
	return kms_device_create(doctor->fd, &doctor->device);
}

static void machine_report_error(json_t *report, const char *member, const char *path, int error)
{
	json_object_set_new(report, member,
		json_pack("{s:s?, s:s}", "device", path, "error", kms_device_explain(error)));
}

static void machine_open_output(struct doctor *doctor)
{
	int error = kms_output_create_first(doctor->device, NULL, NULL, &doctor->output);
	if (error)
		machine_report_error(doctor->report, "connector", NULL, error);
	else
		json_object_set_new(
			doctor->report, "connector", machine_describe_output(doctor->output));
}

void doctor_open(struct doctor *doctor, const char *path)
{
	char found[64];
	int error = 0;
	if (!path) {
		error = kms_device_find(found, sizeof found);
		path = error ? NULL : found;
	}
	if (!error)
		error = machine_open_device(doctor, path);
	if (error) {
		machine_report_error(doctor->report, "drm", path, error);
		return;
	}
	json_object_set_new(doctor->report, "drm", machine_describe_device(doctor->device, path));
	machine_open_output(doctor);
}

void doctor_close(struct doctor *doctor)
{
	kms_output_destroy(doctor->output);
	kms_device_destroy(doctor->device);
	fd_close(&doctor->fd);
}

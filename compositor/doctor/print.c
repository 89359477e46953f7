#include "compositor/doctor/private.h"

#include <stdio.h>
#include <string.h>

static const char *print_get(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));
	return text ? text : "";
}

static void print_flags(const json_t *flags)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)flags, name, value)
		printf(" %s%s", json_is_true(value) ? "" : "no-", name);
}

static void print_vmm(const json_t *vmm)
{
	const char *avoids = print_get(vmm, "avoids"), *advice = print_get(vmm, "advice");
	printf("machine    %s%s%s\n", print_get(vmm, "name"), avoids[0] ? ": " : "", avoids);
	if (advice[0])
		printf("           %s\n", advice);
}

static void print_drm(const json_t *drm)
{
	const json_t *virtio = json_object_get(drm, "virtio");
	const char *error = print_get(drm, "error"), *device = print_get(drm, "device");
	if (error[0]) {
		printf("device     %s%s%s\n", device, device[0] ? ": " : "", error);
		return;
	}
	printf("device     %s, driver %s", device, print_get(drm, "driver"));
	if (virtio) {
		printf(":");
		print_flags(virtio);
	}
	printf("\n");
	if (!json_is_true(json_object_get(drm, "master")))
		printf("           another program is the DRM master: drawing is tried, showing is "
		       "not\n");
}

static void print_connector(const json_t *connector)
{
	const char *error = print_get(connector, "error");
	if (!connector)
		return;
	if (error[0]) {
		printf("connector  %s\n", error);
		return;
	}
	printf("connector  %s, %lldx%lld at %.2f Hz, %s %s\n", print_get(connector, "name"),
		(long long)json_integer_value(json_object_get(connector, "width")),
		(long long)json_integer_value(json_object_get(connector, "height")),
		json_real_value(json_object_get(connector, "refresh")),
		print_get(connector, "make"), print_get(connector, "model"));
}

static void print_sync_file(const json_t *vulkan)
{
	const json_t *time = json_object_get(vulkan, "sync_file_ms");
	const char *mend = print_get(vulkan, "mend");
	if (json_is_number(time))
		printf("             %.1f ms from an empty batch to its sync file\n",
			json_number_value(time));
	if (mend[0])
		printf("             to mend: %s\n", mend);
}

static void print_vulkan(const json_t *vulkan)
{
	const char *error = print_get(vulkan, "error");
	const json_t *devices = json_object_get(vulkan, "devices");
	if (json_array_size(devices) == 0)
		printf("vulkan     none%s%s\n", error[0] ? ": " : "", error);
	for (size_t i = 0; i < json_array_size(devices); i++) {
		const json_t *device = json_array_get(devices, i), *value;
		const char *name;
		printf("vulkan     %s, driver %s, Vulkan %s\n", print_get(device, "name"),
			print_get(device, "driver"), print_get(device, "api"));
		json_object_foreach(json_object_get(device, "extensions"), name, value)
			printf("             %s %s\n", json_is_true(value) ? "yes" : " no", name);
	}
	if (json_array_size(devices) > 0 && error[0])
		printf("             %s\n", error);
	print_sync_file(vulkan);
}

static void print_rung(const json_t *rung)
{
	const char *reason = print_get(rung, "reason"), *mend = print_get(rung, "mend");
	printf("%-12s %s%s%s\n", print_get(rung, "rung"), print_get(rung, "outcome"),
		reason[0] ? ": " : "", reason);
	if (mend[0])
		printf("             to mend: %s\n", mend);
}

void doctor_print_vmms(const json_t *vmms)
{
	for (size_t i = 0; i < json_array_size(vmms); i++) {
		const json_t *vmm = json_array_get(vmms, i);
		const char *avoids = print_get(vmm, "avoids"), *advice = print_get(vmm, "advice");
		bool current = json_is_true(json_object_get(vmm, "current"));
		printf("%-16s %s%s\n", print_get(vmm, "id"), print_get(vmm, "name"),
			current ? ": this machine's" : "");
		if (avoids[0])
			printf("                 avoided: %s\n", avoids);
		if (advice[0])
			printf("                 %s\n", advice);
	}
}

void doctor_print(const json_t *report)
{
	const json_t *rungs = json_object_get(report, "rungs");
	const char *best = print_get(report, "best");
	print_vmm(json_object_get(report, "vmm"));
	print_drm(json_object_get(report, "drm"));
	print_connector(json_object_get(report, "connector"));
	print_vulkan(json_object_get(report, "vulkan"));
	printf("\n");
	for (size_t i = 0; i < json_array_size(rungs); i++)
		print_rung(json_array_get(rungs, i));
	printf("\n");
	bool waits = json_is_true(json_object_get(report, "gpu_on_demand"));
	bool headless = json_object_get(json_object_get(report, "drm"), "error") != NULL;
	if (best[0])
		printf("vitrine%s will use %s%s\n", headless ? " --backend headless" : "", best,
			waits ? ", and cpu until something is for the GPU" : "");
	else
		printf("vitrine cannot run here\n");
}

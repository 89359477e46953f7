/* What would mend a rung: a table of circumstances, the first that fits is told. */
#include "compositor/doctor/private.h"

#include <string.h>

/* Milliseconds: QEMU up to 10.2 looks for fences every 10 ms where the guest is silent. */
#define ADVICE_LATE_MS 9

enum advice_circumstance {
	ADVICE_NO_DEVICE = 1 << 0,    /* no DRM device that can be used */
	ADVICE_VIRTIO = 1 << 1,       /* the display is a virtio-gpu */
	ADVICE_NO_VENUS = 1 << 2,     /* and its host does not offer Venus */
	ADVICE_VENUS = 1 << 3,        /* and its host offers Venus */
	ADVICE_VENUS_DEVICE = 1 << 4, /* a Vulkan device is Venus */
	ADVICE_NO_VULKAN = 1 << 5,    /* there is no Vulkan device at all */
	ADVICE_VGA = 1 << 6,          /* the display is another one of QEMU's */
};

struct advice {
	enum scanout_rung rung;
	uint32_t circumstances; /* all must hold */
	const char *text;
};

#define ADVICE_GPU \
	"start QEMU with -vga none -device virtio-gpu-gl-pci,hostmem=4G,blob=true,venus=true"

/* Where a better rung holds nothing needs mending, but the advice is the same. See docs/host.md. */
static const struct advice advice_table[] = {
	{SCANOUT_GBM_IMPORT, ADVICE_NO_DEVICE,
		"give the virtual machine a virtio-gpu, or run as a user who may open its device"},
	{SCANOUT_GBM_IMPORT, ADVICE_NO_VULKAN, "install a Vulkan driver (mesa-vulkan-drivers)"},
	{SCANOUT_GBM_IMPORT, ADVICE_VENUS_DEVICE,
		"virglrenderer 1.3 or newer with VIRGL_GBM_LAYOUT_ENABLE=true on a host with a DRM "
		"render "
		"node; vk-export is as good"},
	{SCANOUT_VK_EXPORT, ADVICE_VGA, ADVICE_GPU},
	{SCANOUT_VK_EXPORT, ADVICE_NO_VULKAN, "install a Vulkan driver (mesa-vulkan-drivers)"},
	{SCANOUT_VK_EXPORT, ADVICE_VENUS | ADVICE_VENUS_DEVICE,
		"load Vitrine's Vulkan layer into the host's virgl_render_server, or use a host "
		"driver with VK_EXT_external_memory_dma_buf"},
	{SCANOUT_VK_EXPORT, ADVICE_VENUS,
		"the host offers Venus, but the guest has no driver for it: install "
		"mesa-vulkan-drivers with the virtio driver, 24.2 or newer"},
	{SCANOUT_VK_EXPORT, ADVICE_VIRTIO | ADVICE_NO_VENUS, ADVICE_GPU},
	{SCANOUT_VK_EXPORT, 0, "a Vulkan driver with VK_EXT_external_memory_dma_buf"},
	{SCANOUT_HOST_POINTER, ADVICE_NO_VULKAN, "install a Vulkan driver (mesa-vulkan-drivers)"},
	{SCANOUT_HOST_POINTER, ADVICE_VENUS_DEVICE,
		"nothing: memory of the guest means nothing to the host's GPU; vk-export is the "
		"way"},
	{SCANOUT_HOST_POINTER, 0, "a Vulkan driver with VK_EXT_external_memory_host"},
	{SCANOUT_COPY, ADVICE_NO_VULKAN, "install a Vulkan driver (mesa-vulkan-drivers)"},
	{SCANOUT_COPY, ADVICE_VENUS_DEVICE,
		"load Vitrine's Vulkan layer into the host's virgl_render_server: without it Venus "
		"has no memory that the guest can map"},
	{SCANOUT_CPU, 0, "vitrine-render is missing or broken: install it anew"},
};

bool doctor_has_venus_device(const json_t *report)
{
	const json_t *devices = json_object_get(json_object_get(report, "vulkan"), "devices");
	for (size_t i = 0; i < json_array_size(devices); i++) {
		const json_t *driver = json_object_get(json_array_get(devices, i), "driver");
		if (json_is_string(driver) && strcmp(json_string_value(driver), "venus") == 0)
			return true;
	}
	return false;
}

/* Linux' drivers for -vga std, qxl and cirrus, the displays of a QEMU that was told of none. */
static bool advice_is_vga(const char *driver)
{
	static const char *const drivers[] = {"bochs-drm", "qxl", "cirrus"};
	for (size_t i = 0; driver && i < sizeof drivers / sizeof drivers[0]; i++) {
		if (strcmp(driver, drivers[i]) == 0)
			return true;
	}
	return false;
}

static uint32_t advice_circumstances(const json_t *report)
{
	const json_t *drm = json_object_get(report, "drm");
	const json_t *virtio = json_object_get(drm, "virtio");
	const json_t *devices = json_object_get(json_object_get(report, "vulkan"), "devices");
	uint32_t found = 0;
	if (json_object_get(drm, "error"))
		found |= ADVICE_NO_DEVICE;
	if (advice_is_vga(json_string_value(json_object_get(drm, "driver"))))
		found |= ADVICE_VGA;
	if (virtio)
		found |= ADVICE_VIRTIO;
	if (virtio)
		found |= json_is_true(json_object_get(virtio, "venus")) ? ADVICE_VENUS
									: ADVICE_NO_VENUS;
	if (doctor_has_venus_device(report))
		found |= ADVICE_VENUS_DEVICE;
	if (json_array_size(devices) == 0)
		found |= ADVICE_NO_VULKAN;
	return found;
}

const char *doctor_advise(
	const json_t *report, enum scanout_rung rung, enum scanout_outcome outcome)
{
	if (outcome != SCANOUT_FAILED && outcome != SCANOUT_SKIPPED)
		return NULL;
	uint32_t found = advice_circumstances(report);
	for (size_t i = 0; i < sizeof advice_table / sizeof advice_table[0]; i++) {
		const struct advice *advice = &advice_table[i];
		if (advice->rung == rung && (advice->circumstances & ~found) == 0)
			return advice->text;
	}
	return NULL;
}

static bool advice_may_be_qemu(const json_t *report)
{
	const char *id = json_string_value(json_object_get(json_object_get(report, "vmm"), "id"));
	return id && (strcmp(id, "qemu") == 0 || strcmp(id, "unknown") == 0);
}

const char *doctor_advise_on_sync_files(const json_t *report)
{
	const json_t *vulkan = json_object_get(report, "vulkan");
	double milliseconds = json_number_value(json_object_get(vulkan, "sync_file_ms"));
	return milliseconds >= ADVICE_LATE_MS && advice_may_be_qemu(report)
		       ? "QEMU up to 10.2 takes 10 ms for each frame of a Vulkan client: on Linux "
			 "start it with libvitrine_fences.so in LD_PRELOAD (docs/host.md)"
		       : NULL;
}

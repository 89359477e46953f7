#include "compositor/scanout/gpu.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Kernel drivers with render nodes for which Mesa has no Vulkan: virtual GPUs with OpenGL at most,
 * and memory without a GPU. virtio_gpu's has Venus where the host offers it: that is asked of the
 * display's own. Its DRM device is the transport's in sysfs, not its own.
 */
static const char *const gpu_drivers_without_vulkan[] = {
	"virtio-pci", "virtio-mmio", "virtio_gpu", "vmwgfx", "vgem", "vkms"};

/* node: of /sys/class/drm. */
static bool gpu_node_has_vulkan(const char *node)
{
	char link[PATH_MAX], target[PATH_MAX];
	snprintf(link, sizeof link, "%s/device/driver", node);
	ssize_t len = readlink(link, target, sizeof target - 1);
	if (len < 0)
		return false; /* a device without a driver, as vgem's is */
	target[len] = '\0';
	const char *slash = strrchr(target, '/'), *driver = slash ? slash + 1 : target;
	for (size_t i = 0;
		i < sizeof gpu_drivers_without_vulkan / sizeof gpu_drivers_without_vulkan[0]; i++) {
		if (strcmp(driver, gpu_drivers_without_vulkan[i]) == 0)
			return false;
	}
	return true;
}

static bool gpu_has_venus(const struct kms_device_info *display)
{
	return display->venus && display->context_init;
}

/* True: *found is to be freed. */
static bool gpu_glob(const char *root, const char *pattern, glob_t *found)
{
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s%s", root, pattern);
	return glob(path, 0, NULL, found) == 0;
}

static bool gpu_finds(const char *root, const char *pattern)
{
	glob_t found;
	bool there = gpu_glob(root, pattern, &found);
	if (there)
		globfree(&found);
	return there;
}

/* Mesa's driver for Venus, in a list of paths between colons, which tail completes. */
static bool gpu_finds_venus(const char *root, const char *list, const char *tail)
{
	for (const char *entry = list; *entry;) {
		char pattern[PATH_MAX];
		int len = (int)strcspn(entry, ":");
		snprintf(pattern, sizeof pattern, "%.*s%s", len, entry, tail);
		if (strstr(pattern, "virtio_icd") && gpu_finds(root, pattern))
			return true;
		entry += len + (entry[len] == ':');
	}
	return false;
}

/* Where Vulkan's loader usually looks for it (LoaderDriverInterface.md). */
static bool gpu_has_venus_driver(const char *root)
{
	const char *files = getenv("VK_DRIVER_FILES"), *data = getenv("XDG_DATA_DIRS");
	const char *tail = "/vulkan/icd.d/virtio_icd*.json";
	if (!files)
		files = getenv("VK_ICD_FILENAMES");
	if (files)
		return gpu_finds_venus(root, files, "");
	return gpu_finds_venus(root, data && *data ? data : "/usr/local/share:/usr/share", tail) ||
	       gpu_finds_venus(root, "/etc:/usr/local/etc", tail);
}

bool gpu_can_wait(const struct kms_device_info *display, const char *root)
{
	return gpu_has_venus(display) && gpu_has_venus_driver(root);
}

bool gpu_is_there(const struct kms_device_info *display, const char *root)
{
	glob_t found;
	bool there = gpu_has_venus(display);
	if (!gpu_glob(root, "/sys/class/drm/renderD*", &found))
		return there;
	for (size_t i = 0; i < found.gl_pathc; i++)
		there = there || gpu_node_has_vulkan(found.gl_pathv[i]);
	globfree(&found);
	return there;
}

void gpu_suit_order(const struct kms_device *device, struct scanout_order *order)
{
	if (device && !gpu_is_there(kms_device_info(device), ""))
		scanout_order_prefer(order, SCANOUT_CPU);
}

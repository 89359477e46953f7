#include "render/vulkan/sync_file.h"

#include "common/clock.h"
#include "common/fd.h"
#include "render/vulkan/choose.h"
#include "render/vulkan/instance.h"
#include "render/wire.h"

#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define SYNC_FILE_TIMES 9

struct sync_file {
	struct instance instance;
	VkDevice device;
	VkQueue queue;
	VkSemaphore semaphore;
	PFN_vkGetSemaphoreFdKHR get_fd;
};

static bool sync_file_suits(VkPhysicalDevice physical)
{
	struct choose_extensions *extensions = malloc(sizeof *extensions);
	if (!extensions)
		return false;
	choose_list_extensions(physical, extensions);
	bool suits = choose_get_driver(physical, extensions).driverID == VK_DRIVER_ID_MESA_VENUS &&
		     choose_has_extension(extensions, VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME);
	free(extensions);
	return suits;
}

/* VK_NULL_HANDLE: none is Venus and exports sync files. */
static VkPhysicalDevice sync_file_find(VkInstance instance)
{
	VkPhysicalDevice devices[CHOOSE_MAX_DEVICES];
	uint32_t n = choose_list_devices(instance, devices);
	for (uint32_t i = 0; i < n; i++) {
		if (sync_file_suits(devices[i]) && choose_queue_family(devices[i]) != UINT32_MAX)
			return devices[i];
	}
	return VK_NULL_HANDLE;
}

static bool sync_file_open_device(struct sync_file *file, VkPhysicalDevice physical)
{
	static const char *const extensions[] = {VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME};
	const float priority = 1;
	const VkDeviceQueueCreateInfo queue = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
		.queueFamilyIndex = choose_queue_family(physical),
		.queueCount = 1,
		.pQueuePriorities = &priority,
	};
	const VkDeviceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
		.queueCreateInfoCount = 1,
		.pQueueCreateInfos = &queue,
		.enabledExtensionCount = 1,
		.ppEnabledExtensionNames = extensions,
	};
	if (vkCreateDevice(physical, &info, NULL, &file->device) != VK_SUCCESS)
		return false;
	vkGetDeviceQueue(file->device, queue.queueFamilyIndex, 0, &file->queue);
	file->get_fd =
		(PFN_vkGetSemaphoreFdKHR)vkGetDeviceProcAddr(file->device, "vkGetSemaphoreFdKHR");
	return file->get_fd;
}

static bool sync_file_open(struct sync_file *file)
{
	const VkExportSemaphoreCreateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO,
		.handleTypes = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT,
	};
	const VkSemaphoreCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &export};
	char reason[WIRE_MAX_REASON];
	if (!instance_init(&file->instance, reason))
		return false;
	VkPhysicalDevice physical = sync_file_find(file->instance.handle);
	return physical && sync_file_open_device(file, physical) &&
	       vkCreateSemaphore(file->device, &info, NULL, &file->semaphore) == VK_SUCCESS;
}

static void sync_file_close(struct sync_file *file)
{
	if (file->device) {
		vkDestroySemaphore(file->device, file->semaphore, NULL);
		vkDestroyDevice(file->device, NULL);
	}
	instance_finish(&file->instance);
}

/* Nanoseconds; below 0: it is not told. */
static int64_t sync_file_time(const struct sync_file *file)
{
	const VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.signalSemaphoreCount = 1,
		.pSignalSemaphores = &file->semaphore,
	};
	const VkSemaphoreGetFdInfoKHR info = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_GET_FD_INFO_KHR,
		.semaphore = file->semaphore,
		.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT,
	};
	int64_t before = clock_now();
	int fd = -1;
	if (vkQueueSubmit(file->queue, 1, &submit, VK_NULL_HANDLE) != VK_SUCCESS ||
		file->get_fd(file->device, &info, &fd) != VK_SUCCESS)
		return -1;
	/* -1 is one that is signalled. Who hangs here is ended by the doctor. */
	bool done = fd < 0 || poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1) == 1;
	fd_close(&fd);
	return done ? clock_now() - before : -1;
}

static int sync_file_compare(const void *a, const void *b)
{
	int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
	return (first > second) - (first < second);
}

/* The median; below 0: one of them is not told. */
static int64_t sync_file_measure(const struct sync_file *file)
{
	int64_t times[SYNC_FILE_TIMES];
	for (size_t i = 0; i < SYNC_FILE_TIMES; i++) {
		times[i] = sync_file_time(file);
		if (times[i] < 0)
			return -1;
	}
	qsort(times, SYNC_FILE_TIMES, sizeof times[0], sync_file_compare);
	return times[SYNC_FILE_TIMES / 2];
}

int sync_file_print(void)
{
	struct sync_file file = {0};
	int64_t time = sync_file_open(&file) ? sync_file_measure(&file) : -1;
	sync_file_close(&file);
	json_t *report = json_object();
	if (time >= 0)
		json_object_set_new(
			report, "sync_file_ms", json_real((double)time / CLOCK_NS_PER_MS));
	bool printed = json_dumpf(report, stdout, 0) == 0 && fflush(stdout) == 0;
	json_decref(report);
	return printed ? 0 : 1;
}

/** Whether Vulkan could have a GPU on this machine, told without starting it. */
#ifndef SCANOUT_GPU_H
#define SCANOUT_GPU_H

#include "compositor/scanout/order.h"
#include "kms/device.h"

#include <stdbool.h>

/**
 * False: any Vulkan here is a program for the CPU, and slower than pixman. *display: of the device
 * that shows the picture. Besides its own word (Venus) the drivers of all render nodes count, as
 * sysfs names them. root: what is put before the paths, "" but in tests.
 */
bool gpu_is_there(const struct kms_device_info *display, const char *root);

/**
 * Whether a GPU that is there need not be started before something is for it: the display's own
 * (Venus), for which Mesa's driver is installed, in Vulkan's usual folders or VK_DRIVER_FILES. What
 * it can do is known without it: what memory it imports, and how OpenGL comes to it.
 */
bool gpu_can_wait(const struct kms_device_info *display, const char *root);

/** Puts cpu before all rungs that are not named where there is none. device: that shows the
 * picture; NULL, headless: the order stays. */
void gpu_suit_order(const struct kms_device *device, struct scanout_order *order);

#endif

// SPDX-License-Identifier: MIT
#include "host/dispatch.h"

#define DISPATCH_LOAD(get, name, alias) \
	next->name = (PFN_vk##name)next->get(handle, "vk" #name); \
	if (!next->name && sizeof(alias) > 1) \
		next->name = (PFN_vk##name)next->get(handle, "vk" #name alias);

#define DISPATCH_LOAD_INSTANCE(name, alias) DISPATCH_LOAD(GetInstanceProcAddr, name, alias)
#define DISPATCH_LOAD_DEVICE(name, alias) DISPATCH_LOAD(GetDeviceProcAddr, name, alias)

void dispatch_instance_load(struct dispatch_instance *next, VkInstance handle)
{
	DISPATCH_INSTANCE(DISPATCH_LOAD_INSTANCE)
}

void dispatch_device_load(struct dispatch_device *next, VkDevice handle)
{
	DISPATCH_DEVICE(DISPATCH_LOAD_DEVICE)
}

#include "render/vulkan/timer.h"

VkResult timer_init(const struct device *device, struct timer *timer)
{
	*timer = (struct timer){0};
	const VkQueryPoolCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
		.queryType = VK_QUERY_TYPE_TIMESTAMP,
		.queryCount = 2,
	};
	if (device->is_venus || device->timestamp_bits == 0)
		return VK_SUCCESS;
	VkResult result = vkCreateQueryPool(device->handle, &info, NULL, &timer->pool);
	if (result != VK_SUCCESS)
		timer->pool = VK_NULL_HANDLE;
	return result;
}

void timer_finish(const struct device *device, struct timer *timer)
{
	if (timer->pool)
		vkDestroyQueryPool(device->handle, timer->pool, NULL);
	timer->pool = VK_NULL_HANDLE;
}

void timer_begin(const struct timer *timer, VkCommandBuffer commands)
{
	if (!timer->pool)
		return;
	vkCmdResetQueryPool(commands, timer->pool, 0, 2);
	vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, timer->pool, 0);
}

void timer_end(const struct timer *timer, VkCommandBuffer commands)
{
	if (timer->pool)
		vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, timer->pool, 1);
}

int64_t timer_read(const struct device *device, const struct timer *timer)
{
	uint64_t ticks[2];
	if (!timer->pool || vkGetQueryPoolResults(device->handle, timer->pool, 0, 2, sizeof ticks,
				    ticks, sizeof ticks[0], VK_QUERY_RESULT_64_BIT) != VK_SUCCESS)
		return 0;
	/* The counter has so many bits and then begins again; the difference survives that once. */
	uint64_t mask = device->timestamp_bits < 64 ? (UINT64_C(1) << device->timestamp_bits) - 1
						    : UINT64_MAX;
	uint64_t passed = (ticks[1] - ticks[0]) & mask;
	return (int64_t)((double)passed * (double)device->properties.limits.timestampPeriod);
}

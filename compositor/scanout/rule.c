/* Why a rung is not worth trying, or too dangerous to try, said in a person's words. */
#include "compositor/scanout/private.h"

struct rule_need {
	uint32_t feature; /* enum wire_feature */
	const char *lacking;
};

static const struct rule_need rule_needs[SCANOUT_RUNGS] = {
	[SCANOUT_GBM_IMPORT] = {WIRE_FEATURE_IMPORT_DMABUF,
		"the Vulkan driver cannot import dma-bufs"},
	[SCANOUT_VK_EXPORT] = {WIRE_FEATURE_EXPORT_DMABUF,
		"the Vulkan driver cannot export dma-bufs"},
	[SCANOUT_HOST_POINTER] = {WIRE_FEATURE_HOST_POINTER,
		"the Vulkan driver has no VK_EXT_external_memory_host"},
	[SCANOUT_COPY] = {WIRE_FEATURE_COPY, "the Vulkan driver has no host-visible memory"},
	[SCANOUT_CPU] = {WIRE_FEATURE_MAP, "the worker cannot draw with the CPU"},
};

static bool rule_is_named(const struct scanout *scanout)
{
	return scanout->options.order.named[scanout->position];
}

const char *scanout_rule_before(const struct scanout *scanout)
{
	const struct scanout_options *options = &scanout->options;
	enum scanout_rung rung = scanout_rung(scanout);
	if (options->renderer == SCANOUT_RENDERER_VULKAN && rung == SCANOUT_CPU)
		return "the vulkan renderer was asked for";
	if (options->renderer == SCANOUT_RENDERER_CPU && rung != SCANOUT_CPU)
		return "the cpu renderer was asked for";
	if (!options->device && rung == SCANOUT_GBM_IMPORT)
		return "headless: there is no GBM device";
	/* What Vulkan allocates on a virtio-gpu is a blob always: no worker has to be asked. */
	if (rung == SCANOUT_VK_EXPORT && options->device &&
		kms_device_info(options->device)->virtio_gpu && scanout->vmm->blob &&
		!rule_is_named(scanout))
		return scanout->vmm->blob;
	const char *broken = scanout->broken[scanout_worker_renderer(scanout)];
	return broken[0] ? broken : NULL;
}

const char *scanout_rule_gpu(const struct render_info *info)
{
	/* Venus says so too where its host's GPU is a CPU, which is not the guest's. */
	bool software =
		info->features & WIRE_FEATURE_SOFTWARE && !(info->features & WIRE_FEATURE_VENUS);
	return software ? "Vulkan is a program for the CPU, which draws better without it" : NULL;
}

const char *scanout_rule_worker(const struct scanout *scanout, const struct render_info *info)
{
	const struct rule_need *need = &rule_needs[scanout_rung(scanout)];
	if (!(info->features & need->feature))
		return need->lacking;
	const char *no_gpu = scanout->options.needs_gpu ? scanout_rule_gpu(info) : NULL;
	if (no_gpu)
		return no_gpu;
	return scanout_rule_size(scanout, &scanout->options.proof);
}

const char *scanout_rule_size(const struct scanout *scanout, const struct scanout_place *place)
{
	uint32_t largest = render_client_info(scanout->client)->max_extent;
	bool fits =
		(uint32_t)place->mode.width <= largest && (uint32_t)place->mode.height <= largest;
	return fits ? NULL : "the screen is larger than the device can draw";
}

const char *scanout_refuses(const struct scanout *scanout, enum kms_memory memory)
{
	bool blob = memory == KMS_MEMORY_HOST_BLOB || memory == KMS_MEMORY_GUEST_BLOB;
	/* QEMU 10.0, virtio-gpu-virgl.c, virgl_cmd_set_scanout_blob(): it has no dma-buf of such
	 * memory; the picture before stays, and the guest is not told. */
	if (memory == KMS_MEMORY_GUEST_BLOB && kms_device_info(scanout->options.device)->virgl)
		return "a host with virgl does not show the guest's own memory";
	return blob && !rule_is_named(scanout) ? scanout->vmm->blob : NULL;
}

const char *scanout_rule_target(const struct scanout *scanout, const struct scanout_target *target)
{
	const char *refusal = scanout_refuses(scanout, kms_buffer_memory(target->buffer));
	if (refusal || scanout_rung(scanout) != SCANOUT_GBM_IMPORT || rule_is_named(scanout))
		return refusal;
	uint32_t features = render_client_info(scanout->client)->features;
	if ((features & WIRE_FEATURE_VENUS) &&
		kms_buffer_memory(target->buffer) != KMS_MEMORY_HOST_BLOB)
		return "classic virtio-gpu resource, host cannot attach it to Venus";
	if ((features & WIRE_FEATURE_SOFTWARE) && kms_buffer_is_host_texture(target->buffer))
		return "GBM's buffers are textures on the host, the guest's CPU cannot draw there";
	return NULL;
}

// SPDX-License-Identifier: MIT
/* DRM modifiers, explicit layouts and memory planes; the pixels are looked at through the fd. */
#include "tests/host/harness.h"

#include <unistd.h>

#define IMAGE_WIDTH 333
#define IMAGE_HEIGHT 17
#define IMAGE_BGRA \
	0xff3366ff /* B, G, R, A in memory of the colour below, as a little-endian word */
#define IMAGE_RED 0.2f
#define IMAGE_GREEN 0.4f
#define IMAGE_BLUE 1.0f

static const struct harness_image image_plain = {.width = IMAGE_WIDTH, .height = IMAGE_HEIGHT};

/** What the memory holds is the colour of the clear. */
static void image_expect(struct harness *h, VkDeviceMemory memory, VkSubresourceLayout layout)
{
	int fd = harness_export(h, memory);

	harness_image_expect(&image_plain, fd, layout, IMAGE_BGRA);
	close(fd);
}

static void image_by_modifier_list(void **state)
{
	struct harness h;
	VkImage image;
	VkDeviceMemory memory;
	VkDeviceSize size;
	VkImageDrmFormatModifierPropertiesEXT modifier = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_PROPERTIES_EXT,
		.drmFormatModifier = 1,
	};

	harness_open(&h);
	HARNESS_CHECK(harness_image(&h, &image_plain, &image));
	HARNESS_CHECK(h.get_modifier(h.device, image, &modifier));
	assert_int_equal(modifier.drmFormatModifier, 0);
	memory = harness_image_bind(&h, image, &size);
	assert_true(harness_image_layout(&h, image).rowPitch >= IMAGE_WIDTH * 4);
	harness_clear(&h, image, IMAGE_RED, IMAGE_GREEN, IMAGE_BLUE);
	image_expect(&h, memory, harness_image_layout(&h, image));
	vkDestroyImage(h.device, image, NULL);
	vkFreeMemory(h.device, memory, NULL);
	harness_close(&h);
}

/** The row pitch that the driver chooses, and the alignment of an offset. */
static VkDeviceSize image_pitch(struct harness *h, VkDeviceSize *alignment)
{
	VkMemoryRequirements requirements;
	VkDeviceSize pitch;
	VkImage image;

	HARNESS_CHECK(harness_image(h, &image_plain, &image));
	pitch = harness_image_layout(h, image).rowPitch;
	vkGetImageMemoryRequirements(h->device, image, &requirements);
	*alignment = requirements.alignment;
	vkDestroyImage(h->device, image, NULL);
	return pitch;
}

static VkResult image_explicit(
	struct harness *h, VkDeviceSize offset, VkDeviceSize pitch, uint64_t modifier, VkImage *out)
{
	VkSubresourceLayout plane = {.offset = offset, .rowPitch = pitch};
	VkImageDrmFormatModifierExplicitCreateInfoEXT layout = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT,
		.drmFormatModifier = modifier,
		.drmFormatModifierPlaneCount = 1,
		.pPlaneLayouts = &plane,
	};
	struct harness_image wanted = image_plain;

	wanted.layout = &layout;
	return harness_image(h, &wanted, out);
}

static void image_by_explicit_layout(void **state)
{
	struct harness h;
	VkDeviceSize alignment, size, offset, pitch;
	VkDeviceMemory memory;
	VkImage image;

	harness_open(&h);
	pitch = image_pitch(&h, &alignment);
	for (int i = 0; i < 2; i++) {
		VkMemoryRequirements requirements;

		offset = i ? 3 * alignment : 0;
		HARNESS_CHECK(image_explicit(&h, offset, pitch, 0, &image));
		vkGetImageMemoryRequirements(h.device, image, &requirements);
		assert_true(requirements.size >= offset + pitch * IMAGE_HEIGHT);
		memory = harness_image_bind(&h, image, &size);
		assert_int_equal(harness_image_layout(&h, image).offset, offset);
		assert_int_equal(harness_image_layout(&h, image).rowPitch, pitch);
		harness_clear(&h, image, IMAGE_RED, IMAGE_GREEN, IMAGE_BLUE);
		image_expect(
			&h, memory, (VkSubresourceLayout){.offset = offset, .rowPitch = pitch});
		vkDestroyImage(h.device, image, NULL);
		vkFreeMemory(h.device, memory, NULL);
	}
	harness_close(&h);
}

static void image_layouts_that_cannot_be(void **state)
{
	struct harness h;
	VkDeviceSize alignment, pitch;
	VkResult refused = VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT;
	VkImage image;

	harness_open(&h);
	if (h.is_venus)
		skip(); /* Venus creates images without waiting for the host: an error there ends
			   the ring */
	pitch = image_pitch(&h, &alignment);
	assert_int_equal(image_explicit(&h, 0, pitch * 2, 0, &image), refused);
	assert_int_equal(image_explicit(&h, 0, pitch - 4, 0, &image), refused);
	assert_int_equal(image_explicit(&h, 0, pitch + 1, 0, &image), refused);
	assert_int_equal(image_explicit(&h, 0, UINT64_MAX, 0, &image), refused);
	assert_int_equal(
		image_explicit(&h, UINT64_MAX & ~(alignment - 1), pitch, 0, &image), refused);
	if (alignment > 1)
		assert_int_equal(image_explicit(&h, alignment / 2, pitch, 0, &image), refused);
	harness_close(&h);
}

/**
 * One image exported, one imported at its layout: what a compositor does with a client's buffer.
 */
static void image_in_another_device(void **state)
{
	struct harness one, two;
	VkDeviceMemory exported, imported;
	VkMemoryRequirements requirements;
	VkImage image, view;
	VkSubresourceLayout layout;
	VkDeviceSize size;

	harness_skip_without_import();
	harness_open(&one);
	harness_open(&two);
	HARNESS_CHECK(harness_image(&one, &image_plain, &image));
	exported = harness_image_bind(&one, image, &size);
	layout = harness_image_layout(&one, image);
	HARNESS_CHECK(image_explicit(&two, layout.offset, layout.rowPitch, 0, &view));
	vkGetImageMemoryRequirements(two.device, view, &requirements);
	assert_true(requirements.size <= size);
	HARNESS_CHECK(harness_import(&two, harness_export(&one, exported), requirements.size,
		harness_memory_type(&two, requirements.memoryTypeBits, 0), &imported));
	HARNESS_CHECK(vkBindImageMemory(two.device, view, imported, 0));
	harness_clear(&two, view, IMAGE_RED, IMAGE_GREEN, IMAGE_BLUE);
	image_expect(&one, exported, layout);
	vkDestroyImage(two.device, view, NULL);
	vkFreeMemory(two.device, imported, NULL);
	harness_close(&two);
	vkDestroyImage(one.device, image, NULL);
	vkFreeMemory(one.device, exported, NULL);
	harness_close(&one);
}

static VkResult image_ask(struct harness *h, uint64_t modifier,
	VkExternalMemoryHandleTypeFlagBits handle, VkExternalMemoryProperties *external)
{
	VkPhysicalDeviceImageDrmFormatModifierInfoEXT drm = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_DRM_FORMAT_MODIFIER_INFO_EXT,
		.drmFormatModifier = modifier,
	};
	VkPhysicalDeviceExternalImageFormatInfo info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
		.pNext = &drm,
		.handleType = handle,
	};
	VkPhysicalDeviceImageFormatInfo2 asked = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2,
		.pNext = &info,
		.format = VK_FORMAT_B8G8R8A8_UNORM,
		.type = VK_IMAGE_TYPE_2D,
		.tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
		.usage = VK_IMAGE_USAGE_SAMPLED_BIT,
	};
	VkExternalImageFormatProperties answer = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES};
	VkImageFormatProperties2 out = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2, .pNext = &answer};
	VkResult result = vkGetPhysicalDeviceImageFormatProperties2(h->physical, &asked, &out);

	assert_ptr_equal(info.pNext, &drm); /* the chain is as it was */
	*external = answer.externalMemoryProperties;
	return result;
}

static void image_format_questions(void **state)
{
	VkExternalMemoryHandleTypeFlagBits dma_buf = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT;
	VkExternalMemoryFeatureFlags features =
		VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT |
		(harness_imports() ? VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT : 0);
	VkExternalMemoryProperties external;
	struct harness h;

	harness_open(&h);
	HARNESS_CHECK(image_ask(&h, 0, dma_buf, &external));
	assert_int_equal(external.externalMemoryFeatures, features);
	assert_true(external.compatibleHandleTypes & dma_buf);
	assert_true(!harness_imports() || external.exportFromImportedHandleTypes & dma_buf);
	assert_int_equal(image_ask(&h, 1, dma_buf, &external), VK_ERROR_FORMAT_NOT_SUPPORTED);
	if (!h.is_venus) /* as for buffers: virglrenderer would map it by a device in QEMU */
		assert_int_equal(
			image_ask(&h, 0, VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT, &external),
			VK_ERROR_FORMAT_NOT_SUPPORTED);
	assert_int_equal(
		image_ask(&h, UINT64_MAX, dma_buf, &external), VK_ERROR_FORMAT_NOT_SUPPORTED);
	harness_close(&h);
}

/** LINEAR, with as many memory planes as the format has planes (Venus compares them). */
static void image_modifier_list(void **state)
{
	static const struct {
		VkFormat format;
		uint32_t n_planes;
	} formats[] = {{VK_FORMAT_B8G8R8A8_UNORM, 1}, {VK_FORMAT_G8_B8R8_2PLANE_420_UNORM, 2},
		{VK_FORMAT_G8_B8_R8_3PLANE_420_UNORM, 3}};
	struct harness h;

	harness_open(&h);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		VkDrmFormatModifierPropertiesEXT entries[4] = {0};
		VkDrmFormatModifierProperties2EXT entries2[4] = {0};
		VkDrmFormatModifierPropertiesList2EXT list2 = {
			.sType = VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_2_EXT,
		};
		VkDrmFormatModifierPropertiesListEXT list = {
			.sType = VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT,
			.pNext = &list2,
		};
		VkFormatProperties2 properties = {
			.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2, .pNext = &list};

		vkGetPhysicalDeviceFormatProperties2(h.physical, formats[i].format, &properties);
		if (!list.drmFormatModifierCount) {
			assert_true(formats[i].n_planes >
				    1); /* lavapipe does not tell where they are */
			continue;
		}
		assert_int_equal(list.drmFormatModifierCount, 1);
		assert_int_equal(list2.drmFormatModifierCount, 1);
		list.drmFormatModifierCount = list2.drmFormatModifierCount = 4;
		list.pDrmFormatModifierProperties = entries;
		list2.pDrmFormatModifierProperties = entries2;
		vkGetPhysicalDeviceFormatProperties2(h.physical, formats[i].format, &properties);
		assert_ptr_equal(list.pNext, &list2);
		assert_int_equal(list.drmFormatModifierCount, 1);
		assert_int_equal(list2.drmFormatModifierCount, 1);
		assert_int_equal(entries[0].drmFormatModifier, 0);
		assert_int_equal(entries[0].drmFormatModifierPlaneCount, formats[i].n_planes);
		/* What LINEAR cannot do, a shadow image can (shadow.c). */
		VkFormatFeatureFlags features = entries[0].drmFormatModifierTilingFeatures,
				     linear = properties.formatProperties.linearTilingFeatures;
		assert_int_equal(features & linear, linear);
		assert_int_equal(
			features & ~linear & ~properties.formatProperties.optimalTilingFeatures, 0);
		assert_int_equal(entries2[0].drmFormatModifierPlaneCount, formats[i].n_planes);
		assert_true(entries2[0].drmFormatModifierTilingFeatures);
		if (h.is_venus)
			continue; /* Venus does not tell the host that there is room for none */
		list.drmFormatModifierCount = 0;
		vkGetPhysicalDeviceFormatProperties2(h.physical, formats[i].format, &properties);
		assert_int_equal(list.drmFormatModifierCount, 0);
	}
	harness_close(&h);
}

/**
 * An ordinary OPTIMAL image bound to exported memory: virglrenderer does that with all that is
 * host-visible. It is not valid (vkr_image.c says so), so only the validation below may look: for
 * the driver it is. Where there is other memory, such an image is kept out of what is shared.
 */
static void image_ordinary_in_shared_memory(void **state)
{
	struct harness h;
	VkImageCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = VK_FORMAT_R8G8B8A8_UNORM,
		.extent = {64, 64, 1},
		.mipLevels = 3,
		.arrayLayers = 2,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.tiling = VK_IMAGE_TILING_OPTIMAL,
		.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT,
	};
	VkMemoryRequirements requirements;
	VkDeviceMemory memory;
	VkImage image;

	if (harness_validates_above())
		skip();
	harness_open(&h);
	HARNESS_CHECK(vkCreateImage(h.device, &info, NULL, &image));
	vkGetImageMemoryRequirements(h.device, image, &requirements);
	assert_true(requirements.memoryTypeBits);
	if (h.memory.memoryTypeCount > 1) {
		assert_int_equal(requirements.memoryTypeBits & 1u << harness_shared_type(&h), 0);
	} else {
		HARNESS_CHECK(harness_allocate(&h, requirements.size, 0, &memory));
		HARNESS_CHECK(vkBindImageMemory(h.device, image, memory, 0));
		vkFreeMemory(h.device, memory, NULL);
	}
	vkDestroyImage(h.device, image, NULL);
	harness_close(&h);
}

/** An OPTIMAL image for host pointers keeps the memory types that they can be imported into. */
static void image_for_host_pointers(void **state)
{
	VkExternalMemoryImageCreateInfo external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO,
		.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT,
	};
	VkImageCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.pNext = &external,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = VK_FORMAT_R8G8B8A8_UNORM,
		.extent = {64, 64, 1},
		.mipLevels = 1,
		.arrayLayers = 1,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.tiling = VK_IMAGE_TILING_OPTIMAL,
		.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT,
	};
	VkMemoryRequirements requirements;
	struct harness h;
	VkImage image;

	if (harness_validates())
		skip(); /* the device has not enabled VK_EXT_external_memory_host */
	harness_open(&h);
	if (h.is_venus)
		skip(); /* its memory has no host pointers */
	if (vkCreateImage(h.device, &info, NULL, &image) == VK_SUCCESS) {
		vkGetImageMemoryRequirements(h.device, image, &requirements);
		harness_memory_type(
			&h, requirements.memoryTypeBits, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT);
		vkDestroyImage(h.device, image, NULL);
	}
	harness_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(image_by_modifier_list),
		cmocka_unit_test(image_by_explicit_layout),
		cmocka_unit_test(image_layouts_that_cannot_be),
		cmocka_unit_test(image_in_another_device),
		cmocka_unit_test(image_format_questions),
		cmocka_unit_test(image_modifier_list),
		cmocka_unit_test(image_ordinary_in_shared_memory),
		cmocka_unit_test(image_for_host_pointers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/**
 * A picture of coloured cells in a LINEAR image for dma-bufs, drawn and handed over in every way
 * that Vulkan has, and looked at through the fd.
 */
#ifndef TESTS_HOST_SCENE_H
#define TESTS_HOST_SCENE_H

#include "tests/host/harness.h"

#define SCENE_WIDTH 67 /* pixels, and no multiple of a cell */
#define SCENE_HEIGHT 35

struct scene_format {
	VkFormat format;
	uint32_t size;        /**< bytes of a texel */
	uint64_t channels[4]; /**< little-endian bits of R, G, B, A at their largest value */
};

#define SCENE_CELL 8 /* pixels */

extern const struct scene_format scene_formats[];
extern const size_t scene_n_formats;

struct scene {
	struct harness *h;
	const struct scene_format *format;
	uint32_t width, height;
	const VkImageFormatListCreateInfo *views; /**< NULL: not mutable */
	VkImage image;
	VkImageLayout state;       /**< as recorded */
	VkImageView view;          /**< null where nothing can be drawn */
	VkRenderPass pass;         /**< from UNDEFINED to GENERAL */
	VkRenderPass pass2;        /**< the same by the second version */
	VkFramebuffer framebuffer; /**< of view, for both */
	VkDeviceMemory memory;
	VkDeviceSize size;
	VkSubresourceLayout layout;
	unsigned char *bytes; /**< the memory, mapped through its fd */
};

/** Whether a LINEAR image of the format can be drawn into, by the modifier's features. */
bool scene_can_draw(struct harness *h, VkFormat format);

/** Whether a LINEAR image of the first format and this usage has a shadow here. */
bool scene_has_shadow(struct harness *h, VkImageUsageFlags usage);

/** Of width by height if they are set, else of SCENE_WIDTH by SCENE_HEIGHT. */
void scene_open(struct scene *scene, struct harness *h, const struct scene_format *format,
	VkImageUsageFlags usage);
/** Another device's image over the memory: takes the fd. */
void scene_import(struct scene *scene, struct harness *h, const struct scene *other, int fd);
/** In one of six orders. */
void scene_close(struct scene *scene, unsigned order);

enum scene_way { SCENE_PASS, SCENE_PASS2, SCENE_RENDERING, SCENE_N_WAYS };

/** What a barrier says; with the second version's call if second is set. */
struct scene_barrier {
	bool second;
	VkImageLayout from, to;
	uint32_t source, destination; /**< queue families */
	VkPipelineStageFlags before, after;
	VkAccessFlags written, read;
};
void scene_barrier(struct scene *scene, VkCommandBuffer commands, struct scene_barrier barrier);
/** To GENERAL for everybody outside, as Venus records it. */
void scene_release(struct scene *scene, VkCommandBuffer commands, bool second);
/** From GENERAL outside, for transfers. */
void scene_acquire(struct scene *scene, VkCommandBuffer commands, bool second);

/** Draws the picture that seed names. */
void scene_draw(struct scene *scene, VkCommandBuffer commands, enum scene_way way, unsigned seed);
/** Which of a pixel's channels are full, a bit each: the same all over a cell. */
unsigned scene_pixels_color(uint32_t x, uint32_t y, unsigned seed);
/** What the CPU would write instead, and what it sees. */
void scene_pixels_write(struct scene *scene, unsigned seed);
void scene_pixels_expect(struct scene *scene, unsigned seed);
/** Acquires the image from outside and compares what the GPU sees in it; it is in GENERAL then. */
void scene_pixels_expect_acquired(struct scene *scene, unsigned seed, bool second);

#endif

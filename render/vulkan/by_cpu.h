/**
 * Frames that the CPU draws, straight from the clients' memory into the target's: those for which
 * the GPU would have it copy about as many pixels to staging memory first, and be told of them.
 */
#ifndef RENDER_VULKAN_BY_CPU_H
#define RENDER_VULKAN_BY_CPU_H

#include "render/renderer.h"

struct frame_queue;

/** Whether the CPU is to draw it. The textures of copied buffers have their struct contents. */
bool by_cpu_suits(const struct renderer_frame *frame, const struct frame_queue *queue);

/** Draws it and tells the renderer's listener. */
void by_cpu_draw(struct renderer *renderer, const struct renderer_frame *frame);

#endif

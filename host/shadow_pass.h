/** Render passes and framebuffers, as far as they tell what becomes of shadow images. */
#ifndef HOST_SHADOW_PASS_H
#define HOST_SHADOW_PASS_H

/** For table_each(): frees the layer's part of a render pass or of a framebuffer. */
void shadow_pass_drop(void *data, void *unused);

#endif

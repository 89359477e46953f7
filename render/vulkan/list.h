/** For `vitrine doctor`: which Vulkan devices there are and what matters of them. */
#ifndef RENDER_VULKAN_LIST_H
#define RENDER_VULKAN_LIST_H

/**
 * Prints one JSON object to standard output: {"devices": [{"name", "driver", "api", "type", "drm",
 * "extensions": {NAME: true or false}}]}, with "error" where there is no Vulkan. "drm" is
 * "MAJOR:MINOR" of the primary node, where told. The exit status of the program.
 */
int list_devices(void);

#endif

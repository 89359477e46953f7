/**
 * Finds out what a driver really does with host pointers, with a device of our own that lives for
 * the moment.
 */
#ifndef HOST_PROBE_H
#define HOST_PROBE_H

struct gpu;

/**
 * Sets gpu.importable, .knows_planes, .takes_handle_type and .all_buffers_host. Needs gpu.memory
 * and .granularity. Where no device can be made, the answers are a guess that errs towards less.
 */
void probe_gpu(struct gpu *gpu);

#endif

/** The screen: a connector, the CRTC and the primary plane that feed it. Vitrine drives the first
 * connected one. */
#ifndef KMS_OUTPUT_H
#define KMS_OUTPUT_H

#include "kms/buffer.h"
#include "kms/device.h"

#include <pixman.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kms_output;

struct kms_output_info {
	char name[32];                        /**< "Virtual-1" */
	char make[64], model[64], serial[64]; /**< from the EDID; empty: unknown */
	int32_t mm_width, mm_height;          /**< 0: unknown */
	int32_t width, height;                /**< of the mode, pixels */
	int32_t refresh;                      /**< of the mode, mHz, never 0 */
	uint32_t subpixel;                    /**< enum wl_output_subpixel */
	const uint32_t *formats;              /**< DRM fourccs of the primary plane, kms_output's */
	size_t n_formats;
};

enum kms_flip_flag {
	KMS_FLIP_HARDWARE = 1, /**< sequence counts real vblanks. Never on virtio-gpu, which
				  completes flips at once */
	KMS_FLIP_TORN = 2,     /**< did not wait for the vertical blank */
};

struct kms_output_listener {
	/**
	 * The last commit's buffer is on the screen, the one before it is free again.
	 * sequence: the CRTC's vblank count; time: CLOCK_MONOTONIC, nanoseconds; flags: enum
	 * kms_flip_flag.
	 */
	void (*flipped)(void *data, uint32_t sequence, int64_t time, uint32_t flags);
};

/**
 * Takes up the first connected connector in its preferred mode. Nothing changes on the screen
 * before the first commit. 0, or -errno: -ENODEV no connector or no CRTC and primary plane for it,
 * -ENOTCONN none is connected (try again at the next hotplug event), -ENODATA the connected one has
 * no mode.
 */
int kms_output_create(struct kms_device *device, const struct kms_output_listener *listener,
	void *data, struct kms_output **output);

/** Puts the CRTC back as kms_output_create() found it (kms_output_restore()). Accepts NULL. */
void kms_output_destroy(struct kms_output *output);

/** The listener may change at any time. */
void kms_output_set_listener(
	struct kms_output *output, const struct kms_output_listener *listener, void *data);

const struct kms_output_info *kms_output_info(const struct kms_output *output);

/**
 * Looks at the connector again, after a hotplug event or a VT switch. *changed: the preferred mode
 * is another one; the info shows it, and the next commit sets it (allow_modeset). 0, or -errno:
 * -ENOTCONN it is not connected now (the info keeps the last mode).
 */
int kms_output_probe(struct kms_output *output, bool *changed);

struct kms_output_frame {
	struct kms_buffer
		*buffer; /**< of the mode's size; referenced until another one replaced it */
	const pixman_region32_t
		*damage;    /**< pixels that changed since the last commit; NULL: all */
	int in_fence;       /**< a sync_file to wait for, borrowed; -1: the buffer is finished */
	bool allow_modeset; /**< needed for the first commit, after a VT switch and after a mode
			       change */
	bool tear;          /**< at once where the device can, in the middle of a refresh */
	bool test_only;     /**< ask the driver, change nothing, no event */
};

/**
 * Shows a buffer; returns at once, listener->flipped tells when it is on the screen.
 * 0, or -errno: -EBUSY the last commit has not flipped yet (ours or another program's), -EACCES not
 * DRM master, -EINVAL the buffer does not fit, others from the driver. Nothing changed then.
 * kms_device_explain() words them.
 */
int kms_output_commit(struct kms_output *output, const struct kms_output_frame *frame);

/** Whether a commit waits for its flip. */
bool kms_output_is_pending(const struct kms_output *output);

/** Turns the screen off and drops the buffers. 0, or -errno. */
int kms_output_disable(struct kms_output *output);

/** Puts the CRTC back as it was found (the console), and drops the buffers. 0, or -errno; harmless
 * when repeated. */
int kms_output_restore(struct kms_output *output);

#endif

/** A screen: a connector, the CRTC and the primary plane that feed it. */
#ifndef KMS_OUTPUT_H
#define KMS_OUTPUT_H

#include "kms/buffer.h"
#include "kms/device.h"
#include "kms/mode.h"

#include <pixman.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kms_output;

#define KMS_MAX_CONNECTORS \
	32 /**< of a device, that are looked at: the kernel has bits for so many */

struct kms_output_info {
	uint32_t connector;                   /**< its id */
	char name[32];                        /**< "Virtual-1" */
	char make[64], model[64], serial[64]; /**< from the EDID; empty: unknown */
	int32_t mm_width, mm_height;          /**< 0: unknown */
	const struct kms_mode *modes;         /**< that the display lists; kms_output's */
	size_t n_modes;                       /**< never 0 */
	struct kms_mode preferred;            /**< of the modes; else the first of them */
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
	/** The newest picture of the cursor was shown, or refused: -errno. kms_output_is_busy() may
	 * have ended. */
	void (*cursor_set)(void *data, int error);
};

/** The ids of the device's connectors, connected or not, in the kernel's order; nothing is probed.
 * How many there are, of which the first cap are written; or -errno. */
int kms_device_connectors(struct kms_device *device, uint32_t *ids, size_t cap);

/**
 * Takes up a connector, with a CRTC and a primary plane that no other output has. Nothing changes
 * on the screen before the first commit. 0, or -errno: -ENODEV no CRTC and plane is left for it,
 * -ENOTCONN it is not connected (try again at the next hotplug event), -ENODATA it has no mode.
 */
int kms_output_create(struct kms_device *device, uint32_t connector,
	const struct kms_output_listener *listener, void *data, struct kms_output **output);

/** The same for the first connector that has a display. -ENODEV: there is no connector, -ENOTCONN:
 * none is connected, -ENODATA: the only connected ones have no mode. */
int kms_output_create_first(struct kms_device *device, const struct kms_output_listener *listener,
	void *data, struct kms_output **output);

/** Turns the screen off, if anything of ours is on it (the console comes back with its terminal, or
 * with the device's last close: the kernel's fbdev emulation); waits for the host for that, but not
 * longer than a second, and leaves the screen as it is if it takes nothing. Accepts NULL. */
void kms_output_destroy(struct kms_output *output);

struct kms_device *kms_output_device(const struct kms_output *output);

/** The listener may change at any time. */
void kms_output_set_listener(
	struct kms_output *output, const struct kms_output_listener *listener, void *data);

const struct kms_output_info *kms_output_info(const struct kms_output *output);

/** Whether the primary plane shows that DRM fourcc. */
bool kms_output_has_format(const struct kms_output *output, uint32_t format);

/**
 * Looks at the connector again, after a hotplug event or a VT switch: the info and its pointers are
 * new. *changed: the display prefers another size or refresh than before. 0, or -errno: -ENOTCONN
 * it is not connected now, or has no mode (the info stays as it was).
 */
int kms_output_probe(struct kms_output *output, bool *changed);

struct kms_output_frame {
	struct kms_buffer
		*buffer; /**< of the mode's size; referenced until another one replaced it */
	const pixman_region32_t
		*damage; /**< pixels that changed since the last commit; NULL: all */
	int in_fence;    /**< a sync_file to wait for, borrowed; -1: the buffer is finished */
	/**
	 * Sets the mode too: needed for the first commit, after a VT switch and for another mode.
	 * One that the display does not list is made. NULL: it stays, and so does the plane in its
	 * place.
	 */
	const struct kms_mode *mode;
	bool tear;      /**< at once where the device can, in the middle of a refresh */
	bool test_only; /**< ask the driver, change nothing, no event */
};

/**
 * Whether the host has not answered the last commit or the last picture of the cursor yet: a commit
 * would be refused with -EBUSY, and calls that wait for the device would wait for the host. It ends
 * with listener->flipped or listener->cursor_set.
 */
bool kms_output_is_busy(const struct kms_output *output);

/**
 * Shows a buffer; returns at once, listener->flipped tells when it is on the screen.
 * 0, or -errno: -EBUSY the last commit has not flipped yet (ours or another program's), -EACCES not
 * DRM master, -EINVAL the buffer does not fit, others from the driver. Nothing changed then.
 * kms_device_explain() words them.
 */
int kms_output_commit(struct kms_output *output, const struct kms_output_frame *frame);

struct kms_cursor {
	struct kms_buffer *buffer;    /**< NULL: none */
	int32_t hotspot_x, hotspot_y; /**< of its pixels, the pointer's */
	int32_t x, y;                 /**< of the screen's pixels, its corner */
};

/**
 * Shows a picture as the cursor, as soon as the host takes one; listener->cursor_set tells. The
 * newest wins. A host may have copied it: what is drawn into the buffer later is not seen before it
 * is set again, and then only if another one was set meanwhile (virtio_gpu_cursor_plane_update).
 * 0, or -errno. cursor_set's: -ENXIO the device has no cursor, -EINVAL it is of the wrong size.
 */
int kms_output_set_cursor(struct kms_output *output, const struct kms_cursor *cursor);

/** Puts the picture's corner at a pixel of the screen: at once, or when the output is not busy any
 * more. 0, or -errno. */
int kms_output_move_cursor(struct kms_output *output, int32_t x, int32_t y);

/** Turns the screen off and drops the buffers. 0, or -errno: -EBUSY kms_output_is_busy(). */
int kms_output_disable(struct kms_output *output);

#endif

/** A DRM device with KMS: what it can do, and what a dma-buf on it really is. No event loop: an fd
 * and a dispatch. */
#ifndef KMS_DEVICE_H
#define KMS_DEVICE_H

#include "common/dmabuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct kms_device;

struct kms_device_info {
	char driver[32];                     /**< the kernel driver's name, "virtio_gpu" */
	dev_t primary;                       /**< the primary node (/dev/dri/cardN) */
	dev_t render;                        /**< its render node; 0: it has none */
	bool addfb2_modifiers;               /**< framebuffers may carry explicit modifiers */
	int32_t cursor_width, cursor_height; /**< of a cursor's buffer, pixels */
	bool async_flips;                    /**< flips need not wait for the vertical blank */
	/** A modeset clears memory that may be that of a picture, also of the one that it shows:
	 * Linux' bochs places pictures where QEMU then writes zeros (vbe_ioport_write_data()
	 * without VBE_DISPI_NOCLEARMEM). */
	bool modeset_clears;
	bool virtio_gpu;   /**< the driver is virtio_gpu; the flags below are false elsewhere */
	bool virgl;        /**< VIRTGPU_PARAM_3D_FEATURES: the host runs virglrenderer */
	bool blob;         /**< VIRTGPU_PARAM_RESOURCE_BLOB */
	bool host_visible; /**< VIRTGPU_PARAM_HOST_VISIBLE: blobs can be mapped */
	bool context_init; /**< VIRTGPU_PARAM_CONTEXT_INIT: Venus contexts can exist */
	bool venus;        /**< the host offers the Venus capability set */
};

/** What memory a dma-buf is, as the device's driver sees it. */
enum kms_memory {
	KMS_MEMORY_ORDINARY, /**< not a virtio-gpu device: any import that fails, fails harmlessly
			      */
	KMS_MEMORY_CLASSIC,  /**< a virtio-gpu resource of the guest that Venus on the host does not
				know: fatal there */
	KMS_MEMORY_GUEST_BLOB, /**< a blob in guest memory: unknown to Venus too */
	KMS_MEMORY_HOST_BLOB,  /**< a HOST3D blob: memory of the host's GPU, which Venus can import
				*/
	KMS_MEMORY_FOREIGN,    /**< not of this device and refused by it */
};

/**
 * Writes the path of the device to use into path: the first primary node with a connected
 * connector, else the first with any connector. Reads sysfs only: opens no device. 0, or -ENODEV:
 * no device here can show anything.
 */
int kms_device_find(char *path, size_t cap);

/**
 * Takes up a device. fd is borrowed (the session owns it), is made non-blocking, and must outlive
 * the kms_device; it need not be DRM master before the first commit. 0, or -errno: -ENODEV no DRM
 * device, -EOPNOTSUPP its driver has no atomic KMS.
 */
int kms_device_create(int fd, struct kms_device **device);

/** Every output and buffer must be gone before. Accepts NULL. */
void kms_device_destroy(struct kms_device *device);

const struct kms_device_info *kms_device_info(const struct kms_device *device);

/** The fd to poll for reading; then kms_device_dispatch(). */
int kms_device_fd(const struct kms_device *device);

/** Reads what has ended (flips, pictures of the cursor) and tells the outputs' listeners. 0, or
 * -errno: the device is unusable.
 */
int kms_device_dispatch(struct kms_device *device);

/**
 * Asks the host whether it takes commands, and returns at once; while the last question is open it
 * asks no other. Where no such question is possible (another driver than virtio_gpu) there is
 * always an answer.
 */
void kms_device_ask(struct kms_device *device);

/** Whether the last question is answered. False: the host takes nothing now. */
bool kms_device_has_answered(const struct kms_device *device);

/** Whether fd holds DRM master now; without it commits fail with -EACCES, all else works. */
bool kms_device_is_master(const struct kms_device *device);

/**
 * Tells what plane 0 of a dma-buf is. Nothing is kept. Used to refuse a buffer before a Venus
 * worker imports it, because such an import aborts the worker instead of failing.
 */
enum kms_memory kms_device_identify(struct kms_device *device, const struct dmabuf *dmabuf);

/** What an error of opening or committing means for a person, and what to do: "permission denied:
 * ...". Never NULL. */
const char *kms_device_explain(int error);

#endif

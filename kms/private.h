/** What the files of kms/ share. */
#ifndef KMS_PRIVATE_H
#define KMS_PRIVATE_H

#include "kms/atomic.h"
#include "kms/buffer.h"
#include "kms/connector.h"
#include "kms/device.h"
#include "kms/errand.h"
#include "kms/output.h"
#include "kms/props.h"

#include <gbm.h>
#include <stdbool.h>
#include <stdint.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

struct kms_device {
	int fd;     /* borrowed */
	int events; /* an epoll of fd and done */
	int done;   /* an eventfd: an errand has ended */
	struct kms_device_info info;
	struct gbm_device *gbm;      /* made when first needed; may be NULL */
	struct kms_errand *question; /* NULL: none is open */
	struct kms_buffer *buffers;  /* all that live, linked by kms_buffer.next */
	struct kms_buffer
		*doomed; /* of those: to be freed at the next flip, linked by doomed_next */
	struct kms_output *outputs; /* linked by kms_output.next */
};

enum kms_buffer_kind {
	KMS_BUFFER_GBM,
	KMS_BUFFER_DUMB,
	KMS_BUFFER_IMPORTED,
};

struct kms_buffer {
	struct kms_device *device;
	struct kms_buffer *next, *doomed_next; /* kms_device.buffers, kms_device.doomed */
	int refs;
	enum kms_buffer_kind kind;
	enum kms_memory memory;
	struct kms_buffer_size size;
	uint32_t stride;    /* bytes */
	uint32_t handle;    /* GEM; 0: none */
	struct gbm_bo *bo;  /* KMS_BUFFER_GBM: owns the handle */
	uint64_t dumb_size; /* KMS_BUFFER_DUMB: bytes */
	int dmabuf; /* KMS_BUFFER_IMPORTED: the memory's file; else made when first needed. -1: none
		     */
	uint32_t framebuffer;
};

enum kms_connector_prop { KMS_CONNECTOR_CRTC, KMS_CONNECTOR_PROPS };
enum kms_crtc_prop { KMS_CRTC_ACTIVE, KMS_CRTC_MODE, KMS_CRTC_PROPS };
enum kms_plane_prop {
	KMS_PLANE_FB,
	KMS_PLANE_CRTC,
	KMS_PLANE_SRC_X,
	KMS_PLANE_SRC_Y,
	KMS_PLANE_SRC_W,
	KMS_PLANE_SRC_H,
	KMS_PLANE_CRTC_X,
	KMS_PLANE_CRTC_Y,
	KMS_PLANE_CRTC_W,
	KMS_PLANE_CRTC_H,
	KMS_PLANE_FENCE,
	KMS_PLANE_DAMAGE,
	KMS_PLANE_TYPE,
	KMS_PLANE_PROPS,
};

/* More damage rectangles than these cost more than the pixels between them: their extents are told.
 */
#define KMS_DAMAGE_MAX 32

/* damage.c: the rectangles that the kernel was told last. */
struct kms_damage {
	uint32_t blob; /* 0: none is kept */
	int n;
	pixman_box32_t boxes[KMS_DAMAGE_MAX];
};

/*
 * One connector, one CRTC, one primary plane.
 *
 * Buffers move through two named pointers: a commit puts its buffer into `pending`; its flip moves
 * it on to `current`, whose former buffer the screen no longer needs. Each pointer holds a
 * reference.
 */
struct kms_output {
	struct kms_device *device;
	struct kms_output *next;                    /* kms_device.outputs */
	const struct kms_output_listener *listener; /* may be NULL */
	void *data;
	struct kms_output_info info;
	uint32_t *formats; /* info.formats */

	struct kms_connector connector;
	uint32_t crtc, plane;
	struct kms_prop connector_props[KMS_CONNECTOR_PROPS];
	struct kms_prop crtc_props[KMS_CRTC_PROPS];
	struct kms_prop plane_props[KMS_PLANE_PROPS];

	struct kms_buffer *pending; /* committed, not on the screen yet; may be NULL */
	struct kms_buffer *current; /* on the screen; may be NULL */

	struct kms_damage damage;

	/* cursor.c. The buffers are referenced, each may be NULL. */
	struct kms_cursor cursor;          /* as it is to be */
	bool cursor_changed, cursor_moved; /* against what the kernel was told last */
	struct kms_errand *cursor_errand;  /* NULL: no picture is on its way */
	struct kms_buffer *cursor_setting; /* that one's */
	struct kms_buffer *cursor_shown;
	bool torn; /* the commit that `pending` belongs to does not wait for the vertical blank */
	uint64_t serial; /* of the commit that `pending` belongs to: events of earlier ones are
			    stale */
};

/**
 * Closes a GEM handle unless a live buffer has it. A PRIME import gives the handle that the memory
 * already has on this fd and counts nothing, so closing one's own import can close another's
 * (kernel doc, drm-mm, PRIME buffer sharing).
 */
void kms_device_close_handle(struct kms_device *device, uint32_t handle);

/* Tells the commit what of the framebuffer has changed, where the driver has a property for it. */
void kms_output_add_damage(
	struct kms_output *output, struct kms_atomic *atomic, const struct kms_output_frame *frame);
void kms_output_drop_damage(struct kms_output *output);

/* commit.c: the screen is off or left as it is (kms_output_destroy()), and the buffers dropped. */
void kms_output_end(struct kms_output *output);

/* Makes the cursor's calls that are to be made, if they can be now. 0, or -errno. */
int kms_output_run_cursor(struct kms_output *output);

/* Tells the listener if a picture of the cursor has been shown, or refused. False: none was. */
bool kms_output_end_cursor(struct kms_output *output);

/* Hides the cursor, unless that could wait for the host, and forgets it. */
void kms_output_drop_cursor(struct kms_output *output);

/* Frees buffers that were let go while a flip was under way: the device takes what it is told. */
void kms_device_free_doomed(struct kms_device *device);

/* What memory a GEM handle of the device is. */
enum kms_memory kms_virtio_identify(const struct kms_device *device, uint32_t handle);

/* Fills info->virtio_gpu and what depends on it. */
void kms_virtio_query(int fd, struct kms_device_info *info);

/* Copies the host's texture into the guest's pages of a classic virgl resource, and waits. 0, or
 * -errno. */
int kms_virtio_fetch(const struct kms_device *device, uint32_t handle, struct kms_buffer_size size);

/* Waits until the host has done all that the device was told before. 0, or -errno. */
int kms_virtio_wait(int fd);

/* Told by kms_device_dispatch(). serial: what the commit passed as its user data. */
void kms_output_handle_flip(
	struct kms_output *output, uint64_t serial, uint32_t sequence, int64_t time);

#endif

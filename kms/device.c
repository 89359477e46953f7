#include "kms/private.h"

#include "common/clock.h"
#include "common/fd.h"
#include "common/log.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

static bool device_connector_connected(const char *connector)
{
	char path[320], status[16] = "";
	snprintf(path, sizeof path, "%s/status", connector);
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	bool connected = fgets(status, sizeof status, file) && strcmp(status, "connected\n") == 0;
	fclose(file);
	return connected;
}

/* Connectors are /sys/class/drm/card0-Virtual-1: the node's name, a dash, the connector's name. */
static void device_path_of_connector(const char *connector, char *path, size_t cap)
{
	const char *name = strrchr(connector, '/') + 1;
	snprintf(path, cap, "/dev/dri/%.*s", (int)strcspn(name, "-"), name);
}

int kms_device_find(char *path, size_t cap)
{
	glob_t connectors;
	if (glob("/sys/class/drm/card*-*", 0, NULL, &connectors) != 0)
		return -ENODEV;
	size_t best = 0;
	for (size_t i = 0; i < connectors.gl_pathc; i++) {
		if (device_connector_connected(connectors.gl_pathv[i])) {
			best = i;
			break;
		}
	}
	device_path_of_connector(connectors.gl_pathv[best], path, cap);
	globfree(&connectors);
	return 0;
}

static void device_query_driver(int fd, struct kms_device_info *info)
{
	drmVersion *version = drmGetVersion(fd);
	if (version)
		snprintf(info->driver, sizeof info->driver, "%.*s", version->name_len,
			version->name);
	drmFreeVersion(version);
	info->modeset_clears = strcmp(info->driver, "bochs-drm") == 0;
}

static void device_query_nodes(int fd, struct kms_device_info *info)
{
	struct stat stat_buffer;
	if (fstat(fd, &stat_buffer) == 0)
		info->primary = stat_buffer.st_rdev;
	drmDevice *nodes;
	if (drmGetDevice2(fd, 0, &nodes) != 0)
		return;
	if ((nodes->available_nodes & (1 << DRM_NODE_RENDER)) &&
		stat(nodes->nodes[DRM_NODE_RENDER], &stat_buffer) == 0)
		info->render = stat_buffer.st_rdev;
	drmFreeDevice(&nodes);
}

static int device_query(struct kms_device *device)
{
	struct kms_device_info *info = &device->info;
	device_query_driver(device->fd, info);
	if (!info->driver[0])
		return -ENODEV; /* no DRM device at all */
	if (drmSetClientCap(device->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1) != 0 ||
		drmSetClientCap(device->fd, DRM_CLIENT_CAP_ATOMIC, 1) != 0) {
		log_error("the DRM driver %s has no atomic mode setting", info->driver);
		return -EOPNOTSUPP;
	}
	device_query_nodes(device->fd, info);
	uint64_t value = 0;
	info->addfb2_modifiers =
		drmGetCap(device->fd, DRM_CAP_ADDFB2_MODIFIERS, &value) == 0 && value != 0;
	info->async_flips =
		drmGetCap(device->fd, DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP, &value) == 0 && value != 0;
	/* 64x64 where the driver does not say: drm_getcap() of the kernel. */
	info->cursor_width = info->cursor_height = 64;
	if (drmGetCap(device->fd, DRM_CAP_CURSOR_WIDTH, &value) == 0 && value > 0 && value <= 512)
		info->cursor_width = (int32_t)value;
	if (drmGetCap(device->fd, DRM_CAP_CURSOR_HEIGHT, &value) == 0 && value > 0 && value <= 512)
		info->cursor_height = (int32_t)value;
	kms_virtio_query(device->fd, info);
	return 0;
}

static int device_watch(struct kms_device *device)
{
	int flags = fcntl(device->fd, F_GETFL);
	if (flags < 0 || fcntl(device->fd, F_SETFL, flags | O_NONBLOCK) != 0)
		return -errno;
	device->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	device->events = epoll_create1(EPOLL_CLOEXEC);
	const int fds[] = {device->fd, device->done};
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.fd = fds[i]};
		if (epoll_ctl(device->events, EPOLL_CTL_ADD, fds[i], &event) != 0)
			return -errno;
	}
	return 0;
}

int kms_device_create(int fd, struct kms_device **device)
{
	*device = NULL;
	struct kms_device *created = calloc(1, sizeof *created);
	if (!created)
		return -ENOMEM;
	created->fd = fd;
	created->events = created->done = -1;
	int error = device_query(created);
	if (error == 0)
		error = device_watch(created);
	if (error) {
		kms_device_destroy(created);
		return error;
	}
	*device = created;
	return 0;
}

void kms_device_destroy(struct kms_device *device)
{
	if (!device)
		return;
	kms_errand_destroy(device->question);
	kms_device_free_doomed(device);
	if (device->gbm)
		gbm_device_destroy(device->gbm);
	fd_close(&device->events);
	fd_close(&device->done);
	free(device);
}

const struct kms_device_info *kms_device_info(const struct kms_device *device)
{
	return &device->info;
}

int kms_device_fd(const struct kms_device *device)
{
	return device->events;
}

bool kms_device_is_master(const struct kms_device *device)
{
	return drmIsMaster(device->fd);
}

/* The kernel names the CRTC in every flip event since Linux 4.12 (DRM_CAP_CRTC_IN_VBLANK_EVENT). */
static void device_handle_event(struct kms_device *device, const struct drm_event *event)
{
	if (event->type != DRM_EVENT_FLIP_COMPLETE)
		return;
	const struct drm_event_vblank *flip = (const struct drm_event_vblank *)event;
	int64_t time = flip->tv_sec * CLOCK_NS_PER_S + flip->tv_usec * INT64_C(1000);
	for (struct kms_output *output = device->outputs; output; output = output->next) {
		if (output->crtc != flip->crtc_id)
			continue;
		/* The last thing done: the listener may destroy the output. */
		kms_output_handle_flip(output, flip->user_data, flip->sequence, time);
		return;
	}
}

static int device_wait(const void *arguments)
{
	const int *fd = arguments;
	return kms_virtio_wait(*fd);
}

void kms_device_ask(struct kms_device *device)
{
	if (!device->info.virtio_gpu || device->question)
		return;
	int error = kms_errand_create(
		&device->question, device->done, device_wait, &device->fd, sizeof device->fd);
	if (error)
		log_warn("the host cannot be asked: %s", strerror(-error));
}

bool kms_device_has_answered(const struct kms_device *device)
{
	return !device->question;
}

static void device_end_question(struct kms_device *device)
{
	int error;
	if (!device->question || !kms_errand_has_ended(device->question, &error))
		return;
	if (error)
		log_debug("the host was asked in vain: %s", strerror(-error));
	kms_errand_destroy(device->question);
	device->question = NULL;
}

static bool device_end_errand(struct kms_device *device)
{
	/* A listener may destroy its output. */
	for (struct kms_output *output = device->outputs; output; output = output->next) {
		if (kms_output_end_cursor(output))
			return true;
	}
	return false;
}

static void device_end_errands(struct kms_device *device)
{
	device_end_question(device);
	while (device_end_errand(device))
		;
}

/* Not drmHandleEvent(): its handlers get no pointer to the device, which would have to be a global.
 * The bytes read, or -errno. */
static ssize_t device_read_flips(struct kms_device *device)
{
	_Alignas(struct drm_event_vblank) char events[1024];
	ssize_t len = read(device->fd, events, sizeof events);
	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (ssize_t at = 0; at + (ssize_t)sizeof(struct drm_event) <= len;) {
		const struct drm_event *event = (const struct drm_event *)(events + at);
		if (event->length < sizeof *event || at + (ssize_t)event->length > len)
			return -EPROTO;
		device_handle_event(device, event);
		at += event->length;
	}
	return len;
}

static bool device_has_errands(const struct kms_device *device)
{
	for (const struct kms_output *output = device->outputs; output; output = output->next) {
		if (output->cursor_errand)
			return true;
	}
	return device->question;
}

/* Most calls are for a flip, and nothing but a flip. One read tells. */
int kms_device_dispatch(struct kms_device *device)
{
	eventfd_t ended;
	ssize_t flips = device_read_flips(device);
	if ((flips == 0 || device_has_errands(device)) && eventfd_read(device->done, &ended) == 0)
		device_end_errands(device);
	return flips < 0 ? (int)flips : 0;
}

void kms_device_close_handle(struct kms_device *device, uint32_t handle)
{
	for (const struct kms_buffer *buffer = device->buffers; buffer; buffer = buffer->next) {
		if (buffer->handle == handle)
			return;
	}
	drmCloseBufferHandle(device->fd, handle);
}

enum kms_memory kms_device_identify(struct kms_device *device, const struct dmabuf *dmabuf)
{
	if (!device->info.virtio_gpu)
		return KMS_MEMORY_ORDINARY;
	uint32_t handle;
	if (dmabuf->n_planes < 1 ||
		drmPrimeFDToHandle(device->fd, dmabuf->planes[0].fd, &handle) != 0)
		return KMS_MEMORY_FOREIGN;
	enum kms_memory memory = kms_virtio_identify(device, handle);
	kms_device_close_handle(device, handle);
	return memory;
}

const char *kms_device_explain(int error)
{
	switch (error < 0 ? -error : error) {
	case ENODEV:
	case ENOENT:
		return "there is no DRM device with a display: give the virtual machine a "
		       "virtio-gpu";
	case EACCES:
	case EPERM:
		return "permission denied: run under seatd or logind, or as a user who may open "
		       "/dev/dri/card*; a commit needs DRM master too, which another program may "
		       "have";
	case EBUSY:
		return "another program has the display (it is the DRM master): end it, or start "
		       "from a free virtual terminal";
	case EOPNOTSUPP:
		return "the driver has no atomic mode setting: a kernel with atomic KMS is needed";
	case ENOTCONN:
		return "no connector is connected: open the virtual machine's display";
	case ENODATA:
		return "the connected display has no mode: give the virtual machine's display a "
		       "size";
	case ENOSPC:
	case ENOMEM:
		return "no memory left for framebuffers: give the device or the machine more "
		       "memory";
	default:
		return strerror(error < 0 ? -error : error);
	}
}

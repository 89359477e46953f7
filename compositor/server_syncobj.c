#include "compositor/server_private.h"

#include "common/log.h"
#include "kms/syncobj.h"

#include <string.h>

static uint32_t server_handle_syncobj_import(void *data, int fd)
{
	const struct server *server = data;
	uint32_t handle;
	return kms_syncobj_import(server->device, fd, &handle) == 0 ? handle : 0;
}

static void server_handle_syncobj_forget(void *data, uint32_t timeline)
{
	const struct server *server = data;
	kms_syncobj_destroy(server->device, timeline);
}

static bool server_handle_syncobj_watch(void *data, uint32_t timeline, uint64_t point, int eventfd)
{
	const struct server *server = data;
	return kms_syncobj_watch(server->device, timeline, point, eventfd) == 0;
}

static void server_handle_syncobj_signal(void *data, uint32_t timeline, uint64_t point)
{
	const struct server *server = data;
	int error = kms_syncobj_signal(server->device, timeline, point);
	if (error)
		log_limited(LOG_LEVEL_WARN, "a client's release point cannot be signalled: %s",
			strerror(-error));
}

static const struct linux_drm_syncobj_listener server_syncobj_listener = {
	.import = server_handle_syncobj_import,
	.forget = server_handle_syncobj_forget,
	.watch = server_handle_syncobj_watch,
	.signal = server_handle_syncobj_signal,
};

bool server_create_syncobj(struct server *server)
{
	if (!server->device || !kms_syncobj_is_supported(server->device))
		return true;
	server->syncobj.listener = &server_syncobj_listener;
	server->syncobj.data = server;
	return linux_drm_syncobj_create(server->display, &server->syncobj);
}

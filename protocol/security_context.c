#include "protocol/security_context.h"

#include "common/fd.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "protocol/acceptor.h"
#include "protocol/quota.h"
#include "protocol/resource.h"

#include "security-context-v1-server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Lives as long as its resource, or once committed until the sandbox ends. */
struct security_context {
	struct security_context_manager *manager;
	struct wl_list link;
	struct wl_resource *resource; /* NULL: destroyed */
	int listen_fd, close_fd;
	struct acceptor acceptor;             /* stopped before the commit */
	struct wl_event_source *close_source; /* NULL before the commit */
	char *engine, *app, *instance;        /* NULL: not set */
	struct wl_list marks;                 /* of its clients */
	struct quota_crowd clients;
};

/* Marks a client; goes with it. */
struct security_context_mark {
	struct wl_listener destroy;
	struct security_context *context; /* NULL: it has ended */
	struct wl_list link;              /* security_context::marks */
};

static unsigned security_context_most(const struct security_context *context)
{
	return quota_sandbox_clients(context->manager->display);
}

static void security_context_handle_client_destroy(struct wl_listener *listener, void *data)
{
	struct security_context_mark *mark = wl_container_of(listener, mark, destroy);
	wl_list_remove(&mark->destroy.link);
	wl_list_remove(&mark->link);
	if (mark->context)
		quota_crowd_leave(&mark->context->clients, security_context_most(mark->context));
	free(mark);
}

bool security_context_has(const struct wl_client *client)
{
	return wl_client_get_destroy_listener(
		(struct wl_client *)client, security_context_handle_client_destroy);
}

static void security_context_mark_client(struct security_context *context, struct wl_client *client)
{
	struct security_context_mark *mark = xcalloc(1, sizeof *mark);
	mark->context = context;
	wl_list_insert(&context->marks, &mark->link);
	mark->destroy.notify = security_context_handle_client_destroy;
	wl_client_add_destroy_listener(client, &mark->destroy);
}

static void security_context_destroy(struct security_context *context)
{
	if (context->resource)
		wl_resource_set_user_data(context->resource, NULL);
	struct security_context_mark *mark, *next;
	wl_list_for_each_safe (mark, next, &context->marks, link) {
		mark->context = NULL;
		wl_list_remove(&mark->link);
		wl_list_init(&mark->link);
	}
	acceptor_stop(&context->acceptor);
	if (context->close_source)
		wl_event_source_remove(context->close_source);
	fd_close(&context->listen_fd);
	fd_close(&context->close_fd);
	wl_list_remove(&context->link);
	context->manager->contexts_len--;
	free(context->engine);
	free(context->app);
	free(context->instance);
	free(context);
}

static void security_context_handle_accepted(void *data, int connection)
{
	struct security_context *context = data;
	unsigned most = security_context_most(context);
	if (!quota_crowd_enter(&context->clients, most, "those of a sandbox")) {
		fd_close(&connection);
		return;
	}
	struct wl_client *client = wl_client_create(context->manager->display, connection);
	if (client) {
		security_context_mark_client(context, client);
		return;
	}
	quota_crowd_leave(&context->clients, most);
	log_limited(LOG_LEVEL_WARN, "a sandbox's connection is refused: %s", strerror(errno));
	fd_close(&connection);
}

static void security_context_handle_ended(void *data)
{
	security_context_destroy(data);
}

static const struct acceptor_listener security_context_acceptor_listener = {
	.accepted = security_context_handle_accepted,
	.ended = security_context_handle_ended,
};

static int security_context_handle_close(int fd, uint32_t mask, void *data)
{
	security_context_destroy(data);
	return 0;
}

/* NULL: the context was committed, an error was posted or the sandbox has ended. */
static struct security_context *security_context_pending(struct wl_resource *resource)
{
	struct security_context *context = wl_resource_get_user_data(resource);
	if (context && !context->close_source)
		return context;
	wl_resource_post_error(resource, WP_SECURITY_CONTEXT_V1_ERROR_ALREADY_USED,
		"the context was committed already");
	return NULL;
}

static void security_context_set(struct wl_resource *resource, char **member, const char *value)
{
	if (*member) {
		wl_resource_post_error(resource, WP_SECURITY_CONTEXT_V1_ERROR_ALREADY_SET,
			"set already to '%s'", *member);
		return;
	}
	*member = xstrdup(value);
}

static void security_context_handle_set_sandbox_engine(
	struct wl_client *client, struct wl_resource *resource, const char *name)
{
	struct security_context *context = security_context_pending(resource);
	if (context)
		security_context_set(resource, &context->engine, name);
}

static void security_context_handle_set_app_id(
	struct wl_client *client, struct wl_resource *resource, const char *app_id)
{
	struct security_context *context = security_context_pending(resource);
	if (context)
		security_context_set(resource, &context->app, app_id);
}

static void security_context_handle_set_instance_id(
	struct wl_client *client, struct wl_resource *resource, const char *instance_id)
{
	struct security_context *context = security_context_pending(resource);
	if (context)
		security_context_set(resource, &context->instance, instance_id);
}

static void security_context_handle_commit(struct wl_client *client, struct wl_resource *resource)
{
	struct security_context *context = security_context_pending(resource);
	if (!context)
		return;
	struct wl_event_loop *loop = wl_display_get_event_loop(context->manager->display);
	/* A hangup is always told. */
	context->close_source = wl_event_loop_add_fd(
		loop, context->close_fd, 0, security_context_handle_close, context);
	if (context->close_source &&
		acceptor_start(&context->acceptor, loop, context->listen_fd, "a sandbox",
			&security_context_acceptor_listener, context)) {
		log_debug("a sandbox listens: engine %s, application %s, instance %s",
			context->engine ? context->engine : "unknown",
			context->app ? context->app : "unknown",
			context->instance ? context->instance : "unknown");
		return;
	}
	security_context_destroy(context);
	wl_client_post_implementation_error(
		client, "the close_fd of a security context cannot be watched: use a pipe");
}

static const struct wp_security_context_v1_interface security_context_implementation = {
	.destroy = resource_handle_destroy,
	.set_sandbox_engine = security_context_handle_set_sandbox_engine,
	.set_app_id = security_context_handle_set_app_id,
	.set_instance_id = security_context_handle_set_instance_id,
	.commit = security_context_handle_commit,
};

static void security_context_handle_resource_destroy(struct wl_resource *resource)
{
	struct security_context *context = wl_resource_get_user_data(resource);
	if (!context)
		return;
	context->resource = NULL;
	if (!context->close_source)
		security_context_destroy(context);
}

static bool security_context_socket_listens(int fd)
{
	int type = 0, listens = 0;
	socklen_t size = sizeof type;
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_STREAM)
		return false;
	size = sizeof listens;
	struct sockaddr_storage address = {0};
	socklen_t address_size = sizeof address;
	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens &&
	       getsockname(fd, (struct sockaddr *)&address, &address_size) == 0 &&
	       address.ss_family == AF_UNIX;
}

/* False: an error was posted. */
static bool security_context_check(struct security_context_manager *manager,
	struct wl_client *client, struct wl_resource *resource, int listen_fd)
{
	if (security_context_has(client))
		wl_resource_post_error(resource, WP_SECURITY_CONTEXT_MANAGER_V1_ERROR_NESTED,
			"a sandbox within a sandbox");
	else if (!security_context_socket_listens(listen_fd))
		wl_resource_post_error(resource,
			WP_SECURITY_CONTEXT_MANAGER_V1_ERROR_INVALID_LISTEN_FD,
			"listen_fd is not a UNIX stream socket that listens");
	else if (manager->contexts_len == SECURITY_CONTEXT_MAX)
		wl_client_post_implementation_error(
			client, "%d security contexts exist already", SECURITY_CONTEXT_MAX);
	else
		return true;
	return false;
}

static void security_context_handle_create_listener(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, int32_t listen_fd, int32_t close_fd)
{
	struct security_context_manager *manager = wl_resource_get_user_data(resource);
	struct wl_resource *made = NULL;
	struct security_context *context = NULL;
	if (security_context_check(manager, client, resource, listen_fd)) {
		context = xcalloc(1, sizeof *context);
		made = resource_create(client, &wp_security_context_v1_interface, 1, id,
			&security_context_implementation, context,
			security_context_handle_resource_destroy);
	}
	if (!made) {
		free(context);
		fd_close(&listen_fd);
		fd_close(&close_fd);
		return;
	}
	context->manager = manager;
	context->resource = made;
	wl_list_init(&context->marks);
	context->listen_fd = listen_fd;
	context->close_fd = close_fd;
	wl_list_insert(&manager->contexts, &context->link);
	manager->contexts_len++;
}

static const struct wp_security_context_manager_v1_interface
	security_context_manager_implementation = {
		.destroy = resource_handle_destroy,
		.create_listener = security_context_handle_create_listener,
};

static void security_context_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_security_context_manager_v1_interface, version, id,
		&security_context_manager_implementation, data, NULL);
}

bool security_context_create(struct security_context_manager *manager, struct wl_display *display)
{
	manager->display = display;
	wl_list_init(&manager->contexts);
	return wl_global_create(display, &wp_security_context_manager_v1_interface, 1, manager,
		security_context_bind);
}

void security_context_finish(struct security_context_manager *manager)
{
	if (!manager->display)
		return;
	struct security_context *context, *next;
	wl_list_for_each_safe (context, next, &manager->contexts, link)
		security_context_destroy(context);
}

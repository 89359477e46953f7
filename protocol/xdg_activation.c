#include "protocol/xdg_activation.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/seat.h"
#include "protocol/surface.h"

#include "xdg-activation-v1-server.h"

#include <stdlib.h>
#include <string.h>

/* What a client says before it gets its token. */
struct xdg_activation_request {
	struct xdg_activation *activation;
	bool has_serial, committed;
	uint32_t serial;
};

static void xdg_activation_remove(struct xdg_activation *activation, size_t i)
{
	struct xdg_activation_token *tokens = activation->tokens;
	memmove(&tokens[i], &tokens[i + 1], (XDG_ACTIVATION_MAX_TOKENS - i - 1) * sizeof *tokens);
	tokens[XDG_ACTIVATION_MAX_TOKENS - 1] = (struct xdg_activation_token){0};
}

/* The last place, free. */
static struct xdg_activation_token *xdg_activation_make_room(
	struct xdg_activation *activation, const struct wl_client *client)
{
	struct xdg_activation_token *tokens = activation->tokens;
	size_t count = 0, own = 0, oldest = 0;
	for (; count < XDG_ACTIVATION_MAX_TOKENS && tokens[count].name[0]; count++) {
		if (tokens[count].client == client && own++ == 0)
			oldest = count;
	}
	if (own >= XDG_ACTIVATION_MAX_OF_CLIENT)
		xdg_activation_remove(activation, oldest);
	else if (count == XDG_ACTIVATION_MAX_TOKENS)
		xdg_activation_remove(activation, 0);
	else
		return &tokens[count];
	return &tokens[count - 1];
}

/* False: the token was committed, and the client is told so. */
static bool xdg_activation_check_unused(struct wl_resource *resource)
{
	const struct xdg_activation_request *request = wl_resource_get_user_data(resource);
	if (request->committed)
		wl_resource_post_error(resource, XDG_ACTIVATION_TOKEN_V1_ERROR_ALREADY_USED,
			"the token was committed already");
	return !request->committed;
}

static void xdg_activation_token_handle_set_serial(struct wl_client *client,
	struct wl_resource *resource, uint32_t serial, struct wl_resource *seat)
{
	struct xdg_activation_request *request = wl_resource_get_user_data(resource);
	if (!xdg_activation_check_unused(resource))
		return;
	request->has_serial = true;
	request->serial = serial;
}

/* Whom the token is for, and from which window, makes no difference to us. */
static void xdg_activation_token_handle_set_app_id(
	struct wl_client *client, struct wl_resource *resource, const char *app_id)
{
	xdg_activation_check_unused(resource);
}

static void xdg_activation_token_handle_set_surface(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *surface)
{
	xdg_activation_check_unused(resource);
}

static void xdg_activation_token_handle_commit(
	struct wl_client *client, struct wl_resource *resource)
{
	struct xdg_activation_request *request = wl_resource_get_user_data(resource);
	if (!xdg_activation_check_unused(resource))
		return;
	request->committed = true;
	char name[NONCE_SIZE];
	nonce_make(name);
	/* A token without an action of the user's is not known later. */
	if (request->has_serial &&
		seat_gave_serial(request->activation->seat, client, request->serial)) {
		struct xdg_activation_token *token =
			xdg_activation_make_room(request->activation, client);
		memcpy(token->name, name, sizeof name);
		token->client = client;
	}
	xdg_activation_token_v1_send_done(resource, name);
}

static const struct xdg_activation_token_v1_interface xdg_activation_token_implementation = {
	.set_serial = xdg_activation_token_handle_set_serial,
	.set_app_id = xdg_activation_token_handle_set_app_id,
	.set_surface = xdg_activation_token_handle_set_surface,
	.commit = xdg_activation_token_handle_commit,
	.destroy = resource_handle_destroy,
};

static void xdg_activation_token_handle_resource_destroy(struct wl_resource *resource)
{
	free(wl_resource_get_user_data(resource));
}

static void xdg_activation_handle_get_token(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	struct xdg_activation_request *request = xcalloc(1, sizeof *request);
	request->activation = wl_resource_get_user_data(resource);
	if (!resource_create(client, &xdg_activation_token_v1_interface,
		    (uint32_t)wl_resource_get_version(resource), id,
		    &xdg_activation_token_implementation, request,
		    xdg_activation_token_handle_resource_destroy))
		free(request);
}

static void xdg_activation_handle_activate(struct wl_client *client, struct wl_resource *resource,
	const char *name, struct wl_resource *surface)
{
	struct xdg_activation *activation = wl_resource_get_user_data(resource);
	for (size_t i = 0; name[0] && i < XDG_ACTIVATION_MAX_TOKENS; i++) {
		if (strcmp(activation->tokens[i].name, name) != 0)
			continue;
		xdg_activation_remove(activation, i);
		activation->listener->activate(activation->data, surface_from_resource(surface));
		return;
	}
}

static const struct xdg_activation_v1_interface xdg_activation_implementation = {
	.destroy = resource_handle_destroy,
	.get_activation_token = xdg_activation_handle_get_token,
	.activate = xdg_activation_handle_activate,
};

static void xdg_activation_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &xdg_activation_v1_interface, version, id,
		&xdg_activation_implementation, data, NULL);
}

struct wl_global *xdg_activation_create(
	struct wl_display *display, struct xdg_activation *activation)
{
	return wl_global_create(
		display, &xdg_activation_v1_interface, 1, activation, xdg_activation_bind);
}

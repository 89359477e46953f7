#include "compositor/server_private.h"

#include "protocol/xdg_decoration.h"
#include "protocol/xdg_dialog.h"
#include "protocol/xdg_output.h"

static void server_handle_activate(void *data, struct surface *surface)
{
	struct server *server = data;
	desktop_show(&server->desktop, surface);
}

static const struct xdg_activation_listener server_activation_listener = {
	.activate = server_handle_activate,
};

bool server_create_shell_globals(struct server *server)
{
	struct wl_display *display = server->display;
	server->activation.listener = &server_activation_listener;
	server->activation.data = server;
	server->activation.seat = &server->seat;
	return xdg_activation_create(display, &server->activation) &&
	       xdg_decoration_create(display) && xdg_dialog_create(display) &&
	       xdg_foreign_create(display, &server->foreign) && xdg_output_create(display);
}

#include "protocol/xdg_dialog.h"

#include "protocol/resource.h"
#include "protocol/xdg_shell.h"

#include "xdg-dialog-v1-server.h"

static void xdg_dialog_set_modal(struct wl_resource *resource, bool modal)
{
	struct xdg_toplevel *toplevel = extension_owner(resource);
	if (toplevel)
		toplevel->modal = modal;
}

static void xdg_dialog_handle_set_modal(struct wl_client *client, struct wl_resource *resource)
{
	xdg_dialog_set_modal(resource, true);
}

static void xdg_dialog_handle_unset_modal(struct wl_client *client, struct wl_resource *resource)
{
	xdg_dialog_set_modal(resource, false);
}

static const struct xdg_dialog_v1_interface xdg_dialog_toplevel_implementation = {
	.destroy = resource_handle_destroy,
	.set_modal = xdg_dialog_handle_set_modal,
	.unset_modal = xdg_dialog_handle_unset_modal,
};

static void xdg_dialog_handle_ended(void *owner)
{
	struct xdg_toplevel *toplevel = owner;
	toplevel->modal = false;
}

static const struct extension_kind xdg_dialog_kind = {
	.interface = &xdg_dialog_v1_interface,
	.implementation = &xdg_dialog_toplevel_implementation,
	.ended = xdg_dialog_handle_ended,
	.taken = XDG_WM_DIALOG_V1_ERROR_ALREADY_USED,
};

static void xdg_dialog_handle_get(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *toplevel_resource)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(toplevel_resource);
	if (toplevel)
		extension_create(&toplevel->extensions[XDG_TOPLEVEL_DIALOG], toplevel,
			&xdg_dialog_kind, resource, id);
}

static const struct xdg_wm_dialog_v1_interface xdg_dialog_implementation = {
	.destroy = resource_handle_destroy,
	.get_xdg_dialog = xdg_dialog_handle_get,
};

static void xdg_dialog_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &xdg_wm_dialog_v1_interface, version, id,
		&xdg_dialog_implementation, NULL, NULL);
}

struct wl_global *xdg_dialog_create(struct wl_display *display)
{
	return wl_global_create(display, &xdg_wm_dialog_v1_interface, 1, NULL, xdg_dialog_bind);
}

#include "protocol/xdg_foreign.h"

#include "common/nonce.h"
#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/xdg_shell.h"

#include "xdg-foreign-unstable-v2-server.h"

#include <stdlib.h>
#include <string.h>

/* A window that others may name. Lives as long as the window and its zxdg_exported_v2 both do. */
struct xdg_export {
	struct wl_resource *resource;
	struct wl_list link; /* one of xdg_foreign::exports */
	char handle[NONCE_SIZE];
	struct xdg_toplevel *toplevel;
	struct wl_listener toplevel_destroy;
	struct wl_list imports; /* struct xdg_import::link */
};

/* As long as its zxdg_imported_v2. */
struct xdg_import {
	struct wl_resource *resource;
	struct xdg_export *export; /* NULL: gone, or there never was one */
	struct wl_list link;
};

/* Handles are random: their first digits spread them evenly. */
static struct wl_list *xdg_foreign_bucket(struct xdg_foreign *foreign, const char *handle)
{
	unsigned number = 0;
	for (int i = 0; i < 3 && handle[i]; i++)
		number = number * 31 + (unsigned char)handle[i];
	return &foreign->exports[number % XDG_FOREIGN_BUCKETS];
}

static struct xdg_toplevel *xdg_foreign_toplevel(struct wl_resource *surface_resource)
{
	struct xdg_surface *xdg = xdg_surface_from_surface(surface_from_resource(surface_resource));
	return xdg && xdg->kind == XDG_TOPLEVEL ? xdg->toplevel : NULL;
}

/* The relations that it made end, where they still hold. */
static void xdg_import_release_children(struct xdg_import *import)
{
	if (!import->export)
		return;
	struct xdg_toplevel *child, *next;
	wl_list_for_each_safe (child, next, &import->export->toplevel->children, parent_link) {
		if (child->parent_by == import)
			xdg_toplevel_set_parent(child, NULL);
	}
}

static void xdg_export_destroy(struct xdg_export *export)
{
	struct xdg_import *import, *next;
	wl_list_for_each_safe (import, next, &export->imports, link) {
		xdg_import_release_children(import);
		import->export = NULL;
		wl_list_remove(&import->link);
		wl_list_init(&import->link);
		zxdg_imported_v2_send_destroyed(import->resource);
	}
	wl_list_remove(&export->link);
	wl_list_remove(&export->toplevel_destroy.link);
	wl_resource_set_user_data(export->resource, NULL);
	free(export);
}

static void xdg_export_handle_toplevel_destroy(struct wl_listener *listener, void *data)
{
	struct xdg_export *export = wl_container_of(listener, export, toplevel_destroy);
	xdg_export_destroy(export);
}

static void xdg_export_handle_resource_destroy(struct wl_resource *resource)
{
	struct xdg_export *export = wl_resource_get_user_data(resource);
	if (export)
		xdg_export_destroy(export);
}

static const struct zxdg_exported_v2_interface xdg_export_implementation = {
	.destroy = resource_handle_destroy,
};

static void xdg_exporter_handle_export_toplevel(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *surface_resource)
{
	struct xdg_foreign *foreign = wl_resource_get_user_data(resource);
	struct xdg_toplevel *toplevel = xdg_foreign_toplevel(surface_resource);
	if (!toplevel) {
		wl_resource_post_error(resource, ZXDG_EXPORTER_V2_ERROR_INVALID_SURFACE,
			"wl_surface#%u is no xdg_toplevel", wl_resource_get_id(surface_resource));
		return;
	}
	struct xdg_export *export = xcalloc(1, sizeof *export);
	export->resource = resource_create(client, &zxdg_exported_v2_interface,
		(uint32_t)wl_resource_get_version(resource), id, &xdg_export_implementation, export,
		xdg_export_handle_resource_destroy);
	if (!export->resource) {
		free(export);
		return;
	}
	nonce_make(export->handle);
	wl_list_init(&export->imports);
	wl_list_insert(xdg_foreign_bucket(foreign, export->handle), &export->link);
	export->toplevel = toplevel;
	export->toplevel_destroy.notify = xdg_export_handle_toplevel_destroy;
	wl_signal_add(&toplevel->events.destroy, &export->toplevel_destroy);
	zxdg_exported_v2_send_handle(export->resource, export->handle);
}

static const struct zxdg_exporter_v2_interface xdg_exporter_implementation = {
	.destroy = resource_handle_destroy,
	.export_toplevel = xdg_exporter_handle_export_toplevel,
};

static void xdg_import_handle_set_parent_of(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *surface_resource)
{
	struct xdg_import *import = wl_resource_get_user_data(resource);
	struct xdg_toplevel *child = xdg_foreign_toplevel(surface_resource);
	if (!child) {
		wl_resource_post_error(resource, ZXDG_IMPORTED_V2_ERROR_INVALID_SURFACE,
			"wl_surface#%u is no xdg_toplevel", wl_resource_get_id(surface_resource));
		return;
	}
	if (import->export && xdg_toplevel_set_parent(child, import->export->toplevel))
		child->parent_by = import;
}

static const struct zxdg_imported_v2_interface xdg_import_implementation = {
	.destroy = resource_handle_destroy,
	.set_parent_of = xdg_import_handle_set_parent_of,
};

static void xdg_import_handle_resource_destroy(struct wl_resource *resource)
{
	struct xdg_import *import = wl_resource_get_user_data(resource);
	xdg_import_release_children(import);
	wl_list_remove(&import->link);
	free(import);
}

static struct xdg_export *xdg_foreign_find(struct xdg_foreign *foreign, const char *handle)
{
	struct xdg_export *export;
	wl_list_for_each (export, xdg_foreign_bucket(foreign, handle), link) {
		if (strcmp(export->handle, handle) == 0)
			return export;
	}
	return NULL;
}

static void xdg_importer_handle_import_toplevel(
	struct wl_client *client, struct wl_resource *resource, uint32_t id, const char *handle)
{
	struct xdg_import *import = xcalloc(1, sizeof *import);
	import->resource = resource_create(client, &zxdg_imported_v2_interface,
		(uint32_t)wl_resource_get_version(resource), id, &xdg_import_implementation, import,
		xdg_import_handle_resource_destroy);
	if (!import->resource) {
		free(import);
		return;
	}
	wl_list_init(&import->link);
	import->export = xdg_foreign_find(wl_resource_get_user_data(resource), handle);
	if (import->export)
		wl_list_insert(&import->export->imports, &import->link);
	else
		zxdg_imported_v2_send_destroyed(import->resource);
}

static const struct zxdg_importer_v2_interface xdg_importer_implementation = {
	.destroy = resource_handle_destroy,
	.import_toplevel = xdg_importer_handle_import_toplevel,
};

static void xdg_exporter_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zxdg_exporter_v2_interface, version, id,
		&xdg_exporter_implementation, data, NULL);
}

static void xdg_importer_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zxdg_importer_v2_interface, version, id,
		&xdg_importer_implementation, data, NULL);
}

bool xdg_foreign_create(struct wl_display *display, struct xdg_foreign *foreign)
{
	for (int i = 0; i < XDG_FOREIGN_BUCKETS; i++)
		wl_list_init(&foreign->exports[i]);
	return wl_global_create(
		       display, &zxdg_exporter_v2_interface, 1, foreign, xdg_exporter_bind) &&
	       wl_global_create(
		       display, &zxdg_importer_v2_interface, 1, foreign, xdg_importer_bind);
}

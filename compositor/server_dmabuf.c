/* Clients' dma-bufs: who reads them, what they may be, and when a GPU is wanted for them. */
#include "compositor/server_private.h"

#include "common/format.h"
#include "common/xalloc.h"
#include "compositor/scanout/gpu.h"
#include "kms/device.h"
#include "kms/output.h"

#include <drm_fourcc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds for which a client waits, and all others with it, until the GPU has said what it
 * reads. */
#define ASK_MS 10000

bool server_gpu_can_wait(const struct server *server)
{
	const struct options *options = server->options;
	return server->device && !options->ordered && options->renderer == SCANOUT_RENDERER_AUTO &&
	       gpu_can_wait(kms_device_info(server->device), "");
}

/* A GPU's worker would wait for the host, which takes nothing now. */
static bool server_host_is_silent(const struct server *server)
{
	const struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link) {
		if (screen->screen.silent)
			return true;
	}
	return false;
}

void server_find_gpu(struct server *server)
{
	if (renderer_suits_gpu(&server->renderer) && !server_host_is_silent(server))
		scanout_want_gpu(server->scanout);
}

static void server_tell_screens_of_imports(struct server *server)
{
	struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link)
		screen_imported(&screen->screen);
}

void server_handle_buffer_result(void *data, uint32_t buffer, bool ok, const char *reason)
{
	struct server *server = data;
	if (!ok && scanout_want_gpu(server->scanout))
		renderer_import_later(&server->renderer, buffer);
	else
		renderer_imported(&server->renderer, buffer, ok, reason);
	server_tell_screens_of_imports(server);
}

void server_handle_no_gpu(void *data, const char *reason)
{
	struct server *server = data;
	char text[512];
	snprintf(text, sizeof text, "the CPU cannot read it, and no GPU draws: %.400s", reason);
	renderer_give_up_imports(&server->renderer, text);
	server_tell_screens_of_imports(server);
}

static void server_handle_import(void *data, struct buffer *buffer)
{
	struct server *server = data;
	renderer_import(&server->renderer, buffer);
}

/* Every output of a device shows the same formats. */
static bool server_can_scan_out(const struct server *server, const struct wire_format *format)
{
	const struct server_screen *first = server_first_screen(server);
	return first && first->kms && format->modifier == DRM_FORMAT_MOD_LINEAR &&
	       !scanout_refuses(server->scanout, KMS_MEMORY_HOST_BLOB) &&
	       kms_output_has_format(first->kms, format_find(format->format)->opaque);
}

static bool server_offers(
	const struct linux_dmabuf_format *formats, size_t len, const struct wire_format *format)
{
	for (size_t i = 0; i < len; i++) {
		if (formats[i].format == format->format && formats[i].modifier == format->modifier)
			return true;
	}
	return false;
}

/* What a worker can read. What clients have been told of stays, though another one could. */
static void server_hear_formats(void *data, const struct render_info *info)
{
	struct server *server = data;
	struct linux_dmabuf *dmabuf = &server->dmabuf;
	const struct linux_dmabuf_format *before = dmabuf->formats;
	size_t kept = server->formats_told ? dmabuf->formats_len : 0, len = kept;
	struct linux_dmabuf_format *formats = xcalloc(kept + info->n_formats + 1, sizeof *formats);
	if (kept)
		memcpy(formats, before, kept * sizeof *formats);
	for (size_t i = 0; i < info->n_formats; i++) {
		const struct wire_format *format = &info->formats[i];
		if (format_find(format->format) && !server_offers(formats, kept, format))
			formats[len++] =
				(struct linux_dmabuf_format){format->format, format->n_planes,
					format->modifier, server_can_scan_out(server, format)};
	}
	bool other = !server->formats_told || len > kept;
	free((void *)(other && linux_dmabuf_set_formats(dmabuf, formats, len) ? before : formats));
}

void server_meet_worker(struct server *server)
{
	const struct render_info *info = render_client_info(scanout_client(server->scanout));
	bool by_cpu = info->features & WIRE_FEATURE_MAP;
	/* What only the CPU can read is not offered where a GPU is to take over. */
	if (by_cpu && server->formats_told && server->renderer.expects_venus)
		return;
	if (server->dmabuf.global && render_info_reads_dmabufs(info))
		server_hear_formats(server, info);
}

/* The first client asks while the CPU draws: what it allocates is to be what the GPU can read. */
static void server_handle_dmabuf_asked(void *data)
{
	struct server *server = data;
	if (server->formats_told)
		return;
	const struct render_client *client = scanout_client(server->scanout);
	bool by_gpu = client && render_client_info(client)->features & WIRE_FEATURE_VENUS;
	if (server->renderer.expects_venus && !by_gpu)
		server->renderer.expects_venus =
			scanout_ask_gpu(server->scanout, ASK_MS, server_hear_formats, server);
	server->formats_told = true;
}

static const struct linux_dmabuf_listener server_dmabuf_listener = {
	.asked = server_handle_dmabuf_asked,
	.import = server_handle_import,
};

bool server_create_dmabuf(struct server *server)
{
	const struct render_info *info = render_client_info(scanout_client(server->scanout));
	if (!render_info_reads_dmabufs(info))
		return true;
	dev_t device = server->device ? kms_device_info(server->device)->render : 0;
	server->dmabuf.listener = &server_dmabuf_listener;
	server->dmabuf.data = server;
	server->dmabuf.has_device = device != 0;
	server->dmabuf.main_device = device;
	server->dmabuf.formats = NULL;
	server->dmabuf.formats_len = 0;
	if (!linux_dmabuf_create(&server->dmabuf, server->display))
		return false;
	server_hear_formats(server, info);
	return server->dmabuf.formats_len > 0;
}

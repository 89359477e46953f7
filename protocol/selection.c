#include "protocol/selection.h"

#include "protocol/data_offer.h"
#include "protocol/data_source.h"
#include "protocol/seat.h"
#include "protocol/surface.h"

static void selection_put(struct selection *selection, struct data_source *source)
{
	wl_list_remove(&selection->source_destroy.link);
	wl_list_init(&selection->source_destroy.link);
	selection->source = source;
	if (source)
		wl_signal_add(&source->events.destroy, &selection->source_destroy);
}

static void selection_handle_idle(void *data)
{
	struct selection *selection = data;
	selection->idle = NULL;
	wl_signal_emit_mutable(&selection->events.changed, selection);
}

/* Everybody who is told gets offers that take room until they are read: a client that sets it again
 * and again must not fill that. */
static void selection_schedule(struct selection *selection)
{
	if (!selection->idle)
		selection->idle =
			wl_event_loop_add_idle(selection->loop, selection_handle_idle, selection);
}

static void selection_handle_source_destroy(struct wl_listener *listener, void *data)
{
	struct selection *selection = wl_container_of(listener, selection, source_destroy);
	selection_put(selection, NULL);
	selection_schedule(selection);
}

void selection_init(struct selection *selection, struct wl_event_loop *loop)
{
	selection->loop = loop;
	wl_list_init(&selection->source_destroy.link);
	selection->source_destroy.notify = selection_handle_source_destroy;
	wl_signal_init(&selection->events.changed);
}

void selection_finish(struct selection *selection)
{
	if (selection->idle)
		wl_event_source_remove(selection->idle);
	selection->idle = NULL;
}

void selection_set(struct selection *selection, struct data_source *source)
{
	struct data_source *before = selection->source;
	selection_put(selection, source);
	data_source_cancel(before);
	selection_schedule(selection);
}

void selection_request(struct selection *selection, struct seat *seat, struct wl_client *client,
	struct data_source *source, uint32_t serial)
{
	if (!seat_gave_serial(seat, client, serial) ||
		(selection->source && (int32_t)(serial - selection->serial) < 0)) {
		data_source_cancel(source);
		return;
	}
	selection->serial = serial;
	selection_set(selection, source);
}

static void selection_focus_tell(struct selection_focus *focus, struct wl_resource *device)
{
	struct data_offer *offer = focus->tell(focus->selection->source, device);
	if (offer)
		offer->by_focus = true;
}

static void selection_focus_tell_all(struct selection_focus *focus)
{
	struct wl_resource *device;
	wl_resource_for_each (device, &focus->devices) {
		if (wl_resource_get_client(device) == focus->client)
			selection_focus_tell(focus, device);
	}
}

static void selection_focus_revoke(struct selection_focus *focus)
{
	struct data_offer *offer, *next;
	if (!focus->selection->source)
		return;
	wl_list_for_each_safe (offer, next, &focus->selection->source->offers, link) {
		if (offer->by_focus)
			data_offer_revoke(offer);
	}
}

static void selection_focus_handle_keyboard(struct wl_listener *listener, void *data)
{
	struct selection_focus *focus = wl_container_of(listener, focus, keyboard_focus);
	const struct surface *surface = focus->seat->keyboard.focus;
	struct wl_client *client = surface ? wl_resource_get_client(surface->resource) : NULL;
	if (client == focus->client)
		return;
	focus->client = client;
	/* An offer is good until its client loses the keyboard (wl_data_device.selection). */
	selection_focus_revoke(focus);
	selection_focus_tell_all(focus);
}

static void selection_focus_handle_changed(struct wl_listener *listener, void *data)
{
	struct selection_focus *focus = wl_container_of(listener, focus, changed);
	selection_focus_tell_all(focus);
}

void selection_focus_init(struct selection_focus *focus)
{
	wl_list_init(&focus->devices);
	focus->keyboard_focus.notify = selection_focus_handle_keyboard;
	wl_signal_add(&focus->seat->events.keyboard_focus, &focus->keyboard_focus);
	focus->changed.notify = selection_focus_handle_changed;
	wl_signal_add(&focus->selection->events.changed, &focus->changed);
}

void selection_focus_finish(struct selection_focus *focus)
{
	wl_list_remove(&focus->keyboard_focus.link);
	wl_list_remove(&focus->changed.link);
}

void selection_focus_add(struct selection_focus *focus, struct wl_resource *device)
{
	wl_list_insert(&focus->devices, wl_resource_get_link(device));
	if (wl_resource_get_client(device) == focus->client)
		selection_focus_tell(focus, device);
}

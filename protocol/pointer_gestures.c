#include "protocol/pointer_gestures.h"

#include "common/clock.h"
#include "protocol/resource.h"
#include "protocol/seat.h"
#include "protocol/surface.h"

#include "pointer-gestures-unstable-v1-server.h"

#include <assert.h>

#define POINTER_GESTURES_VERSION 3

/* The three kinds begin and end with the same messages, and have the one request. */
static_assert(ZWP_POINTER_GESTURE_SWIPE_V1_BEGIN == ZWP_POINTER_GESTURE_PINCH_V1_BEGIN &&
		      ZWP_POINTER_GESTURE_SWIPE_V1_BEGIN == ZWP_POINTER_GESTURE_HOLD_V1_BEGIN &&
		      ZWP_POINTER_GESTURE_SWIPE_V1_END == ZWP_POINTER_GESTURE_PINCH_V1_END,
	"begin and end of the gestures");

static const struct zwp_pointer_gesture_swipe_v1_interface pointer_gestures_implementation = {
	.destroy = resource_handle_destroy,
};

static void pointer_gestures_add(struct wl_resource *manager, enum pointer_gesture kind,
	const struct wl_interface *interface, uint32_t id)
{
	struct pointer_gestures *gestures = wl_resource_get_user_data(manager);
	struct wl_resource *resource = resource_create(wl_resource_get_client(manager), interface,
		(uint32_t)wl_resource_get_version(manager), id, &pointer_gestures_implementation,
		NULL, resource_unlink);
	if (resource)
		wl_list_insert(&gestures->resources[kind], wl_resource_get_link(resource));
}

static void pointer_gestures_handle_get_swipe(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *pointer)
{
	pointer_gestures_add(
		resource, POINTER_GESTURE_SWIPE, &zwp_pointer_gesture_swipe_v1_interface, id);
}

static void pointer_gestures_handle_get_pinch(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *pointer)
{
	pointer_gestures_add(
		resource, POINTER_GESTURE_PINCH, &zwp_pointer_gesture_pinch_v1_interface, id);
}

static void pointer_gestures_handle_get_hold(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *pointer)
{
	pointer_gestures_add(
		resource, POINTER_GESTURE_HOLD, &zwp_pointer_gesture_hold_v1_interface, id);
}

static const struct zwp_pointer_gestures_v1_interface pointer_gestures_manager_implementation = {
	.get_swipe_gesture = pointer_gestures_handle_get_swipe,
	.get_pinch_gesture = pointer_gestures_handle_get_pinch,
	.release = resource_handle_destroy,
	.get_hold_gesture = pointer_gestures_handle_get_hold,
};

static void pointer_gestures_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwp_pointer_gestures_v1_interface, version, id,
		&pointer_gestures_manager_implementation, data, NULL);
}

static void pointer_gestures_watch(struct pointer_gestures *gestures, struct wl_client *client)
{
	if (gestures->client)
		wl_list_remove(&gestures->client_destroy.link);
	gestures->client = client;
	if (client)
		wl_client_add_destroy_listener(client, &gestures->client_destroy);
}

static void pointer_gestures_handle_client_destroy(struct wl_listener *listener, void *data)
{
	struct pointer_gestures *gestures = wl_container_of(listener, gestures, client_destroy);
	pointer_gestures_watch(gestures, NULL);
}

/* wl_resource_for_each over those of the gesture's client. */
#define pointer_gestures_for_each(resource, gestures, kind) \
	wl_resource_for_each (resource, &(gestures)->resources[kind]) \
		if (wl_resource_get_client(resource) == (gestures)->client)

void pointer_gestures_begin(struct pointer_gestures *gestures, enum pointer_gesture kind,
	uint32_t time, uint32_t fingers)
{
	const struct surface *focus = gestures->seat->pointer.focus;
	struct wl_resource *resource;
	gestures->kind = kind;
	pointer_gestures_watch(gestures, focus ? wl_resource_get_client(focus->resource) : NULL);
	if (!focus)
		return;
	uint32_t serial = wl_display_next_serial(gestures->seat->display);
	pointer_gestures_for_each(resource, gestures, kind) wl_resource_post_event(resource,
		ZWP_POINTER_GESTURE_SWIPE_V1_BEGIN, serial, time, focus->resource, fingers);
}

void pointer_gestures_update(struct pointer_gestures *gestures, enum pointer_gesture kind,
	uint32_t time, const struct pointer_gesture_update *update)
{
	wl_fixed_t dx = wl_fixed_from_double(update->dx), dy = wl_fixed_from_double(update->dy);
	struct wl_resource *resource;
	pointer_gestures_for_each(resource, gestures, kind)
	{
		if (kind == POINTER_GESTURE_SWIPE)
			zwp_pointer_gesture_swipe_v1_send_update(resource, time, dx, dy);
		else if (kind == POINTER_GESTURE_PINCH)
			zwp_pointer_gesture_pinch_v1_send_update(resource, time, dx, dy,
				wl_fixed_from_double(update->scale),
				wl_fixed_from_double(update->rotation));
	}
}

void pointer_gestures_end(
	struct pointer_gestures *gestures, enum pointer_gesture kind, uint32_t time, bool cancelled)
{
	uint32_t serial = wl_display_next_serial(gestures->seat->display);
	struct wl_resource *resource;
	pointer_gestures_for_each(resource, gestures, kind)
	{
		if (kind == POINTER_GESTURE_HOLD)
			zwp_pointer_gesture_hold_v1_send_end(resource, serial, time, cancelled);
		else
			wl_resource_post_event(resource, ZWP_POINTER_GESTURE_SWIPE_V1_END, serial,
				time, cancelled);
	}
	pointer_gestures_watch(gestures, NULL);
}

void pointer_gestures_cancel(struct pointer_gestures *gestures)
{
	uint32_t now = clock_event_time();
	if (gestures->client)
		pointer_gestures_end(gestures, gestures->kind, now, true);
}

bool pointer_gestures_create(struct pointer_gestures *gestures, struct wl_display *display)
{
	for (int kind = 0; kind < POINTER_GESTURE_KINDS; kind++)
		wl_list_init(&gestures->resources[kind]);
	gestures->client_destroy.notify = pointer_gestures_handle_client_destroy;
	gestures->global = wl_global_create(display, &zwp_pointer_gestures_v1_interface,
		POINTER_GESTURES_VERSION, gestures, pointer_gestures_bind);
	return gestures->global;
}

void pointer_gestures_destroy(struct pointer_gestures *gestures)
{
	if (!gestures->global)
		return;
	pointer_gestures_watch(gestures, NULL);
	wl_global_destroy(gestures->global);
	gestures->global = NULL;
}

#include "protocol/presentation.h"

#include "common/clock.h"
#include "protocol/output.h"
#include "protocol/resource.h"
#include "protocol/surface.h"

#include "presentation-time-server.h"

#define PRESENTATION_VERSION 2

/* A feedback is its wp_presentation_feedback, linked by wl_resource_get_link(); its data is the id
 * of its surface, which may be gone. */
static void presentation_handle_feedback(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *surface_resource, uint32_t id)
{
	struct surface *surface = surface_from_resource(surface_resource);
	struct wl_resource *feedback = resource_create(client, &wp_presentation_feedback_interface,
		(uint32_t)wl_resource_get_version(resource), id, NULL,
		(void *)(uintptr_t)wl_resource_get_id(surface_resource), resource_unlink);
	if (feedback)
		wl_list_insert(surface->pending.feedbacks.prev, wl_resource_get_link(feedback));
}

void presentation_presented(struct wl_list *feedbacks, const struct presentation_event *event)
{
	struct wl_resource *feedback, *next;
	wl_resource_for_each_safe (feedback, next, feedbacks) {
		output_tell(event->output, feedback, wp_presentation_feedback_send_sync_output);
		uint64_t seconds = (uint64_t)(event->time / CLOCK_NS_PER_S);
		wp_presentation_feedback_send_presented(feedback, (uint32_t)(seconds >> 32),
			(uint32_t)seconds, (uint32_t)(event->time % CLOCK_NS_PER_S), event->refresh,
			(uint32_t)(event->sequence >> 32), (uint32_t)event->sequence, event->flags);
		wl_resource_destroy(feedback);
	}
}

void presentation_discard(struct wl_list *feedbacks)
{
	struct wl_resource *feedback, *next;
	wl_resource_for_each_safe (feedback, next, feedbacks) {
		wp_presentation_feedback_send_discarded(feedback);
		wl_resource_destroy(feedback);
	}
}

void presentation_supersede(struct wl_list *feedbacks, const struct wl_list *newer)
{
	if (wl_list_empty(newer))
		return;
	struct wl_resource *by = wl_resource_from_link(newer->next), *feedback, *next;
	wl_resource_for_each_safe (feedback, next, feedbacks) {
		if (wl_resource_get_client(feedback) != wl_resource_get_client(by) ||
			wl_resource_get_user_data(feedback) != wl_resource_get_user_data(by))
			continue;
		wp_presentation_feedback_send_discarded(feedback);
		wl_resource_destroy(feedback);
	}
}

static const struct wp_presentation_interface presentation_implementation = {
	.destroy = resource_handle_destroy,
	.feedback = presentation_handle_feedback,
};

static void presentation_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	struct wl_resource *resource = resource_create(client, &wp_presentation_interface, version,
		id, &presentation_implementation, NULL, NULL);
	if (resource)
		wp_presentation_send_clock_id(resource, CLOCK_MONOTONIC);
}

struct wl_global *presentation_create(struct wl_display *display)
{
	return wl_global_create(
		display, &wp_presentation_interface, PRESENTATION_VERSION, NULL, presentation_bind);
}

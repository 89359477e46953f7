#include "compositor/feedback.h"

#include "common/clock.h"
#include "protocol/presentation.h"
#include "protocol/surface.h"

#include <wayland-server-protocol.h>

void feedback_init(struct feedback *feedback)
{
	wl_list_init(&feedback->frame_callbacks);
	wl_list_init(&feedback->presentations);
}

static void feedback_call_back(struct feedback *feedback, int64_t time)
{
	struct wl_resource *callback, *next;
	wl_resource_for_each_safe (callback, next, &feedback->frame_callbacks) {
		wl_callback_send_done(callback, (uint32_t)(time / CLOCK_NS_PER_MS));
		wl_resource_destroy(callback);
	}
}

void feedback_finish(struct feedback *feedback)
{
	feedback_call_back(feedback, clock_now());
	presentation_discard(&feedback->presentations);
}

static void feedback_take(struct wl_list *to, struct wl_list *from)
{
	wl_list_insert_list(to->prev, from);
	wl_list_init(from);
}

void feedback_collect(struct feedback *feedback, struct surface *surface)
{
	feedback_take(&feedback->frame_callbacks, &surface->current.frame_callbacks);
	/* What a lost frame had of the surface will not be seen any more. */
	presentation_supersede(&feedback->presentations, &surface->current.feedbacks);
	feedback_take(&feedback->presentations, &surface->current.feedbacks);
}

void feedback_move(struct feedback *to, struct feedback *from)
{
	feedback_take(&to->frame_callbacks, &from->frame_callbacks);
	feedback_take(&to->presentations, &from->presentations);
}

void feedback_answer(struct feedback *feedback, const struct presentation_event *event)
{
	presentation_presented(&feedback->presentations, event);
	feedback_call_back(feedback, event->time);
}

/** What the clients of a frame wait for: their frame callbacks and presentation feedbacks. */
#ifndef COMPOSITOR_FEEDBACK_H
#define COMPOSITOR_FEEDBACK_H

#include <wayland-server-core.h>

struct presentation_event;
struct surface;

/** wl_resource links, which take themselves out when their client goes. */
struct feedback {
	struct wl_list frame_callbacks, presentations;
};

void feedback_init(struct feedback *feedback);

/** The frame will not be shown: its clients may go on, wherever they are seen now. Nothing is left.
 */
void feedback_finish(struct feedback *feedback);

/** Takes over what the surface's client waits for. */
void feedback_collect(struct feedback *feedback, struct surface *surface);

/** Takes over all that another one has. */
void feedback_move(struct feedback *to, struct feedback *from);

/** Answers all of it. */
void feedback_answer(struct feedback *feedback, const struct presentation_event *event);

#endif

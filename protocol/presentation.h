/** wp_presentation 2: when and how a content update reached the screen. */
#ifndef PROTOCOL_PRESENTATION_H
#define PROTOCOL_PRESENTATION_H

#include <stdint.h>
#include <wayland-server-core.h>

struct output;

/** One presentation of a frame on an output. */
struct presentation_event {
	struct output *output;
	int64_t time;      /**< nanoseconds, CLOCK_MONOTONIC */
	uint32_t refresh;  /**< nanoseconds to the next frame; 0: unknown */
	uint64_t sequence; /**< of the output's vertical retraces; 0: it has none that count */
	uint32_t flags;    /**< enum wp_presentation_feedback_kind */
};

struct wl_global *presentation_create(struct wl_display *display);

/** Tells and forgets the feedbacks in a list of surface_state::feedbacks. */
void presentation_presented(struct wl_list *feedbacks, const struct presentation_event *event);
void presentation_discard(struct wl_list *feedbacks);

/** The same for those of the surface that has newer ones: all of these are of one surface. */
void presentation_supersede(struct wl_list *feedbacks, const struct wl_list *newer);

#endif

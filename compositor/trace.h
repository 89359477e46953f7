/**
 * What a frame's time was spent on, as a file for ui.perfetto.dev: the "JSON Array Format" of
 * Chrome's trace events, which may end anywhere, so that a session that was killed leaves a good
 * one.
 *
 * A trace has one track for commits and one for frames. A frame tells, besides its slices, of the
 * newest commit that it shows and the time from there until it was shown, the latency.
 *
 * Every function accepts a NULL trace and then does nothing.
 */
#ifndef COMPOSITOR_TRACE_H
#define COMPOSITOR_TRACE_H

#include <stdbool.h>
#include <stdint.h>

struct surface;
struct trace;
struct wire_frame_done;

/** The frame under way, kept by the screen; starts zeroed. Nanoseconds CLOCK_MONOTONIC. */
struct trace_frame {
	int64_t committed; /**< the newest commit that it shows; 0: none since the frame before */
	int64_t started;
	bool direct;    /**< a client's buffer is shown, nothing is drawn */
	int64_t lead;   /**< so long before its vblank it was to start, at the latest */
	int64_t drawn;  /**< the worker has said that the GPU is done */
	int64_t worker; /**< nanoseconds of that which passed in the worker */
	int64_t record; /**< of those, until the commands were recorded */
	int64_t gpu;    /**< and from its first to its last; 0: not told */
	uint64_t upload_bytes, copy_bytes, gpu_copy_bytes; /**< as in struct wire_frame_done */
};

/** A regular file, emptied first. NULL: it cannot be written, which is logged, with errno. */
struct trace *trace_create(const char *path);
void trace_destroy(struct trace *trace);

void trace_commit(struct trace *trace, const struct surface *surface);

void trace_frame_started(struct trace *trace, struct trace_frame *frame, int64_t now, int64_t lead);
void trace_frame_drawn(
	struct trace *trace, struct trace_frame *frame, const struct wire_frame_done *done);
void trace_frame_shown(struct trace *trace, const struct trace_frame *frame, int64_t time);

#endif

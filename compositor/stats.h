/** What is counted while the session runs, said on SIGUSR1 and at the end. */
#ifndef COMPOSITOR_STATS_H
#define COMPOSITOR_STATS_H

#include <stdint.h>

struct wire_frame_done;

/** Starts zeroed. */
struct stats {
	uint64_t frames; /**< shown */
	uint64_t direct; /**< of these, a client's own buffer: nothing was drawn for them */
	uint64_t drawn;  /**< by the worker, pictures of the pointer included */
	int64_t since; /**< of the first frame counted, nanoseconds CLOCK_MONOTONIC; 0: none yet */
	int64_t last;  /**< of the last frame shown */
	uint64_t upload_bytes;   /**< client memory copied by the CPU, not counting what it draws */
	uint64_t copy_bytes;     /**< screen memory copied by the CPU */
	uint64_t gpu_copy_bytes; /**< screen and client memory copied by the GPU */
	int64_t drawing;         /**< nanoseconds that the worker took */
	uint64_t worker_deaths;  /**< since the start; not reset */
	uint64_t restarts;       /**< of commands, as these */
	/** From a new worker's being ready to the next frame that was shown, nanoseconds; as these.
	 */
	int64_t recovery, worst_recovery;
	int64_t ready; /**< a new worker is, and nothing was shown since; 0: no such */
};

void stats_count_drawn(struct stats *stats, const struct wire_frame_done *done);
void stats_count_shown(struct stats *stats, int64_t time);

/** The worker that follows a dead one is ready: its first frame is awaited. */
void stats_count_recovery(struct stats *stats);

/** Frames shown a second, between the first and the last that are counted. */
double stats_fps(const struct stats *stats);

/** "stats: frames 300, fps 58.3, copied 0 bytes a frame (...)" at level info; then counts from
 * zero. */
void stats_report(struct stats *stats);

#endif

#include "compositor/stats.h"

#include "common/clock.h"
#include "common/log.h"
#include "render/client.h"

#include <inttypes.h>

void stats_count_drawn(struct stats *stats, const struct wire_frame_done *done)
{
	stats->drawn++;
	stats->upload_bytes += done->upload_bytes;
	stats->copy_bytes += done->copy_bytes;
	stats->gpu_copy_bytes += done->gpu_copy_bytes;
	stats->drawing += done->duration;
}

void stats_count_shown(struct stats *stats, int64_t time)
{
	if (!stats->since)
		stats->since = time;
	stats->last = time;
	stats->frames++;
	if (!stats->ready)
		return;
	stats->recovery = clock_now() - stats->ready;
	stats->ready = 0;
	if (stats->recovery > stats->worst_recovery)
		stats->worst_recovery = stats->recovery;
}

void stats_count_recovery(struct stats *stats)
{
	stats->ready = clock_now();
}

double stats_fps(const struct stats *stats)
{
	int64_t elapsed = stats->last - stats->since;
	/* n frames make n - 1 intervals. */
	return elapsed > 0 ? (double)(stats->frames - 1) * CLOCK_NS_PER_S / (double)elapsed : 0;
}

void stats_report(struct stats *stats)
{
	uint64_t frames = stats->frames ? stats->frames : 1;
	log_info("stats: frames %" PRIu64 ", fps %.1f, copied %" PRIu64
		 " bytes a frame (uploads %" PRIu64 ", to the target %" PRIu64
		 ", by the GPU %" PRIu64 "), drawing %.2f ms a frame, drawn %" PRIu64
		 ", direct %" PRIu64 ", worker deaths %" PRIu64,
		stats->frames, stats_fps(stats), (stats->upload_bytes + stats->copy_bytes) / frames,
		stats->upload_bytes / frames, stats->copy_bytes / frames,
		stats->gpu_copy_bytes / frames, (double)stats->drawing / 1e6 / (double)frames,
		stats->drawn, stats->direct, stats->worker_deaths);
	*stats = (struct stats){
		.worker_deaths = stats->worker_deaths,
		.restarts = stats->restarts,
		.recovery = stats->recovery,
		.worst_recovery = stats->worst_recovery,
		.ready = stats->ready,
	};
}

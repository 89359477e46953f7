#include "compositor/trace.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "protocol/surface.h"
#include "render/client.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Perfetto's threads. */
enum trace_track {
	TRACE_COMMITS = 1,
	TRACE_FRAMES,
};

struct trace {
	FILE *file;
	int64_t committed; /* of the newest commit that no frame has taken yet; 0: none */
};

/* Microseconds, the format's unit. */
static double trace_us(int64_t ns)
{
	return (double)ns / 1000;
}

static void trace_name_track(const struct trace *trace, enum trace_track track, const char *name)
{
	fprintf(trace->file,
		"{\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"name\":\"thread_name\",\"args\":{\"name\":"
		"\"%s\"}},\n",
		track, name);
}

/* NULL, with errno. Nobody reads a pipe fast enough: it would hold up the session. */
static FILE *trace_open(const char *path)
{
	struct stat status;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_CLOEXEC, 0666);
	FILE *file = NULL;
	if (fd >= 0 && fstat(fd, &status) == 0 && !S_ISREG(status.st_mode))
		errno = EINVAL;
	else if (fd >= 0)
		file = fdopen(fd, "w");
	int error = errno;
	if (!file && fd >= 0)
		close(fd);
	errno = error;
	return file;
}

struct trace *trace_create(const char *path)
{
	FILE *file = trace_open(path);
	if (!file) {
		int error = errno;
		log_error("the trace cannot be written: %s: %s", path, strerror(error));
		errno = error;
		return NULL;
	}
	struct trace *trace = xcalloc(1, sizeof *trace);
	trace->file = file;
	fputs("[\n", trace->file);
	trace_name_track(trace, TRACE_COMMITS, "commits");
	trace_name_track(trace, TRACE_FRAMES, "frames");
	fflush(trace->file); /* libseat may fork: its child would write it, too */
	return trace;
}

void trace_destroy(struct trace *trace)
{
	if (!trace)
		return;
	/* An event that ends the file, for readers that want the array whole. */
	fprintf(trace->file,
		"{\"ph\":\"i\",\"pid\":1,\"tid\":%d,\"name\":\"end\",\"s\":\"g\",\"ts\":%.3f}]\n",
		TRACE_FRAMES, trace_us(clock_now()));
	if (fclose(trace->file) != 0)
		log_warn("the end of the trace could not be written: %s", strerror(errno));
	free(trace);
}

void trace_commit(struct trace *trace, const struct surface *surface)
{
	if (!trace)
		return;
	pid_t pid = 0;
	wl_client_get_credentials(wl_resource_get_client(surface->resource), &pid, NULL, NULL);
	trace->committed = clock_now();
	fprintf(trace->file,
		"{\"ph\":\"i\",\"pid\":1,\"tid\":%d,\"name\":\"commit\",\"s\":\"t\",\"ts\":%.3f,"
		"\"args\":{\"client\":%d,\"surface\":%" PRIu32 "}},\n",
		TRACE_COMMITS, trace_us(trace->committed), (int)pid,
		wl_resource_get_id(surface->resource));
}

void trace_frame_started(struct trace *trace, struct trace_frame *frame, int64_t now, int64_t lead)
{
	if (!trace)
		return;
	*frame = (struct trace_frame){.committed = trace->committed, .started = now, .lead = lead};
	trace->committed = 0;
}

void trace_frame_drawn(
	struct trace *trace, struct trace_frame *frame, const struct wire_frame_done *done)
{
	if (!trace)
		return;
	frame->drawn = clock_now();
	frame->worker = done->duration;
	frame->record = done->record_duration;
	frame->gpu = done->gpu_duration;
	frame->upload_bytes = done->upload_bytes;
	frame->copy_bytes = done->copy_bytes;
	frame->gpu_copy_bytes = done->gpu_copy_bytes;
}

/* Up to where its arguments are to follow. */
static void trace_write_slice(
	const struct trace *trace, const char *name, int64_t begin, int64_t end)
{
	fprintf(trace->file,
		"{\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"name\":\"%s\",\"ts\":%.3f,\"dur\":%.3f,"
		"\"args\":{",
		TRACE_FRAMES, name, trace_us(begin), trace_us(end - begin));
}

void trace_frame_shown(struct trace *trace, const struct trace_frame *frame, int64_t time)
{
	if (!trace || !frame->started)
		return;
	trace_write_slice(trace, "frame", frame->started, time);
	if (frame->committed)
		fprintf(trace->file, "\"commit\":%.3f,\"latency\":%.3f,",
			trace_us(frame->committed), trace_us(time - frame->committed));
	if (frame->direct)
		fputs("\"direct\":true,", trace->file);
	fprintf(trace->file,
		"\"lead\":%.3f,\"uploaded\":%" PRIu64 ",\"copied\":%" PRIu64
		",\"gpu_copied\":%" PRIu64 "}},\n",
		trace_us(frame->lead), frame->upload_bytes, frame->copy_bytes,
		frame->gpu_copy_bytes);
	/* On KMS with a fence the frame may be shown before the worker's word of it. */
	if (!frame->drawn)
		return;
	trace_write_slice(trace, "draw", frame->started, frame->drawn);
	fprintf(trace->file, "\"worker\":%.3f,\"record\":%.3f,\"gpu\":%.3f}},\n",
		trace_us(frame->worker), trace_us(frame->record), trace_us(frame->gpu));
}

#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *log_program = "vitrine";
static enum log_level log_least = LOG_LEVEL_INFO;

static const char *const log_names[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};

void log_init(const char *program, enum log_level level)
{
	log_program = program;
	log_least = level;
}

enum log_level log_get_level(void)
{
	return log_least;
}

const char *log_level_name(enum log_level level)
{
	return log_names[level];
}

bool log_level_parse(const char *name, enum log_level *level)
{
	for (size_t i = 0; i < sizeof log_names / sizeof log_names[0]; i++) {
		if (strcmp(name, log_names[i]) == 0) {
			*level = i;
			return true;
		}
	}
	return false;
}

const char *log_line(char line[LOG_MAX_LINE], const char *format, va_list args)
{
	vsnprintf(line, LOG_MAX_LINE, format, args);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* more: that were left out. */
static void log_write(const char *format, va_list args, unsigned more)
{
	char line[LOG_MAX_LINE], left_out[64] = "";
	vsnprintf(line, sizeof line, format, args);
	if (more > 0)
		snprintf(left_out, sizeof left_out, " (and %u more like it)", more);
	/* One call, so that lines of core and worker do not mix on a shared standard error. */
	fprintf(stderr, "%s: %s%s\n", log_program, line, left_out);
}

void log_at(enum log_level level, const char *format, ...)
{
	va_list args;
	if (level > log_least)
		return;
	va_start(args, format);
	log_write(format, args, 0);
	va_end(args);
}

void log_limited_at(struct log_limit *limit, enum log_level level, const char *format, ...)
{
	va_list args;
	if (level > log_least)
		return;
	int64_t now = clock_now();
	if (limit->written >= LOG_LIMIT_FIRST && now - limit->last < LOG_LIMIT_NS) {
		limit->left_out++;
		return;
	}
	va_start(args, format);
	log_write(format, args, limit->left_out);
	va_end(args);
	limit->written++;
	limit->last = now;
	limit->left_out = 0;
}

#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *log_program = "vitrine";
static enum log_level log_limit = LOG_LEVEL_INFO;

static const char *const log_names[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};

void log_init(const char *program, enum log_level level)
{
	log_program = program;
	log_limit = level;
}

enum log_level log_get_level(void)
{
	return log_limit;
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

void log_at(enum log_level level, const char *format, ...)
{
	if (level > log_limit)
		return;
	char line[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	/* One call, so that lines of core and worker do not mix on a shared standard error. */
	fprintf(stderr, "%s: %s\n", log_program, line);
}

/** Log lines to standard error: "vitrine: text", one line each. */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include "common/clock.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR, /**< what the user must act on */
	LOG_LEVEL_WARN,  /**< what was refused or is degraded, and goes on */
	LOG_LEVEL_INFO,  /**< verdicts and state changes; the default */
	LOG_LEVEL_DEBUG, /**< everything else */
};

/** Sets the program's name, which starts every line, and the level above which lines are dropped.
 */
void log_init(const char *program, enum log_level level);

/** The level now in force. */
enum log_level log_get_level(void);

/** The level's name ("error", "warn", "info", "debug"), and back; parsing false: no such level. */
const char *log_level_name(enum log_level level);
bool log_level_parse(const char *name, enum log_level *level);

/** Writes one line; a newline is added. */
void log_at(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_at(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...) log_at(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...) log_at(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_LEVEL_DEBUG, __VA_ARGS__)

#define LOG_MAX_LINE 1024

/** What a library says to its log handler, as one line for the functions above; long ones are cut.
 * The line. */
const char *log_line(char line[LOG_MAX_LINE], const char *format, va_list args);

/** So many lines of a kind are written as they come, then one in so long (nanoseconds). */
#define LOG_LIMIT_FIRST 10
#define LOG_LIMIT_NS (60 * CLOCK_NS_PER_S)

/** Zeroed. Of one kind of line. */
struct log_limit {
	unsigned written, left_out; /**< left_out: since the last that was written */
	int64_t last;               /**< CLOCK_MONOTONIC, when that was */
};

/** As log_at(), but may leave the line out; the next one that is written says how many were. */
void log_limited_at(struct log_limit *limit, enum log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** For what a client can bring about as often as it likes. Each place has a limit of its own. */
#define log_limited(level, ...) \
	do { \
		static struct log_limit limit_here; \
		log_limited_at(&limit_here, level, __VA_ARGS__); \
	} while (0)

#endif

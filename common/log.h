/** Log lines to standard error: "vitrine: text", one line each. */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include <stdbool.h>

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

#endif

/** Whether and when a command that ended is started again. Knows no process and no clock. */
#ifndef COMPOSITOR_RESTART_H
#define COMPOSITOR_RESTART_H

#include <stdbool.h>
#include <stdint.h>

enum restart_policy {
	RESTART_NEVER,
	RESTART_ON_FAILURE, /**< after every status but 0 */
	RESTART_ALWAYS,
};

#define RESTART_FIRST_DELAY 200 /**< milliseconds; doubled at each end in a row, up to the */
#define RESTART_MAX_DELAY 10000 /**< last. A command that ran for */
#define RESTART_STEADY_NS (60 * INT64_C(1000000000)) /**< begins a new row of ends */
#define RESTART_LIMIT 10 /**< of ends in a row, unless another is chosen */

struct restart {
	enum restart_policy policy;
	int limit;  /**< ends in a row after which it stays ended; 0: none */
	int in_row; /**< ends so far, starts at 0 */
};

/** "never", "on-failure", "always". */
bool restart_parse(const char *text, enum restart_policy *policy);

/** The command ended with a shell's status after ran nanoseconds: milliseconds until it is to be
 * started again, or -1: it stays ended. */
int restart_after(struct restart *restart, int status, int64_t ran);

#endif

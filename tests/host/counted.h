/** What the host layer tells of its copies in its log, which is this process's standard error. */
#ifndef TESTS_HOST_COUNTED_H
#define TESTS_HOST_COUNTED_H

#include <stdbool.h>

struct counted {
	unsigned long long frames; /**< handed over */
	unsigned long long taken;  /**< taken back */
	unsigned long long bytes;  /**< of both */
	int log, stderr_fd;
};

/** Whether the layer is in this process, rather than in a render server. */
bool counted_is_here(void);
/** From here on, standard error is caught: the devices are opened after this. */
void counted_begin(struct counted *counted);
/** After the devices are closed: sums up, and shows what was caught. */
void counted_end(struct counted *counted);

#endif

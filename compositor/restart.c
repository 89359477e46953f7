#include "compositor/restart.h"

#include <string.h>

bool restart_parse(const char *text, enum restart_policy *policy)
{
	static const char *const names[] = {"never", "on-failure", "always"};
	for (int i = 0; i < 3; i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		*policy = (enum restart_policy)i;
		return true;
	}
	return false;
}

int restart_after(struct restart *restart, int status, int64_t ran)
{
	int delay = RESTART_FIRST_DELAY;
	if (restart->policy == RESTART_NEVER ||
		(restart->policy == RESTART_ON_FAILURE && status == 0))
		return -1;
	if (ran >= RESTART_STEADY_NS)
		restart->in_row = 0;
	restart->in_row++;
	if (restart->limit > 0 && restart->in_row >= restart->limit)
		return -1;
	for (int i = 1; i < restart->in_row && delay < RESTART_MAX_DELAY; i++)
		delay *= 2;
	return delay < RESTART_MAX_DELAY ? delay : RESTART_MAX_DELAY;
}

#include "common/reap.h"

#include "common/xalloc.h"

#include <stdlib.h>
#include <sys/wait.h>

struct reap {
	struct reap *next;
	pid_t pid;
};

static struct reap *reaps;

void reap_later(pid_t pid)
{
	struct reap *reap = xcalloc(1, sizeof *reap);
	*reap = (struct reap){.next = reaps, .pid = pid};
	reaps = reap;
}

void reap_ended(void)
{
	struct reap **link = &reaps;
	while (*link) {
		struct reap *reap = *link;
		if (waitpid(reap->pid, NULL, WNOHANG) == 0) {
			link = &reap->next;
			continue;
		}
		*link = reap->next;
		free(reap);
	}
}

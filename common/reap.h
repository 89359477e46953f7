/** Children that nobody waits for any more: none stays a zombie for the session's life. */
#ifndef COMMON_REAP_H
#define COMMON_REAP_H

#include <sys/types.h>

/** A child of ours, which will end; its status is dropped. */
void reap_later(pid_t pid);

/** Drops those that have ended. Never waits; to be called whenever a child is started or ends. */
void reap_ended(void);

#endif

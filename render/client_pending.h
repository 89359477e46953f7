/** The answers that the core waits for: what the worker says unasked is no answer. */
#ifndef RENDER_CLIENT_PENDING_H
#define RENDER_CLIENT_PENDING_H

#include <stdbool.h>
#include <stdint.h>

#define CLIENT_PENDING_KINDS 4

enum client_pending_kind {
	CLIENT_PENDING_BUFFER,
	CLIENT_PENDING_ALLOCATE,
	CLIENT_PENDING_IMPORT,
	CLIENT_PENDING_FRAME,
};

/** One awaited answer. */
struct client_pending {
	struct client_pending *next;
	enum client_pending_kind kind;
	uint32_t id;           /* or the frame's sequence */
	int32_t width, height; /* CLIENT_PENDING_ALLOCATE: what was asked for */
	uint32_t format;
	bool forgotten; /* the core forgot the object meanwhile: nobody is told */
	int64_t asked;  /* CLOCK_MONOTONIC, nanoseconds */
};

/** A list in the order of asking. Zeroed: empty. */
struct client_pending_list {
	struct client_pending *first;
	int64_t taken[CLIENT_PENDING_KINDS]; /* when one of that kind was taken last */
};

void client_pending_finish(struct client_pending_list *list);

/** Adds *pending (copied), asked now. */
void client_pending_add(struct client_pending_list *list, struct client_pending pending);

/** Takes the oldest awaited answer about id of a kind among kinds (bits by enum
 * client_pending_kind). False: none. */
bool client_pending_take(struct client_pending_list *list, uint32_t kinds, uint32_t id,
	struct client_pending *taken);

/** Nanoseconds since when none of the awaited answers of one kind came, the longest such wait; 0:
 * none is awaited. */
int64_t client_pending_wait(const struct client_pending_list *list);

/** Whether such an answer is awaited. */
bool client_pending_has(const struct client_pending_list *list, uint32_t kinds, uint32_t id);

/** Marks all of them: the object is forgotten, and its id may mean another one from now on. */
void client_pending_forget(struct client_pending_list *list, uint32_t kinds, uint32_t id);

#endif

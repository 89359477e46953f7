/** What client.c and client_send.c share. */
#ifndef RENDER_CLIENT_PRIVATE_H
#define RENDER_CLIENT_PRIVATE_H

#include "render/client.h"
#include "render/client_pending.h"
#include "render/client_process.h"
#include "render/client_queue.h"

enum client_state {
	CLIENT_RUNNING,
	CLIENT_ENDING, /* the socket is closed, the process not reaped yet */
	CLIENT_DEAD,   /* the death was told */
};

struct render_client {
	enum client_state state;
	struct client_process process;
	int socket; /* -1 unless CLIENT_RUNNING */
	int epoll;  /* of the socket, the process and the timer */
	int timer;  /* runs in CLIENT_ENDING: when to give up waiting */
	bool wants_write;
	struct client_queue queue;
	struct client_pending_list pending;
	/* A WIRE_PICTURE without its frame; its header's size 0: no WIRE_TEXTURE_UPDATE waits. */
	_Alignas(8) unsigned char picture[WIRE_MAX_SIZE];

	const struct render_client_listener *listener; /* may be NULL */
	void *data;
	bool ready; /* WIRE_HELLO came: info holds */
	struct render_info info;
	struct wire_format *formats; /* info.formats */

	char reason[256];                 /* why it ended, if not told by the exit status */
	char last_words[WIRE_MAX_REASON]; /* WIRE_ERROR */
	bool dispatching;                 /* inside render_client_dispatch() */
	bool destroyed;                   /* destroyed inside it: it frees the client at its end */
	_Alignas(8) unsigned char packet[WIRE_MAX_SIZE];
};

/* Leaves CLIENT_RUNNING; reason NULL: the exit status will tell. */
void client_end(struct render_client *client, const char *reason);

/* The worker is asked for an answer, and has given one. False: nobody asked for that. */
void client_ask(struct render_client *client, struct client_pending pending);
bool client_take_answer(
	struct render_client *client, uint32_t kinds, uint32_t id, struct client_pending *asked);

/* Handles one packet of the worker's: one that floods the core does not keep it from its other
 * work. False: it said nothing. */
bool client_receive(struct render_client *client);

/* Ends a worker that is stuck or hostile; its death is told by the next dispatch. */
void client_give_up(struct render_client *client, const char *reason);

/* Asks to be told when the socket takes more, as long as something waits. */
void client_update_events(struct render_client *client);

#endif

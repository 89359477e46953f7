/**
 * The control socket: what `vitrine ctl` and other programs of the same user ask of the running
 * session.
 *
 * A SOCK_SEQPACKET socket of mode 0600 beside the Wayland socket, WAYLAND_DISPLAY's name with
 * ".ctl" added. One packet asks: a JSON object, at most CONTROL_MAX_REQUEST bytes, whose "command"
 * is a string; the other members are the command's arguments. One packet answers: a JSON object,
 * {"error": "one line"} when it was refused, with at most one file descriptor. Requests of a
 * connection are answered in order, one at a time; a peer that does not read its answers is
 * disconnected. The commands stand in vitrine(1).
 */
#ifndef COMPOSITOR_CONTROL_H
#define COMPOSITOR_CONTROL_H

#include <jansson.h>
#include <stddef.h>
#include <wayland-server-core.h>

#define CONTROL_MAX_REQUEST 4096        /**< bytes of a request */
#define CONTROL_MAX_ANSWER (128 * 1024) /**< bytes of an answer: fits a socket's buffer */
#define CONTROL_MAX_CONNECTIONS 16

struct control;
struct control_request;

/**
 * One request. It ends in exactly one control_answer() or control_refuse(), now or later; whether
 * the peer, or the socket, is still there need not be known.
 */
typedef void (*control_handler)(
	void *data, struct control_request *request, const char *command, const json_t *arguments);

/** The path of the control socket of the Wayland socket name. False: it does not fit, or
 * XDG_RUNTIME_DIR is not set. */
bool control_path(const char *name, char *path, size_t size);

/** Listens beside the Wayland socket name, whose lock the caller holds: what an ended session left
 * at that path is replaced. NULL: could not, and the reason has been logged. */
struct control *control_create(
	struct wl_event_loop *loop, const char *name, control_handler handler, void *data);

/** Removes the socket. Accepts NULL. */
void control_destroy(struct control *control);

/** Answers with an object, whose reference is taken over, and a file descriptor, which stays the
 * caller's (-1: none). */
void control_answer(struct control_request *request, json_t *answer, int fd);

/** Answers {"error": the line}. */
void control_refuse(struct control_request *request, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

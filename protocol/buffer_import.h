/**
 * Commits of buffers of which whoever draws has not said yet whether he can read them
 * (linux-dmabuf's create_immed): until then the surface shows what it has.
 */
#ifndef PROTOCOL_BUFFER_IMPORT_H
#define PROTOCOL_BUFFER_IMPORT_H

struct buffer;
struct surface;

/** From now on the answer is awaited, which must come. */
void buffer_import_begin(struct buffer *buffer);

/** The client commits what is pending: it is locked (protocol/surface_queue.h), if its buffer
 * replaces another one and the answer to it is awaited. */
void buffer_import_hold(struct surface *surface);

/** What waits for the buffer goes on when the event loop is next idle. */
void buffer_import_end(struct buffer *buffer);

#endif

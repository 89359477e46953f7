/** What a surface's buffers are best made for, as linux-dmabuf's feedback tells. */
#ifndef TESTS_CLIENTS_FEEDBACK_H
#define TESTS_CLIENTS_FEEDBACK_H

struct feedback;
struct window;

/**
 * Says on stdout, at the start and whenever it changes: "buffers for scanout", where a tranche has
 * that flag, or "buffers for drawing". NULL: the compositor tells nothing.
 */
struct feedback *feedback_create(const struct window *window);

/** Accepts NULL. */
void feedback_destroy(struct feedback *feedback);

#endif

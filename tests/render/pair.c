#include "pair.h"

#define PAIR_BOUND 1

void pair_start(struct harness workers[2], const char *renderer)
{
	harness_start(&workers[0], "cpu");
	harness_start(&workers[1], renderer);
}

/* The later one first: it has inherited the other's socket. */
void pair_stop(struct harness workers[2])
{
	harness_stop(&workers[1]);
	harness_stop(&workers[0]);
}

void pair_end(struct harness workers[2], const char *what, int most)
{
	print_message("%s: the largest difference is %d of 255\n", what, most);
	if (most > PAIR_BOUND)
		fail_msg("%s differs by %d, more than %d", what, most, PAIR_BOUND);
	pair_stop(workers);
}

void pair_kill(struct harness workers[2])
{
	harness_kill(&workers[0]);
	harness_kill(&workers[1]);
}

void pair_add(struct harness_frame *frame, const struct harness_target *target, uint32_t texture,
	const struct wire_quad *wanted)
{
	struct wire_quad *quad = harness_frame_add(frame, target, texture, 0, 0, 1, 1);
	uint32_t first_rect = quad->first_rect, n_rects = quad->n_rects;
	*quad = *wanted;
	quad->texture = texture;
	quad->first_rect = first_rect;
	quad->n_rects = n_rects;
}

int pair_difference(const struct harness_target targets[2])
{
	int most = 0;
	for (int32_t y = 0; y < targets[0].height; y++) {
		for (int32_t x = 0; x < targets[0].width; x++) {
			int apart = harness_difference(harness_target_get(&targets[0], x, y),
				harness_target_get(&targets[1], x, y));
			most = apart > most ? apart : most;
		}
	}
	return most;
}

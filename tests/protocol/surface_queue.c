#include "protocol/surface_queue.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"
#include "tests/protocol/client.h"

#include <stdlib.h>

/* A chain of surfaces, each the sub-surface of the one before: root, child, grandchild. locks are
 * taken by the commits that follow lock_next(), in their order. */
struct chain {
	struct client *client;
	struct wl_surface *surface[3];
	struct wl_subsurface *subsurface[3]; /* [0] is NULL */
	struct surface *server[3];
	struct wl_listener precommit[3];
	struct surface_lock locks[1024];
	int locks_len;
	bool lock_next;
};

static void chain_handle_precommit(struct chain *chain, struct surface *surface)
{
	if (chain->lock_next)
		surface_queue_lock(surface, &chain->locks[chain->locks_len++]);
	chain->lock_next = false;
}

static void chain_handle_precommit_0(struct wl_listener *listener, void *data)
{
	struct chain *chain = wl_container_of(listener, chain, precommit[0]);
	chain_handle_precommit(chain, data);
}

static void chain_handle_precommit_1(struct wl_listener *listener, void *data)
{
	struct chain *chain = wl_container_of(listener, chain, precommit[1]);
	chain_handle_precommit(chain, data);
}

static void chain_handle_precommit_2(struct wl_listener *listener, void *data)
{
	struct chain *chain = wl_container_of(listener, chain, precommit[2]);
	chain_handle_precommit(chain, data);
}

static void chain_commit(struct chain *chain, int i, int32_t size)
{
	struct wl_buffer *buffer = client_buffer(chain->client, size, size);
	wl_surface_attach(chain->surface[i], buffer, 0, 0);
	wl_surface_commit(chain->surface[i]);
	wl_buffer_destroy(buffer);
	client_expect_alive(chain->client);
}

/* The same, locked by the next of chain->locks. */
static void chain_commit_locked(struct chain *chain, int i, int32_t size)
{
	chain->lock_next = true;
	chain_commit(chain, i, size);
	assert_false(chain->lock_next);
}

/* Everything shown at a size of 10. */
static void chain_create(struct chain *chain, void **state)
{
	static const wl_notify_func_t handlers[] = {
		chain_handle_precommit_0, chain_handle_precommit_1, chain_handle_precommit_2};
	*chain = (struct chain){.client = client_create(*state, 0)};
	for (int i = 0; i < 3; i++) {
		chain->surface[i] = wl_compositor_create_surface(chain->client->compositor);
		chain->server[i] = client_surface(chain->client, chain->surface[i]);
		chain->precommit[i].notify = handlers[i];
		wl_signal_add(&chain->server[i]->events.precommit, &chain->precommit[i]);
		if (i > 0)
			chain->subsurface[i] =
				wl_subcompositor_get_subsurface(chain->client->subcompositor,
					chain->surface[i], chain->surface[i - 1]);
	}
	for (int i = 2; i >= 0; i--)
		chain_commit(chain, i, 10);
}

static void assert_sizes(const struct chain *chain, int32_t root, int32_t child, int32_t grandchild)
{
	assert_int_equal(chain->server[0]->width, root);
	assert_int_equal(chain->server[1]->width, child);
	assert_int_equal(chain->server[2]->width, grandchild);
}

static void test_a_locked_commit_waits_and_order_is_kept(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	assert_true(surface_queue_is_empty(chain.server[0]));
	chain_commit_locked(&chain, 0, 20);
	chain_commit(&chain, 0, 30);
	chain_commit_locked(&chain, 0, 40);
	assert_sizes(&chain, 10, 10, 10);
	assert_false(surface_queue_is_empty(chain.server[0]));
	surface_queue_unlock(
		&chain.locks[1]); /* the later one first: what is before it still waits */
	assert_sizes(&chain, 10, 10, 10);
	surface_queue_unlock(&chain.locks[0]);
	assert_sizes(&chain, 40, 10, 10);
	assert_true(surface_queue_is_empty(chain.server[0]));
	surface_queue_unlock(&chain.locks[0]); /* again: nothing */
	client_destroy(chain.client);
}

static void test_every_lock_counts(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	struct surface_lock more[2] = {0};
	surface_queue_lock(chain.server[0], &more[0]);
	surface_queue_lock(chain.server[0], &more[1]);
	chain_commit_locked(&chain, 0, 20);
	surface_queue_unlock(&chain.locks[0]);
	surface_queue_unlock(&more[1]);
	assert_sizes(&chain, 10, 10, 10);
	surface_queue_unlock(&more[0]);
	assert_sizes(&chain, 20, 10, 10);
	/* Given back before the commit: as if it had never been. */
	surface_queue_lock(chain.server[0], &more[0]);
	surface_queue_unlock(&more[0]);
	chain_commit(&chain, 0, 30);
	assert_sizes(&chain, 30, 10, 10);
	client_destroy(chain.client);
}

static void test_a_childs_lock_holds_the_tree(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	chain_commit_locked(&chain, 2, 20);
	chain_commit(&chain, 1, 20);
	chain_commit(&chain, 0, 20);
	chain_commit(&chain, 0, 30);
	assert_sizes(&chain, 10, 10, 10);
	surface_queue_unlock(&chain.locks[0]);
	assert_sizes(&chain, 30, 20, 20);
	client_destroy(chain.client);
}

/* What a child commits after its parent's commit belongs to the next one, however long the first
 * waits. */
static void test_a_parents_lock_keeps_its_children_apart(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	chain_commit(&chain, 1, 20);
	chain_commit_locked(&chain, 0, 20);
	chain_commit(&chain, 2, 30);
	chain_commit(&chain, 1, 30);
	chain_commit_locked(&chain, 0, 30);
	chain_commit(&chain, 1, 40);
	assert_sizes(&chain, 10, 10, 10);
	surface_queue_unlock(&chain.locks[0]);
	assert_sizes(&chain, 20, 20, 10);
	surface_queue_unlock(&chain.locks[1]);
	assert_sizes(&chain, 30, 30, 30);
	chain_commit(&chain, 0, 40);
	assert_sizes(&chain, 40, 40, 30);
	client_destroy(chain.client);
}

static void test_places_wait_with_the_parents_commit(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	wl_subsurface_set_position(chain.subsurface[1], 5, 6);
	wl_subsurface_place_below(chain.subsurface[1], chain.surface[0]);
	chain_commit_locked(&chain, 0, 20);
	wl_subsurface_set_position(chain.subsurface[1], 7, 8);
	wl_subsurface_place_above(chain.subsurface[1], chain.surface[0]);
	chain_commit_locked(&chain, 0, 30);
	double sx, sy;
	assert_ptr_equal(surface_at(chain.server[0], 1, 1, &sx, &sy), chain.server[2]);
	surface_queue_unlock(&chain.locks[0]);
	assert_ptr_equal(surface_at(chain.server[0], 5, 6, &sx, &sy), chain.server[0]);
	surface_queue_unlock(&chain.locks[1]);
	assert_ptr_equal(surface_at(chain.server[0], 8, 10, &sx, &sy), chain.server[2]);
	assert_true(sx == 1 && sy == 2);
	/* A child that goes meanwhile is out of the waiting commit. */
	wl_subsurface_set_position(chain.subsurface[1], 1, 1);
	chain_commit_locked(&chain, 0, 40);
	wl_subsurface_destroy(chain.subsurface[1]);
	client_expect_alive(chain.client);
	surface_queue_unlock(&chain.locks[2]);
	assert_ptr_equal(surface_at(chain.server[0], 5, 5, &sx, &sy), chain.server[0]);
	client_destroy(chain.client);
}

static void test_desync_does_not_break_locks(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	chain_commit_locked(&chain, 1, 20);
	wl_subsurface_set_desync(chain.subsurface[1]);
	client_expect_alive(chain.client);
	assert_sizes(&chain, 10, 10, 10);
	/* Synchronised again: the locked one is on its own, the next one the parent's. */
	wl_subsurface_set_sync(chain.subsurface[1]);
	chain_commit(&chain, 1, 30);
	chain_commit(&chain, 0, 30);
	assert_sizes(&chain, 10, 10, 10); /* the child's first commit is to be seen before */
	surface_queue_unlock(&chain.locks[0]);
	assert_sizes(&chain, 30, 30, 10);
	client_destroy(chain.client);
}

static void test_a_child_that_goes_frees_its_parent(void **state)
{
	for (int how = 0; how < 2; how++) {
		struct chain chain;
		chain_create(&chain, state);
		chain_commit_locked(&chain, 1, 20);
		chain_commit(&chain, 0, 20);
		assert_sizes(&chain, 10, 10, 10);
		wl_subsurface_destroy(chain.subsurface[1]);
		if (how == 1)
			wl_surface_destroy(chain.surface[1]);
		client_expect_alive(chain.client);
		assert_int_equal(chain.server[0]->width, 20);
		if (how == 0)
			assert_int_equal(chain.server[1]->width, 10);
		surface_queue_unlock(&chain.locks[0]);
		if (how == 0)
			assert_int_equal(chain.server[1]->width, 20);
		client_destroy(chain.client);
	}
}

static void test_a_surface_goes_with_what_waits(void **state)
{
	for (int gone = 0; gone < 3; gone++) {
		struct chain chain;
		chain_create(&chain, state);
		int released = 0;
		struct wl_buffer *buffer = client_buffer(chain.client, 4, 4);
		wl_buffer_add_listener(buffer, &count_release, &released);
		wl_surface_attach(chain.surface[gone], buffer, 0, 0);
		chain.lock_next = true;
		wl_surface_commit(chain.surface[gone]);
		for (int i = gone; i-- > 0;)
			chain_commit(&chain, i, 20);
		surface_queue_lock(chain.server[gone], &chain.locks[1]);
		if (gone > 0)
			wl_subsurface_destroy(chain.subsurface[gone]);
		wl_surface_destroy(chain.surface[gone]);
		client_expect_alive(chain.client);
		assert_int_equal(released, 1);
		assert_null(chain.locks[0].surface);
		surface_queue_unlock(&chain.locks[0]);
		surface_queue_unlock(&chain.locks[1]);
		if (gone > 0)
			assert_int_equal(chain.server[0]->width, 20);
		client_destroy(chain.client);
	}
}

static void test_clients_end_with_locks_held(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	for (int round = 0; round < 3; round++) {
		for (int i = 2; i >= 0; i--)
			chain_commit_locked(&chain, i, 20 + round);
	}
	client_destroy(chain.client);
	for (int i = 0; i < chain.locks_len; i++)
		surface_queue_unlock(&chain.locks[i]);
}

/* The listener of an applied commit lets the next one go, as a barrier does. */
struct release_next {
	struct wl_listener commit;
	struct chain *chain;
	int next;
	int32_t widths[3];
};

static void release_next_handle_commit(struct wl_listener *listener, void *data)
{
	struct release_next *release = wl_container_of(listener, release, commit);
	release->widths[release->next - 1] = release->chain->server[0]->width;
	surface_queue_unlock(&release->chain->locks[release->next++]);
	/* Not from within: this commit is still being told. */
	assert_int_equal(release->chain->server[0]->width, release->widths[release->next - 2]);
}

static void test_unlocking_from_a_commit(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	for (int i = 0; i < 3; i++)
		chain_commit_locked(&chain, 0, 20 + i);
	struct release_next release = {.chain = &chain, .next = 1};
	release.commit.notify = release_next_handle_commit;
	wl_signal_add(&chain.server[0]->events.commit, &release.commit);
	surface_queue_unlock(&chain.locks[0]);
	wl_list_remove(&release.commit.link);
	for (int i = 0; i < 3; i++)
		assert_int_equal(release.widths[i], 20 + i);
	client_destroy(chain.client);
}

struct note {
	struct surface_change change;
	int value;
	int *applied, *dropped;
};

static void note_apply(struct surface_change *change, struct surface *surface)
{
	struct note *note = wl_container_of(change, note, change);
	*note->applied = *note->applied * 10 + note->value;
	free(note);
}

static void note_drop(struct surface_change *change)
{
	struct note *note = wl_container_of(change, note, change);
	*note->dropped += 1;
	free(note);
}

static const struct surface_change_kind note_kinds[2] = {
	{.apply = note_apply, .drop = note_drop},
	{.apply = note_apply, .drop = note_drop},
};

static void test_changes_go_with_their_commit(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	int applied = 0, dropped = 0;
	for (int i = 0; i < 4; i++) {
		struct note *note = xcalloc(1, sizeof *note);
		*note = (struct note){{.kind = &note_kinds[i % 2]}, i + 1, &applied, &dropped};
		surface_state_add_change(&chain.server[0]->pending, &note->change);
		if (i == 1)
			chain_commit_locked(&chain, 0, 20);
	}
	client_expect_alive(chain.client);
	assert_int_equal(applied, 0);
	surface_queue_unlock(&chain.locks[0]);
	assert_int_equal(applied, 12);
	struct note *note = xcalloc(1, sizeof *note);
	*note = (struct note){{.kind = &note_kinds[0]}, 5, &applied, &dropped};
	surface_state_add_change(&chain.server[0]->pending, &note->change); /* in place of 3 */
	assert_int_equal(dropped, 1);
	chain_commit_locked(&chain, 0, 20);
	client_destroy(chain.client);
	assert_int_equal(applied, 12);
	assert_int_equal(dropped, 3);
}

/* Whatever a client commits while nothing lets go, what waits has an end, and the last state wins.
 */
static void test_what_waits_does_not_grow(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	for (int i = 0; i < 700; i++) {
		chain_commit_locked(&chain, 0, 20 + i % 7);
		assert_in_range(chain.server[0]->queue_len, 1, 300);
	}
	for (int i = 0; i < 700; i++)
		surface_queue_unlock(&chain.locks[i]);
	assert_int_equal(chain.server[0]->width, 20 + 699 % 7);
	for (int i = 0; i < 1000; i++) /* a synchronised child's are one */
		wl_surface_commit(chain.surface[1]);
	client_expect_alive(chain.client);
	assert_int_equal(chain.server[1]->queue_len, 1);
	client_destroy(chain.client);
}

/* Nor what holds a commit that others have joined. */
static void test_too_many_locks_are_an_error(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	int i = 0;
	while (i < 1000 && chain.client->server) {
		chain.lock_next = true;
		wl_surface_commit(chain.surface[0]);
		client_sync(chain.client);
		i++;
	}
	assert_in_range(i, 600, 900);
	client_expect_error(chain.client, NULL, WL_DISPLAY_ERROR_NO_MEMORY);
	client_destroy(chain.client);
	for (i = 0; i < chain.locks_len; i++)
		assert_null(chain.locks[i].surface);
}

/* Taking turns between both modes, so that no two commits can be joined. */
static void test_a_full_queue_is_an_error(void **state)
{
	struct chain chain;
	chain_create(&chain, state);
	wl_subsurface_set_desync(chain.subsurface[1]);
	chain_commit_locked(&chain, 1, 20);
	int i = 0;
	for (; i < 2000; i++) {
		wl_subsurface_set_sync(chain.subsurface[1]);
		wl_surface_commit(chain.surface[1]);
		wl_surface_commit(chain.surface[0]);
		wl_subsurface_set_desync(chain.subsurface[1]);
		wl_surface_commit(chain.surface[1]);
		if (!client_sync(chain.client))
			break;
	}
	assert_in_range(i, 200, 1000);
	client_expect_error(chain.client, NULL, WL_DISPLAY_ERROR_IMPLEMENTATION);
	client_destroy(chain.client);
	surface_queue_unlock(&chain.locks[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_a_locked_commit_waits_and_order_is_kept),
		harness_test(test_every_lock_counts),
		harness_test(test_a_childs_lock_holds_the_tree),
		harness_test(test_a_parents_lock_keeps_its_children_apart),
		harness_test(test_places_wait_with_the_parents_commit),
		harness_test(test_desync_does_not_break_locks),
		harness_test(test_a_child_that_goes_frees_its_parent),
		harness_test(test_a_surface_goes_with_what_waits),
		harness_test(test_clients_end_with_locks_held),
		harness_test(test_unlocking_from_a_commit),
		harness_test(test_changes_go_with_their_commit),
		harness_test(test_what_waits_does_not_grow),
		harness_test(test_too_many_locks_are_an_error),
		harness_test(test_a_full_queue_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

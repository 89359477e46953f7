#include "protocol/subsurface.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"
#include "tests/protocol/client.h"

#include <string.h>

/* A tree: root, a child of it, a child of that; each with a buffer committed in turn from the leaf
 * up. */
struct tree {
	struct client *client;
	struct wl_surface *surface[3];
	struct wl_subsurface *subsurface[3]; /* [0] is NULL */
	struct surface *server[3];
};

static void tree_commit_buffer(struct tree *tree, int i, int32_t size)
{
	struct wl_buffer *buffer = client_buffer(tree->client, size, size);
	wl_surface_attach(tree->surface[i], buffer, 0, 0);
	wl_surface_commit(tree->surface[i]);
	wl_buffer_destroy(buffer);
	client_expect_alive(tree->client);
}

static void tree_create(struct tree *tree, void **state)
{
	*tree = (struct tree){.client = client_create(*state, 0)};
	for (int i = 0; i < 3; i++) {
		tree->surface[i] = wl_compositor_create_surface(tree->client->compositor);
		tree->server[i] = client_surface(tree->client, tree->surface[i]);
		if (i > 0)
			tree->subsurface[i] =
				wl_subcompositor_get_subsurface(tree->client->subcompositor,
					tree->surface[i], tree->surface[i - 1]);
	}
}

static void tree_create_shown(struct tree *tree, void **state)
{
	tree_create(tree, state);
	for (int i = 2; i >= 0; i--)
		tree_commit_buffer(tree, i, 10);
}

static void test_synchronised_waits_for_the_parent(void **state)
{
	struct tree tree;
	tree_create(&tree, state);
	tree_commit_buffer(&tree, 2, 10);
	tree_commit_buffer(&tree, 1, 10);
	assert_null(tree.server[1]->current.buffer);
	assert_null(tree.server[2]->current.buffer);
	tree_commit_buffer(&tree, 0, 10);
	for (int i = 0; i < 3; i++) {
		assert_non_null(tree.server[i]->current.buffer);
		assert_true(surface_is_mapped(tree.server[i]));
		assert_ptr_equal(surface_root(tree.server[i]), tree.server[0]);
	}
	client_destroy(tree.client);
}

static void test_desync_is_overruled_by_a_synchronised_parent(void **state)
{
	struct tree tree;
	tree_create_shown(&tree, state);
	wl_subsurface_set_desync(tree.subsurface[2]);
	tree_commit_buffer(&tree, 2, 20);
	assert_int_equal(tree.server[2]->width, 10);
	/* "If a surface's parent surface behaves as desynchronized, then the cached state is
	 * applied on set_desync": here all the way down. */
	wl_subsurface_set_desync(tree.subsurface[1]);
	client_expect_alive(tree.client);
	assert_int_equal(tree.server[2]->width, 20);
	tree_commit_buffer(&tree, 2, 30);
	assert_int_equal(tree.server[2]->width, 30);
	wl_subsurface_set_sync(tree.subsurface[1]);
	tree_commit_buffer(&tree, 2, 40);
	assert_int_equal(tree.server[2]->width, 30);
	tree_commit_buffer(&tree, 1, 40);
	assert_int_equal(tree.server[1]->width, 10);
	tree_commit_buffer(&tree, 0, 40);
	assert_int_equal(tree.server[1]->width, 40);
	assert_int_equal(tree.server[2]->width, 40);
	client_destroy(tree.client);
}

static void test_cached_commits_add_up(void **state)
{
	struct tree tree;
	tree_create_shown(&tree, state);
	struct client *client = tree.client;
	int released = 0, frames = 0;
	struct wl_buffer *first = client_buffer(client, 20, 20);
	wl_buffer_add_listener(first, &count_release, &released);
	wl_surface_attach(tree.surface[1], first, 0, 0);
	wl_callback_add_listener(wl_surface_frame(tree.surface[1]), &count_callback, &frames);
	wl_surface_commit(tree.surface[1]);
	client_expect_alive(client);
	assert_int_equal(released, 0);
	tree_commit_buffer(&tree, 1, 30); /* the first will never be shown */
	assert_int_equal(released, 1);
	assert_int_equal(tree.server[1]->width, 10);
	wl_surface_commit(tree.surface[0]);
	client_expect_alive(client);
	assert_int_equal(tree.server[1]->width, 30);
	assert_int_equal(frames, 0);
	surface_send_frame_done(tree.server[1], 1);
	client_expect_alive(client);
	assert_int_equal(frames, 1);
	/* "further parent surface commits do not (re-)apply old state" */
	struct buffer *shown = tree.server[1]->current.buffer;
	wl_surface_commit(tree.surface[0]);
	client_expect_alive(client);
	assert_ptr_equal(tree.server[1]->current.buffer, shown);
	client_destroy(client);
}

static void collect_visit(struct surface *surface, int32_t sx, int32_t sy, void *data)
{
	struct surface ***next = data;
	*(*next)++ = surface;
}

static void assert_order(
	struct surface *root, struct surface *a, struct surface *b, struct surface *c)
{
	struct surface *found[3] = {NULL}, **next = found;
	surface_for_each(root, collect_visit, &next);
	assert_ptr_equal(found[0], a);
	assert_ptr_equal(found[1], b);
	assert_ptr_equal(found[2], c);
}

/* Order and position belong to the parent: they wait for its commit in either mode. */
static void test_stacking_and_position(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *wl[3];
	struct surface *s[3];
	struct wl_subsurface *sub[3];
	for (int i = 0; i < 3; i++) {
		wl[i] = wl_compositor_create_surface(client->compositor);
		s[i] = client_surface(client, wl[i]);
		if (i > 0) {
			sub[i] = wl_subcompositor_get_subsurface(
				client->subcompositor, wl[i], wl[0]);
			wl_subsurface_set_desync(sub[i]);
		}
		wl_surface_attach(wl[i], client_buffer(client, 10, 10), 0, 0);
		wl_surface_commit(wl[i]);
	}
	client_expect_alive(client);
	assert_order(s[0], s[0], NULL, NULL); /* added, but the parent was committed before */
	assert_false(surface_is_mapped(s[1]));
	wl_surface_commit(wl[0]);
	client_expect_alive(client);
	assert_order(s[0], s[0], s[1], s[2]);
	wl_subsurface_place_below(sub[2], wl[0]);
	wl_subsurface_place_above(sub[2], wl[2 - 1]);
	wl_subsurface_place_below(sub[2], wl[0]);
	wl_subsurface_set_position(sub[2], -5, 7);
	wl_surface_commit(wl[2]);
	client_expect_alive(client);
	assert_order(s[0], s[0], s[1], s[2]);
	wl_surface_commit(wl[0]);
	client_expect_alive(client);
	assert_order(s[0], s[2], s[0], s[1]);
	double sx, sy;
	assert_ptr_equal(surface_at(s[0], -2, 15, &sx, &sy), s[2]);
	assert_true(sx == 3 && sy == 8);
	assert_ptr_equal(surface_at(s[0], 1, 1, &sx, &sy), s[1]);
	assert_null(surface_at(s[0], 11, 11, &sx, &sy));
	wl_subsurface_place_below(sub[1], wl[2]);
	wl_surface_commit(wl[0]);
	client_expect_alive(client);
	assert_order(s[0], s[1], s[2], s[0]);
	client_destroy(client);
}

static void test_going(void **state)
{
	struct tree tree;
	tree_create_shown(&tree, state);
	wl_subsurface_destroy(tree.subsurface[1]); /* unmapped immediately, with what hangs on it */
	client_expect_alive(tree.client);
	assert_order(tree.server[0], tree.server[0], NULL, NULL);
	assert_ptr_equal(surface_root(tree.server[2]), tree.server[1]);
	/* The role stays, and may be taken up again. */
	tree.subsurface[1] = wl_subcompositor_get_subsurface(
		tree.client->subcompositor, tree.surface[1], tree.surface[0]);
	wl_surface_commit(tree.surface[0]);
	client_expect_alive(tree.client);
	assert_order(tree.server[0], tree.server[0], tree.server[1], tree.server[2]);
	wl_surface_destroy(tree.surface[0]);
	client_expect_alive(tree.client);
	assert_false(surface_is_mapped(tree.server[1]));
	wl_subsurface_set_position(tree.subsurface[1], 1, 1);
	wl_subsurface_set_desync(tree.subsurface[1]);
	tree_commit_buffer(&tree, 1, 10);
	client_destroy(tree.client);
}

static void test_positions_add_up_within_limits(void **state)
{
	struct tree tree;
	tree_create_shown(&tree, state);
	for (int i = 1; i < 3; i++)
		wl_subsurface_set_position(tree.subsurface[i], INT32_MAX, INT32_MIN);
	for (int i = 2; i >= 0; i--)
		wl_surface_commit(tree.surface[i]);
	client_expect_alive(tree.client);
	double sx, sy;
	assert_ptr_equal(surface_at(tree.server[0], 1, 1, &sx, &sy), tree.server[0]);
	client_destroy(tree.client);
}

static void test_bad_trees(void **state)
{
	struct tree tree;
	tree_create(&tree, state);
	wl_subcompositor_get_subsurface(
		tree.client->subcompositor, tree.surface[0], tree.surface[2]);
	client_expect_error(
		tree.client, &wl_subcompositor_interface, WL_SUBCOMPOSITOR_ERROR_BAD_PARENT);
	client_destroy(tree.client);

	tree_create(&tree, state);
	wl_subcompositor_get_subsurface(
		tree.client->subcompositor, tree.surface[0], tree.surface[0]);
	client_expect_error(
		tree.client, &wl_subcompositor_interface, WL_SUBCOMPOSITOR_ERROR_BAD_PARENT);
	client_destroy(tree.client);

	tree_create(&tree, state);
	wl_subcompositor_get_subsurface(
		tree.client->subcompositor, tree.surface[2], tree.surface[0]);
	client_expect_error(
		tree.client, &wl_subcompositor_interface, WL_SUBCOMPOSITOR_ERROR_BAD_SURFACE);
	client_destroy(tree.client);

	tree_create(&tree, state);
	wl_subcompositor_get_subsurface(
		tree.client->subcompositor, window_create(tree.client)->surface, tree.surface[0]);
	client_expect_error(
		tree.client, &wl_subcompositor_interface, WL_SUBCOMPOSITOR_ERROR_BAD_SURFACE);
	client_destroy(tree.client);
}

static void test_bad_siblings(void **state)
{
	for (int i = 0; i < 3; i++) {
		struct tree tree;
		tree_create(&tree, state);
		struct wl_surface *stranger = wl_compositor_create_surface(tree.client->compositor);
		struct wl_surface *bad[] = {tree.surface[1], tree.surface[2], stranger};
		if (i & 1)
			wl_subsurface_place_above(tree.subsurface[1], bad[i]);
		else
			wl_subsurface_place_below(tree.subsurface[1], bad[i]);
		client_expect_error(
			tree.client, &wl_subsurface_interface, WL_SUBSURFACE_ERROR_BAD_SURFACE);
		client_destroy(tree.client);
	}
}

/* Built from the leaf up or from the root down: what walks the tree recurses, so there is an end to
 * it. */
static void test_nesting_has_a_limit(void **state)
{
	for (int up = 0; up < 2; up++) {
		struct client *client = client_create(*state, 0);
		struct wl_surface *last = wl_compositor_create_surface(client->compositor);
		bool alive = true;
		for (int i = 0; i < 1000 && alive; i++) {
			struct wl_surface *next = wl_compositor_create_surface(client->compositor);
			wl_subcompositor_get_subsurface(
				client->subcompositor, up ? last : next, up ? next : last);
			wl_surface_commit(next);
			last = next;
			alive = client_sync(client);
			assert_true(alive || i > 50);
		}
		client_expect_error(client, NULL, WL_DISPLAY_ERROR_IMPLEMENTATION);
		client_destroy(client);
	}
}

/* Every commit of a parent looks at each of its children. */
static void test_siblings_have_a_limit(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *parent = wl_compositor_create_surface(client->compositor);
	bool alive = true;
	for (int i = 0; i < 5000 && alive; i++) {
		wl_subcompositor_get_subsurface(client->subcompositor,
			wl_compositor_create_surface(client->compositor), parent);
		alive = client_sync(client);
		assert_true(alive || i > 500);
	}
	client_expect_error(client, NULL, WL_DISPLAY_ERROR_IMPLEMENTATION);
	client_destroy(client);
}

static void test_siblings_that_go_do_not_count(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *parent = wl_compositor_create_surface(client->compositor);
	for (int i = 0; i < 2000; i++) {
		struct wl_surface *child = wl_compositor_create_surface(client->compositor);
		wl_subsurface_destroy(
			wl_subcompositor_get_subsurface(client->subcompositor, child, parent));
		wl_surface_destroy(child);
		client_expect_alive(client);
	}
	client_destroy(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_synchronised_waits_for_the_parent),
		harness_test(test_desync_is_overruled_by_a_synchronised_parent),
		harness_test(test_cached_commits_add_up),
		harness_test(test_stacking_and_position),
		harness_test(test_going),
		harness_test(test_positions_add_up_within_limits),
		harness_test(test_bad_trees),
		harness_test(test_bad_siblings),
		harness_test(test_nesting_has_a_limit),
		harness_test(test_siblings_have_a_limit),
		harness_test(test_siblings_that_go_do_not_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

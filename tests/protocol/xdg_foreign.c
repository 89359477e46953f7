#include "protocol/xdg_foreign.h"
#include "tests/protocol/client.h"

#include "xdg-foreign-unstable-v2-client.h"

#include <string.h>

static struct xdg_foreign foreign;

static int foreign_setup(void **state)
{
	harness_setup(state);
	foreign = (struct xdg_foreign){0};
	assert_true(xdg_foreign_create(((struct harness *)*state)->display, &foreign));
	return 0;
}

static int foreign_teardown(void **state)
{
	int result = harness_teardown(state);
	for (int i = 0; i < XDG_FOREIGN_BUCKETS; i++)
		assert_true(wl_list_empty(&foreign.exports[i]));
	return result;
}

/* A client with a mapped window, as the one that exports or the one that imports. */
struct neighbour {
	struct client *client;
	struct window *window;
	struct zxdg_exporter_v2 *exporter;
	struct zxdg_importer_v2 *importer;
	char handle[64];
	int destroyed;
};

static void neighbour_handle_handle(
	void *data, struct zxdg_exported_v2 *exported, const char *handle)
{
	struct neighbour *neighbour = data;
	assert_true(strlen(handle) < sizeof neighbour->handle);
	strcpy(neighbour->handle, handle);
}

static const struct zxdg_exported_v2_listener neighbour_exported_listener = {
	.handle = neighbour_handle_handle,
};

static void neighbour_handle_destroyed(void *data, struct zxdg_imported_v2 *imported)
{
	((struct neighbour *)data)->destroyed++;
}

static const struct zxdg_imported_v2_listener neighbour_imported_listener = {
	.destroyed = neighbour_handle_destroyed,
};

static void neighbour_create(struct neighbour *neighbour, void **state)
{
	*neighbour = (struct neighbour){.client = client_create(*state, 0)};
	neighbour->exporter = client_bind(neighbour->client, &zxdg_exporter_v2_interface);
	neighbour->importer = client_bind(neighbour->client, &zxdg_importer_v2_interface);
	neighbour->window = window_create(neighbour->client);
	window_map(neighbour->client, neighbour->window);
}

static struct zxdg_exported_v2 *neighbour_export(struct neighbour *neighbour)
{
	struct zxdg_exported_v2 *exported =
		zxdg_exporter_v2_export_toplevel(neighbour->exporter, neighbour->window->surface);
	zxdg_exported_v2_add_listener(exported, &neighbour_exported_listener, neighbour);
	client_expect_alive(neighbour->client);
	return exported;
}

static struct zxdg_imported_v2 *neighbour_import(struct neighbour *neighbour, const char *handle)
{
	struct zxdg_imported_v2 *imported =
		zxdg_importer_v2_import_toplevel(neighbour->importer, handle);
	zxdg_imported_v2_add_listener(imported, &neighbour_imported_listener, neighbour);
	client_expect_alive(neighbour->client);
	return imported;
}

static struct wl_resource *neighbour_parent(struct neighbour *neighbour)
{
	client_expect_alive(neighbour->client);
	return harness_toplevel_parent(
		client_resource(neighbour->client, neighbour->window->toplevel));
}

/* Two clients; dialog's window has main's as its parent. */
struct relation {
	struct neighbour main, dialog;
	struct zxdg_exported_v2 *exported;
	struct zxdg_imported_v2 *imported;
};

static void relation_create(struct relation *relation, void **state)
{
	neighbour_create(&relation->main, state);
	neighbour_create(&relation->dialog, state);
	relation->exported = neighbour_export(&relation->main);
	assert_int_equal(strlen(relation->main.handle), 32);
	relation->imported = neighbour_import(&relation->dialog, relation->main.handle);
	zxdg_imported_v2_set_parent_of(relation->imported, relation->dialog.window->surface);
	assert_ptr_equal(neighbour_parent(&relation->dialog),
		client_resource(relation->main.client, relation->main.window->toplevel));
	assert_int_equal(relation->dialog.destroyed, 0);
}

static void relation_end(struct relation *relation)
{
	client_destroy(relation->dialog.client);
	client_destroy(relation->main.client);
}

static void test_each_end_ends_the_relation(void **state)
{
	for (int end = 0; end < 4; end++) {
		struct relation relation;
		relation_create(&relation, state);
		if (end == 0)
			zxdg_exported_v2_destroy(relation.exported);
		else if (end == 1)
			window_destroy(relation.main.window);
		else if (end == 2)
			client_destroy(relation.main.client);
		else
			zxdg_imported_v2_destroy(relation.imported);
		if (end != 2)
			client_expect_alive(relation.main.client);
		assert_null(neighbour_parent(&relation.dialog));
		assert_int_equal(relation.dialog.destroyed, end < 3);
		if (end == 2)
			client_destroy(relation.dialog.client);
		else
			relation_end(&relation);
	}
}

/* What the client has since chosen itself is left alone. */
static void test_a_newer_parent_stays(void **state)
{
	struct relation relation;
	relation_create(&relation, state);
	struct window *other = window_create(relation.dialog.client);
	window_map(relation.dialog.client, other);
	xdg_toplevel_set_parent(relation.dialog.window->toplevel, other->toplevel);
	client_expect_alive(relation.dialog.client);
	zxdg_imported_v2_destroy(relation.imported);
	assert_ptr_equal(neighbour_parent(&relation.dialog),
		client_resource(relation.dialog.client, other->toplevel));
	relation_end(&relation);
}

static void test_two_dialogs_of_one_import(void **state)
{
	struct relation relation;
	relation_create(&relation, state);
	struct window *other = window_create(relation.dialog.client);
	window_map(relation.dialog.client, other);
	zxdg_imported_v2_set_parent_of(relation.imported, other->surface);
	client_expect_alive(relation.dialog.client);
	assert_non_null(
		harness_toplevel_parent(client_resource(relation.dialog.client, other->toplevel)));
	zxdg_exported_v2_destroy(relation.exported);
	client_expect_alive(relation.main.client);
	assert_null(neighbour_parent(&relation.dialog));
	assert_null(
		harness_toplevel_parent(client_resource(relation.dialog.client, other->toplevel)));
	/* Without the window it does nothing. */
	zxdg_imported_v2_set_parent_of(relation.imported, other->surface);
	assert_null(neighbour_parent(&relation.dialog));
	window_destroy(other);
	client_expect_alive(relation.dialog.client);
	relation_end(&relation);
}

/* The relation begins when the window is mapped, unless it was ended before. */
static void test_the_window_is_mapped_later(void **state)
{
	for (int end = 0; end < 2; end++) {
		struct relation relation;
		relation_create(&relation, state);
		struct neighbour *main = &relation.main;
		wl_surface_attach(main->window->surface, NULL, 0, 0);
		wl_surface_commit(main->window->surface);
		client_expect_alive(main->client);
		zxdg_imported_v2_set_parent_of(relation.imported, relation.dialog.window->surface);
		assert_null(neighbour_parent(&relation.dialog));
		if (end)
			zxdg_imported_v2_destroy(relation.imported);
		client_expect_alive(relation.dialog.client);
		window_map(main->client, main->window);
		assert_ptr_equal(neighbour_parent(&relation.dialog),
			end ? NULL : client_resource(main->client, main->window->toplevel));
		relation_end(&relation);
	}
}

static void test_hostile_handles(void **state)
{
	char longest[4000];
	memset(longest, 'f', sizeof longest - 1);
	longest[sizeof longest - 1] = 0;
	const char *handles[] = {"", "00000000000000000000000000000000", "%s%n", longest};
	struct neighbour neighbour;
	neighbour_create(&neighbour, state);
	neighbour_export(&neighbour);
	for (int i = 0; i < 4; i++) {
		struct zxdg_imported_v2 *imported = neighbour_import(&neighbour, handles[i]);
		assert_int_equal(neighbour.destroyed, i + 1);
		zxdg_imported_v2_set_parent_of(imported, neighbour.window->surface);
		assert_null(neighbour_parent(&neighbour));
	}
	client_destroy(neighbour.client);
}

/* To look for a handle is not to go through all that there are. */
static void test_many_exports(void **state)
{
	struct relation relation;
	relation_create(&relation, state);
	for (int i = 0; i < 2 * XDG_FOREIGN_BUCKETS; i++)
		zxdg_exporter_v2_export_toplevel(
			relation.main.exporter, relation.main.window->surface);
	client_expect_alive(relation.main.client);
	for (int i = 0; i < XDG_FOREIGN_BUCKETS; i++)
		assert_true(wl_list_length(&foreign.exports[i]) < XDG_FOREIGN_BUCKETS / 4);
	neighbour_import(&relation.dialog, relation.main.handle);
	assert_int_equal(relation.dialog.destroyed, 0);
	relation_end(&relation);
}

static void test_hostile_surfaces(void **state)
{
	struct relation relation;
	struct neighbour neighbour;
	neighbour_create(&neighbour, state);
	zxdg_exporter_v2_export_toplevel(
		neighbour.exporter, wl_compositor_create_surface(neighbour.client->compositor));
	client_expect_error(neighbour.client, &zxdg_exporter_v2_interface,
		ZXDG_EXPORTER_V2_ERROR_INVALID_SURFACE);
	client_destroy(neighbour.client);

	relation_create(&relation, state);
	zxdg_imported_v2_set_parent_of(relation.imported,
		wl_compositor_create_surface(relation.dialog.client->compositor));
	client_expect_error(relation.dialog.client, &zxdg_imported_v2_interface,
		ZXDG_IMPORTED_V2_ERROR_INVALID_SURFACE);
	relation_end(&relation);
}

/* Its own parent, over two clients. */
static void test_hostile_circle(void **state)
{
	struct relation relation;
	relation_create(&relation, state);
	neighbour_export(&relation.dialog);
	struct zxdg_imported_v2 *back = neighbour_import(&relation.main, relation.dialog.handle);
	zxdg_imported_v2_set_parent_of(back, relation.main.window->surface);
	client_expect_error(
		relation.main.client, &xdg_toplevel_interface, XDG_TOPLEVEL_ERROR_INVALID_PARENT);
	assert_null(neighbour_parent(&relation.dialog));
	relation_end(&relation);
}

#define foreign_test(function) \
	cmocka_unit_test_setup_teardown(function, foreign_setup, foreign_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		foreign_test(test_each_end_ends_the_relation),
		foreign_test(test_a_newer_parent_stays),
		foreign_test(test_two_dialogs_of_one_import),
		foreign_test(test_the_window_is_mapped_later),
		foreign_test(test_hostile_handles),
		foreign_test(test_many_exports),
		foreign_test(test_hostile_surfaces),
		foreign_test(test_hostile_circle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

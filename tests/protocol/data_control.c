/* Both selections, by primary-selection and by either data control, one client setting and another
 * reading. */
#include "protocol/data_control.h"
#include "protocol/primary_selection.h"
#include "tests/protocol/exchange.h"

#include "ext-data-control-v1-client.h"
#include "primary-selection-unstable-v1-client.h"
#include "wlr-data-control-unstable-v1-client.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct globals {
	struct data_control control;
	struct primary_selection primary;
};

static void globals_create(struct globals *globals, void **state)
{
	struct harness *harness = *state;
	*globals = (struct globals){.control.seat = &harness->seat, .primary.seat = &harness->seat};
	assert_true(data_control_create(&globals->control, harness->display));
	assert_true(primary_selection_create(&globals->primary, harness->display));
}

static void globals_destroy(struct globals *globals)
{
	data_control_destroy(&globals->control);
	primary_selection_destroy(&globals->primary);
}

/* A clipboard manager, by ext's names. */
struct manager {
	struct client *client;
	struct ext_data_control_manager_v1 *manager;
	struct ext_data_control_device_v1 *device;
	struct ext_data_control_offer_v1 *offer, *clipboard, *primary;
	int clipboards, primaries, types, sends, cancels;
};

static void manager_handle_type(
	void *data, struct ext_data_control_offer_v1 *offer, const char *mime_type)
{
	((struct manager *)data)->types++;
}

static const struct ext_data_control_offer_v1_listener manager_offer_listener = {
	.offer = manager_handle_type,
};

static void manager_handle_offer(void *data, struct ext_data_control_device_v1 *device,
	struct ext_data_control_offer_v1 *offer)
{
	struct manager *manager = data;
	manager->offer = offer;
	manager->types = 0;
	ext_data_control_offer_v1_add_listener(offer, &manager_offer_listener, manager);
}

static void manager_handle_selection(void *data, struct ext_data_control_device_v1 *device,
	struct ext_data_control_offer_v1 *offer)
{
	struct manager *manager = data;
	manager->clipboards++;
	manager->clipboard = offer;
}

static void manager_handle_primary(void *data, struct ext_data_control_device_v1 *device,
	struct ext_data_control_offer_v1 *offer)
{
	struct manager *manager = data;
	manager->primaries++;
	manager->primary = offer;
}

static void manager_handle_finished(void *data, struct ext_data_control_device_v1 *device)
{
}

static const struct ext_data_control_device_v1_listener manager_device_listener = {
	.data_offer = manager_handle_offer,
	.selection = manager_handle_selection,
	.primary_selection = manager_handle_primary,
	.finished = manager_handle_finished,
};

static void manager_handle_send(
	void *data, struct ext_data_control_source_v1 *source, const char *mime_type, int32_t fd)
{
	((struct manager *)data)->sends++;
	assert_int_equal(write(fd, "the data", 8), 8);
	close(fd);
}

static void manager_handle_cancelled(void *data, struct ext_data_control_source_v1 *source)
{
	((struct manager *)data)->cancels++;
}

static const struct ext_data_control_source_v1_listener manager_source_listener = {
	.send = manager_handle_send,
	.cancelled = manager_handle_cancelled,
};

static void manager_create(struct manager *manager, void **state)
{
	*manager = (struct manager){.client = client_create(*state, 0)};
	manager->manager = client_bind(manager->client, &ext_data_control_manager_v1_interface);
	manager->device = ext_data_control_manager_v1_get_data_device(
		manager->manager, manager->client->seat);
	ext_data_control_device_v1_add_listener(manager->device, &manager_device_listener, manager);
	client_expect_alive(manager->client);
	assert_true(manager->clipboards == 1 && manager->primaries == 1);
}

static struct ext_data_control_source_v1 *manager_source(struct manager *manager)
{
	struct ext_data_control_source_v1 *source =
		ext_data_control_manager_v1_create_data_source(manager->manager);
	ext_data_control_source_v1_add_listener(source, &manager_source_listener, manager);
	ext_data_control_source_v1_offer(source, EXCHANGE_TYPE);
	return source;
}

/* What arrives of an offer of any of the protocols: receive is the same request in all. */
static void any_offer_read(void *offer, struct client *reader, struct client *writer, char text[32])
{
	int fds[2];
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	ext_data_control_offer_v1_receive(offer, EXCHANGE_TYPE, fds[1]);
	close(fds[1]);
	client_expect_alive(reader);
	client_expect_alive(writer);
	ssize_t n = read(fds[0], text, 31);
	text[n > 0 ? n : 0] = 0;
	close(fds[0]);
}

static void test_manager_reads_and_sets_the_clipboard(void **state)
{
	struct harness *harness = *state;
	struct globals globals;
	struct manager manager;
	struct party a;
	struct source source;
	char text[32];
	globals_create(&globals, state);
	manager_create(&manager, state);
	party_create(&a, state, 0);
	keyboard_set_focus(&harness->seat, a.server);
	party_press(&a);
	source_create(&source, &a, 0);
	wl_data_device_set_selection(a.device, source.wl, a.serial);
	client_expect_alive(a.client);
	client_expect_alive(manager.client);
	assert_non_null(manager.clipboard);
	assert_int_equal(manager.types, 1);
	any_offer_read(manager.clipboard, manager.client, a.client, text);
	assert_string_equal(text, "the data");
	/* Its offer stays good while the keyboard goes elsewhere. */
	keyboard_set_focus(&harness->seat, NULL);
	any_offer_read(manager.clipboard, manager.client, a.client, text);
	assert_string_equal(text, "the data");
	keyboard_set_focus(&harness->seat, a.server);
	ext_data_control_device_v1_set_selection(manager.device, manager_source(&manager));
	client_expect_alive(manager.client);
	client_expect_alive(a.client);
	assert_int_equal(source.cancels, 1);
	struct party as_writer = {.client = manager.client};
	offer_read(a.selection, &a, &as_writer, text);
	assert_string_equal(text, "the data");
	assert_int_equal(manager.sends, 1);
	/* Its client ends: nothing is on the clipboard. */
	client_destroy(manager.client);
	client_expect_alive(a.client);
	assert_null(a.selection);
	client_destroy(a.client);
	globals_destroy(&globals);
}

struct primary_party {
	struct zwp_primary_selection_device_manager_v1 *manager;
	struct zwp_primary_selection_device_v1 *device;
	struct zwp_primary_selection_offer_v1 *selection;
	int selections;
};

static void primary_handle_offer(void *data, struct zwp_primary_selection_device_v1 *device,
	struct zwp_primary_selection_offer_v1 *offer)
{
}

static void primary_handle_selection(void *data, struct zwp_primary_selection_device_v1 *device,
	struct zwp_primary_selection_offer_v1 *offer)
{
	struct primary_party *primary = data;
	primary->selections++;
	primary->selection = offer;
}

static const struct zwp_primary_selection_device_v1_listener primary_listener = {
	.data_offer = primary_handle_offer,
	.selection = primary_handle_selection,
};

static void primary_create(struct primary_party *primary, struct party *party)
{
	*primary =
		(struct primary_party){.manager = client_bind(party->client,
					       &zwp_primary_selection_device_manager_v1_interface)};
	primary->device = zwp_primary_selection_device_manager_v1_get_device(
		primary->manager, party->client->seat);
	zwp_primary_selection_device_v1_add_listener(primary->device, &primary_listener, primary);
}

static void test_primary_selection(void **state)
{
	struct harness *harness = *state;
	struct globals globals;
	struct manager manager;
	struct party a;
	struct primary_party primary;
	char text[32];
	globals_create(&globals, state);
	manager_create(&manager, state);
	party_create(&a, state, 0);
	primary_create(&primary, &a);
	ext_data_control_device_v1_set_primary_selection(manager.device, manager_source(&manager));
	client_expect_alive(manager.client);
	client_expect_alive(a.client);
	assert_int_equal(primary.selections, 0); /* without the keyboard: nothing */
	keyboard_set_focus(&harness->seat, a.server);
	client_expect_alive(a.client);
	assert_non_null(primary.selection);
	assert_null(a.selection); /* the clipboard is another */
	any_offer_read(primary.selection, a.client, manager.client, text);
	assert_string_equal(text, "the data");
	/* The offer is revoked with the keyboard. */
	keyboard_set_focus(&harness->seat, NULL);
	any_offer_read(primary.selection, a.client, manager.client, text);
	assert_string_equal(text, "");
	/* A client sets it by a serial of its own, and not by another. */
	party_press(&a);
	struct zwp_primary_selection_source_v1 *source =
		zwp_primary_selection_device_manager_v1_create_source(primary.manager);
	zwp_primary_selection_source_v1_offer(source, EXCHANGE_TYPE);
	zwp_primary_selection_device_v1_set_selection(primary.device, source, a.serial + 1000);
	client_expect_alive(a.client);
	client_expect_alive(manager.client);
	assert_int_equal(manager.cancels, 0);
	source = zwp_primary_selection_device_manager_v1_create_source(primary.manager);
	zwp_primary_selection_device_v1_set_selection(primary.device, source, a.serial);
	client_expect_alive(a.client);
	client_expect_alive(manager.client);
	assert_int_equal(manager.cancels, 1);
	/* Used again, and types that come late: void. */
	zwp_primary_selection_source_v1_offer(source, "late/type");
	zwp_primary_selection_device_v1_set_selection(primary.device, source, a.serial);
	zwp_primary_selection_device_v1_set_selection(primary.device, NULL, a.serial);
	client_expect_alive(a.client);
	assert_null(harness->seat.primary.source);
	client_destroy(a.client);
	client_destroy(manager.client);
	globals_destroy(&globals);
}

static void test_elder_dialect_of_every_version(void **state)
{
	for (uint32_t version = 1; version <= 2; version++) {
		struct globals globals;
		struct manager manager;
		globals_create(&globals, state);
		manager_create(&manager, state);
		struct client *elder = client_create(*state, version);
		/* By version 1 nothing is told of the primary selection. */
		struct zwlr_data_control_manager_v1 *wlr =
			client_bind(elder, &zwlr_data_control_manager_v1_interface);
		zwlr_data_control_manager_v1_get_data_device(wlr, elder->seat);
		ext_data_control_device_v1_set_primary_selection(
			manager.device, manager_source(&manager));
		ext_data_control_device_v1_set_selection(manager.device, manager_source(&manager));
		client_expect_alive(manager.client);
		client_expect_alive(elder);
		client_destroy(elder);
		client_destroy(manager.client);
		globals_destroy(&globals);
	}
}

static void test_hostile_sources(void **state)
{
	struct globals globals;
	struct manager manager;
	globals_create(&globals, state);
	manager_create(&manager, state);
	struct ext_data_control_source_v1 *source = manager_source(&manager);
	ext_data_control_device_v1_set_selection(manager.device, source);
	ext_data_control_device_v1_set_primary_selection(manager.device, source);
	client_expect_error(manager.client, &ext_data_control_device_v1_interface,
		EXT_DATA_CONTROL_DEVICE_V1_ERROR_USED_SOURCE);
	client_destroy(manager.client);

	manager_create(&manager, state);
	source = manager_source(&manager);
	ext_data_control_device_v1_set_selection(manager.device, source);
	ext_data_control_source_v1_offer(source, "late/type");
	client_expect_error(manager.client, &ext_data_control_source_v1_interface,
		EXT_DATA_CONTROL_SOURCE_V1_ERROR_INVALID_OFFER);
	client_destroy(manager.client);

	/* One's own selection, read by nobody, destroyed and unset in turn. */
	manager_create(&manager, state);
	for (int i = 0; i < 50; i++) {
		source = manager_source(&manager);
		ext_data_control_device_v1_set_selection(manager.device, source);
		if (i % 3 == 0)
			ext_data_control_source_v1_destroy(source);
		if (i % 3 == 1)
			ext_data_control_device_v1_set_selection(manager.device, NULL);
	}
	client_expect_alive(manager.client);
	client_destroy(manager.client);
	globals_destroy(&globals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_manager_reads_and_sets_the_clipboard),
		harness_test(test_primary_selection),
		harness_test(test_elder_dialect_of_every_version),
		harness_test(test_hostile_sources),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "protocol/data_source.h"
#include "tests/protocol/exchange.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void party_copy(struct party *party, struct source *source)
{
	party_press(party);
	source_create(source, party, 0);
	wl_data_device_set_selection(party->device, source->wl, party->serial);
	client_expect_alive(party->client);
}

static void test_copy_and_paste(void **state)
{
	struct harness *harness = *state;
	struct party a, b;
	struct source source;
	char text[32];
	party_create(&a, state, 0);
	party_create(&b, state, 0);
	party_copy(&a, &source);
	assert_int_equal(a.selections + b.selections, 0); /* neither has the keyboard */
	keyboard_set_focus(&harness->seat, b.server);
	client_expect_alive(b.client);
	assert_int_equal(b.selections, 1);
	assert_non_null(b.selection);
	assert_ptr_equal(b.selection, b.introduced);
	assert_int_equal(b.types, 1);
	for (int i = 0; i < 2; i++) {
		offer_read(b.selection, &b, &a, text);
		assert_string_equal(text, "the data");
	}
	assert_int_equal(source.sends, 2);
	/* A surface of the same client: no news. */
	struct wl_surface *other = wl_compositor_create_surface(b.client->compositor);
	keyboard_set_focus(&harness->seat, client_surface(b.client, other));
	client_expect_alive(b.client);
	assert_int_equal(b.selections, 1);
	/* Without the keyboard the offer is void, also if it is kept. */
	keyboard_set_focus(&harness->seat, a.server);
	client_expect_alive(a.client);
	assert_int_equal(a.selections, 1);
	offer_read(b.selection, &b, &a, text);
	assert_string_equal(text, "");
	client_destroy(a.client); /* takes the selection along */
	keyboard_set_focus(&harness->seat, b.server);
	client_expect_alive(b.client);
	assert_null(b.selection);
	client_destroy(b.client);
}

static void test_replaced_and_unset(void **state)
{
	struct harness *harness = *state;
	struct party a, b;
	struct source first, second;
	char text[32];
	party_create(&a, state, 0);
	party_create(&b, state, 0);
	keyboard_set_focus(&harness->seat, b.server);
	party_copy(&a, &first);
	client_expect_alive(b.client);
	struct wl_data_offer *old = b.selection;
	uint32_t old_serial = a.serial;
	party_copy(&a, &second);
	client_expect_alive(b.client);
	assert_int_equal(first.cancels, 1);
	assert_int_equal(b.selections, 3); /* the first was: nothing */
	offer_read(old, &b, &a, text);
	assert_string_equal(text, "");
	wl_data_source_destroy(first.wl); /* is not the selection any more */
	client_expect_alive(a.client);
	offer_read(b.selection, &b, &a, text);
	assert_string_equal(text, "the data");
	/* What came first by the user's hand does not replace what came later. */
	source_create(&first, &a, 0);
	wl_data_device_set_selection(a.device, first.wl, old_serial);
	client_expect_alive(a.client);
	assert_int_equal(first.cancels, 1);
	assert_int_equal(second.cancels, 0);
	wl_data_device_set_selection(a.device, NULL, a.serial);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_int_equal(second.cancels, 1);
	assert_null(b.selection);
	client_destroy(a.client);
	client_destroy(b.client);
}

static void test_only_with_a_serial_of_ones_own(void **state)
{
	struct harness *harness = *state;
	struct party a, b;
	struct source mine, stolen;
	party_create(&a, state, 0);
	party_create(&b, state, 0);
	party_copy(&a, &mine);
	for (uint32_t serial = a.serial - 2; serial != a.serial + 3; serial++) {
		source_create(&stolen, &b, 0);
		wl_data_device_set_selection(b.device, stolen.wl, serial);
		client_expect_alive(b.client);
		assert_int_equal(stolen.cancels, 1);
		wl_data_device_set_selection(b.device, NULL, serial);
	}
	client_expect_alive(a.client);
	assert_int_equal(mine.cancels, 0);
	assert_non_null(harness->seat.clipboard.source);
	client_destroy(b.client);
	client_destroy(a.client);
}

static void test_a_device_that_comes_later(void **state)
{
	struct harness *harness = *state;
	struct party a, b;
	struct source source;
	party_create(&a, state, 0);
	party_create(&b, state, 0);
	keyboard_set_focus(&harness->seat, b.server);
	wl_data_device_release(b.device);
	client_expect_alive(b.client);
	b.selections = 0;
	party_copy(&a, &source);
	b.device = wl_data_device_manager_get_data_device(b.client->data, b.client->seat);
	struct wl_data_device *second =
		wl_data_device_manager_get_data_device(b.client->data, b.client->seat);
	client_expect_alive(b.client);
	wl_data_device_release(second);
	wl_data_source_destroy(source.wl);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_null(harness->seat.clipboard.source);
	client_destroy(b.client);
	client_destroy(a.client);
}

static void test_types(void **state)
{
	struct harness *harness = *state;
	struct party a, b;
	struct source source;
	char text[32], name[32];
	party_create(&a, state, 0);
	party_create(&b, state, 0);
	keyboard_set_focus(&harness->seat, b.server);
	party_press(&a);
	source_create(&source, &a, 0);
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof name, "type/%d", i / 2); /* each twice */
		wl_data_source_offer(source.wl, name);
	}
	wl_data_device_set_selection(a.device, source.wl, a.serial);
	wl_data_source_offer(source.wl, "type/late");
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_int_equal(b.types, 251);
	/* Of a type that was not offered nobody is asked. */
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	wl_data_offer_receive(b.selection, "type/unknown", fds[1]);
	close(fds[1]);
	client_expect_alive(b.client);
	client_expect_alive(a.client);
	assert_int_equal(read(fds[0], text, 1), 0);
	close(fds[0]);
	assert_int_equal(source.sends, 0);
	client_destroy(a.client);
	client_destroy(b.client);
}

/* Faults of a party that holds a button, and once has its own selection offered to itself. */
struct fault {
	struct party party;
	struct source source;
};

static void fault_used_twice(struct fault *fault)
{
	wl_data_device_set_selection(fault->party.device, fault->source.wl, fault->party.serial);
}

static void fault_used_for_a_drag(struct fault *fault)
{
	wl_data_device_start_drag(fault->party.device, fault->source.wl, fault->party.surface, NULL,
		fault->party.serial);
}

static void fault_with_actions(struct fault *fault)
{
	struct source source;
	source_create(&source, &fault->party, WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY);
	wl_data_device_set_selection(fault->party.device, source.wl, fault->party.serial);
}

static void fault_actions_afterwards(struct fault *fault)
{
	wl_data_source_set_actions(fault->source.wl, WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY);
}

static void fault_actions_unknown(struct fault *fault)
{
	struct source source;
	source_create(&source, &fault->party, 8);
}

static void fault_actions_twice(struct fault *fault)
{
	struct source source;
	source_create(&source, &fault->party, WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY);
	wl_data_source_set_actions(source.wl, WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY);
}

static void fault_finish(struct fault *fault)
{
	wl_data_offer_finish(fault->party.selection);
}

static void fault_offer_actions(struct fault *fault)
{
	wl_data_offer_set_actions(fault->party.selection, 1, 1);
}

static void fault_expect(void **state, void (*run)(struct fault *),
	const struct wl_interface *interface, uint32_t code)
{
	struct harness *harness = *state;
	struct fault fault;
	party_create(&fault.party, state, 0);
	keyboard_set_focus(&harness->seat, fault.party.server);
	party_copy(&fault.party, &fault.source);
	assert_non_null(fault.party.selection);
	run(&fault);
	client_expect_error(fault.party.client, interface, code);
	client_destroy(fault.party.client);
}

/* However often one client sets the selection, and with however many types, the others are told at
 * a measure: they need not read faster than it writes. */
static void test_a_flood_is_told_at_a_measure(void **state)
{
	struct harness *harness = *state;
	struct party a, b;
	party_create(&a, state, 0);
	party_create(&b, state, 0);
	keyboard_set_focus(&harness->seat, b.server);
	client_expect_alive(b.client);
	int told = b.selections;
	party_press(&a);
	client_expect_alive(a.client);
	static struct source many[100];
	for (int i = 0; i < 100; i++) {
		source_create(&many[i], &a, 0);
		wl_data_device_set_selection(a.device, many[i].wl, a.serial);
	}
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_in_range(b.selections - told, 1, 4);
	struct source source;
	static char type[1000];
	source_create(&source, &a, 0);
	for (int i = 0; i < 100; i++) {
		snprintf(type, sizeof type, "text/%0990d", i);
		wl_data_source_offer(source.wl, type);
		client_expect_alive(a.client);
	}
	wl_data_device_set_selection(a.device, source.wl, a.serial);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_int_equal(b.types, 1 + DATA_SOURCE_MAX_TYPES / (996 + DATA_SOURCE_TYPE_COST));
	client_destroy(b.client);
	client_destroy(a.client);
}

/* What a type takes beside its text counts, too. */
static void test_many_short_types(void **state)
{
	struct harness *harness = *state;
	struct party party;
	struct source source;
	party_create(&party, state, 0);
	keyboard_set_focus(&harness->seat, party.server);
	party_press(&party);
	source_create(&source, &party, 0);
	for (int i = 0; i < 1000; i++) {
		char type[8];
		snprintf(type, sizeof type, "%07d", i);
		wl_data_source_offer(source.wl, type);
	}
	wl_data_device_set_selection(party.device, source.wl, party.serial);
	client_expect_alive(party.client);
	assert_int_equal(party.types, DATA_SOURCE_MAX_TYPES / (8 + DATA_SOURCE_TYPE_COST));
	client_destroy(party.client);
}

static void test_hostile_requests(void **state)
{
	fault_expect(state, fault_used_twice, &wl_data_device_interface,
		WL_DATA_DEVICE_ERROR_USED_SOURCE);
	fault_expect(state, fault_used_for_a_drag, &wl_data_device_interface,
		WL_DATA_DEVICE_ERROR_USED_SOURCE);
	fault_expect(state, fault_with_actions, &wl_data_source_interface,
		WL_DATA_SOURCE_ERROR_INVALID_SOURCE);
	fault_expect(state, fault_actions_afterwards, &wl_data_source_interface,
		WL_DATA_SOURCE_ERROR_INVALID_SOURCE);
	fault_expect(state, fault_actions_unknown, &wl_data_source_interface,
		WL_DATA_SOURCE_ERROR_INVALID_ACTION_MASK);
	fault_expect(state, fault_actions_twice, &wl_data_source_interface,
		WL_DATA_SOURCE_ERROR_INVALID_SOURCE);
	fault_expect(
		state, fault_finish, &wl_data_offer_interface, WL_DATA_OFFER_ERROR_INVALID_FINISH);
	fault_expect(state, fault_offer_actions, &wl_data_offer_interface,
		WL_DATA_OFFER_ERROR_INVALID_OFFER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_copy_and_paste),
		harness_test(test_replaced_and_unset),
		harness_test(test_only_with_a_serial_of_ones_own),
		harness_test(test_a_device_that_comes_later),
		harness_test(test_types),
		harness_test(test_a_flood_is_told_at_a_measure),
		harness_test(test_many_short_types),
		harness_test(test_hostile_requests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

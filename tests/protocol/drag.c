#include "tests/protocol/exchange.h"

#include <string.h>

#define NONE WL_DATA_DEVICE_MANAGER_DND_ACTION_NONE
#define COPY WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY
#define MOVE WL_DATA_DEVICE_MANAGER_DND_ACTION_MOVE
#define ASK WL_DATA_DEVICE_MANAGER_DND_ACTION_ASK

/* From one client's surface to the other's, with an icon. */
struct drag {
	struct harness *harness;
	struct party from, to;
	struct source source;
	struct wl_surface *icon;
};

static void drag_sync(struct drag *drag)
{
	client_expect_alive(drag->from.client);
	client_expect_alive(drag->to.client);
	client_expect_alive(drag->from.client); /* what the other's requests caused */
}

static void drag_start_versions(
	struct drag *drag, void **state, uint32_t actions, uint32_t from, uint32_t to)
{
	*drag = (struct drag){.harness = *state};
	party_create(&drag->from, state, from);
	party_create(&drag->to, state, to);
	party_press(&drag->from);
	source_create(&drag->source, &drag->from, actions);
	drag->icon = wl_compositor_create_surface(drag->from.client->compositor);
	wl_data_device_start_drag(drag->from.device, drag->source.wl, drag->from.surface,
		drag->icon, drag->from.serial);
	drag_sync(drag);
	assert_non_null(drag->harness->data_device.drag);
}

static void drag_start(struct drag *drag, void **state, uint32_t actions)
{
	drag_start_versions(drag, state, actions, 0, 0);
}

static void drag_over(struct drag *drag, struct party *party)
{
	pointer_set_focus(&drag->harness->seat, party ? party->server : NULL, 2, 2);
	pointer_motion(&drag->harness->seat, 2, 3, 3);
	drag_sync(drag);
}

static void drag_release(struct drag *drag)
{
	pointer_button(&drag->harness->seat, 3, 0x110, false);
	drag_sync(drag);
	assert_null(drag->harness->data_device.drag);
	assert_null(drag->harness->icon);
	assert_int_equal(drag->harness->drags_ended, 1);
}

static void drag_accept(struct drag *drag, uint32_t actions, uint32_t preferred)
{
	wl_data_offer_accept(drag->to.drag, 0, EXCHANGE_TYPE);
	wl_data_offer_set_actions(drag->to.drag, actions, preferred);
	drag_sync(drag);
}

static void drag_destroy(struct drag *drag)
{
	client_destroy(drag->from.client);
	client_destroy(drag->to.client);
}

static void test_from_start_to_finish(void **state)
{
	struct drag drag;
	char text[32];
	drag_start(&drag, state, COPY | MOVE);
	assert_ptr_equal(drag.harness->icon, client_surface(drag.from.client, drag.icon));
	assert_null(drag.harness->finger);
	/* The pointer is taken from the surfaces, the drag is over the one where it began. */
	assert_int_equal(drag.from.leaves, 1);
	assert_int_equal(drag.from.drag_enters, 1);
	drag_over(&drag, &drag.to);
	drag_over(&drag, &drag.to);
	assert_int_equal(drag.from.drag_leaves, 1);
	assert_int_equal(drag.to.drag_enters, 1);
	assert_int_equal(drag.to.drag_motions, 1);
	assert_int_equal(drag.to.enters + drag.to.motions + drag.from.motions, 0);
	assert_int_equal(drag.to.source_actions, COPY | MOVE);
	assert_int_equal(drag.to.types, 1);
	drag_accept(&drag, COPY | MOVE, MOVE);
	assert_true(drag.source.accepted);
	assert_int_equal(drag.source.action, MOVE);
	assert_int_equal(drag.to.action, MOVE);
	drag_accept(&drag, COPY | MOVE, NONE); /* the first in bit order */
	assert_int_equal(drag.to.action, COPY);
	drag_release(&drag);
	assert_int_equal(drag.to.drops, 1);
	assert_int_equal(drag.to.drag_leaves, 0);
	assert_int_equal(drag.to.buttons, 0);
	assert_int_equal(drag.source.drops, 1);
	offer_read(drag.to.drag, &drag.to, &drag.from, text);
	assert_string_equal(text, "the data");
	wl_data_offer_set_actions(drag.to.drag, MOVE, MOVE); /* a drop is final */
	wl_data_offer_finish(drag.to.drag);
	wl_data_offer_destroy(drag.to.drag);
	drag_sync(&drag);
	assert_int_equal(drag.source.finishes, 1);
	assert_int_equal(drag.source.cancels, 0);
	assert_int_equal(drag.source.action, COPY);
	/* The pointer is free again. */
	pointer_set_focus(&drag.harness->seat, drag.to.server, 1, 1);
	drag_sync(&drag);
	assert_int_equal(drag.to.enters, 1);
	drag_destroy(&drag);
}

static void test_ask(void **state)
{
	struct drag drag;
	drag_start(&drag, state, COPY | MOVE | ASK);
	drag_over(&drag, &drag.to);
	drag_accept(&drag, COPY | MOVE | ASK, ASK);
	assert_int_equal(drag.source.action, ASK);
	drag_release(&drag);
	assert_int_equal(drag.source.drops, 1);
	wl_data_offer_set_actions(drag.to.drag, MOVE, MOVE);
	drag_sync(&drag);
	assert_int_equal(drag.source.action, ASK); /* only right before the end */
	wl_data_offer_finish(drag.to.drag);
	drag_sync(&drag);
	assert_int_equal(drag.source.action, MOVE);
	assert_int_equal(drag.source.finishes, 1);
	drag_destroy(&drag);
}

static void test_drops_that_nobody_wants(void **state)
{
	for (int i = 0; i < 5; i++) {
		struct drag drag;
		drag_start(&drag, state, COPY);
		if (i > 0)
			drag_over(&drag, i == 4 ? NULL : &drag.to);
		if (i == 1)
			wl_data_offer_set_actions(drag.to.drag, COPY, COPY); /* no type */
		if (i == 2)
			drag_accept(&drag, MOVE, MOVE); /* no action in common */
		if (i == 3) {
			drag_accept(&drag, COPY, COPY);
			wl_data_offer_accept(drag.to.drag, 0, "type/unknown");
		}
		drag_sync(&drag);
		drag_release(&drag);
		assert_int_equal(drag.source.cancels, 1);
		assert_int_equal(drag.source.drops, 0);
		assert_int_equal(drag.to.drops, 0);
		assert_int_equal(drag.to.drag_leaves, drag.to.drag_enters);
		drag_destroy(&drag);
		drag.harness->drags_ended = 0;
	}
}

static void test_leaving_takes_the_consent_back(void **state)
{
	struct drag drag;
	char text[32];
	drag_start(&drag, state, COPY);
	drag_over(&drag, &drag.to);
	drag_accept(&drag, COPY, COPY);
	struct wl_data_offer *old = drag.to.drag;
	drag_over(&drag, NULL);
	assert_false(drag.source.accepted);
	assert_int_equal(drag.source.action, NONE);
	wl_data_offer_accept(old, 0, EXCHANGE_TYPE); /* was on its way */
	wl_data_offer_set_actions(old, COPY, COPY);
	wl_data_offer_finish(old);
	drag_sync(&drag);
	assert_false(drag.source.accepted);
	offer_read(old, &drag.to, &drag.from, text);
	assert_string_equal(text, "");
	drag_over(&drag, &drag.to);
	assert_int_equal(drag.to.drag_enters, 2);
	drag_release(&drag);
	assert_int_equal(drag.source.cancels, 1);
	drag_destroy(&drag);
}

static void test_given_up_after_the_drop(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct drag drag;
		drag_start(&drag, state, COPY);
		drag_over(&drag, &drag.to);
		drag_accept(&drag, COPY, COPY);
		drag_release(&drag);
		if (i) {
			wl_data_offer_destroy(drag.to.drag);
			client_expect_alive(drag.to.client);
		}
		client_destroy(drag.to.client);
		client_expect_alive(drag.from.client);
		assert_int_equal(drag.source.cancels, 1);
		assert_int_equal(drag.source.finishes, 0);
		client_destroy(drag.from.client);
		drag.harness->drags_ended = 0;
	}
}

/* Before version 3 accepting is feedback only, and there is no finish. */
static void test_old_versions(void **state)
{
	struct drag drag;
	drag_start_versions(&drag, state, COPY, 0, 2);
	drag_over(&drag, &drag.to);
	drag_release(&drag);
	assert_int_equal(drag.to.drops, 1);
	wl_data_offer_destroy(drag.to.drag);
	drag_sync(&drag);
	assert_int_equal(drag.source.finishes, 1);
	drag_destroy(&drag);
	drag.harness->drags_ended = 0;

	drag_start_versions(&drag, state, 0, 1, 0);
	drag_over(&drag, &drag.to);
	assert_int_equal(drag.to.source_actions, COPY);
	drag_accept(&drag, COPY, COPY);
	drag_release(&drag);
	assert_int_equal(drag.to.drops, 1);
	wl_data_offer_finish(drag.to.drag);
	drag_sync(&drag);
	drag_destroy(&drag);
	drag.harness->drags_ended = 0;

	drag_start_versions(&drag, state, 0, 1, 0);
	drag_release(&drag);
	assert_int_equal(drag.source.cancels, 0); /* of old sources only the selection's are */
	drag_destroy(&drag);
}

static void test_without_a_source(void **state)
{
	struct harness *harness = *state;
	struct party a, b;
	party_create(&a, state, 0);
	party_create(&b, state, 0);
	party_press(&a);
	wl_data_device_start_drag(a.device, NULL, a.surface, NULL, a.serial);
	client_expect_alive(a.client);
	assert_int_equal(a.drag_enters, 1);
	assert_null(a.drag);
	pointer_set_focus(&harness->seat, b.server, 1, 1);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_int_equal(a.drag_leaves, 1);
	assert_int_equal(b.drag_enters, 0);
	pointer_set_focus(&harness->seat, a.server, 1, 1);
	pointer_button(&harness->seat, 1, 0x110, false);
	client_expect_alive(a.client);
	assert_int_equal(a.drops, 1);
	client_destroy(a.client);
	client_destroy(b.client);
}

static void test_what_does_not_start_a_drag(void **state)
{
	for (int i = 0; i < 4; i++) {
		struct harness *harness = *state;
		struct party a, b;
		struct source source;
		party_create(&a, state, 0);
		party_create(&b, state, 0);
		party_press(&a);
		struct party *who = i == 3 ? &b : &a;
		uint32_t serial = a.serial;
		if (i == 0)
			serial++;
		if (i == 1)
			pointer_button(&harness->seat, 1, 0x110, false);
		struct wl_surface *origin =
			i == 2 ? wl_compositor_create_surface(a.client->compositor) : who->surface;
		source_create(&source, who, COPY);
		wl_data_device_start_drag(who->device, source.wl, origin, NULL, serial);
		client_expect_alive(who->client);
		assert_null(harness->data_device.drag);
		assert_int_equal(source.cancels, 1);
		client_destroy(b.client);
		client_destroy(a.client);
	}
}

/* Whoever goes in the middle: nothing dangles, the others are told. */
static void test_ends_in_the_middle(void **state)
{
	for (int i = 0; i < 9; i++) {
		struct drag drag;
		drag_start(&drag, state, COPY);
		drag_over(&drag, &drag.to);
		drag_accept(&drag, COPY, COPY);
		int leaves = 0;
		switch (i) {
		case 0:
			wl_data_source_destroy(drag.source.wl);
			leaves = 1;
			break;
		case 1:
			client_destroy(drag.from.client);
			drag.from.client = NULL;
			leaves = 1;
			break;
		case 2:
			client_destroy(drag.to.client);
			drag.to.client = NULL;
			break;
		case 3:
			wl_surface_destroy(drag.to.surface);
			leaves = 1;
			break;
		case 4:
			wl_surface_destroy(drag.icon);
			break;
		case 5:
			wl_data_device_release(drag.to.device);
			break;
		case 6:
			wl_surface_destroy(drag.from.surface);
			break;
		case 7:
			pointer_cancel_grab(&drag.harness->seat);
			leaves = 1;
			break;
		case 8:
			pointer_cancel(&drag.harness->seat);
			leaves = 1;
			break;
		}
		if (drag.from.client)
			client_expect_alive(drag.from.client);
		if (drag.to.client) {
			client_expect_alive(drag.to.client);
			client_expect_alive(drag.to.client);
			assert_int_equal(drag.to.drag_leaves, leaves);
		}
		assert_int_equal(drag.harness->drags_ended, i < 2 || i >= 7);
		if (i == 4)
			assert_null(drag.harness->icon);
		pointer_motion(&drag.harness->seat, 9, 4, 4);
		pointer_button(&drag.harness->seat, 9, 0x110, false);
		assert_null(drag.harness->data_device.drag);
		if (drag.from.client)
			client_destroy(drag.from.client);
		if (drag.to.client)
			client_destroy(drag.to.client);
		drag.harness->drags_ended = 0;
	}
}

static void test_the_icon_can_be_used_again(void **state)
{
	struct drag drag;
	drag_start(&drag, state, COPY);
	drag_release(&drag);
	party_press(&drag.from);
	wl_data_device_start_drag(
		drag.from.device, NULL, drag.from.surface, drag.icon, drag.from.serial);
	drag_sync(&drag);
	assert_non_null(drag.harness->icon);
	drag_destroy(&drag);
}

static void fault_finish_before_the_drop(struct drag *drag)
{
	wl_data_offer_finish(drag->to.drag);
}

static void fault_finish_while_asking(struct drag *drag)
{
	drag_accept(drag, COPY | ASK, ASK);
	drag_release(drag);
	wl_data_offer_finish(drag->to.drag);
}

static void fault_finish_unaccepted(struct drag *drag)
{
	drag_accept(drag, COPY, COPY);
	drag_release(drag);
	wl_data_offer_accept(drag->to.drag, 0, NULL);
	wl_data_offer_finish(drag->to.drag);
}

static void fault_finish_twice(struct drag *drag)
{
	drag_accept(drag, COPY, COPY);
	drag_release(drag);
	wl_data_offer_finish(drag->to.drag);
	wl_data_offer_finish(drag->to.drag);
}

static void fault_accept_after_finish(struct drag *drag)
{
	drag_accept(drag, COPY, COPY);
	drag_release(drag);
	wl_data_offer_finish(drag->to.drag);
	wl_data_offer_accept(drag->to.drag, 0, EXCHANGE_TYPE);
}

static void fault_receive_after_finish(struct drag *drag)
{
	drag_accept(drag, COPY, COPY);
	drag_release(drag);
	wl_data_offer_finish(drag->to.drag);
	wl_data_offer_receive(drag->to.drag, EXCHANGE_TYPE, 1);
}

static void fault_action_mask(struct drag *drag)
{
	wl_data_offer_set_actions(drag->to.drag, 8, 0);
}

static void fault_preferred_two(struct drag *drag)
{
	wl_data_offer_set_actions(drag->to.drag, COPY | MOVE, COPY | MOVE);
}

static void fault_preferred_other(struct drag *drag)
{
	wl_data_offer_set_actions(drag->to.drag, COPY, MOVE);
}

static void fault_answer_not_offered(struct drag *drag)
{
	drag_accept(drag, COPY | MOVE | ASK, ASK);
	drag_release(drag);
	wl_data_offer_set_actions(drag->to.drag, MOVE, MOVE);
}

static void test_hostile_destinations(void **state)
{
	static const struct {
		void (*run)(struct drag *);
		uint32_t error;
	} faults[] = {
		{fault_finish_before_the_drop, WL_DATA_OFFER_ERROR_INVALID_FINISH},
		{fault_finish_while_asking, WL_DATA_OFFER_ERROR_INVALID_FINISH},
		{fault_finish_unaccepted, WL_DATA_OFFER_ERROR_INVALID_FINISH},
		{fault_finish_twice, WL_DATA_OFFER_ERROR_INVALID_FINISH},
		{fault_accept_after_finish, WL_DATA_OFFER_ERROR_INVALID_OFFER},
		{fault_receive_after_finish, WL_DATA_OFFER_ERROR_INVALID_OFFER},
		{fault_action_mask, WL_DATA_OFFER_ERROR_INVALID_ACTION_MASK},
		{fault_preferred_two, WL_DATA_OFFER_ERROR_INVALID_ACTION},
		{fault_preferred_other, WL_DATA_OFFER_ERROR_INVALID_ACTION},
		{fault_answer_not_offered, WL_DATA_OFFER_ERROR_INVALID_ACTION},
	};
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		struct drag drag;
		drag_start(&drag, state, COPY | ASK);
		drag_over(&drag, &drag.to);
		faults[i].run(&drag);
		client_expect_error(drag.to.client, &wl_data_offer_interface, faults[i].error);
		drag_destroy(&drag);
		drag.harness->drags_ended = 0;
	}
}

static void test_hostile_icons(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct party a;
		struct source source;
		party_create(&a, state, 0);
		party_press(&a);
		struct wl_surface *icon = window_create(a.client)->surface;
		if (i) {
			icon = wl_compositor_create_surface(a.client->compositor);
			wl_subcompositor_get_subsurface(a.client->subcompositor, icon, a.surface);
		}
		source_create(&source, &a, COPY);
		wl_data_device_start_drag(a.device, source.wl, a.surface, icon, a.serial);
		client_expect_error(a.client, &wl_data_device_interface, WL_DATA_DEVICE_ERROR_ROLE);
		client_destroy(a.client);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_from_start_to_finish),
		harness_test(test_ask),
		harness_test(test_drops_that_nobody_wants),
		harness_test(test_leaving_takes_the_consent_back),
		harness_test(test_given_up_after_the_drop),
		harness_test(test_old_versions),
		harness_test(test_without_a_source),
		harness_test(test_what_does_not_start_a_drag),
		harness_test(test_ends_in_the_middle),
		harness_test(test_the_icon_can_be_used_again),
		harness_test(test_hostile_destinations),
		harness_test(test_hostile_icons),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "compositor/keymap.h"
#include "protocol/seat.h"
#include "tests/unit.h"

#include <sys/mman.h>

static void test_keymap_of_two_keyboards(void **state)
{
	struct wl_display *display = wl_display_create();
	struct seat seat = {0};
	struct keymap own = {0}, same = {0}, other = {0};
	assert_true(seat_create(&seat, display));
	assert_true(keymap_init(&own));
	assert_int_equal(keymap_give(&own, &seat), KEYBOARD_KEYMAP_CHANGED);
	char *told = mmap(
		NULL, seat.keyboard.keymap_size, PROT_READ, MAP_PRIVATE, seat.keyboard.keymap, 0);
	assert_ptr_not_equal(told, MAP_FAILED);
	assert_true(keymap_is_told_as(&own, told));
	munmap(told, seat.keyboard.keymap_size);
	const struct keyboard_modifiers shift = {.depressed = 1};
	assert_true(keymap_init_same(&same, &own));
	keymap_set_modifiers(&same, &shift);
	assert_int_equal(keymap_give(&same, &seat), KEYBOARD_KEYMAP_KEPT);
	assert_int_equal(seat.keyboard.modifiers.depressed, 1);
	assert_int_equal(keymap_give(&own, &seat), KEYBOARD_KEYMAP_KEPT);
	assert_int_equal(seat.keyboard.modifiers.depressed, 0);
	assert_true(
		keymap_init_text(&other, "xkb_keymap { xkb_keycodes { <A> = 38; }; xkb_types {};"
					 "xkb_compat {}; xkb_symbols { key <A> { [ x ] }; }; };"));
	assert_int_equal(keymap_give(&other, &seat), KEYBOARD_KEYMAP_CHANGED);
	keymap_finish(&other);
	keymap_finish(&own);
	keymap_finish(&same);
	seat_destroy(&seat);
	wl_display_destroy(display);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keymap_of_two_keyboards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "compositor/keymap.h"
#include "protocol/seat.h"
#include "tests/unit.h"

#include <string.h>
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

#define MAP(keycodes, types, symbols) \
	"xkb_keymap { xkb_keycodes { " keycodes " }; xkb_types { " types " };" \
	"xkb_compat {}; xkb_symbols { " symbols " }; };"
#define LEVEL(number) \
	MAP("<A> = 38;", "type \"T\" { modifiers = Shift; map[Shift] = " number "; };", \
		"key <A> { type = \"T\", [ x ] };")
#define SUMMANDS 400000

static char *long_sum(void)
{
	char *text = test_malloc(2 * SUMMANDS + 256), *end = text;
	end = stpcpy(end, "xkb_keymap { xkb_keycodes { <A> = 38; }; xkb_types {};"
			  "xkb_compat {}; xkb_symbols { x = ");
	for (int i = 0; i < SUMMANDS; i++)
		end = stpcpy(end, "1+");
	stpcpy(end, "1; }; };");
	return text;
}

/* At which xkbcommon 1.7 aborts, takes gigabytes, overflows its stack. */
static void test_hostile_texts_are_refused(void **state)
{
	char *sum = long_sum();
	const char *const texts[] = {
		LEVEL("100000000"),
		LEVEL("10000*10000"),
		MAP("<A> = 2000000000;", "", "key <A> { [ x ] };"),
		MAP("<A> = 200000000;", "", "key <A> { [ x ] };"),
		sum,
		"no keymap",
	};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct keymap keymap = {0};
		assert_false(keymap_init_text(&keymap, texts[i]));
		assert_null(keymap.context);
	}
	struct keymap keymap = {0};
	assert_true(keymap_init_text(&keymap, LEVEL("2")));
	keymap_finish(&keymap);
	test_free(sum);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keymap_of_two_keyboards),
		cmocka_unit_test(test_hostile_texts_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

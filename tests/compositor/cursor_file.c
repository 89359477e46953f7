#include "compositor/cursor_theme.h"
#include "tests/unit.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file of two images: 2x2 of nominal size 24 and 3x1 of 48. */
#define TOC 16
#define FIRST (TOC + 2 * 12)
#define SECOND (FIRST + 36 + 4 * 4)
#define WORDS ((SECOND + 36 + 3 * 4) / 4)

static void file_image(uint32_t *words, uint32_t at, const uint32_t header[6])
{
	const uint32_t image[] = {36, 0xfffd0002, header[0], 1, header[1], header[2], header[3],
		header[4], header[5]};
	memcpy(words + at / 4, image, sizeof image);
	for (uint32_t i = 0; i < header[1] * header[2]; i++)
		words[at / 4 + 9 + i] = 0xff000000 + header[0] + i;
}

static void file_make(uint32_t words[WORDS])
{
	const uint32_t start[] = {
		0x72756358, TOC, 0x10000, 2, 0xfffd0002, 24, FIRST, 0xfffd0002, 48, SECOND};
	memcpy(words, start, sizeof start);
	file_image(words, FIRST, (const uint32_t[]){24, 2, 2, 1, 0, 0});
	file_image(words, SECOND, (const uint32_t[]){48, 3, 1, 2, 1, 0});
	for (int i = 0; i < WORDS; i++)
		words[i] = htole32(words[i]);
}

static bool file_parse(const uint32_t *words, size_t len, uint32_t size, struct cursor_image *image)
{
	/* A copy of exactly len bytes: what is read behind them is seen by the sanitizer. */
	uint8_t *copy = malloc(len ? len : 1);
	memcpy(copy, words, len);
	bool good = cursor_file_parse(copy, len, size, image);
	free(copy);
	return good;
}

static void test_nearest_size(void **state)
{
	static const struct {
		uint32_t size;
		int32_t width;
	} cases[] = {{1, 2}, {24, 2}, {35, 2}, {37, 3}, {48, 3}, {4000, 3}};
	uint32_t words[WORDS];
	file_make(words);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cursor_image image;
		assert_true(file_parse(words, sizeof words, cases[i].size, &image));
		assert_int_equal(image.width, cases[i].width);
		assert_int_equal(image.pixels[0], image.width == 2 ? 0xff000018 : 0xff000030);
		assert_int_equal(image.hotspot_x, image.width - 1);
		cursor_image_finish(&image);
	}
}

static void test_every_length_that_is_too_short(void **state)
{
	uint32_t words[WORDS];
	struct cursor_image image;
	file_make(words);
	for (size_t len = 0; len < sizeof words; len++)
		assert_false(file_parse(words, len, 48, &image));
}

static void test_every_number_extreme(void **state)
{
	static const uint32_t extremes[] = {0, 1, 0x7fffffff, 0x80000000, 0xfffffffc, UINT32_MAX};
	for (int i = 0; i < WORDS; i++) {
		for (size_t j = 0; j < sizeof extremes / sizeof extremes[0]; j++) {
			uint32_t words[WORDS];
			struct cursor_image image = {0};
			file_make(words);
			words[i] = htole32(extremes[j]);
			if (!file_parse(words, sizeof words, 24, &image))
				continue;
			assert_true(image.width > 0 && image.width <= CURSOR_FILE_MAX_SIZE);
			assert_true(image.hotspot_x >= 0 && image.hotspot_x <= image.width);
			cursor_image_finish(&image);
		}
	}
}

static void theme_write(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void test_themes_inherit(void **state)
{
	char folder[] = "/tmp/cursorsXXXXXX", path[256];
	static const char index[] = "[Icon Theme]\nInherits = base, other\n",
			  loop[] = "Inherits=child\n";
	uint32_t words[WORDS];
	struct cursor_image image;
	file_make(words);
	assert_non_null(mkdtemp(folder));
	static const char *const folders[] = {"child", "base", "base/cursors"};
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	snprintf(path, sizeof path, "%s/child/index.theme", folder);
	theme_write(path, index, sizeof index - 1);
	snprintf(path, sizeof path, "%s/base/index.theme", folder);
	theme_write(path, loop, sizeof loop - 1);
	snprintf(path, sizeof path, "%s/base/cursors/text", folder);
	theme_write(path, words, sizeof words);
	snprintf(path, sizeof path, "/nonexistent:%s", folder);
	setenv("XCURSOR_PATH", path, 1);
	setenv("XCURSOR_THEME", "child", 1);
	assert_true(cursor_theme_find("text", 24, &image));
	cursor_image_finish(&image);
	assert_false(cursor_theme_find("wait", 24, &image)); /* the themes inherit in a circle */
	setenv("XCURSOR_THEME", "../../etc", 1);
	assert_false(cursor_theme_find("text", 24, &image));
	static const char *const files[] = {"child/index.theme", "base/index.theme",
		"base/cursors/text", "base/cursors", "base", "child", "."};
	for (int i = 0; i < 7; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i]);
		assert_int_equal(i == 6 ? rmdir(folder) : remove(path), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nearest_size),
		cmocka_unit_test(test_every_length_that_is_too_short),
		cmocka_unit_test(test_every_number_extreme),
		cmocka_unit_test(test_themes_inherit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Frames that the CPU draws beside a GPU, into targets that the worker allocates: which ones, what
 * they show, and what the GPU is told of later. Which of the two drew is told by record_duration.
 */
#include "harness.h"

#include <string.h>
#include <unistd.h>

#define SIZE 512 /* of targets: four times the pixels for which the GPU is never asked */

static struct harness by_cpu_harness;
static struct harness_frame by_cpu_frame;

struct by_cpu {
	struct harness *harness;
	struct harness_target target;
	struct harness_shm shm; /* as large as the target */
	uint32_t texture;
};

static struct by_cpu fixture;
static bool by_cpu_is_clean; /* the running test came to its end */

static void by_cpu_target_create(struct harness_target *target)
{
	char reason[WIRE_MAX_REASON];
	if (!harness_target_create(
		    &by_cpu_harness, target, 0, SIZE, SIZE, DRM_FORMAT_XRGB8888, 0, reason))
		fail_msg("no target: %s", reason);
}

/* Noise that differs with each seed. */
static void by_cpu_fill(const struct wire_rect *rect, uint32_t seed)
{
	for (int32_t y = rect->y1; y < rect->y2; y++) {
		for (int32_t x = rect->x1; x < rect->x2; x++)
			harness_shm_put(&fixture.shm, x, y,
				((uint32_t)(y * SIZE + x) * 2654435761u + seed) & 0xffffff);
	}
}

/* A frame of the picture in rect only. */
static struct wire_quad *by_cpu_show(
	const struct harness_target *target, const struct wire_rect *rects, uint32_t n_rects)
{
	harness_frame_init(&by_cpu_frame, target);
	struct wire_quad *quad =
		harness_frame_add(&by_cpu_frame, target, fixture.texture, 0, 0, SIZE, SIZE);
	harness_frame_clip(&by_cpu_frame, quad, rects, n_rects);
	return quad;
}

static struct wire_frame_done by_cpu_draw(const struct harness_target *target)
{
	return harness_frame_draw(fixture.harness, &by_cpu_frame, target);
}

static void by_cpu_update(const struct wire_rect *rects, uint32_t n_rects)
{
	harness_texture_update(
		fixture.harness, fixture.texture, fixture.shm.buffer, rects, n_rects);
}

static const struct wire_rect all = {0, 0, SIZE, SIZE};

static int by_cpu_setup(void **state)
{
	fixture = (struct by_cpu){.harness = &by_cpu_harness};
	by_cpu_is_clean = false;
	harness_start(&by_cpu_harness, "vulkan");
	by_cpu_target_create(&fixture.target);
	harness_shm_create(&by_cpu_harness, &fixture.shm, SIZE, SIZE, DRM_FORMAT_XRGB8888, 0, 0);
	by_cpu_fill(&all, 0);
	fixture.texture = harness_texture_update(&by_cpu_harness, 0, fixture.shm.buffer, NULL, 0);
	return 0;
}

/* Its end tells of what the validation layer and the sanitizers have found. */
static int by_cpu_teardown(void **state)
{
	if (by_cpu_is_clean)
		harness_stop(&by_cpu_harness);
	harness_kill(&by_cpu_harness);
	return 0;
}

/* is_turned: by half. */
static void expect_pixels(const struct harness_target *target, bool is_turned)
{
	for (int32_t y = 0; y < SIZE; y++) {
		for (int32_t x = 0; x < SIZE; x++) {
			int32_t bx = is_turned ? SIZE - 1 - x : x,
				by = is_turned ? SIZE - 1 - y : y;
			uint32_t wanted, seen = harness_target_get(target, x, y) & 0xffffff;
			memcpy(&wanted, harness_shm_pixel(&fixture.shm, bx, by), 4);
			if (seen != (wanted & 0xffffff))
				fail_msg("at %d,%d: 0x%06x, expected 0x%06x", x, y, seen,
					wanted & 0xffffff);
		}
	}
}

static void expect_picture(const struct harness_target *target)
{
	expect_pixels(target, false);
}

static void expect_by_cpu(const struct wire_frame_done *done)
{
	assert_int_equal(done->record_duration, 0);
	assert_int_equal(done->upload_bytes, 0);
	assert_int_equal(done->copy_bytes, 0);
	assert_int_equal(done->gpu_copy_bytes, 0);
}

static void expect_by_gpu(const struct wire_frame_done *done, uint64_t upload_bytes)
{
	assert_true(done->record_duration > 0);
	assert_int_equal(done->upload_bytes, upload_bytes);
}

/* The first frame, which every target gets from the GPU. */
static void draw_first(void)
{
	by_cpu_show(&fixture.target, &all, 1);
	struct wire_frame_done done = by_cpu_draw(&fixture.target);
	expect_by_gpu(&done, SIZE * SIZE * 4);
}

static void show_by_cpu(const struct wire_rect *rects, uint32_t n_rects)
{
	by_cpu_show(&fixture.target, rects, n_rects);
	struct wire_frame_done done = by_cpu_draw(&fixture.target);
	expect_by_cpu(&done);
}

static void change(const struct wire_rect *rects, uint32_t n_rects, uint32_t seed)
{
	for (uint32_t i = 0; i < n_rects; i++)
		by_cpu_fill(&rects[i], seed);
	by_cpu_update(rects, n_rects);
}

static void test_changes_are_drawn_from_where_they_lie(void **state)
{
	const struct wire_rect small[] = {{10, 20, 30, 25}, {100, 200, 300, 210}};
	draw_first();
	change(small, 2, 1);
	show_by_cpu(small, 2);
	expect_picture(&fixture.target);

	change(&all, 1, 2);
	show_by_cpu(&all, 1);
	expect_picture(&fixture.target);
	by_cpu_is_clean = true;
}

/* Of what the CPU has drawn meanwhile, each pixel once. */
static void test_the_gpu_gets_what_it_missed(void **state)
{
	const struct wire_rect first = {0, 0, 20, 10}, second = {10, 0, 30, 10};
	draw_first();
	change(&first, 1, 1);
	show_by_cpu(&first, 1);
	change(&second, 1, 2);
	show_by_cpu(&second, 1);

	/* Something that is not copied: turned by half. */
	by_cpu_show(&fixture.target, &all, 1)->transform = 2;
	struct wire_frame_done done = by_cpu_draw(&fixture.target);
	expect_by_gpu(&done, 30 * 10 * 4);
	expect_pixels(&fixture.target, true);
	/* And the CPU goes on where the GPU drew. */
	change(&all, 1, 3);
	show_by_cpu(&all, 1);
	expect_picture(&fixture.target);
	by_cpu_is_clean = true;
}

/* What was never shown of a change is copied when it is, from the buffer that is shown then. */
static void test_another_buffer_comes_before_the_gpu_does(void **state)
{
	const struct wire_rect row = {0, 7, SIZE, 8};
	draw_first();
	change(&row, 1, 1);
	show_by_cpu(&row, 1);

	struct harness_shm old = fixture.shm;
	harness_shm_create(fixture.harness, &fixture.shm, SIZE, SIZE, DRM_FORMAT_XRGB8888, 0, 0);
	memcpy(fixture.shm.data, old.data, old.size);
	const struct wire_rect dot = {3, 3, 4, 4};
	change(&dot, 1, 2);
	memset(old.data, 0, old.size);
	harness_shm_finish(fixture.harness, &old);
	/* A second target, whose first frame is the GPU's. */
	struct harness_target other;
	by_cpu_target_create(&other);
	by_cpu_show(&other, &all, 1);
	struct wire_frame_done done = by_cpu_draw(&other);
	expect_by_gpu(&done, SIZE * 4 + 4);
	expect_picture(&other);
	harness_target_finish(fixture.harness, &other);
	by_cpu_is_clean = true;
}

/* A window that moves, and does not change: the GPU has its pixels. */
static void test_what_the_gpu_has_it_draws(void **state)
{
	draw_first();
	by_cpu_show(&fixture.target, &all, 1);
	struct wire_frame_done done = by_cpu_draw(&fixture.target);
	expect_by_gpu(&done, 0);
	/* Once it changed, and is shown twice as it is then, too: it has been shown in both
	 * targets. What it was in between counts for nothing. */
	change(&all, 1, 1);
	change(&all, 1, 2);
	for (int i = 0; i < 2; i++) {
		show_by_cpu(&all, 1);
	}
	by_cpu_show(&fixture.target, &all, 1);
	done = by_cpu_draw(&fixture.target);
	expect_by_gpu(&done, SIZE * SIZE * 4);
	expect_picture(&fixture.target);
	/* But little of it is no reason to ask. */
	const struct wire_rect little = {0, 0, 256, 256};
	show_by_cpu(&little, 1);
	expect_picture(&fixture.target);
	by_cpu_is_clean = true;
}

/* What the CPU drew stays when the GPU draws elsewhere, and the other way round. */
static void test_each_keeps_what_the_other_drew(void **state)
{
	const struct wire_rect left = {0, 0, 100, SIZE}, right = {200, 0, SIZE, SIZE};
	draw_first();
	change(&left, 1, 1);
	show_by_cpu(&left, 1);
	change(&right, 1, 2);
	/* A filter that has nothing to do: for the GPU. */
	by_cpu_show(&fixture.target, &right, 1)->alpha = 254.0f / 255;
	struct wire_frame_done done = by_cpu_draw(&fixture.target);
	expect_by_gpu(&done, (100 + SIZE - 200) * SIZE * 4);
	for (int32_t x = 0; x < SIZE; x++) {
		uint32_t wanted;
		memcpy(&wanted, harness_shm_pixel(&fixture.shm, x, x), 4);
		int far = harness_difference(harness_target_get(&fixture.target, x, x), wanted);
		assert_true(far <= (x < 200 ? 0 : 2));
	}
	change(&right, 1, 3);
	show_by_cpu(&right, 1);
	expect_picture(&fixture.target);
	by_cpu_is_clean = true;
}

/* Rows begin anywhere: nothing is copied for that. */
static void test_unaligned_rows_are_blended(void **state)
{
	struct harness_shm odd;
	draw_first();
	harness_shm_create(fixture.harness, &odd, 99, 10, DRM_FORMAT_ARGB8888, 1, 99 * 4 + 1);
	const uint32_t pixel = 0x80402010;
	for (int i = 0; i < 990; i++)
		memcpy(harness_shm_pixel(&odd, i % 99, i / 99), &pixel, sizeof pixel);
	uint32_t texture = harness_texture_update(fixture.harness, 0, odd.buffer, NULL, 0);
	const struct wire_rect left = {0, 0, 99, 10};
	change(&left, 1, 1);
	by_cpu_show(&fixture.target, &left, 1);
	harness_frame_add(&by_cpu_frame, &fixture.target, texture, 0, 0, 99, 10);
	struct wire_frame_done done = by_cpu_draw(&fixture.target);
	expect_by_cpu(&done);
	for (int i = 0; i < 990; i++) {
		uint32_t below, seen = harness_target_get(&fixture.target, i % 99, i / 99);
		memcpy(&below, harness_shm_pixel(&fixture.shm, i % 99, i / 99), 4);
		uint32_t wanted = (pixel & 0xffffff) + (below >> 1 & 0x7f7f7f);
		assert_true(harness_difference(seen, wanted) <= 1);
	}
	by_cpu_is_clean = true;
}

/* Frames end in the order in which they came. */
static void test_the_cpu_does_not_overtake(void **state)
{
	struct harness_target other;
	const struct wire_rect dot = {3, 3, 4, 4};
	draw_first();
	by_cpu_target_create(&other);
	by_cpu_show(&other, &all, 1);
	uint32_t first = harness_frame_send(fixture.harness, &by_cpu_frame, &other);
	change(&dot, 1, 1);
	by_cpu_show(&fixture.target, &dot, 1);
	uint32_t second = harness_frame_send(fixture.harness, &by_cpu_frame, &fixture.target);
	assert_true(harness_frame_wait(fixture.harness, first).ok);
	assert_true(harness_frame_wait(fixture.harness, second).ok);
	expect_picture(&fixture.target);
	harness_target_finish(fixture.harness, &other);
	by_cpu_is_clean = true;
}

/* A panel with alpha, and a colour. */
static void test_little_is_blended(void **state)
{
	struct harness_shm panel;
	draw_first();
	harness_shm_create(fixture.harness, &panel, 100, 10, DRM_FORMAT_ARGB8888, 0, 0);
	for (int i = 0; i < 1000; i++)
		harness_shm_put(&panel, i % 100, i / 100, 0x80402010);
	uint32_t texture = harness_texture_update(fixture.harness, 0, panel.buffer, NULL, 0);
	uint32_t colour = harness_texture_update(
		fixture.harness, 0, harness_solid_create(fixture.harness, 0, 0, 1, 1), NULL, 0);
	const struct wire_rect left = {0, 0, 50, 10};
	harness_frame_init(&by_cpu_frame, &fixture.target);
	struct wire_quad *quad =
		harness_frame_add(&by_cpu_frame, &fixture.target, colour, 0, 0, 50, 10);
	quad->src_w = quad->src_h = 1;
	quad = harness_frame_add(&by_cpu_frame, &fixture.target, texture, 0, 0, 100, 10);
	harness_frame_clip(&by_cpu_frame, quad, &left, 1);
	struct wire_frame_done done = by_cpu_draw(&fixture.target);
	expect_by_cpu(&done);
	for (int i = 0; i < 500; i++) {
		uint32_t seen = harness_target_get(&fixture.target, i % 50, i / 50);
		assert_true(harness_difference(seen, 0x40208f) <= 1);
	}
	change(&left, 1, 4); /* which the panel hid */
	by_cpu_show(&fixture.target, &left, 1);
	by_cpu_draw(&fixture.target);
	expect_picture(&fixture.target);
	by_cpu_is_clean = true;
}

/* A client may cut its file short at any time. */
static void test_a_pool_that_is_cut_short_is_zeros(void **state)
{
	draw_first();
	by_cpu_update(&all, 1);
	assert_int_equal(ftruncate(fixture.shm.fd, 0), 0);
	show_by_cpu(&all, 1);
	for (int32_t i = 0; i < SIZE; i++)
		assert_int_equal(harness_target_get(&fixture.target, i, i) & 0xffffff, 0);
	/* The worker lives on. */
	uint32_t red = harness_texture_update(
		fixture.harness, 0, harness_solid_create(fixture.harness, 1, 0, 0, 1), NULL, 0);
	harness_frame_init(&by_cpu_frame, &fixture.target);
	struct wire_quad *quad =
		harness_frame_add(&by_cpu_frame, &fixture.target, red, 0, 0, 10, 10);
	quad->src_w = quad->src_h = 1;
	by_cpu_draw(&fixture.target);
	assert_int_equal(harness_target_get(&fixture.target, 5, 5) & 0xffffff, 0xff0000);
	by_cpu_is_clean = true;
}

/* More places than are kept apart: then what is around them is copied. */
static void test_very_many_changes(void **state)
{
	static struct wire_rect dots[64];
	const int n = 64;
	draw_first();
	for (int part = 0; part < 3; part++) {
		for (int i = 0; i < n; i++) {
			int32_t x = i % 16 * 4, y = part * 8 + i / 16 * 2;
			dots[i] = (struct wire_rect){x, y, x + 1, y + 1};
		}
		change(dots, (uint32_t)n, (uint32_t)part + 1);
		show_by_cpu(dots, (uint32_t)n);
	}
	expect_picture(&fixture.target);
	by_cpu_show(&fixture.target, &all, 1)->transform = 2;
	struct wire_frame_done done = by_cpu_draw(&fixture.target);
	expect_by_gpu(&done, 61 * 23 * 4);
	by_cpu_is_clean = true;
}

#define BY_CPU_TEST(name) \
	cmocka_unit_test_setup_teardown(test_##name, by_cpu_setup, by_cpu_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BY_CPU_TEST(changes_are_drawn_from_where_they_lie),
		BY_CPU_TEST(the_gpu_gets_what_it_missed),
		BY_CPU_TEST(another_buffer_comes_before_the_gpu_does),
		BY_CPU_TEST(what_the_gpu_has_it_draws),
		BY_CPU_TEST(each_keeps_what_the_other_drew),
		BY_CPU_TEST(unaligned_rows_are_blended),
		BY_CPU_TEST(the_cpu_does_not_overtake),
		BY_CPU_TEST(little_is_blended),
		BY_CPU_TEST(a_pool_that_is_cut_short_is_zeros),
		BY_CPU_TEST(very_many_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

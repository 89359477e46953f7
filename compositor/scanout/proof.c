#include "compositor/scanout/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define PROOF_COLUMNS 8
#define PROOF_ROWS 6
/* A GPU may round colours its own way. */
#define PROOF_TOLERANCE 1

/* Ids in the worker: textures 1 to 8; buffers 1 to 8 in the first frame, 9 to 16 in the second. */
static uint32_t proof_buffer(int frame, int color)
{
	return (uint32_t)((frame - 1) * SCANOUT_PROOF_COLORS + color + 1);
}

static uint32_t proof_random(void)
{
	uint32_t value = 0;
	if (getrandom(&value, sizeof value, GRND_NONBLOCK) != sizeof value)
		value = (uint32_t)random();
	return value;
}

static void proof_choose_colors(struct scanout_proof *proof)
{
	proof->seed = proof_random();
	for (int i = 0; i < SCANOUT_PROOF_COLORS; i++) {
		uint32_t value = proof_random();
		for (int k = 0; k < 3; k++)
			proof->colors[i][k] = (uint8_t)(value >> (8 * k));
		/* Told apart in any case: three bits of the index in the channels' highest bits. */
		for (int k = 0; k < 3; k++)
			proof->colors[i][k] =
				(uint8_t)((proof->colors[i][k] & 0x7f) | ((i >> k & 1) << 7));
	}
}

void scanout_proof_init(struct scanout_proof *proof, int32_t width, int32_t height)
{
	*proof = (struct scanout_proof){.width = width, .height = height};
}

static int proof_color(const struct scanout_proof *proof, int column, int row)
{
	uint32_t mixed =
		proof->seed ^ (uint32_t)(row * PROOF_COLUMNS + column) * UINT32_C(0x9e3779b9);
	mixed ^= mixed >> 16;
	mixed *= UINT32_C(0x85ebca6b);
	return (int)(mixed >> 29);
}

static pixman_box32_t proof_cell(const struct scanout_proof *proof, int column, int row)
{
	return (pixman_box32_t){
		.x1 = column * proof->width / PROOF_COLUMNS,
		.y1 = row * proof->height / PROOF_ROWS,
		.x2 = (column + 1) * proof->width / PROOF_COLUMNS,
		.y2 = (row + 1) * proof->height / PROOF_ROWS,
	};
}

static void proof_send_colors(struct scanout_proof *proof, struct render_client *client)
{
	pixman_region32_t whole;
	pixman_region32_init_rect(&whole, 0, 0, 1, 1);
	for (int i = 0; i < SCANOUT_PROOF_COLORS; i++) {
		const uint8_t *color = proof->colors[i];
		const float parts[4] = {
			(float)color[0] / 255, (float)color[1] / 255, (float)color[2] / 255, 1};
		uint32_t buffer = proof_buffer(proof->frame, i);
		render_client_buffer_solid(client, buffer, parts);
		render_client_texture_update(client, (uint32_t)i + 1, buffer, &whole);
	}
	pixman_region32_fini(&whole);
}

void scanout_proof_draw(struct scanout_proof *proof, struct render_client *client, uint32_t target)
{
	struct render_quad quads[PROOF_COLUMNS * PROOF_ROWS];
	proof->frame++;
	proof_choose_colors(proof);
	proof_send_colors(proof, client);
	for (int i = 0; i < PROOF_COLUMNS * PROOF_ROWS; i++) {
		int column = i % PROOF_COLUMNS, row = i / PROOF_COLUMNS;
		pixman_box32_t cell = proof_cell(proof, column, row);
		quads[i] = (struct render_quad){
			.texture = (uint32_t)proof_color(proof, column, row) + 1,
			.flags = WIRE_QUAD_OPAQUE,
			.alpha = 1,
			.src_w = 1,
			.src_h = 1,
			.x = cell.x1,
			.y = cell.y1,
			.width = cell.x2 - cell.x1,
			.height = cell.y2 - cell.y1,
		};
	}
	pixman_region32_t damage;
	pixman_region32_init_rect(&damage, 0, 0, (unsigned)proof->width, (unsigned)proof->height);
	const struct render_frame frame = {.sequence = (uint32_t)proof->frame,
		.target = target,
		.damage = &damage,
		.quads = quads,
		.n_quads = PROOF_COLUMNS * PROOF_ROWS};
	render_client_frame(client, &frame);
	pixman_region32_fini(&damage);
}

static bool proof_pixel_matches(uint32_t pixel, const uint8_t *color)
{
	for (int k = 0; k < 3; k++) {
		int found = (int)(pixel >> (16 - 8 * k) & 0xff);
		if (abs(found - color[k]) > PROOF_TOLERANCE)
			return false;
	}
	return true;
}

static bool proof_compare_point(const struct scanout_proof *proof,
	const struct scanout_proof_source *source, const int32_t point[static 2],
	const uint8_t *color, char *reason, size_t cap)
{
	uint32_t pixel;
	size_t offset = (size_t)point[1] * source->stride + (size_t)point[0] * sizeof pixel;
	if (!source->read(source, offset, &pixel)) {
		snprintf(reason, cap, "the target is shorter than its picture");
		return false;
	}
	if (proof_pixel_matches(pixel, color))
		return true;
	snprintf(reason, cap, "read back at %d,%d of frame %d: %06x instead of %02x%02x%02x",
		point[0], point[1], proof->frame, pixel & 0xffffff, color[0], color[1], color[2]);
	return false;
}

static bool proof_compare_cell(const struct scanout_proof *proof,
	const struct scanout_proof_source *source, int column, int row, char *reason, size_t cap)
{
	const uint8_t *color = proof->colors[proof_color(proof, column, row)];
	pixman_box32_t cell = proof_cell(proof, column, row);
	const int32_t points[][2] = {
		{cell.x1, cell.y1},
		{cell.x2 - 1, cell.y1},
		{cell.x1, cell.y2 - 1},
		{cell.x2 - 1, cell.y2 - 1},
		{(cell.x1 + cell.x2) / 2, (cell.y1 + cell.y2) / 2},
	};
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
		if (!proof_compare_point(proof, source, points[i], color, reason, cap))
			return false;
	}
	return true;
}

bool scanout_proof_compare(const struct scanout_proof *proof,
	const struct scanout_proof_source *source, char *reason, size_t cap)
{
	for (int row = 0; row < PROOF_ROWS; row++) {
		for (int column = 0; column < PROOF_COLUMNS; column++) {
			if (!proof_compare_cell(proof, source, column, row, reason, cap))
				return false;
		}
	}
	return true;
}

void scanout_proof_finish(struct scanout_proof *proof, struct render_client *client)
{
	if (proof->frame == 0)
		return;
	for (uint32_t i = 1; i <= SCANOUT_PROOF_COLORS; i++)
		render_client_texture_forget(client, i);
	for (int i = 0; i < proof->frame * SCANOUT_PROOF_COLORS; i++)
		render_client_buffer_forget(client, (uint32_t)i + 1);
	proof->frame = 0;
}

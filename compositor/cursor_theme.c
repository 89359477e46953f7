#include "compositor/cursor_theme.h"

#include "common/log.h"
#include "compositor/picture.h"
#include "protocol/cursor_shape.h"
#include "protocol/surface.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CURSOR_THEME_SIZE 24
#define CURSOR_THEME_MAX_DEPTH 8 /* of themes that inherit from others */
#define CURSOR_THEME_PATH \
	"~/.local/share/icons:~/.icons:/usr/local/share/icons:/usr/share/icons:/usr/share/pixmaps"

/* Names by which older themes know a shape. */
static const char *const cursor_theme_aliases[][2] = {
	{"default", "left_ptr"},
	{"text", "xterm"},
	{"pointer", "hand2"},
	{"wait", "watch"},
	{"progress", "left_ptr_watch"},
	{"crosshair", "cross"},
	{"help", "question_arrow"},
	{"move", "fleur"},
	{"all-scroll", "fleur"},
	{"grabbing", "fleur"},
	{"not-allowed", "crossed_circle"},
	{"e-resize", "right_side"},
	{"w-resize", "left_side"},
	{"n-resize", "top_side"},
	{"s-resize", "bottom_side"},
	{"ne-resize", "top_right_corner"},
	{"nw-resize", "top_left_corner"},
	{"se-resize", "bottom_right_corner"},
	{"sw-resize", "bottom_left_corner"},
	{"ew-resize", "sb_h_double_arrow"},
	{"ns-resize", "sb_v_double_arrow"},
	{"col-resize", "sb_h_double_arrow"},
	{"row-resize", "sb_v_double_arrow"},
};

/* 'X' black, '.' white; the tip is the corner. */
static const char *const cursor_theme_arrow[] = {
	"X           ",
	"XX          ",
	"X.X         ",
	"X..X        ",
	"X...X       ",
	"X....X      ",
	"X.....X     ",
	"X......X    ",
	"X.......X   ",
	"X........X  ",
	"X.........X ",
	"X......XXXXX",
	"X...X..X    ",
	"X..X X..X   ",
	"X.X  X..X   ",
	"XX    X..X  ",
	"X     X..X  ",
	"       XX   ",
};

#define CURSOR_THEME_ARROW_WIDTH 12
#define CURSOR_THEME_ARROW_HEIGHT \
	((int32_t)(sizeof cursor_theme_arrow / sizeof cursor_theme_arrow[0]))

/* Each folder of the path, "~" resolved; false: the path has ended, or the name is too long. */
static bool cursor_theme_next_folder(const char **path, char folder[PATH_MAX])
{
	const char *home = getenv("HOME");
	size_t len = strcspn(*path, ":");
	if (len == 0)
		return false;
	bool in_home = **path == '~';
	int written = snprintf(folder, PATH_MAX, "%s%.*s", in_home && home ? home : "",
		(int)(len - in_home), *path + in_home);
	*path += len + ((*path)[len] == ':');
	return written > 0 && written < PATH_MAX;
}

static const char *cursor_theme_path(void)
{
	const char *path = getenv("XCURSOR_PATH");
	return path && *path ? path : CURSOR_THEME_PATH;
}

/* The first theme that index.theme inherits from. False: none, or no such file. */
static bool cursor_theme_parent(const char *folder, const char *name, char parent[NAME_MAX])
{
	char path[PATH_MAX + 2 * NAME_MAX], line[256];
	snprintf(path, sizeof path, "%s/%s/index.theme", folder, name);
	FILE *file = fopen(path, "re");
	bool found = false;
	while (file && !found && fgets(line, sizeof line, file))
		found = sscanf(line, "Inherits = %254[^,;\n ]", parent) == 1;
	if (file)
		fclose(file);
	return found;
}

static bool cursor_theme_read(
	const char *theme, const char *name, uint32_t size, struct cursor_image *image)
{
	char folder[PATH_MAX], path[PATH_MAX + 2 * NAME_MAX];
	for (const char *at = cursor_theme_path(); cursor_theme_next_folder(&at, folder);) {
		snprintf(path, sizeof path, "%s/%s/cursors/%s", folder, theme, name);
		if (cursor_file_read(path, size, image))
			return true;
	}
	return false;
}

static bool cursor_theme_inherits(const char *theme, char parent[NAME_MAX])
{
	char folder[PATH_MAX];
	for (const char *at = cursor_theme_path(); cursor_theme_next_folder(&at, folder);) {
		if (cursor_theme_parent(folder, theme, parent))
			return true;
	}
	return false;
}

bool cursor_theme_find(const char *name, uint32_t size, struct cursor_image *image)
{
	const char *chosen = getenv("XCURSOR_THEME");
	char theme[NAME_MAX] = "default", parent[NAME_MAX];
	if (chosen && *chosen && strlen(chosen) < sizeof theme && !strchr(chosen, '/'))
		snprintf(theme, sizeof theme, "%s", chosen);
	for (int depth = 0; depth < CURSOR_THEME_MAX_DEPTH; depth++) {
		if (cursor_theme_read(theme, name, size, image))
			return true;
		if (!cursor_theme_inherits(theme, parent))
			return false;
		memcpy(theme, parent, sizeof theme);
	}
	return false;
}

static uint32_t cursor_theme_size(void)
{
	const char *text = getenv("XCURSOR_SIZE");
	int size = text ? atoi(text) : 0;
	return size > 0 && size <= CURSOR_FILE_MAX_SIZE ? (uint32_t)size : CURSOR_THEME_SIZE;
}

static bool cursor_theme_find_any(uint32_t shape, struct cursor_image *image)
{
	const char *name = cursor_shape_name(shape);
	uint32_t size = cursor_theme_size();
	if (cursor_theme_find(name, size, image))
		return true;
	for (size_t i = 0; i < sizeof cursor_theme_aliases / sizeof cursor_theme_aliases[0]; i++) {
		if (strcmp(cursor_theme_aliases[i][0], name) == 0 &&
			cursor_theme_find(cursor_theme_aliases[i][1], size, image))
			return true;
	}
	return cursor_theme_find("left_ptr", size, image);
}

/* False: no memory. */
static bool cursor_theme_draw_arrow(struct cursor_image *image)
{
	*image = (struct cursor_image){
		.width = CURSOR_THEME_ARROW_WIDTH, .height = CURSOR_THEME_ARROW_HEIGHT};
	image->pixels = calloc((size_t)(image->width * image->height), sizeof *image->pixels);
	for (int32_t y = 0; image->pixels && y < image->height; y++) {
		for (int32_t x = 0; x < image->width; x++) {
			char dot = cursor_theme_arrow[y][x];
			image->pixels[y * image->width + x] = dot == 'X'   ? 0xff000000
							      : dot == '.' ? 0xffffffff
									   : 0;
		}
	}
	return image->pixels;
}

/* False: no memory. */
static bool cursor_theme_show(struct cursor_picture *picture, const struct cursor_image *image)
{
	picture->surface = picture_create("cursor", image->pixels, image->width, image->height);
	picture->hotspot_x = image->hotspot_x;
	picture->hotspot_y = image->hotspot_y;
	return picture->surface;
}

const struct cursor_picture *cursor_theme_picture(struct cursor_theme *theme, uint32_t shape)
{
	struct cursor_picture *picture = &theme->pictures[shape];
	struct cursor_image image = {0};
	if (picture->surface)
		return picture;
	bool good = cursor_theme_find_any(shape, &image) || cursor_theme_draw_arrow(&image);
	good = good && cursor_theme_show(picture, &image);
	cursor_image_finish(&image);
	if (!good)
		log_warn("a cursor cannot be shown: no memory");
	return good ? picture : NULL;
}

void cursor_theme_finish(struct cursor_theme *theme)
{
	for (int i = 0; i < CURSOR_THEME_MAX_SHAPES; i++)
		surface_destroy_own(theme->pictures[i].surface);
	*theme = (struct cursor_theme){0};
}

/** A popup of one colour above a window, as a menu is. */
#ifndef TESTS_CLIENTS_MENU_H
#define TESTS_CLIENTS_MENU_H

#include "window.h"

#define MENU_SIZE 100        /**< both ways, and from the window's corner */
#define MENU_COLOR 0xff8000u /**< 0xRRGGBB */

struct menu;

/** Opens it; its pixels come as soon as it is configured. NULL: no memory, said on stderr. */
struct menu *menu_open(struct window *window);

/** Accepts NULL. */
void menu_close(struct menu *menu);

#endif

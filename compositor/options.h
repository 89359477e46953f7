/** The command line of vitrine. */
#ifndef COMPOSITOR_OPTIONS_H
#define COMPOSITOR_OPTIONS_H

#include "common/log.h"
#include "compositor/layout.h"
#include "compositor/privilege.h"
#include "compositor/restart.h"
#include "compositor/scanout/scanout.h"
#include "kms/mode.h"

#include <stdbool.h>
#include <stdint.h>

#define OPTIONS_MAX_SIZES 16 /**< headless outputs: as many as a virtio-gpu may have */
#define OPTIONS_MAX_COMMANDS 16
#define OPTIONS_USAGE_STATUS 2 /**< exit status after a wrong command line */

/** When the pointer is seen. */
enum options_cursor {
	OPTIONS_CURSOR_DEVICE, /**< while there is a pointing device */
	OPTIONS_CURSOR_ALWAYS,
	OPTIONS_CURSOR_NEVER,
};

/** A COMMAND with its arguments. */
struct options_command {
	const char *output; /**< the name of the one that its windows are to be on; NULL: any */
	char **argv;        /**< NULL-terminated */
};

struct options {
	bool headless;
	struct kms_mode sizes[OPTIONS_MAX_SIZES]; /**< headless: of the outputs; refresh: mHz, or
						     FRAME_CLOCK_UNLIMITED */
	size_t n_sizes;
	int32_t refresh;      /**< of each of the sizes, or the pace of displays; mHz, or
				 FRAME_CLOCK_UNLIMITED; 0: not said */
	enum layout layout;   /**< of the outputs; LAYOUT_UNSAID: the configuration's */
	struct kms_mode mode; /**< of every display; width 0: the one that it prefers */
	bool follow;          /**< a display that prefers another mode gets it */
	bool vt_switch;       /**< Ctrl+Alt+Fn goes to another virtual terminal */
	enum options_cursor cursor;
	int cursor_seconds; /**< it is hidden when it has not moved for so long; 0: never */
	uint32_t scale;     /**< of the outputs, 120ths (protocol/output_map.h); 0: by their size */
	int32_t transform;  /**< of the outputs, enum wl_output_transform */
	struct scanout_order order;
	bool ordered; /**< it was asked for */
	enum scanout_renderer renderer;
	const char *config; /**< NULL: the usual place, where it need not be */
	bool windows;       /**< they float; else a kiosk */
	enum privilege_policy privileged;
	const char *trace;  /**< the file to write one to; NULL: none */
	const char *socket; /**< NULL: the first free wayland-N */
	const char *splash; /**< a PNG for where no window is; NULL: none */
	int blank;          /**< seconds without input until the screens are turned off; 0: never */
	enum log_level log_level;
	enum restart_policy restart; /**< of each command */
	int restart_limit;           /**< struct restart */
	struct options_command commands[OPTIONS_MAX_COMMANDS];
	size_t n_commands; /**< 0: the session runs until a signal */
};

/** Exits after --help, --version and mistakes. The strings are argv's, and argv is changed: a NULL
 * ends each COMMAND. */
void options_parse(struct options *options, int argc, char **argv);

#endif

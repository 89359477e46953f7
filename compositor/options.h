/** The command line of vitrine. */
#ifndef COMPOSITOR_OPTIONS_H
#define COMPOSITOR_OPTIONS_H

#include "common/log.h"
#include "compositor/privilege.h"
#include "compositor/scanout/scanout.h"

#include <stdbool.h>
#include <stdint.h>

#define OPTIONS_USAGE_STATUS 2 /**< exit status after a wrong command line */

struct options {
	bool headless;
	int32_t width, height; /**< headless: of the output, pixels */
	int32_t refresh;       /**< headless: mHz, or FRAME_CLOCK_UNLIMITED */
	uint32_t scale;        /**< of the output, 120ths (protocol/output_map.h) */
	int32_t transform;     /**< of the output, enum wl_output_transform */
	struct scanout_order order;
	enum scanout_renderer renderer;
	const char *config; /**< NULL: the usual place, where it need not be */
	bool windows;       /**< they float; else a kiosk */
	enum privilege_policy privileged;
	const char *trace;  /**< the file to write one to; NULL: none */
	const char *socket; /**< NULL: the first free wayland-N */
	enum log_level log_level;
	char **command; /**< NULL-terminated; NULL: none, the session runs until a signal */
};

/** Exits after --help, --version and mistakes. The strings are argv's. */
void options_parse(struct options *options, int argc, char **argv);

#endif

/** Between the options*.c files only. What is wrong ends the program with its reason. */
#ifndef COMPOSITOR_OPTIONS_PRIVATE_H
#define COMPOSITOR_OPTIONS_PRIVATE_H

#include "compositor/options.h"

#include <argp.h>

/** Whether it has a COMMAND, after --output. */
void options_check_command(const struct options_command *command, struct argp_state *state);

/** --output NAME. */
void options_set_output(
	struct options_command *command, const char *name, struct argp_state *state);

/** COMMAND [ARGS...], which --output NAME -- COMMAND may follow, again and again. */
void options_take_commands(struct options *options, char **argv, struct argp_state *state);

#endif

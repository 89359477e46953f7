/* Several COMMANDs on a command line, each with the output of its windows. */
#include "compositor/options_private.h"

#include <string.h>

void options_check_command(const struct options_command *command, struct argp_state *state)
{
	if (!command->argv || !command->argv[0])
		argp_error(state, "--output %s has no COMMAND: write --output NAME -- COMMAND",
			command->output);
}

void options_set_output(struct options_command *command, const char *name, struct argp_state *state)
{
	if (name[0] == '\0')
		argp_error(state, "an output's name is empty: use one such as Virtual-1");
	if (command->output)
		options_check_command(command, state);
	command->output = name;
}

/* "--output NAME --", which starts another COMMAND: its name, and *after what follows. NULL: it is
 * an argument like any other. */
static char *options_find_output(char **argv, char ***after)
{
	static const char option[] = "--output";
	const size_t len = sizeof option - 1;
	char *name = NULL;
	if (strncmp(argv[0], option, len) == 0 && argv[0][len] == '=')
		name = argv[0] + len + 1;
	else if (strcmp(argv[0], option) == 0)
		name = *++argv;
	if (!name || !argv[1] || strcmp(argv[1], "--") != 0)
		return NULL;
	*after = argv + 2;
	return name;
}

/* Only where the first has an output of its own: other command lines are their COMMAND's. */
void options_take_commands(struct options *options, char **argv, struct argp_state *state)
{
	struct options_command *command = &options->commands[options->n_commands++];
	char *name, **after;
	command->argv = argv;
	for (char **at = argv; command->output && *at;) {
		name = options_find_output(at, &after);
		if (!name) {
			at++;
			continue;
		}
		if (options->n_commands == OPTIONS_MAX_COMMANDS)
			argp_error(state, "there are at most %d COMMANDs", OPTIONS_MAX_COMMANDS);
		*at = NULL;
		at = after;
		options_check_command(command, state);
		command = &options->commands[options->n_commands++];
		options_set_output(command, name, state);
		command->argv = at;
	}
	options_check_command(command, state);
}

#include "common/fd.h"
#include "common/log.h"
#include "compositor/ctl.h"
#include "compositor/doctor.h"
#include "compositor/options.h"
#include "compositor/server.h"

#include <string.h>

/* Its messages and its usage name what the user typed. */
static int main_command(int (*command)(int, char **), char *name, int argc, char **argv)
{
	argv[1] = name;
	return command(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	struct options options;
	fd_open_standard();
	log_init("vitrine", LOG_LEVEL_INFO);
	if (argc > 1 && strcmp(argv[1], "doctor") == 0)
		return main_command(doctor_main, "vitrine doctor", argc, argv);
	if (argc > 1 && strcmp(argv[1], "ctl") == 0)
		return main_command(ctl_main, "vitrine ctl", argc, argv);
	options_parse(&options, argc, argv);
	log_init("vitrine", options.log_level);
	return server_run(&options);
}

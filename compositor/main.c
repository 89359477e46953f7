#include "common/log.h"
#include "compositor/ctl.h"
#include "compositor/doctor.h"
#include "compositor/options.h"
#include "compositor/server.h"

#include <string.h>

int main(int argc, char **argv)
{
	struct options options;
	log_init("vitrine", LOG_LEVEL_INFO);
	if (argc > 1 && strcmp(argv[1], "doctor") == 0)
		return doctor_main(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "ctl") == 0)
		return ctl_main(argc - 1, argv + 1);
	options_parse(&options, argc, argv);
	log_init("vitrine", options.log_level);
	return server_run(&options);
}

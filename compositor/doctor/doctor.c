#include "compositor/doctor.h"

#include "common/log.h"
#include "compositor/doctor/private.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

struct doctor_options {
	bool json;
	bool vmms;
	const char *device; /* NULL: found */
};

static const struct argp_option doctor_options[] = {
	{"json", 'j', NULL, 0, "Print one JSON object", 0},
	{"device", 'd', "PATH", 0, "Examine this DRM device, such as /dev/dri/card0", 0},
	{"vmms", 'm', NULL, 0,
		"List the virtual machine monitors that are known, and examine nothing", 0},
	{"verbose", 'v', NULL, 0, "Log what is done", 0},
	{0},
};

static error_t doctor_parse(int key, char *arg, struct argp_state *state)
{
	struct doctor_options *options = state->input;
	switch (key) {
	case 'j':
		options->json = true;
		return 0;
	case 'm':
		options->vmms = true;
		return 0;
	case 'd':
		options->device = arg;
		return 0;
	case 'v':
		log_init("vitrine", LOG_LEVEL_DEBUG);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "unexpected argument: %s", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static json_t *doctor_examine(const char *device)
{
	struct doctor doctor = {.fd = -1, .report = json_object()};
	json_object_set_new(doctor.report, "vmm", doctor_describe_vmm());
	doctor_open(&doctor, device);
	json_object_set_new(doctor.report, "vulkan", doctor_list_vulkan());
	doctor_time_sync_file(doctor.report);
	doctor_try_rungs(&doctor);
	doctor_close(&doctor);
	return doctor.report;
}

static void doctor_tell(const json_t *findings, bool as_json, void (*print)(const json_t *findings))
{
	if (as_json) {
		json_dumpf(findings, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print(findings);
	}
}

int doctor_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = doctor_options,
		.parser = doctor_parse,
		.doc = "Says what this machine can do for Vitrine, and what would mend the rest.\v"
		       "Tries every way from the renderer to the screen and shows nothing. Exit "
		       "status: "
		       "0 some way holds, 1 none does, 2 wrong usage.",
	};
	struct doctor_options options = {0};
	/* Its own findings are the report: the log is for what nobody expected. */
	log_init("vitrine", LOG_LEVEL_ERROR);
	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	json_t *findings = options.vmms ? doctor_list_vmms() : doctor_examine(options.device);
	doctor_tell(findings, options.json, options.vmms ? doctor_print_vmms : doctor_print);
	bool well = options.vmms || json_is_string(json_object_get(findings, "best"));
	json_decref(findings);
	return well ? 0 : 1;
}

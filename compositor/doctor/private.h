/**
 * What the files of the doctor share. The report is one JSON object; what a person reads is printed
 * from it, so that both always say the same.
 *
 *   {"vmm": {"id", "name", "avoids", "advice"}, "drm": {"device", "driver", "master", "virtio":
 * {"virgl", "blob", "host_visible", "context_init", "venus"}, "error"}, "connector": {"name",
 * "make", "model", "width", "height", "refresh" (Hz), "error"}, "vulkan": {"devices": [...],
 * "error"} as `vitrine-render --list-devices` prints it, of Venus also with {"sync_file_ms": from
 * an empty batch to its sync file, "mend": where that is late}, "rungs": [{"rung", "outcome",
 * "reason", "verdict", "mend"}], "best": RUNG or null, "gpu_on_demand": whether it is only used
 * when something is for the GPU}
 *
 * A member that does not apply is missing or null.
 */
#ifndef DOCTOR_PRIVATE_H
#define DOCTOR_PRIVATE_H

#include "compositor/scanout/scanout.h"

#include <jansson.h>
#include <stdbool.h>

/* The machine under examination. */
struct doctor {
	int fd;                    /* of the DRM device; -1: none */
	struct kms_device *device; /* NULL: headless */
	struct kms_output *output; /* NULL: no connector */
	json_t *report;
};

/* Who runs the machine (scanout/vmm.h). */
json_t *doctor_describe_vmm(void);

/* All that are known: an array of the same, each with "current", whether it is that one. */
json_t *doctor_list_vmms(void);

/* Opens path, or the device to use where it is NULL, and reports it. Every failure is a finding,
 * none an end. */
void doctor_open(struct doctor *doctor, const char *path);
void doctor_close(struct doctor *doctor);

/* The Vulkan devices, asked from the worker. Never NULL. */
json_t *doctor_list_vulkan(void);

/* How late Venus's sync files are, into the report's "vulkan", by a worker; nothing without Venus.
 */
void doctor_time_sync_file(json_t *report);

/* Whether one of the report's Vulkan devices is Venus. */
bool doctor_has_venus_device(const json_t *report);

/* Tries every rung and reports them. */
void doctor_try_rungs(struct doctor *doctor);

/* What would make the rung hold on this machine, or NULL: nothing to say. Static. */
const char *doctor_advise(
	const json_t *report, enum scanout_rung rung, enum scanout_outcome outcome);

/* What would make the report's sync files come sooner, or NULL: they are not late, or nothing is
 * known. Static. */
const char *doctor_advise_on_sync_files(const json_t *report);

/* Prints the report for a person. */
void doctor_print(const json_t *report);

/* The same of doctor_list_vmms(). */
void doctor_print_vmms(const json_t *vmms);

#endif

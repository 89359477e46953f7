/** A connector as it is now: its display and its preferred mode. */
#ifndef KMS_CONNECTOR_H
#define KMS_CONNECTOR_H

#include "kms/edid.h"

#include <stdbool.h>
#include <stdint.h>
#include <xf86drmMode.h>

struct kms_connector {
	uint32_t id;
	char name[32]; /**< "Virtual-1" */
	bool connected;
	bool has_mode;
	drmModeModeInfo mode;    /**< the preferred one, else the first; if has_mode */
	struct kms_edid edid;    /**< mm_* from the connector where the EDID does not say */
	uint32_t subpixel;       /**< enum wl_output_subpixel */
	uint32_t possible_crtcs; /**< bits by position among the device's CRTCs */
};

/** Asks the driver anew (drmModeGetConnector, a full probe). 0, or -errno. */
int kms_connector_probe(int fd, uint32_t id, struct kms_connector *connector);

/** A mode's refresh rate in mHz, never 0. */
int32_t kms_connector_refresh(const drmModeModeInfo *mode);

#endif

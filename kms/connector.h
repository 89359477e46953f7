/** A connector as it is now: its display and its modes. */
#ifndef KMS_CONNECTOR_H
#define KMS_CONNECTOR_H

#include "kms/edid.h"
#include "kms/mode.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xf86drmMode.h>

/** Starts zeroed. */
struct kms_connector {
	uint32_t id;
	char name[32]; /**< "Virtual-1" */
	bool connected;
	drmModeModeInfo *modelines; /**< as the display lists them */
	struct kms_mode *modes;     /**< the same */
	size_t n_modes;
	size_t preferred;        /**< index of the preferred mode, else of the first */
	struct kms_edid edid;    /**< mm_* from the connector where the EDID does not say */
	uint32_t subpixel;       /**< enum wl_output_subpixel */
	uint32_t possible_crtcs; /**< bits by position among the device's CRTCs */
};

/** Asks the driver anew (drmModeGetConnector, a full probe) and fills in *connector, whatever it
 * was. 0, or -errno; kms_connector_finish() is due either way. */
int kms_connector_probe(int fd, uint32_t id, struct kms_connector *connector);
void kms_connector_finish(struct kms_connector *connector);

/** The timings for a mode: the display's own where it lists such a one, else made. */
void kms_connector_modeline(const struct kms_connector *connector, const struct kms_mode *mode,
	drmModeModeInfo *modeline);

#endif

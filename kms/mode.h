/** A display's mode, as people name it: 1280x800 at 60 Hz. */
#ifndef KMS_MODE_H
#define KMS_MODE_H

#include <stdbool.h>
#include <stdint.h>

#define KMS_MODE_DEFAULT_REFRESH 60000 /**< mHz: where any will do */

struct kms_mode {
	int32_t width, height; /**< pixels */
	int32_t refresh;       /**< mHz; never 0 in what kms/ tells, 0: any in what it is asked */
	bool preferred;        /**< by the display; ignored in what kms/ is asked */
};

/** Whether both are the same to people: size and refresh. */
static inline bool kms_mode_equal(const struct kms_mode *a, const struct kms_mode *b)
{
	return a->width == b->width && a->height == b->height && a->refresh == b->refresh;
}

#endif

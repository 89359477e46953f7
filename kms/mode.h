/** A display's mode, as people name it: 1280x800 at 60 Hz. */
#ifndef KMS_MODE_H
#define KMS_MODE_H

#include <stdbool.h>
#include <stddef.h>
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

/** The first of len modes that has the wanted one's size, and its refresh if that is not 0. NULL:
 * none has. */
static inline const struct kms_mode *kms_mode_find(
	const struct kms_mode *modes, size_t len, const struct kms_mode *wanted)
{
	for (size_t i = 0; i < len; i++) {
		if (modes[i].width == wanted->width && modes[i].height == wanted->height &&
			(!wanted->refresh || modes[i].refresh == wanted->refresh))
			return &modes[i];
	}
	return NULL;
}

#endif

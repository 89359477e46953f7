/**
 * One call of vkQueueSubmit or vkQueueBindSparse on its way to the driver: batches whose semaphores
 * are not the driver's own, or of whose waits some are left out, are written anew.
 */
#ifndef HOST_SUBMISSION_H
#define HOST_SUBMISSION_H

#include <stdbool.h>
#include <vulkan/vulkan.h>

struct device;

/** What VkSubmitInfo and VkBindSparseInfo have in common. */
struct submission_view {
	const void *chain;
	uint32_t n_waits, n_signals;
	const VkSemaphore *waits, *signals;
	const VkPipelineStageFlags *stages; /**< NULL for sparse binding */
};

struct submission {
	struct device *device;
	uint32_t count;
	struct submission_view *views; /**< count of them, the application's; NULL: out of memory */
	struct submission_view *asked; /**< the driver's, after submission_begin() */
	struct submission_batch *batches;
};

/** The caller sets the views; submission_end() follows in any case. */
void submission_init(struct submission *submission, struct device *device, uint32_t count);
/** False: out of memory, nothing consumed. */
bool submission_begin(struct submission *submission);
/** With what the driver answered; or with the error, where it was not called. */
void submission_end(struct submission *submission, VkQueue queue, VkResult result);

#endif

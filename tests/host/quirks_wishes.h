/** Those functions of quirks.c's layer that look at the test's wishes (quirks.h). */
#ifndef TESTS_HOST_QUIRKS_WISHES_H
#define TESTS_HOST_QUIRKS_WISHES_H

#include "host/dispatch.h"
#include "tests/host/quirks.h"

/** The next layer's functions, by any dispatchable object of the device. */
struct dispatch_device *quirks_next(const void *object);
struct quirks_wishes *quirks_get_wishes(void);

#define QUIRKS_WISHING(X) \
	X(FreeMemory, "") \
	X(QueueSubmit, "") \
	X(QueueSubmit2, "KHR") \
	X(QueuePresentKHR, "") \
	X(BindBufferMemory, "") \
	X(BindImageMemory, "") \
	X(BindImageMemory2, "KHR") \
	X(DestroyFence, "") \
	X(ResetFences, "") \
	X(WaitForFences, "") \
	X(GetSemaphoreFdKHR, "") \
	X(ImportSemaphoreFdKHR, "") \
	X(GetFenceFdKHR, "") \
	X(ImportFenceFdKHR, "")

#define QUIRKS_DECLARE(name, alias) extern __typeof__(vk##name) quirks_##name;
QUIRKS_WISHING(QUIRKS_DECLARE)
#undef QUIRKS_DECLARE

#endif

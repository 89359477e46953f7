/** Where a pointer's events come from, to whoever moves the cursor: a device of libinput's, or a
 * client's virtual one. */
#ifndef PROTOCOL_POINTER_DEVICE_H
#define PROTOCOL_POINTER_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

struct pointer_axis;

/** A relative motion. */
struct pointer_delta {
	int64_t time;          /**< microseconds, CLOCK_MONOTONIC */
	double dx, dy;         /**< accelerated, logical pixels */
	double raw_dx, raw_dy; /**< as the device measured it */
};

/** All are required. Times: milliseconds, CLOCK_MONOTONIC. What belongs together ends with frame.
 */
struct pointer_device_listener {
	void (*motion)(void *data, const struct pointer_delta *delta);
	/** x and y from 0 to 1 over the pixels of the device's output, which may be turned: a bit
	 * as in surface::outputs; 0: over all of them, upright. */
	void (*motion_absolute)(void *data, uint32_t time, double x, double y, uint32_t output);
	void (*button)(void *data, uint32_t time, uint32_t button, bool pressed); /**< evdev code */
	void (*axis)(void *data, uint32_t time, const struct pointer_axis *event);
	void (*frame)(void *data);
};

#endif

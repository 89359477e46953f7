/** Who gets the events of a pointer or of a touch point in place of the surfaces under it, as a
 * drag does. */
#ifndef PROTOCOL_SEAT_GRAB_H
#define PROTOCOL_SEAT_GRAB_H

#include <stdint.h>

struct surface;

/** All are required. */
struct seat_grab {
	/** What is under it, told before every motion; NULL: nothing. */
	void (*focus)(void *data, struct surface *surface, double sx, double sy);
	void (*motion)(void *data, uint32_t time, double sx, double sy);
	/** The last button was released, or the finger lifted. */
	void (*release)(void *data);
	/** It ends without a release: the touch was none after all, or the session is
	 * locked or another one is shown. */
	void (*cancel)(void *data);
};

#endif

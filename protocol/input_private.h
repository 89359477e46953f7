/** Between input_method*.c and input_popup.c only. */
#ifndef PROTOCOL_INPUT_PRIVATE_H
#define PROTOCOL_INPUT_PRIVATE_H

#include "protocol/input_method.h"

/** method may be inert: then the object is too. */
void input_popup_create(struct input_method *method, struct wl_resource *method_resource,
	uint32_t id, struct surface *surface);

/** The method goes. */
void input_popup_orphan_all(struct input_method *method);

void input_method_grab_create(struct input_method *method, uint32_t id);
void input_method_grab_orphan(struct input_method *method);

#endif

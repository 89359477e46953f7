/** Between tablet.c and tablet_tool.c only. */
#ifndef PROTOCOL_TABLET_PRIVATE_H
#define PROTOCOL_TABLET_PRIVATE_H

#include "protocol/tablet.h"

/** Introduces the tool on a client's zwp_tablet_seat_v2. */
void tablet_tool_introduce(struct tablet_tool *tool, struct wl_resource *seat);

#endif

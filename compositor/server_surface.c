#include "compositor/server_private.h"

#include "protocol/alpha_modifier.h"
#include "protocol/content_type.h"
#include "protocol/fractional_scale.h"
#include "protocol/single_pixel_buffer.h"
#include "protocol/tearing_control.h"

bool server_create_surface_globals(struct server *server)
{
	struct wl_display *display = server->display;
	return alpha_modifier_create(display) && content_type_create(display) &&
	       fractional_scale_create(display) && single_pixel_buffer_create(display) &&
	       tearing_control_create(display);
}

#include "tests/protocol/hostile_globals.h"

#include <stddef.h>
#include <string.h>

/* Those after which a good client may not be shown: a lock, a display that is off or elsewhere. */
#define HOSTILE_RUDE_GLOBALS(X) \
	X(ext_session_lock_manager_v1) \
	X(wp_security_context_manager_v1) \
	X(zwlr_output_manager_v1) \
	X(zwlr_output_power_manager_v1)

#define HOSTILE_GLOBALS(X) \
	X(wl_compositor) \
	X(wl_subcompositor) \
	X(wp_viewporter) \
	X(wp_fractional_scale_manager_v1) \
	X(wp_alpha_modifier_v1) \
	X(wp_content_type_manager_v1) \
	X(wp_tearing_control_manager_v1) \
	X(wl_shm) \
	X(wp_single_pixel_buffer_manager_v1) \
	X(zwp_linux_dmabuf_v1) \
	X(wp_linux_drm_syncobj_manager_v1) \
	X(wp_presentation) \
	X(wp_fifo_manager_v1) \
	X(wp_commit_timing_manager_v1) \
	X(xdg_wm_base) \
	X(xdg_activation_v1) \
	X(xdg_wm_dialog_v1) \
	X(zxdg_decoration_manager_v1) \
	X(zxdg_exporter_v2) \
	X(zxdg_importer_v2) \
	X(zwlr_layer_shell_v1) \
	X(zwlr_foreign_toplevel_manager_v1) \
	X(ext_foreign_toplevel_list_v1) \
	X(wl_output) \
	X(zxdg_output_manager_v1) \
	X(wl_seat) \
	X(wp_cursor_shape_manager_v1) \
	X(zwp_pointer_constraints_v1) \
	X(zwp_relative_pointer_manager_v1) \
	X(zwp_pointer_gestures_v1) \
	X(zwp_tablet_manager_v2) \
	X(zwp_keyboard_shortcuts_inhibit_manager_v1) \
	X(zwp_text_input_manager_v3) \
	X(zwp_input_method_manager_v2) \
	X(zwp_virtual_keyboard_manager_v1) \
	X(zwlr_virtual_pointer_manager_v1) \
	X(wl_data_device_manager) \
	X(zwp_primary_selection_device_manager_v1) \
	X(ext_data_control_manager_v1) \
	X(zwlr_data_control_manager_v1) \
	X(zwlr_screencopy_manager_v1) \
	X(ext_image_copy_capture_manager_v1) \
	X(ext_output_image_capture_source_manager_v1) \
	X(zwp_idle_inhibit_manager_v1) \
	X(ext_idle_notifier_v1)

#define HOSTILE_DECLARE(name) extern const struct wl_interface name##_interface;
HOSTILE_GLOBALS(HOSTILE_DECLARE)
HOSTILE_RUDE_GLOBALS(HOSTILE_DECLARE)
#define HOSTILE_ADDRESS(name) &name##_interface,
static const struct wl_interface *const hostile_globals[] = {
	HOSTILE_RUDE_GLOBALS(HOSTILE_ADDRESS) HOSTILE_GLOBALS(HOSTILE_ADDRESS)};
#define HOSTILE_ONE(name) +1
#define HOSTILE_RUDE (0 HOSTILE_RUDE_GLOBALS(HOSTILE_ONE)) /* so many, at the begin of the list */

const struct wl_interface *hostile_global(const char *name, bool rude)
{
	for (size_t i = rude ? 0 : HOSTILE_RUDE;
		i < sizeof hostile_globals / sizeof hostile_globals[0]; i++) {
		if (strcmp(hostile_globals[i]->name, name) == 0)
			return hostile_globals[i];
	}
	return NULL;
}

#include "compositor/privilege.h"

#include "protocol/security_context.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

static const char *const privilege_interfaces[] = {
	/* pictures of other clients */
	"ext_foreign_toplevel_image_capture_source_manager_v1",
	"ext_image_copy_capture_manager_v1",
	"ext_output_image_capture_source_manager_v1",
	"zwlr_export_dmabuf_manager_v1",
	"zwlr_screencopy_manager_v1",
	/* their windows, and what lies above them */
	"ext_foreign_toplevel_list_v1",
	"ext_session_lock_manager_v1",
	"ext_workspace_manager_v1",
	"zwlr_foreign_toplevel_manager_v1",
	"zwlr_layer_shell_v1",
	/* their input and clipboard */
	"ext_data_control_manager_v1",
	"zwlr_data_control_manager_v1",
	"zwlr_virtual_pointer_manager_v1",
	"zwp_input_method_manager_v2",
	"zwp_virtual_keyboard_manager_v1",
	/* the machine */
	"zwlr_gamma_control_manager_v1",
	"zwlr_output_manager_v1",
	"zwlr_output_power_manager_v1",
	/* sandboxes within sandboxes */
	"wp_security_context_manager_v1",
};

static const char *const privilege_policies[] = {
	[PRIVILEGE_USER] = "user",
	[PRIVILEGE_ALL] = "all",
	[PRIVILEGE_NONE] = "none",
};

bool privilege_parse(const char *text, enum privilege_policy *policy)
{
	for (size_t i = 0; i < sizeof privilege_policies / sizeof privilege_policies[0]; i++) {
		if (strcmp(text, privilege_policies[i]) != 0)
			continue;
		*policy = (enum privilege_policy)i;
		return true;
	}
	return false;
}

bool privilege_is_needed(const char *interface)
{
	for (size_t i = 0; i < sizeof privilege_interfaces / sizeof privilege_interfaces[0]; i++) {
		if (strcmp(interface, privilege_interfaces[i]) == 0)
			return true;
	}
	return false;
}

static bool privilege_is_given(const struct wl_client *client, enum privilege_policy policy)
{
	uid_t uid;
	if (policy == PRIVILEGE_NONE || security_context_has(client))
		return false;
	if (policy == PRIVILEGE_ALL)
		return true;
	wl_client_get_credentials((struct wl_client *)client, NULL, &uid, NULL);
	return uid == geteuid() || uid == 0;
}

static bool privilege_filter(
	const struct wl_client *client, const struct wl_global *global, void *data)
{
	return !privilege_is_needed(wl_global_get_interface(global)->name) ||
	       privilege_is_given(client, (enum privilege_policy)(uintptr_t)data);
}

void privilege_init(struct wl_display *display, enum privilege_policy policy)
{
	wl_display_set_global_filter(display, privilege_filter, (void *)(uintptr_t)policy);
}

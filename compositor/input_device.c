#include "compositor/input_private.h"

#include "common/log.h"
#include "common/xalloc.h"
#include "compositor/keymap.h"

#include <stdlib.h>
#include <string.h>

/* The smallest number that none of the same name has: devices that were there at the start are told
 * in the order of their places on the bus, as udev sorts them. */
static uint32_t input_device_count(const struct input *input, const char *name)
{
	const struct input_device *device;
	uint32_t nth = 0;
	bool taken = true;
	while (taken) {
		taken = false;
		wl_list_for_each (device, &input->devices, link)
			taken = taken ||
				(device->info.nth == nth && strcmp(device->info.name, name) == 0);
		nth += taken;
	}
	return nth;
}

void input_device_add(struct input *input, struct libinput_device *libinput)
{
	struct input_device *device = xcalloc(1, sizeof *device);
	device->libinput = libinput;
	device->info.name = libinput_device_get_name(libinput);
	device->info.output = libinput_device_get_output_name(libinput);
	device->info.nth = input_device_count(input, device->info.name);
	wl_list_insert(&input->devices, &device->link);
	libinput_device_set_user_data(libinput, device);
	input_device_set_lights(device, input->lights);
	log_debug("input device %s came", device->info.name);
}

void input_device_remove(struct input_device *device)
{
	wl_list_remove(&device->link);
	free(device);
}

_Static_assert((int)KEYMAP_LIGHT_NUM == (int)LIBINPUT_LED_NUM_LOCK &&
		       (int)KEYMAP_LIGHT_CAPS == (int)LIBINPUT_LED_CAPS_LOCK &&
		       (int)KEYMAP_LIGHT_SCROLL == (int)LIBINPUT_LED_SCROLL_LOCK,
	"libinput's bits");

void input_device_set_lights(const struct input_device *device, uint32_t lights)
{
	libinput_device_led_update(device->libinput, (enum libinput_led)lights);
}

struct input_place input_device_place(
	const struct input *input, struct libinput_event *event, double x, double y)
{
	const struct input_device *device =
		libinput_device_get_user_data(libinput_event_get_device(event));
	return (struct input_place){
		.output = device ? input->listener->output_of(input->data, &device->info) : 0,
		.x = x,
		.y = y,
	};
}

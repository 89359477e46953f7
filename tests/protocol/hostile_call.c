#include "tests/protocol/hostile_noise_private.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint32_t noise_next(struct noise *noise, uint32_t below)
{
	noise->state ^= noise->state << 13; /* xorshift */
	noise->state ^= noise->state >> 17;
	noise->state ^= noise->state << 5;
	return below ? noise->state % below : noise->state;
}

void *noise_find(struct noise *noise, const struct wl_interface *interface)
{
	struct wl_proxy *found = NULL;
	uint32_t count = 0;
	for (int i = 0; i < noise->len; i++) {
		if (!interface || strcmp(noise->objects[i].interface->name, interface->name) == 0) {
			if (noise_next(noise, ++count) == 0)
				found = noise->objects[i].proxy;
		}
	}
	return found;
}

static int32_t noise_number(struct noise *noise)
{
	static const int32_t extremes[] = {
		INT32_MIN, INT32_MIN + 1, -1, 0, 1, 255, 256, 32767, 65536, INT32_MAX};
	switch (noise_next(noise, 8)) {
	case 0:
		return extremes[noise_next(noise, sizeof extremes / sizeof extremes[0])];
	case 1:
		return (int32_t)noise_next(noise, 4096);
	case 2:
		return (int32_t)(noise->serials[noise_next(noise, 2)] - noise_next(noise, 3));
	default:
		return (int32_t)noise_next(noise, 5);
	}
}

/* Whether there is an argument of that type. */
static bool noise_argument(struct noise *noise, struct noise_call *call, int i, char type,
	bool nullable, const struct wl_interface *interface)
{
	static const char *const texts[] = {"", "text/plain", "a title", "\xff\xfe", "%s%n"};
	union wl_argument *argument = &call->arguments[i];
	switch (type) {
	case 's':
		argument->s = texts[noise_next(noise, sizeof texts / sizeof texts[0])];
		return true;
	case 'o':
		argument->o =
			nullable && noise_next(noise, 2) ? NULL : noise_find(noise, interface);
		return argument->o || nullable;
	case 'n':
		call->makes = interface;
		return interface != NULL; /* wl_registry.bind has none */
	case 'a':
		argument->a = &call->array;
		return true;
	case 'h':
		/* A file of a page, which is what is mostly wanted, or something else. */
		argument->h = call->fds[call->fds_len++] =
			dup(noise->fds[noise_next(noise, 2) * noise_next(noise, NOISE_FDS)]);
		return true;
	default: /* i, u, f */
		argument->i = noise_number(noise);
		return true;
	}
}

bool noise_fill(struct noise *noise, const struct noise_object *object,
	const struct wl_message *message, struct noise_call *call)
{
	const char *signature = message->signature;
	uint32_t since = (uint32_t)strtoul(signature, (char **)&signature, 10);
	bool nullable = false;
	int i = 0;
	if (since > wl_proxy_get_version(object->proxy))
		return false;
	for (; *signature; signature++) {
		if (*signature == '?') {
			nullable = true;
			continue;
		}
		if (i == NOISE_MAX_ARGS ||
			!noise_argument(noise, call, i, *signature, nullable, message->types[i]))
			return false;
		nullable = false;
		i++;
	}
	return true;
}

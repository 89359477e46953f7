/**
 * What a client offers to be read as one of several mime types, by whatever protocol it came: the
 * clipboard, the primary selection, a drag. The data goes from client to client through their fd;
 * here it is only handed on.
 */
#ifndef PROTOCOL_DATA_SOURCE_H
#define PROTOCOL_DATA_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct data_source;

/** Bytes of all the mime types of a source, each with its NUL and DATA_SOURCE_TYPE_COST: every
 * offer tells them all. What is more is not offered. */
#define DATA_SOURCE_MAX_TYPES 16384

/** Of a type beside its text: the pointer to it, and what an allocation takes beside its bytes. */
#define DATA_SOURCE_TYPE_COST 32

/** How the owner is told, by its own protocol. All are required. */
struct data_source_kind {
	/** fd is still the caller's. */
	void (*send)(struct data_source *source, const char *mime_type, int32_t fd);
	/** Nobody can read it any more. */
	void (*cancelled)(struct data_source *source);
};

enum data_source_use {
	DATA_SOURCE_UNUSED,
	DATA_SOURCE_SELECTION,
	DATA_SOURCE_DRAG,
	DATA_SOURCE_ENDED, /**< cancelled or finished */
};

/** Embedded in what its protocol keeps beside. */
struct data_source {
	const struct data_source_kind *kind;
	struct wl_resource *resource;
	struct wl_array mime_types; /**< char *, owned, each once */
	size_t types_size;          /**< of DATA_SOURCE_MAX_TYPES */
	enum data_source_use use;
	struct wl_list offers; /**< struct data_offer::link: those through which it can be read */
	struct {
		struct wl_signal destroy; /**< data: the source */
	} events;
};

void data_source_init(struct data_source *source, const struct data_source_kind *kind,
	struct wl_resource *resource);

/** Its offers become inert. */
void data_source_finish(struct data_source *source);

/** Of wl_resources whose user data begins with a struct data_source. NULL for NULL. */
struct data_source *data_source_from_resource(struct wl_resource *resource);

/** Once each; no memory is told to the client. */
void data_source_add_type(struct data_source *source, const char *mime_type);
bool data_source_has_type(const struct data_source *source, const char *mime_type);

/** Nobody can read it any more; its client is told so. NULL: nothing happens. */
void data_source_cancel(struct data_source *source);

/** The offers made of it so far become inert. */
void data_source_revoke(struct data_source *source);

/**
 * A source of a protocol whose sources only offer types: all but wl_data_source. strict: a type
 * after it was set is the protocol's error invalid_offer. No memory is told to the client.
 */
void data_source_create(
	struct wl_client *client, const struct wl_interface *interface, uint32_t id, bool strict);

#endif

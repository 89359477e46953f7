// SPDX-License-Identifier: MIT
#include "host/egl/images.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#define IMAGES_ATTRIBUTES 32 /* names and values; QEMU gives 16 */
#define IMAGES_SHARED 16     /* at a time; further ones are images of their own */
#define IMAGES_KEPT 8
#define IMAGES_KEPT_BYTES (256 << 20)
#define IMAGES_KEPT_FOR 64 /* calls of images_create() */

/** What it is an image of. Nothing in it depends on the descriptor's number. */
struct images_key {
	dev_t device;
	ino_t inode; /**< not another file's for as long as the image maps it */
	off_t size;  /**< bytes */
	EGLint attributes[IMAGES_ATTRIBUTES]; /**< zeros after the last and instead of the
						 descriptor */
};

struct images_entry {
	struct images_key key;
	EGLImageKHR image; /**< EGL_NO_IMAGE_KHR: the entry is free */
	unsigned users;
	uint64_t used; /**< the clock when it was made, the last time */
};

static struct {
	pthread_mutex_t lock;
	uint64_t clock; /**< calls of images_create() */
	struct images_entry entries[IMAGES_SHARED];
} images = {.lock = PTHREAD_MUTEX_INITIALIZER};

/** Whether it is one plane of a regular file, which a key can tell from all others. */
static bool images_identify(const EGLint *attributes, struct images_key *key)
{
	int fd = -1;
	struct stat st;

	memset(key, 0, sizeof(*key)); /* its padding, too */
	for (size_t i = 0; attributes[i] != EGL_NONE; i += 2) {
		if (i + 2 > IMAGES_ATTRIBUTES || attributes[i] == EGL_DMA_BUF_PLANE1_FD_EXT)
			return false;
		key->attributes[i] = attributes[i];
		if (attributes[i] == EGL_DMA_BUF_PLANE0_FD_EXT)
			fd = attributes[i + 1];
		else
			key->attributes[i + 1] = attributes[i + 1];
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return false;
	key->device = st.st_dev;
	key->inode = st.st_ino;
	key->size = st.st_size;
	return true;
}

static struct images_entry *images_find(const struct images_key *key)
{
	for (size_t i = 0; i < IMAGES_SHARED; i++) {
		struct images_entry *entry = &images.entries[i];

		if (entry->image != EGL_NO_IMAGE_KHR && !memcmp(&entry->key, key, sizeof(*key)))
			return entry;
	}
	return NULL;
}

/** EGL_NO_IMAGE_KHR: a free one. */
static struct images_entry *images_find_image(EGLImageKHR image)
{
	for (size_t i = 0; i < IMAGES_SHARED; i++) {
		if (images.entries[i].image == image)
			return &images.entries[i];
	}
	return NULL;
}

/** Destroys of those that nobody has what is too old, too much or too many. */
static void images_trim(const struct images_driver *driver, EGLDisplay display)
{
	for (;;) {
		struct images_entry *oldest = NULL;
		off_t bytes = 0;
		size_t kept = 0;

		for (size_t i = 0; i < IMAGES_SHARED; i++) {
			struct images_entry *entry = &images.entries[i];

			if (entry->image == EGL_NO_IMAGE_KHR || entry->users > 0)
				continue;
			kept++;
			bytes += entry->key.size;
			if (!oldest || entry->used < oldest->used)
				oldest = entry;
		}
		if (!oldest || (kept <= IMAGES_KEPT && bytes <= IMAGES_KEPT_BYTES &&
				       images.clock - oldest->used < IMAGES_KEPT_FOR))
			return;
		driver->destroy(display, oldest->image);
		oldest->image = EGL_NO_IMAGE_KHR;
	}
}

/** Of what is shared: the image had, or a new one. */
static EGLImageKHR images_take(const struct images_driver *driver, EGLDisplay display,
	const struct images_key *key, const EGLint *attributes)
{
	struct images_entry *entry = images_find(key);
	EGLImageKHR image;

	if (entry) {
		entry->users++;
		entry->used = images.clock;
	}
	images_trim(driver,
		display); /* before Mesa says how it went: eglGetError() is to tell of that */
	if (entry)
		return entry->image;
	image = driver->create(display, EGL_NO_CONTEXT, EGL_LINUX_DMA_BUF_EXT, NULL, attributes);
	entry = image == EGL_NO_IMAGE_KHR ? NULL : images_find_image(EGL_NO_IMAGE_KHR);
	if (entry) {
		memcpy(&entry->key, key, sizeof(*key));
		entry->image = image;
		entry->users = 1;
		entry->used = images.clock;
	}
	return image;
}

EGLImageKHR images_create(const struct images_driver *driver, EGLDisplay display,
	EGLContext context, EGLenum target, EGLClientBuffer buffer, const EGLint *attributes)
{
	struct images_key key;
	EGLImageKHR image;

	if (context != EGL_NO_CONTEXT || target != EGL_LINUX_DMA_BUF_EXT || buffer || !attributes ||
		!images_identify(attributes, &key))
		return driver->create(display, context, target, buffer, attributes);
	pthread_mutex_lock(&images.lock);
	images.clock++;
	image = images_take(driver, display, &key, attributes);
	pthread_mutex_unlock(&images.lock);
	return image;
}

EGLBoolean images_destroy(const struct images_driver *driver, EGLDisplay display, EGLImageKHR image)
{
	struct images_entry *entry;
	bool had;

	pthread_mutex_lock(&images.lock);
	entry = image == EGL_NO_IMAGE_KHR ? NULL : images_find_image(image);
	had = entry && entry->users > 0;
	if (had)
		entry->users--;
	images_trim(driver, display);
	pthread_mutex_unlock(&images.lock);
	/* One that is only kept is nobody's to destroy: as Mesa says of none. */
	return had ? EGL_TRUE : driver->destroy(display, entry ? EGL_NO_IMAGE_KHR : image);
}

EGLBoolean images_terminate(const struct images_driver *driver, EGLDisplay display)
{
	EGLBoolean terminated;

	pthread_mutex_lock(&images.lock);
	terminated = driver->terminate(display);
	for (size_t i = 0; terminated && i < IMAGES_SHARED; i++)
		images.entries[i].image = EGL_NO_IMAGE_KHR;
	pthread_mutex_unlock(&images.lock);
	return terminated;
}

// SPDX-License-Identifier: MIT
#ifndef VITRINE_HOST_EGL_IMAGES_H
#define VITRINE_HOST_EGL_IMAGES_H

#include <EGL/egl.h>
#include <EGL/eglext.h>

/**
 * EGL images of shared memory, which outlive their users a little.
 *
 * QEMU imports a blob anew with each frame that shows it, and Mesa maps it each time: reading 4 MB
 * through a fresh mapping takes llvmpipe more than twice as long as through one that it has read
 * before (docs/host.md). So one file with one set of attributes is one image, which those who make
 * it again share. Of images that nobody has, the last few are kept: 8 at most, of files of 256 MiB
 * together, each until 64 more imports of such files. Until then the file's memory is not given
 * back, whoever closed it.
 *
 * All are of one display: Mesa has one without a window system. All functions may be called by any
 * thread.
 */

/** Mesa's own functions. */
struct images_driver {
	PFNEGLCREATEIMAGEKHRPROC create;
	PFNEGLDESTROYIMAGEKHRPROC destroy;
	EGLBoolean (*terminate)(EGLDisplay);
};

/** As eglCreateImageKHR(). What is not one plane of a regular file becomes an image of its own. */
EGLImageKHR images_create(const struct images_driver *driver, EGLDisplay display,
	EGLContext context, EGLenum target, EGLClientBuffer buffer, const EGLint *attributes);

/** As eglDestroyImageKHR(): once for each time that it was made. */
EGLBoolean images_destroy(
	const struct images_driver *driver, EGLDisplay display, EGLImageKHR image);

/** As eglTerminate(), which destroys all images of the display. */
EGLBoolean images_terminate(const struct images_driver *driver, EGLDisplay display);

#endif

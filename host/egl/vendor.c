// SPDX-License-Identifier: MIT
/*
 * A GLVND EGL vendor that is Mesa, but for one display: QEMU's, on a host without a DRM device.
 *
 * QEMU's egl-headless opens a "render node" with GBM and asks EGL for a display on it. With
 * /dev/null as that node Mesa gives it a software display that imports no dma-buf at all, so no
 * blob scanout is shown. Mesa's surfaceless platform draws with the same llvmpipe and maps whatever
 * it is given, a memfd too. So the display is made there, and the three answers in which the two
 * platforms differ are given as on GBM:
 *
 * - eglGetPlatformDisplay: GBM over something that is no DRM device is the surfaceless display;
 * - eglChooseConfig: a config for windows is one for pbuffers, for QEMU makes contexts only;
 * - eglQueryString: EGL_MESA_image_dma_buf_export is there, without which QEMU gives up at once.
 *
 * The images of such a display are shared between those that import the same memory (images.h).
 * Everything else goes to Mesa unseen.
 */
#include "host/egl/images.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <dlfcn.h>
#include <glvnd/libeglabi.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define VENDOR_MESA "libEGL_mesa.so.0"
#define VENDOR_DRM_MAJOR 226
#define VENDOR_EXPORT "EGL_MESA_image_dma_buf_export"

typedef EGLBoolean (*vendor_choose_config)(
	EGLDisplay, const EGLint *, EGLConfig *, EGLint, EGLint *);
typedef const char *(*vendor_query_string)(EGLDisplay, EGLint);

/** Mesa's own functions: set once in __egl_Main(), which libEGL calls before all others. */
static struct {
	EGLDisplay (*get_platform_display)(
		EGLenum platform, void *native, const EGLAttrib *attributes);
	void *(*get_proc_address)(const char *name);
	vendor_choose_config choose_config;
	vendor_query_string query_string;
	struct images_driver images;
} vendor_mesa;

/** Mesa has one surfaceless display a process; it is never destroyed, and neither is the text. */
static struct {
	pthread_mutex_t lock;
	EGLDisplay display; /**< EGL_NO_DISPLAY until one is diverted */
	char *extensions;   /**< what vendor_query_string_hook() answered, kept for the caller */
} vendor_diverted = {.lock = PTHREAD_MUTEX_INITIALIZER, .display = EGL_NO_DISPLAY};

static bool vendor_is_diverted(EGLDisplay display)
{
	bool is;

	pthread_mutex_lock(&vendor_diverted.lock);
	is = display != EGL_NO_DISPLAY && display == vendor_diverted.display;
	pthread_mutex_unlock(&vendor_diverted.lock);
	return is;
}

/** Whether a gbm_device stands on a real DRM device. The process that made it has libgbm loaded. */
static bool vendor_is_drm(void *gbm)
{
	int (*get_fd)(void *) = (int (*)(void *))dlsym(RTLD_DEFAULT, "gbm_device_get_fd");
	struct stat st;

	return gbm && get_fd && fstat(get_fd(gbm), &st) == 0 && S_ISCHR(st.st_mode) &&
	       major(st.st_rdev) == VENDOR_DRM_MAJOR;
}

static EGLDisplay vendor_get_platform_display(
	EGLenum platform, void *native, const EGLAttrib *attributes)
{
	EGLDisplay display;
	bool first;

	if (platform != EGL_PLATFORM_GBM_KHR || vendor_is_drm(native))
		return vendor_mesa.get_platform_display(platform, native, attributes);
	display = vendor_mesa.get_platform_display(EGL_PLATFORM_SURFACELESS_MESA, NULL, NULL);
	if (display == EGL_NO_DISPLAY) {
		fprintf(stderr, "vitrine-egl: Mesa has no surfaceless display: the GBM one is used "
				"as it is\n");
		return vendor_mesa.get_platform_display(platform, native, attributes);
	}
	pthread_mutex_lock(&vendor_diverted.lock);
	first = vendor_diverted.display == EGL_NO_DISPLAY;
	vendor_diverted.display = display;
	pthread_mutex_unlock(&vendor_diverted.lock);
	if (first)
		fprintf(stderr, "vitrine-egl: GBM without a DRM device: Mesa's surfaceless display "
				"stands in for it\n");
	return display;
}

static EGLBoolean vendor_choose_config_hook(EGLDisplay display, const EGLint *wanted,
	EGLConfig *configs, EGLint size, EGLint *n_configs)
{
	EGLint *asked;
	size_t len = 0;
	EGLBoolean result;

	if (!wanted || !vendor_is_diverted(display))
		return vendor_mesa.choose_config(display, wanted, configs, size, n_configs);
	while (wanted[len] != EGL_NONE)
		len += 2;
	asked = malloc((len + 1) * sizeof(*asked));
	if (!asked)
		return vendor_mesa.choose_config(display, wanted, configs, size, n_configs);
	memcpy(asked, wanted, (len + 1) * sizeof(*asked));
	for (size_t i = 0; i < len; i += 2) {
		if (asked[i] == EGL_SURFACE_TYPE && asked[i + 1] & EGL_WINDOW_BIT)
			asked[i + 1] = (asked[i + 1] & ~EGL_WINDOW_BIT) | EGL_PBUFFER_BIT;
	}
	result = vendor_mesa.choose_config(display, asked, configs, size, n_configs);
	free(asked);
	return result;
}

/** Mesa's list with the one extension more; Mesa's own if memory is short. */
static const char *vendor_extensions(const char *mesa)
{
	const char *answer = mesa;

	pthread_mutex_lock(&vendor_diverted.lock);
	if (!vendor_diverted.extensions) {
		size_t size = strlen(mesa) + sizeof(" " VENDOR_EXPORT);

		vendor_diverted.extensions = malloc(size);
		if (vendor_diverted.extensions)
			snprintf(vendor_diverted.extensions, size, "%s " VENDOR_EXPORT, mesa);
	}
	if (vendor_diverted.extensions)
		answer = vendor_diverted.extensions;
	pthread_mutex_unlock(&vendor_diverted.lock);
	return answer;
}

static const char *vendor_query_string_hook(EGLDisplay display, EGLint name)
{
	const char *text = vendor_mesa.query_string(display, name);

	/* NULL before eglInitialize(): not to be kept. */
	if (name != EGL_EXTENSIONS || !text || !vendor_is_diverted(display) ||
		strstr(text, VENDOR_EXPORT))
		return text;
	return vendor_extensions(text);
}

static EGLImageKHR vendor_create_image_hook(EGLDisplay display, EGLContext context, EGLenum target,
	EGLClientBuffer buffer, const EGLint *attributes)
{
	if (!vendor_is_diverted(display))
		return vendor_mesa.images.create(display, context, target, buffer, attributes);
	return images_create(&vendor_mesa.images, display, context, target, buffer, attributes);
}

static EGLBoolean vendor_destroy_image_hook(EGLDisplay display, EGLImageKHR image)
{
	if (!vendor_is_diverted(display))
		return vendor_mesa.images.destroy(display, image);
	return images_destroy(&vendor_mesa.images, display, image);
}

static EGLBoolean vendor_terminate_hook(EGLDisplay display)
{
	if (!vendor_is_diverted(display))
		return vendor_mesa.images.terminate(display);
	return images_terminate(&vendor_mesa.images, display);
}

static void *vendor_get_proc_address(const char *name)
{
	static const struct {
		const char *name;
		void *hook;
	} hooks[] = {
		{"eglChooseConfig", (void *)vendor_choose_config_hook},
		{"eglQueryString", (void *)vendor_query_string_hook},
		{"eglTerminate", (void *)vendor_terminate_hook},
		{"eglCreateImageKHR", (void *)vendor_create_image_hook},
		{"eglDestroyImageKHR", (void *)vendor_destroy_image_hook},
		{"eglDestroyImage", (void *)vendor_destroy_image_hook},
	};
	void *mesa = vendor_mesa.get_proc_address(name);

	for (size_t i = 0; mesa && i < sizeof(hooks) / sizeof(*hooks); i++) {
		if (!strcmp(name, hooks[i].name))
			return hooks[i].hook;
	}
	return mesa;
}

/** Mesa's own of all that is hooked. */
static void vendor_take(void *(*get)(const char *name))
{
	vendor_mesa.get_proc_address = get;
	vendor_mesa.choose_config = (vendor_choose_config)get("eglChooseConfig");
	vendor_mesa.query_string = (vendor_query_string)get("eglQueryString");
	vendor_mesa.images.terminate = (EGLBoolean(*)(EGLDisplay))get("eglTerminate");
	vendor_mesa.images.create = (PFNEGLCREATEIMAGEKHRPROC)get("eglCreateImageKHR");
	vendor_mesa.images.destroy = (PFNEGLDESTROYIMAGEKHRPROC)get("eglDestroyImageKHR");
}

__attribute__((visibility("default"))) EGLBoolean __egl_Main(uint32_t version,
	const __EGLapiExports *exports, __EGLvendorInfo *vendor, __EGLapiImports *imports)
{
	void *mesa = dlopen(VENDOR_MESA, RTLD_NOW | RTLD_LOCAL);
	__PFNEGLMAINPROC mesa_main =
		mesa ? (__PFNEGLMAINPROC)dlsym(mesa, __EGL_MAIN_PROTO_NAME) : NULL;

	if (!mesa_main) {
		fprintf(stderr, "vitrine-egl: %s: %s\n", VENDOR_MESA,
			mesa ? "it is no EGL vendor" : dlerror());
		return EGL_FALSE;
	}
	if (!mesa_main(version, exports, vendor, imports)) {
		fprintf(stderr, "vitrine-egl: Mesa's EGL does not start\n");
		return EGL_FALSE;
	}
	vendor_mesa.get_platform_display = imports->getPlatformDisplay;
	vendor_take(imports->getProcAddress);
	imports->getPlatformDisplay = vendor_get_platform_display;
	imports->getProcAddress = vendor_get_proc_address;
	return EGL_TRUE;
}

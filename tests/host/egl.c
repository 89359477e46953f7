// SPDX-License-Identifier: MIT
/* What QEMU's egl-headless does with rendernode=/dev/null, through our EGL vendor: a memfd must
 * come out as pixels. */
#include "tests/unit.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EGL_TEST_SIZE 64
#define EGL_TEST_BYTES ((off_t)EGL_TEST_SIZE * EGL_TEST_SIZE * 4)
#define EGL_TEST_XRGB 0x34325258 /* DRM_FORMAT_XRGB8888 */

/* From GL: its headers are not needed for anything else. */
#define EGL_TEST_TEXTURE_2D 0x0DE1
#define EGL_TEST_FRAMEBUFFER 0x8D40
#define EGL_TEST_COLOR_ATTACHMENT0 0x8CE0
#define EGL_TEST_FRAMEBUFFER_COMPLETE 0x8CD5
#define EGL_TEST_RGBA 0x1908
#define EGL_TEST_UNSIGNED_BYTE 0x1401

struct egl_test {
	void *libgbm, *gbm;
	int node;
	EGLDisplay display;
	EGLContext context;
};

static void *egl_gl(const char *name)
{
	void *function = (void *)eglGetProcAddress(name);

	assert_non_null(function);
	return function;
}

/** As egl_rendernode_init() and qemu_egl_init_dpy() of QEMU's ui/egl-helpers.c. */
static void egl_open(struct egl_test *test)
{
	static const EGLint config_wanted[] = {EGL_SURFACE_TYPE, EGL_WINDOW_BIT,
		EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_RED_SIZE, 5, EGL_GREEN_SIZE, 5,
		EGL_BLUE_SIZE, 5, EGL_ALPHA_SIZE, 0, EGL_NONE};
	void *(*create)(int);
	const char *extensions;
	EGLConfig config;
	EGLint n_configs = 0;

	test->libgbm = dlopen("libgbm.so.1", RTLD_NOW | RTLD_GLOBAL);
	assert_non_null(test->libgbm);
	create = (void *(*)(int))dlsym(test->libgbm, "gbm_create_device");
	test->node = open("/dev/null", O_RDWR | O_CLOEXEC);
	test->gbm = create(test->node);
	assert_non_null(test->gbm);
	test->display = eglGetPlatformDisplay(EGL_PLATFORM_GBM_KHR, test->gbm, NULL);
	assert_ptr_not_equal(test->display, EGL_NO_DISPLAY);
	assert_true(eglInitialize(test->display, NULL, NULL));
	extensions = eglQueryString(test->display, EGL_EXTENSIONS);
	assert_non_null(strstr(extensions, "EGL_KHR_surfaceless_context"));
	assert_non_null(strstr(extensions, "EGL_MESA_image_dma_buf_export"));
	assert_non_null(strstr(extensions, "EGL_EXT_image_dma_buf_import"));
	assert_ptr_equal(eglQueryString(test->display, EGL_EXTENSIONS), extensions);
	assert_true(eglBindAPI(EGL_OPENGL_API));
	assert_true(eglChooseConfig(test->display, config_wanted, &config, 1, &n_configs));
	assert_int_equal(n_configs, 1);
	test->context = eglCreateContext(test->display, config, EGL_NO_CONTEXT, NULL);
	assert_ptr_not_equal(test->context, EGL_NO_CONTEXT);
	assert_true(eglMakeCurrent(test->display, EGL_NO_SURFACE, EGL_NO_SURFACE, test->context));
}

static void egl_close(struct egl_test *test)
{
	eglMakeCurrent(test->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
	eglDestroyContext(test->display, test->context);
	eglTerminate(test->display);
	((void (*)(void *))dlsym(test->libgbm, "gbm_device_destroy"))(test->gbm);
	close(test->node);
	dlclose(test->libgbm);
}

static EGLImageKHR egl_import(struct egl_test *test, int fd, int height)
{
	const EGLint attributes[] = {EGL_WIDTH, EGL_TEST_SIZE, EGL_HEIGHT, height,
		EGL_LINUX_DRM_FOURCC_EXT, EGL_TEST_XRGB, EGL_DMA_BUF_PLANE0_FD_EXT, fd,
		EGL_DMA_BUF_PLANE0_PITCH_EXT, EGL_TEST_SIZE * 4, EGL_DMA_BUF_PLANE0_OFFSET_EXT, 0,
		EGL_NONE};
	PFNEGLCREATEIMAGEKHRPROC create = (PFNEGLCREATEIMAGEKHRPROC)egl_gl("eglCreateImageKHR");

	return create(test->display, EGL_NO_CONTEXT, EGL_LINUX_DMA_BUF_EXT, NULL, attributes);
}

static bool egl_destroy(struct egl_test *test, EGLImageKHR image)
{
	return ((PFNEGLDESTROYIMAGEKHRPROC)egl_gl("eglDestroyImageKHR"))(test->display, image);
}

/** As egl_dmabuf_import_texture() and egl_fb_read(). */
static void egl_read(struct egl_test *test, int fd, uint32_t *pixels)
{
	EGLImageKHR image = egl_import(test, fd, EGL_TEST_SIZE);
	unsigned texture, framebuffer;

	assert_ptr_not_equal(image, EGL_NO_IMAGE_KHR);
	((void (*)(int, unsigned *))egl_gl("glGenTextures"))(1, &texture);
	((void (*)(unsigned, unsigned))egl_gl("glBindTexture"))(EGL_TEST_TEXTURE_2D, texture);
	((void (*)(unsigned, void *))egl_gl("glEGLImageTargetTexture2DOES"))(
		EGL_TEST_TEXTURE_2D, image);
	((void (*)(int, unsigned *))egl_gl("glGenFramebuffers"))(1, &framebuffer);
	((void (*)(unsigned, unsigned))egl_gl("glBindFramebuffer"))(
		EGL_TEST_FRAMEBUFFER, framebuffer);
	((void (*)(unsigned, unsigned, unsigned, unsigned, int))egl_gl("glFramebufferTexture2D"))(
		EGL_TEST_FRAMEBUFFER, EGL_TEST_COLOR_ATTACHMENT0, EGL_TEST_TEXTURE_2D, texture, 0);
	assert_int_equal(
		((unsigned (*)(unsigned))egl_gl("glCheckFramebufferStatus"))(EGL_TEST_FRAMEBUFFER),
		EGL_TEST_FRAMEBUFFER_COMPLETE);
	((void (*)(int, int, int, int, unsigned, unsigned, void *))egl_gl("glReadPixels"))(
		0, 0, EGL_TEST_SIZE, EGL_TEST_SIZE, EGL_TEST_RGBA, EGL_TEST_UNSIGNED_BYTE, pixels);
	((void (*)(int, const unsigned *))egl_gl("glDeleteFramebuffers"))(1, &framebuffer);
	((void (*)(int, const unsigned *))egl_gl("glDeleteTextures"))(1, &texture);
	assert_true(egl_destroy(test, image));
}

/** Opens the display as egl_open() does; our vendor says so in one line, and says it once. */
static void egl_open_and_listen(struct egl_test *test)
{
	int log = memfd_create("log", MFD_CLOEXEC), stderr_fd = dup(STDERR_FILENO);
	char text[4096] = "";
	const char *line;

	dup2(log, STDERR_FILENO);
	egl_open(test);
	dup2(stderr_fd, STDERR_FILENO);
	assert_true(pread(log, text, sizeof(text) - 1, 0) > 0);
	line = strstr(text, "vitrine-egl: GBM without a DRM device");
	assert_non_null(line);
	assert_null(strstr(line + 1, "vitrine-egl"));
	close(log);
	close(stderr_fd);
}

/** A memfd of that many bytes; /proc/self/maps calls it by the name. */
static int egl_memory(const char *name, off_t size)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	return fd;
}

static void egl_shows_a_memfd(void **state)
{
	static uint32_t seen[EGL_TEST_SIZE * EGL_TEST_SIZE];
	size_t size = sizeof(seen);
	struct egl_test test;
	uint32_t *pixels;
	int fd = egl_memory("test", EGL_TEST_BYTES);

	pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(pixels, MAP_FAILED);
	egl_open_and_listen(&test);
	for (uint32_t frame = 0; frame < 3; frame++) {
		for (uint32_t i = 0; i < size / 4; i++)
			pixels[i] = frame << 20 | i;
		egl_read(&test, fd, seen);
		for (uint32_t i = 0; i < size / 4; i++) {
			uint32_t rgb = (seen[i] & 0xff) << 16 | (seen[i] & 0xff00) |
				       (seen[i] >> 16 & 0xff);

			if (rgb != (frame << 20 | i))
				fail_msg("frame %u, pixel %u is %06x", frame, i, rgb);
		}
	}
	egl_close(&test);
	munmap(pixels, size);
	close(fd);
}

/** How many mappings of such a memfd there are. */
static int egl_count_mappings(const char *name)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[4096];
	int n = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		n += strstr(line, "/memfd:") && strstr(line, name);
	fclose(maps);
	return n;
}

static void egl_import_and_destroy(struct egl_test *test, int fd, int times)
{
	for (int i = 0; i < times; i++)
		assert_true(egl_destroy(test, egl_import(test, fd, EGL_TEST_SIZE)));
}

/** QEMU imports a blob with each frame that shows it. */
static void egl_maps_a_memfd_once(void **state)
{
	int fd = egl_memory("frames", EGL_TEST_BYTES), copy = dup(fd);
	struct egl_test test;
	EGLImageKHR first, second, lower;

	egl_open(&test);
	egl_import_and_destroy(&test, fd, 10);
	assert_int_equal(egl_count_mappings("frames"), 1);
	first = egl_import(&test, fd, EGL_TEST_SIZE);
	second = egl_import(&test, copy, EGL_TEST_SIZE);
	assert_int_equal(egl_count_mappings("frames"), 1);
	lower = egl_import(&test, fd, EGL_TEST_SIZE / 2);
	assert_int_equal(egl_count_mappings("frames"), 2);
	assert_true(egl_destroy(&test, first));
	assert_true(egl_destroy(&test, second));
	assert_true(egl_destroy(&test, lower));
	egl_close(&test);
	assert_int_equal(egl_count_mappings("frames"), 0);
	close(copy);
	close(fd);
}

/** An image of a display that was terminated is gone, and not what the next one is given. */
static void egl_starts_anew(void **state)
{
	static uint32_t seen[EGL_TEST_SIZE * EGL_TEST_SIZE];
	int fd = egl_memory("anew", EGL_TEST_BYTES);
	struct egl_test test;
	uint32_t pixel = 0xff123456;

	egl_open(&test);
	assert_ptr_not_equal(egl_import(&test, fd, EGL_TEST_SIZE), EGL_NO_IMAGE_KHR);
	egl_close(&test);
	assert_int_equal(egl_count_mappings("anew"), 0);
	assert_int_equal(pwrite(fd, &pixel, sizeof(pixel), 0), sizeof(pixel));
	egl_open(&test);
	egl_read(&test, fd, seen);
	assert_int_equal(seen[0], 0xff563412);
	egl_close(&test);
	close(fd);
}

static void egl_lets_go_of_memory(void **state)
{
	int old = egl_memory("old", EGL_TEST_BYTES), now = egl_memory("now", EGL_TEST_BYTES);
	int large = egl_memory("large", (off_t)300 << 20), many[40];
	struct egl_test test;

	egl_open(&test);
	egl_import_and_destroy(&test, old, 1);
	egl_import_and_destroy(&test, now, 30);
	assert_int_equal(egl_count_mappings("old"), 1);
	egl_import_and_destroy(&test, now, 64);
	assert_int_equal(egl_count_mappings("old"), 0);
	egl_import_and_destroy(&test, large, 2);
	assert_int_equal(egl_count_mappings("large"), 0);
	for (int i = 0; i < 40; i++)
		egl_import_and_destroy(&test, many[i] = egl_memory("many", EGL_TEST_BYTES), 1);
	assert_int_equal(egl_count_mappings("many"), 8);
	egl_close(&test);
	assert_int_equal(egl_count_mappings("many"), 0);
	for (int i = 0; i < 40; i++)
		close(many[i]);
	close(old);
	close(now);
	close(large);
}

static void egl_refuses_as_mesa_does(void **state)
{
	int fd = egl_memory("refused", EGL_TEST_BYTES), held[40];
	EGLImageKHR image, images[40];
	struct egl_test test;

	egl_open(&test);
	image = egl_import(&test, fd, EGL_TEST_SIZE);
	assert_true(egl_destroy(&test, image));
	assert_false(egl_destroy(&test, image));
	assert_int_equal(eglGetError(), EGL_BAD_PARAMETER);
	assert_false(egl_destroy(&test, EGL_NO_IMAGE_KHR));
	assert_int_equal(eglGetError(), EGL_BAD_PARAMETER);
	assert_ptr_equal(egl_import(&test, -1, EGL_TEST_SIZE), EGL_NO_IMAGE_KHR);
	assert_int_not_equal(eglGetError(), EGL_SUCCESS);
	/* Each with one import more, so that one of them lets go of what is kept, too. */
	for (int i = 0; i < 70; i++) {
		assert_ptr_equal(egl_import(&test, fd, 0), EGL_NO_IMAGE_KHR);
		assert_int_not_equal(eglGetError(), EGL_SUCCESS);
	}
	assert_int_equal(egl_count_mappings("refused"), 0);
	/* More than are shared, all had at once: none is lost or another's. */
	for (int i = 0; i < 40; i++) {
		held[i] = egl_memory("held", EGL_TEST_BYTES);
		images[i] = egl_import(&test, held[i], EGL_TEST_SIZE);
		assert_ptr_not_equal(images[i], EGL_NO_IMAGE_KHR);
	}
	assert_int_equal(egl_count_mappings("held"), 40);
	for (int i = 0; i < 40; i++) {
		assert_true(egl_destroy(&test, images[i]));
		close(held[i]);
	}
	assert_int_equal(egl_count_mappings("held"), 8);
	egl_close(&test);
	close(fd);
}

/** A display that nobody diverts (this one comes first) answers as Mesa does: it has no windows. */
static void egl_leaves_others_alone(void **state)
{
	static const EGLint windows[] = {EGL_SURFACE_TYPE, EGL_WINDOW_BIT, EGL_NONE};
	EGLDisplay display = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, NULL, NULL);
	EGLint n_configs = 1;
	EGLConfig config;

	assert_true(eglInitialize(display, NULL, NULL));
	assert_true(eglChooseConfig(display, windows, &config, 1, &n_configs));
	assert_int_equal(n_configs, 0);
	eglTerminate(display);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(egl_leaves_others_alone),
		cmocka_unit_test(egl_shows_a_memfd),
		cmocka_unit_test(egl_maps_a_memfd_once),
		cmocka_unit_test(egl_starts_anew),
		cmocka_unit_test(egl_lets_go_of_memory),
		cmocka_unit_test(egl_refuses_as_mesa_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Preloaded into vitrine and vitrine-render: lets one call of theirs fail, once.
 *
 * FAULTS names a file that all processes share (struct faults_file). Every place in the program
 * itself, not in its libraries, from which one of the functions below is called is a site, counted
 * there. The test arms one of them: its call number `nth` fails as the function says that it
 * cannot. After that nothing fails any more, in no process. FAULTS_LACKS names one more function,
 * which fails always: an older kernel does not have it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FAULTS_SITES 1000
#define FAULTS_EXPORT __attribute__((visibility("default")))

/* The functions of the allocator's that it may always call. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

/* tests/session/faults.py reads and writes these. */
struct faults_site {
	char program[16], function[64];
	uint64_t offset;     /* of the place, in the program */
	uint32_t count, nth; /* nth: that fails; 0: none does */
};

struct faults_file {
	uint32_t lock, failed; /* failed: it has happened */
	uint64_t len;
	struct faults_site sites[FAULTS_SITES];
};

static struct faults_file *faults;
static uintptr_t faults_begin, faults_end, faults_base;
static const char *faults_lacks; /* may be NULL */
static int faults_state;         /* 0: not begun, 1: beginning, 2: counts, 3: not asked for */

static int faults_find_program(struct dl_phdr_info *info, size_t size, void *data)
{
	faults_base = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		if (header->p_type != PT_LOAD || !(header->p_flags & PF_X))
			continue;
		faults_begin = info->dlpi_addr + header->p_vaddr;
		faults_end = faults_begin + header->p_memsz;
	}
	return 1; /* the first is the program itself */
}

static void faults_init(void)
{
	const char *path = getenv("FAULTS");
	const char *name = program_invocation_short_name;
	faults_state = 1;
	int fd = path && name && strncmp(name, "vitrine", 7) == 0 ? open(path, O_RDWR | O_CLOEXEC)
								  : -1;
	if (fd >= 0) {
		void *map = mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		faults = map == MAP_FAILED ? NULL : map;
		close(fd);
		dl_iterate_phdr(faults_find_program, NULL);
	}
	faults_lacks = getenv("FAULTS_LACKS");
	faults_state = faults ? 2 : 3;
}

static struct faults_site *faults_site_of(const char *function, uint64_t offset)
{
	for (uint64_t i = 0; i < faults->len; i++) {
		struct faults_site *site = &faults->sites[i];
		if (site->offset == offset && strcmp(site->function, function) == 0 &&
			strcmp(site->program, program_invocation_short_name) == 0)
			return site;
	}
	if (faults->len == FAULTS_SITES)
		return NULL;
	struct faults_site *site = &faults->sites[faults->len];
	strncpy(site->program, program_invocation_short_name, sizeof site->program - 1);
	strncpy(site->function, function, sizeof site->function - 1);
	site->offset = offset;
	faults->len++;
	return site;
}

/* Whether this call fails. caller: where it returns to. */
static bool faults_hit(const char *function, const void *caller)
{
	uintptr_t at = (uintptr_t)caller;
	if (faults_state == 0 && environ)
		faults_init();
	if (faults_state != 2 || at < faults_begin || at >= faults_end)
		return false;
	while (__atomic_exchange_n(&faults->lock, 1, __ATOMIC_ACQUIRE))
		;
	struct faults_site *site = faults_site_of(function, at - faults_base);
	bool hit = site && ++site->count == site->nth && !faults->failed;
	if (hit)
		faults->failed = 1;
	__atomic_store_n(&faults->lock, 0, __ATOMIC_RELEASE);
	return hit;
}

static bool faults_is_lacking(const char *function)
{
	return faults_lacks && strcmp(faults_lacks, function) == 0;
}

#define FAULTS_CALLER __builtin_return_address(0)

FAULTS_EXPORT void *malloc(size_t size)
{
	return faults_hit("malloc", FAULTS_CALLER) ? NULL : __libc_malloc(size);
}

FAULTS_EXPORT void *calloc(size_t count, size_t size)
{
	return faults_hit("calloc", FAULTS_CALLER) ? NULL : __libc_calloc(count, size);
}

FAULTS_EXPORT void *realloc(void *old, size_t size)
{
	return faults_hit("realloc", FAULTS_CALLER) ? NULL : __libc_realloc(old, size);
}

/*
 * The function that the caller would have without this library. A driver that was opened for itself
 * (RTLD_LOCAL) has brought its libraries along, which are found from there only.
 */
static void *faults_real(const char *function, const void *caller)
{
	void *real = dlsym(RTLD_NEXT, function);
	Dl_info info;
	if (real || !dladdr(caller, &info))
		return real;
	void *library = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
	return library ? dlsym(library, function) : NULL;
}

/*
 * All others: what they get is passed on whatever it is, in registers and from the stack, and comes
 * back as it is, an int or a pointer.
 */
typedef long (*faults_any)(long, long, long, long, long, long, long, long, long, long);

#define FAULTS_WRAP(name, failure, number) \
	FAULTS_EXPORT long faults_##name(long, long, long, long, long, long, long, long, long, \
		long) __asm__(#name); /* a declaration of its own would not be this one */ \
	long faults_##name( \
		long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) \
	{ \
		static faults_any real; \
		if (!real) { \
			void *found = faults_real(#name, FAULTS_CALLER); \
			memcpy(&real, &found, sizeof real); \
		} \
		if (!faults_hit(#name, FAULTS_CALLER) && !faults_is_lacking(#name)) \
			return real(a, b, c, d, e, f, g, h, i, j); \
		errno = number; \
		return failure; \
	}

#define FAULTS_POINTER(name) FAULTS_WRAP(name, 0, ENOMEM)
#define FAULTS_INT(name) FAULTS_WRAP(name, -1, ENOMEM)
#define FAULTS_KERNEL(name) FAULTS_WRAP(name, -ENOMEM, ENOMEM)
#define FAULTS_VULKAN(name) FAULTS_WRAP(name, -2, 0) /* VK_ERROR_OUT_OF_DEVICE_MEMORY */
#define FAULTS_LOST(name) FAULTS_WRAP(name, -4, 0)   /* VK_ERROR_DEVICE_LOST */

#define FAULTS_ALL(POINTER, INT, KERNEL, VULKAN, LOST) \
	POINTER(strdup) \
	POINTER(reallocarray) \
	INT(memfd_create) \
	INT(epoll_create1) \
	INT(eventfd) \
	INT(timerfd_create) \
	INT(socketpair) \
	INT(pidfd_open) \
	POINTER(wl_display_create) \
	POINTER(wl_event_loop_add_fd) \
	POINTER(wl_event_loop_add_timer) \
	POINTER(wl_event_loop_add_idle) \
	POINTER(wl_global_create) \
	POINTER(wl_resource_create) \
	POINTER(wl_array_add) \
	POINTER(drmGetVersion) \
	POINTER(drmIsMaster) \
	INT(drmGetDevice2) \
	INT(drmGetCap) \
	INT(drmSetClientCap) \
	INT(drmIoctl) \
	INT(drmPrimeHandleToFD) \
	INT(drmPrimeFDToHandle) \
	INT(drmCloseBufferHandle) \
	KERNEL(drmModeAddFB2) \
	KERNEL(drmModeAddFB2WithModifiers) \
	KERNEL(drmModeAtomicAddProperty) \
	POINTER(drmModeAtomicAlloc) \
	KERNEL(drmModeAtomicCommit) \
	KERNEL(drmModeCreatePropertyBlob) \
	KERNEL(drmModeDestroyPropertyBlob) \
	POINTER(drmModeGetResources) \
	POINTER(drmModeGetPlaneResources) \
	POINTER(drmModeGetConnector) \
	POINTER(drmModeGetConnectorTypeName) \
	POINTER(drmModeGetEncoder) \
	POINTER(drmModeGetPlane) \
	POINTER(drmModeGetProperty) \
	POINTER(drmModeGetPropertyBlob) \
	POINTER(drmModeObjectGetProperties) \
	KERNEL(drmModeSetCursor2) \
	KERNEL(drmModeMoveCursor) \
	KERNEL(drmModeCloseFB) \
	KERNEL(drmModeRmFB) \
	INT(drmSyncobjFDToHandle) \
	INT(drmSyncobjEventfd) \
	INT(drmSyncobjTimelineSignal) \
	INT(drmSyncobjDestroy) \
	POINTER(gbm_create_device) \
	POINTER(gbm_bo_create) \
	INT(gbm_bo_get_plane_count) \
	INT(gbm_bo_get_handle) /* a union of 8 bytes comes as a long does */ \
	POINTER(gbm_bo_get_stride) \
	VULKAN(vkCreateInstance) \
	VULKAN(vkEnumeratePhysicalDevices) \
	VULKAN(vkEnumerateDeviceExtensionProperties) \
	VULKAN(vkGetPhysicalDeviceImageFormatProperties2) \
	VULKAN(vkCreateDevice) \
	VULKAN(vkAllocateMemory) \
	VULKAN(vkMapMemory) \
	VULKAN(vkBindBufferMemory) \
	VULKAN(vkBindImageMemory) \
	VULKAN(vkAllocateCommandBuffers) \
	VULKAN(vkAllocateDescriptorSets) \
	VULKAN(vkBeginCommandBuffer) \
	VULKAN(vkEndCommandBuffer) \
	VULKAN(vkCreateBuffer) \
	VULKAN(vkCreateCommandPool) \
	VULKAN(vkCreateDescriptorPool) \
	VULKAN(vkCreateDescriptorSetLayout) \
	VULKAN(vkCreateFence) \
	VULKAN(vkCreateFramebuffer) \
	VULKAN(vkCreateGraphicsPipelines) \
	VULKAN(vkCreateImage) \
	VULKAN(vkCreateImageView) \
	VULKAN(vkCreatePipelineLayout) \
	VULKAN(vkCreateQueryPool) \
	VULKAN(vkCreateRenderPass) \
	VULKAN(vkCreateSampler) \
	VULKAN(vkCreateSamplerYcbcrConversion) \
	VULKAN(vkCreateSemaphore) \
	VULKAN(vkCreateShaderModule) \
	VULKAN(vkResetFences) \
	LOST(vkQueueSubmit) \
	LOST(vkWaitForFences) \
	LOST(vkGetQueryPoolResults)

FAULTS_ALL(FAULTS_POINTER, FAULTS_INT, FAULTS_KERNEL, FAULTS_VULKAN, FAULTS_LOST)

/* What a program has no symbol for, and asks the device for. */
#define FAULTS_EXTENSION(name) \
	static faults_any faults_real_##name; \
	static long faults_##name( \
		long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) \
	{ \
		return faults_hit(#name, FAULTS_CALLER) \
			       ? -2 \
			       : faults_real_##name(a, b, c, d, e, f, g, h, i, j); \
	}

#define FAULTS_EXTENSIONS(EXTENSION) \
	EXTENSION(vkGetMemoryFdKHR) \
	EXTENSION(vkGetMemoryFdPropertiesKHR) \
	EXTENSION(vkGetMemoryHostPointerPropertiesEXT) \
	EXTENSION(vkGetSemaphoreFdKHR)

FAULTS_EXTENSIONS(FAULTS_EXTENSION)

#define FAULTS_ENTRY(name) {#name, &faults_real_##name, faults_##name},

static const struct faults_extension {
	const char *name;
	faults_any *real, ours;
} faults_extensions[] = {FAULTS_EXTENSIONS(FAULTS_ENTRY)};

typedef faults_any (*faults_get)(void *device, const char *name);

FAULTS_EXPORT faults_any faults_vkGetDeviceProcAddr(void *device, const char *name) __asm__(
	"vkGetDeviceProcAddr");
faults_any faults_vkGetDeviceProcAddr(void *device, const char *name)
{
	faults_get get = (faults_get)faults_real("vkGetDeviceProcAddr", FAULTS_CALLER);
	faults_any found =
		faults_hit("vkGetDeviceProcAddr", FAULTS_CALLER) ? NULL : get(device, name);
	for (size_t i = 0; found && i < sizeof faults_extensions / sizeof faults_extensions[0];
		i++) {
		const struct faults_extension *extension = &faults_extensions[i];
		if (strcmp(extension->name, name) != 0)
			continue;
		*extension->real = found;
		return extension->ours;
	}
	return found;
}

FAULTS_EXPORT void *mmap64(
	void *address, size_t size, int protection, int flags, int fd, off64_t offset)
{
	static void *(*real)(void *, size_t, int, int, int, off64_t);
	if (faults_hit("mmap", FAULTS_CALLER)) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	if (!real)
		real = (void *(*)(void *, size_t, int, int, int, off64_t))dlsym(
			RTLD_NEXT, "mmap64");
	return real(address, size, protection, flags, fd, offset);
}

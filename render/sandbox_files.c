#include "render/sandbox.h"

#include "common/fd.h"
#include "common/log.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* See Documentation/userspace-api/landlock.rst of Linux. libc has no wrappers. */
#define FILES_READ \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FILES_DEVICE \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE)
#define FILES_CACHE \
	(FILES_DEVICE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
		LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_REFER)
#define FILES_ON_A_FILE \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)
/* Of Landlock's first version. */
#define FILES_HANDLED \
	(FILES_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
		LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | \
		LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
		LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | \
		LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

struct files {
	int ruleset;
	uint64_t handled; /* what this kernel's ruleset refuses unless allowed */
};

/* Where distributions keep libraries, drivers, layers and their settings. Patterns of glob(7). */
static const char *const files_read[] = {"/usr", "/lib*", "/opt", "/nix/store", "/gnu/store",
	"/run/opengl-driver*", "/etc/ld.so*", "/etc/vulkan", "/etc/drirc", "/etc/glvnd",
	"/etc/nvidia", "/etc/localtime", "/sys", "/proc"};

static const char *const files_devices[] = {"/dev/dri", "/dev/nvidia*", "/dev/kfd", "/dev/dxg",
	"/dev/udmabuf", "/dev/mali*", "/dev/null", "/dev/zero", "/dev/urandom"};

/* What the Vulkan loader and the dynamic linker are told by the environment: paths of files or
 * folders, colon-separated. */
static const char *const files_variables[] = {"VK_DRIVER_FILES", "VK_ADD_DRIVER_FILES",
	"VK_ICD_FILENAMES", "VK_LAYER_PATH", "VK_ADD_LAYER_PATH", "VK_IMPLICIT_LAYER_PATH",
	"VK_ADD_IMPLICIT_LAYER_PATH", "LD_LIBRARY_PATH", "LD_PRELOAD"};

/* What is not there is not missed; an access that this kernel does not know it does not refuse. */
static void files_allow(const struct files *files, const char *path, uint64_t access)
{
	struct stat file;
	struct landlock_path_beneath_attr rule = {.allowed_access = access & files->handled,
		.parent_fd = open(path, O_PATH | O_CLOEXEC)};
	if (rule.parent_fd < 0)
		return;
	if (fstat(rule.parent_fd, &file) == 0 && !S_ISDIR(file.st_mode))
		rule.allowed_access &= FILES_ON_A_FILE;
	syscall(SYS_landlock_add_rule, files->ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}

static void files_allow_patterns(
	const struct files *files, const char *const *patterns, size_t len, uint64_t access)
{
	for (size_t i = 0; i < len; i++) {
		glob_t found;
		if (glob(patterns[i], 0, NULL, &found) == 0) {
			for (size_t k = 0; k < found.gl_pathc; k++)
				files_allow(files, found.gl_pathv[k], access);
		}
		globfree(&found);
	}
}

/* A file stands for its folder: a manifest names the library beside it. */
static void files_allow_variable(const struct files *files, const char *name)
{
	const char *value = getenv(name);
	char *paths = value ? strdup(value) : NULL, *rest = paths, *path;
	struct stat file;
	while (paths && (path = strsep(&rest, ":"))) {
		if (path[0] != '/' || stat(path, &file) < 0)
			continue;
		files_allow(files, S_ISDIR(file.st_mode) ? path : dirname(path), FILES_READ);
	}
	free(paths);
}

/* A cache of the worker's own: one that others read could be poisoned. */
static void files_allow_cache(const struct files *files)
{
	char path[PATH_MAX];
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	int n = cache && cache[0] == '/' ? snprintf(path, sizeof path, "%s/vitrine", cache)
		: home                   ? snprintf(path, sizeof path, "%s/.cache/vitrine", home)
					 : -1;
	if (n < 0 || n >= (int)sizeof path)
		return;
	/* The folder of all caches may be missing too, for a new user; its mode is the XDG base
	 * directory specification's. */
	char *last = strrchr(path, '/');
	*last = '\0';
	mkdir(path, 0700);
	*last = '/';
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return;
	setenv("MESA_SHADER_CACHE_DIR", path, 1);
	files_allow(files, path, FILES_CACHE);
}

/* The manifests that a user has put in place, and the program's own folder: a build tree has its
 * layers there. */
static void files_allow_user(const struct files *files)
{
	char path[PATH_MAX];
	const char *home = getenv("HOME");
	static const char *const folders[] = {".local/share/vulkan", ".config/vulkan"};
	for (size_t i = 0; home && i < sizeof folders / sizeof folders[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", home, folders[i]);
		files_allow(files, path, FILES_READ);
	}
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	if (n > 0) {
		path[n] = '\0';
		files_allow(files, dirname(path), FILES_READ);
	}
}

static void files_allow_driver(const struct files *files)
{
	files_allow_patterns(
		files, files_read, sizeof files_read / sizeof files_read[0], FILES_READ);
	files_allow_patterns(
		files, files_devices, sizeof files_devices / sizeof files_devices[0], FILES_DEVICE);
	for (size_t i = 0; i < sizeof files_variables / sizeof files_variables[0]; i++)
		files_allow_variable(files, files_variables[i]);
	files_allow_user(files);
	files_allow_cache(files);
}

/* -1: this kernel has no Landlock, or not in use. */
static int files_create_ruleset(struct files *files)
{
	int version =
		(int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr handled = {.handled_access_fs = FILES_HANDLED};
	size_t size = sizeof handled.handled_access_fs;
	if (version < 1)
		return -1;
	if (version >= 2)
		handled.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		handled.handled_access_fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
	if (version >= 4) {
		handled.handled_access_net =
			LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP;
		size = offsetof(struct landlock_ruleset_attr, handled_access_net) +
		       sizeof handled.handled_access_net;
	}
	files->handled = handled.handled_access_fs;
	return (int)syscall(SYS_landlock_create_ruleset, &handled, size, 0);
}

void sandbox_shut_files(bool driver)
{
	struct files files;
	files.ruleset = files_create_ruleset(&files);
	if (files.ruleset < 0) {
		log_info("this kernel has no Landlock: the file system is not walled off from the "
			 "worker");
		return;
	}
	files_allow(&files, "/proc/self", FILES_READ);
	if (driver)
		files_allow_driver(&files);
	if (syscall(SYS_landlock_restrict_self, files.ruleset, 0) < 0)
		log_warn("the file system is not walled off from the worker: %s", strerror(errno));
	fd_close(&files.ruleset);
}

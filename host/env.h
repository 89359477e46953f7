/**
 * The layer's settings, all from the environment (docs/host.md), and its messages.
 *
 * Read once a process. The loader ignores layer paths in a set-uid program, so none of them is a
 * risk there.
 */
#ifndef HOST_ENV_H
#define HOST_ENV_H

#include <stdbool.h>
#include <stdint.h>

enum env_shadow {
	ENV_SHADOW_NEEDED, /**< images that the driver cannot make otherwise */
	ENV_SHADOW_FORCED, /**< all that can have a shadow */
	ENV_SHADOW_NONE,
};

struct env {
	bool verbose;       /**< VITRINE_HOST_LOG=1: say what was done, once a device */
	bool file;          /**< VITRINE_HOST_MEMORY=file: an unlinked file instead of a memfd */
	const char *folder; /**< VITRINE_HOST_FOLDER: where such files are made; else TMPDIR, else
			       /tmp */
	uint64_t alignment; /**< VITRINE_HOST_ALIGNMENT: at least so many bytes, a power of two; 1
			       if unset */
	enum env_shadow shadow; /**< VITRINE_HOST_SHADOW=force or none */
};

/** Never NULL. */
const struct env *env_get(void);

/**
 * One line to stderr: something that a person must mend or know. At most 64 a process: a guest can
 * cause them.
 */
void env_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** One line to stderr if VITRINE_HOST_LOG is set. */
void env_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * Raises the soft limit of open files to the hard one, or to what the system takes at most: every
 * host-visible allocation of a guest is one.
 */
void env_raise_file_limit(void);

#endif

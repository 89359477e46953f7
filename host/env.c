// SPDX-License-Identifier: MIT
#include "host/env.h"

#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define ENV_MAX_COMPLAINTS 64
#define ENV_MAX_ALIGNMENT (UINT64_C(1) << 24)

static struct env env;
static pthread_once_t env_once = PTHREAD_ONCE_INIT;

static uint64_t env_alignment(const char *text)
{
	char *end;
	unsigned long long value = text ? strtoull(text, &end, 0) : 1;

	if (text && (*end || !value || value & (value - 1) || value > ENV_MAX_ALIGNMENT)) {
		env_complain(
			"VITRINE_HOST_ALIGNMENT=%s is not a power of two up to 16 MiB: ignored",
			text);
		return 1;
	}
	return value;
}

static enum env_shadow env_shadow(const char *text)
{
	if (!text || !*text)
		return ENV_SHADOW_NEEDED;
	if (!strcmp(text, "force"))
		return ENV_SHADOW_FORCED;
	if (!strcmp(text, "none"))
		return ENV_SHADOW_NONE;
	env_complain("VITRINE_HOST_SHADOW=%s is neither force nor none: ignored", text);
	return ENV_SHADOW_NEEDED;
}

static void env_read(void)
{
	const char *log = getenv("VITRINE_HOST_LOG"), *memory = getenv("VITRINE_HOST_MEMORY");

	env.verbose = log && *log && strcmp(log, "0") != 0;
#ifdef __linux__
	env.file = memory && strcmp(memory, "file") == 0;
	if (memory && !env.file && strcmp(memory, "memfd") != 0)
		env_complain("VITRINE_HOST_MEMORY=%s is neither memfd nor file: ignored", memory);
#else
	env.file = true;
	(void)memory;
#endif
	env.folder = getenv("VITRINE_HOST_FOLDER");
	if (!env.folder)
		env.folder = getenv("TMPDIR");
	if (!env.folder)
		env.folder = "/tmp";
	env.alignment = env_alignment(getenv("VITRINE_HOST_ALIGNMENT"));
	env.shadow = env_shadow(getenv("VITRINE_HOST_SHADOW"));
}

const struct env *env_get(void)
{
	pthread_once(&env_once, env_read);
	return &env;
}

static void env_print(const char *format, va_list args)
{
	char line[512];

	vsnprintf(line, sizeof(line), format, args);
	fprintf(stderr, "vitrine-host[%ld]: %s\n", (long)getpid(), line);
}

void env_complain(const char *format, ...)
{
	static atomic_int n_complaints;
	int n = atomic_fetch_add(&n_complaints, 1);
	va_list args;

	if (n > ENV_MAX_COMPLAINTS)
		return;
	if (n == ENV_MAX_COMPLAINTS)
		format = "and more of that kind, no longer shown";
	va_start(args, format);
	env_print(format, args);
	va_end(args);
}

void env_tell(const char *format, ...)
{
	va_list args;

	if (!env_get()->verbose)
		return;
	va_start(args, format);
	env_print(format, args);
	va_end(args);
}

/** The highest soft limit that there can be. */
static rlim_t env_most_files(const struct rlimit *limit)
{
#ifdef __APPLE__
	/* setrlimit(2) there: EINVAL for more. */
	if (limit->rlim_max > OPEN_MAX)
		return OPEN_MAX;
#endif
	return limit->rlim_max;
}

void env_raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= env_most_files(&limit))
		return;
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = env_most_files(&limit);
	if (setrlimit(RLIMIT_NOFILE, &limit))
		env_complain("open files stay limited to %llu: setrlimit failed",
			(unsigned long long)before);
	else
		env_tell("open files: limit raised from %llu to %llu", (unsigned long long)before,
			(unsigned long long)limit.rlim_cur);
}

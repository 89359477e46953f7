// SPDX-License-Identifier: MIT
#include "tests/host/counted.h"
#include "tests/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool counted_is_here(void)
{
	const char *debug = getenv("VN_DEBUG");

	return !debug || !strstr(debug, "vtest");
}

void counted_begin(struct counted *counted)
{
	char path[] = "/tmp/vitrine-counted-XXXXXX";

	*counted = (struct counted){.log = mkstemp(path)};
	assert_true(counted->log >= 0);
	unlink(path);
	fflush(stderr);
	counted->stderr_fd = dup(STDERR_FILENO);
	assert_true(counted->stderr_fd >= 0);
	assert_int_equal(dup2(counted->log, STDERR_FILENO), STDERR_FILENO);
}

void counted_end(struct counted *counted)
{
	char line[1024];
	FILE *log;

	fflush(stderr);
	dup2(counted->stderr_fd, STDERR_FILENO);
	close(counted->stderr_fd);
	lseek(counted->log, 0, SEEK_SET);
	log = fdopen(counted->log, "r");
	assert_non_null(log);
	while (fgets(line, sizeof(line), log)) {
		const char *tale = strstr(line, "shadow images: ");
		unsigned long long frames, out, taken, in;

		fputs(line, stderr);
		if (tale && sscanf(tale,
				    "shadow images: handed over: %llu (%llu bytes), "
				    "taken back: %llu (%llu",
				    &frames, &out, &taken, &in) == 4) {
			counted->frames += frames;
			counted->taken += taken;
			counted->bytes += out + in;
		}
	}
	fclose(log);
}

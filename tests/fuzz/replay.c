/* Where there is no libFuzzer: the kept seeds, once each. replay FOLDER... */
#include "tests/fuzz/packets.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static bool replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return false;
	fseek(file, 0, SEEK_END);
	long size = ftell(file);
	rewind(file);
	uint8_t *data = size > 0 ? malloc((size_t)size) : NULL;
	bool whole = size == 0 || (data && fread(data, 1, (size_t)size, file) == (size_t)size);
	fclose(file);
	if (whole)
		LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return whole;
}

int main(int argc, char **argv)
{
	int count = 0;
	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);
		const struct dirent *entry;
		while (folder && (entry = readdir(folder))) {
			char path[4096];
			snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
			if (entry->d_type == DT_REG && !replay_file(path))
				return 1;
			count += entry->d_type == DT_REG;
		}
		if (folder)
			closedir(folder);
	}
	printf("%d seeds\n", count);
	return count > 0 ? 0 : 1;
}

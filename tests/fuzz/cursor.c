/* A file of a cursor theme. */
#include "compositor/cursor_file.h"

#include "tests/fuzz/packets.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor_image image;
	uint32_t sum = 0;
	if (!cursor_file_parse(data, size, size > 0 ? data[size - 1] : 24, &image))
		return 0;
	if (image.width < 1 || image.height < 1 || image.width > CURSOR_FILE_MAX_SIZE ||
		image.height > CURSOR_FILE_MAX_SIZE)
		abort();
	for (int32_t i = 0; i < image.width * image.height; i++)
		sum += image.pixels[i];
	cursor_image_finish(&image);
	return sum > UINT32_MAX - 1 ? -1 : 0; /* a sum that nobody uses is not made */
}

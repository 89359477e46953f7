#include "render/ycbcr.h"

#include "common/format.h"

static const struct ycbcr ycbcr_bt601 = {1.402f, -0.344136f, -0.714136f, 1.772f};
static const struct ycbcr ycbcr_bt709 = {1.5748f, -0.187324f, -0.468124f, 1.8556f};

const struct ycbcr *ycbcr_of(const struct buffer *buffer)
{
	return format_is_bt709(buffer->width, buffer->height) ? &ycbcr_bt709 : &ycbcr_bt601;
}

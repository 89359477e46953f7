"""An EDID (VESA E-EDID 1.4), as a display would tell it."""

SRGB = bytes.fromhex("ee91a3544c99260f5054")


def edid(mode, centimetres):
    """Of a display of one mode (pixels each way, at 60 Hz) and that size."""
    width, height = mode
    blank = 160, 40  # pixels, lines: what lies between two lines and two pictures
    clock = (width + blank[0]) * (height + blank[1]) * 60 // 10000  # of 10 kHz
    timing = bytes([
        clock & 0xFF, clock >> 8,
        *_lengths(width, blank[0]), *_lengths(height, blank[1]),
        48, 32, 3 << 4 | 5, 0,  # pulses
        *_lengths(centimetres[0] * 10, centimetres[1] * 10),
        0, 0, 0x1E])
    name = b"\0\0\0\xfc\0Fine display\n"
    block = bytes([
        0, *[0xFF] * 6, 0, 0x59, 0x34, 1, 0, 0, 0, 0, 0, 1, 30, 1, 4, 0xA5, *centimetres, 120, 0x02,
        *SRGB, *[0] * 3, *[1] * 16]) + timing + name + bytes(2 * 18) + b"\0"
    return block + bytes([-sum(block) & 0xFF])


def _lengths(one, other):
    """Two numbers of 12 bits: the lower 8 of each, then the upper 4 of both."""
    return one & 0xFF, other & 0xFF, one >> 8 << 4 | other >> 8

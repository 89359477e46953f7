"""The picture of tests/clients/pattern, computed once more: see tests/clients/pattern.h for the rule."""

import re

from PIL import Image, ImageDraw
from vitrine_vm.picture import difference

CLIENT = "/build/tests/clients/pattern"
CELL = 16
BORDER = (0xFF, 0x00, 0xFF)
ALPHA = 0x80
MENU, MENU_BOX = (0xFF, 0x80, 0x00), (100, 100, 200, 200)
TOGGLE_MENU = "pkill -USR1 -x pattern"
POINTER, POINTER_MARK = (0x20, 0x80, 0xC0, 0xFF), (0xF0, 0xE0, 0x10, 0xFF)
SPLASH_DOT, SPLASH_PITCH, SPLASH_GREY = 12, 28, (0x80, 0x80, 0x80)
MASK = 0xFFFFFFFF
# How much of 255 a colour may be off by the format's own precision: half a step of 5 bits, and the roundings of YCbCr.
PRECISION = {"RG16": 4, "NV12": 3, "P010": 2}
VIDEO = ("NV12", "P010")
FORMATS = ("AR24", "XR24", "AB24", "XB24", "AR30", "XR30", "AB30", "XB30", "RG16", *VIDEO)
# wl_output.transform: what is done to the contents, counter-clockwise, mirrored left to right first.
TURNS = {
    "normal": (),
    "90": (Image.Transpose.ROTATE_90,),
    "180": (Image.Transpose.ROTATE_180,),
    "270": (Image.Transpose.ROTATE_270,),
    "flipped": (Image.Transpose.FLIP_LEFT_RIGHT,),
    "flipped-90": (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_90),
    "flipped-180": (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180),
    "flipped-270": (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_270),
}


def picture(size, seed=1, frames=1, small=False, alpha=False):
    """What a display of that size shows after so many frames, over black."""
    width, height = size
    columns, rows = -(-width // CELL), -(-height // CELL)
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    for index in range(columns * rows):
        column, row = index % columns, index // columns
        colour = _colour(seed + _last_frame(frames - 1, index, columns * rows, small), column, row)
        left, top = column * CELL, row * CELL
        draw.rectangle((left, top, left + CELL - 1, top + CELL - 1), fill=_shown(colour, alpha))
    draw.rectangle((0, 0, width - 1, height - 1), outline=_shown(BORDER, alpha))
    return image


def cursor(size):
    """The picture of its pointer (tests/clients/pointer.h)."""
    image = Image.new("RGBA", size, POINTER)
    image.paste(POINTER_MARK, (0, 0, size[0] // 2, size[1] // 4))
    return image


def is_splash(shown):
    """Whether a display shows vitrine's own (compositor/splash.h): three grey dots in its middle on black, and nothing else."""
    width, height = shown.size
    middles = [(width // 2 + offset, height // 2) for offset in (-SPLASH_PITCH, 0, SPLASH_PITCH)]
    box = ((width - SPLASH_DOT) // 2 - SPLASH_PITCH, (height - SPLASH_DOT) // 2)
    return shown.getbbox() == (*box, width - box[0], height - box[1]) and all(
        shown.getpixel(at) == SPLASH_GREY and shown.getpixel((at[0] + SPLASH_PITCH // 2, at[1])) == (0, 0, 0) for at in middles)


def with_cursor(picture, drawn, corner):
    """A picture with a pointer's drawn into it."""
    picture = picture.copy()
    picture.paste(drawn.convert("RGB"), corner)
    return picture


def is_picture(shown, fourcc, seed=1, frames=1):
    """Whether that is what a display shows of buffers in that format. Where video's colours meet they run into each other."""
    expected = picture(shown.size, seed, frames)
    if fourcc in VIDEO:
        for image in (shown := shown.copy(), expected):
            _hide_edges(image)
    return difference(shown, expected, PRECISION.get(fourcc, 0)) == 0


def panel(size, transform, **pattern):
    """What a display of that size shows of the pattern when it is turned so."""
    image = picture(size[::-1] if transform.endswith("90") or transform.endswith("270") else size, **pattern)
    for step in TURNS[transform]:
        image = image.transpose(step)
    return image


def with_menu(image):
    """The same with the client's menu open."""
    changed = image.copy()
    changed.paste(MENU, MENU_BOX)
    return changed


def sizes(log):
    """What the client was told, in order; the first one that it says is its own idea."""
    return [tuple(map(int, size)) for size in re.findall(r"(?m)^size (\d+)x(\d+)$", log)][1:]


def _hide_edges(image):
    """Paints over the cells' edges, two pixels to each side, and over the picture's, four."""
    draw = ImageDraw.Draw(image)
    for x in range(0, image.width, CELL):
        draw.rectangle((x - 2, 0, x + 1, image.height), fill=0)
    for y in range(0, image.height, CELL):
        draw.rectangle((0, y - 2, image.width, y + 1), fill=0)
    draw.rectangle((0, 0, image.width - 1, image.height - 1), outline=0, width=4)


def _last_frame(frame, index, cells, small):
    """The last frame up to that one which set the cell: any sets it all, but a small one only its own."""
    if not small:
        return frame
    return 0 if index > frame else index + (frame - index) // cells * cells


def _colour(seed, column, row):
    value = (seed * 0x9E3779B1 + column * 0x85EBCA77 + row * 0xC2B2AE3D) & MASK
    value = (value ^ value >> 15) * 0x2C1B3C6D & MASK
    value ^= value >> 12
    return value >> 16 & 0xFF, value >> 8 & 0xFF, value & 0xFF


def _shown(colour, alpha):
    return tuple((band * ALPHA + 127) // 255 for band in colour) if alpha else colour

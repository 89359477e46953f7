"""What can be told from a picture of the display."""

import functools

from PIL import ImageChops

LIT_PIXELS = 1000  # more than a mouse pointer has


def shows_client(picture, before):
    """Whether something is shown that neither the text console (before) nor an empty session (black) shows."""
    lit = _strongest(picture)
    if before.size == picture.size:
        lit = ImageChops.logical_and(lit, _strongest(ImageChops.difference(picture, before)))
    return lit.histogram()[255] >= LIT_PIXELS


def colours(picture):
    """How many different colours it has."""
    return len(picture.getcolors(picture.width * picture.height))


def difference(picture, expected, tolerance=0):
    """Pixels that differ, in one of the bands by more than tolerance, as a count; pictures of different sizes differ everywhere."""
    if picture.size != expected.size:
        return max(picture.width * picture.height, expected.width * expected.height)
    return _strongest(ImageChops.difference(picture, expected), tolerance).histogram()[255]


def share(picture, wanted):
    """How much of it, 0 to 1, are pixels for which wanted((red, green, blue)) holds."""
    counted = picture.getcolors(picture.width * picture.height)
    return sum(count for count, pixel in counted if wanted(pixel)) / (picture.width * picture.height)


def box(picture, colour, tolerance=0):
    """The smallest rectangle (left, top, right, bottom) around all pixels of a colour; None: there are none."""
    bands = [band.point(lambda value, wanted=wanted: 255 if abs(value - wanted) <= tolerance else 0)
             for band, wanted in zip(picture.split(), colour)]
    return functools.reduce(ImageChops.darker, bands).getbbox()


def changed(before, after):
    """The smallest rectangle around what differs; None: nothing does."""
    return ImageChops.difference(before, after).getbbox()


def _strongest(picture, tolerance=0):
    """A picture of one bit: where any of the bands is above tolerance."""
    return functools.reduce(ImageChops.lighter, picture.split()).point(lambda value: 255 if value > tolerance else 0).convert("1")

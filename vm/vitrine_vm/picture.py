"""What can be told from a picture of the display."""

from PIL import Image, ImageChops

LIT_PIXELS = 1000  # more than a mouse pointer has


def shows_client(picture, before):
    """Whether something is shown that neither the text console (before) nor an empty session (black) shows."""
    lit = picture.convert("L").point(lambda value: 255 if value else 0)
    if before.size == picture.size:
        changed = ImageChops.difference(picture, before).convert("L").point(lambda value: 255 if value else 0)
        lit = ImageChops.logical_and(lit.convert("1"), changed.convert("1")).convert("L")
    return lit.histogram()[255] >= LIT_PIXELS


def colours(picture):
    """How many different colours it has."""
    return len(picture.getcolors(picture.width * picture.height))


def difference(picture, expected):
    """Pixels that differ, as a count; pictures of different sizes differ everywhere."""
    if picture.size != expected.size:
        return max(picture.width * picture.height, expected.width * expected.height)
    bands = ImageChops.difference(picture, expected).split()
    changed = Image.new("L", picture.size)
    for band in bands:
        changed = ImageChops.lighter(changed, band)
    return picture.width * picture.height - changed.histogram()[0]


def share(picture, wanted):
    """How much of it, 0 to 1, are pixels for which wanted((red, green, blue)) holds."""
    counted = picture.getcolors(picture.width * picture.height)
    return sum(count for count, pixel in counted if wanted(pixel)) / (picture.width * picture.height)

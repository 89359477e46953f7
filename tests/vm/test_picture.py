"""What vm/run goes by: that a picture shows a client, and is not the console or an empty session."""

from PIL import Image, ImageDraw
from pattern import picture
from vitrine_vm.picture import colours, difference, share, shows_client

SIZE = (640, 480)


def console():
    image = Image.new("RGB", SIZE)
    ImageDraw.Draw(image).text((0, 0), "root@vitrine:~# vitrine", fill=(170, 170, 170))
    return image


def test_picture_of_no_client():
    assert not shows_client(console(), console())
    assert not shows_client(Image.new("RGB", SIZE), console())
    pointer = Image.new("RGB", SIZE)
    ImageDraw.Draw(pointer).polygon([(300, 200), (312, 212), (300, 217)], fill=(255, 255, 255))
    assert not shows_client(pointer, console())


def test_picture_of_a_client():
    assert shows_client(picture(SIZE), console())
    assert shows_client(Image.new("RGB", SIZE, (0, 0, 1)), console())
    assert shows_client(Image.new("RGB", (800, 600), (9, 9, 9)), console())


def test_picture_differences_are_counted():
    assert difference(picture(SIZE), picture(SIZE)) == 0
    one = picture(SIZE)
    one.putpixel((5, 5), (1, 2, 3))
    assert difference(one, picture(SIZE)) == 1
    assert difference(picture(SIZE), picture((640, 481))) == 640 * 481
    assert share(picture(SIZE), lambda pixel: pixel == (255, 0, 255)) == (2 * 640 + 2 * 478) / (640 * 480)
    assert colours(picture(SIZE)) > 1000

"""When the pointer is seen (--cursor), and as what: by grim -c, whose pictures have it.

cursor.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure. A headless session always has a
pointing device; tests/vm/test_cursor.py has some without.
"""

import resource
import struct

from PIL import Image

from programs import SIZE, Desktop, main
from session import PATTERN, until
from windows import BLUE, RED, Bare, Windows

import pattern  # programs tells where this is
from vitrine_vm.picture import box

CURSOR, HOTSPOT = (20, 20), (7, 5)
PLACES = (300, 200), (100, 50)
HELP = 3  # of wp_cursor_shape_device_v1.shape


class Pointed(Desktop):
    """A session whose client has a picture of its own for the pointer, and has set it."""

    def __init__(self, *options):
        super().__init__(*options, "--", *PATTERN, "--cursor", "%dx%d+%d+%d" % (*CURSOR, *HOTSPOT), WAYLAND_DEBUG="client")
        self.picture = pattern.picture(SIZE)
        self.shows(self.picture)
        self.pointer.move(*PLACES[0])
        self.wait_for("set_cursor")

    def is_hidden(self):
        return self.grim("-c").tobytes() == self.picture.tobytes()

    def is_seen_at(self, x, y):
        corner = x - HOTSPOT[0], y - HOTSPOT[1]
        return self.grim("-c").tobytes() == pattern.with_cursor(self.picture, pattern.cursor(CURSOR), corner).tobytes()


def test_never():
    session = Pointed("--cursor", "never")
    for place in PLACES:
        session.pointer.move(*place)
        assert session.is_hidden()
    assert session.end() == 0


def test_always_and_with_a_device(policy):
    session = Pointed("--cursor", policy)
    for place in PLACES:
        session.pointer.move(*place)
        until(f"the pointer at {place}", lambda: session.is_seen_at(*place))
    assert session.grim().tobytes() == session.picture.tobytes(), "grim without -c has the pointer"
    assert session.end() == 0


def test_hotspot_is_on_the_pixel_that_is_pointed_at():
    """Wherever in that pixel the pointer is."""
    session = Pointed("--cursor", "always")
    session.pointer.size = tuple(16 * side for side in SIZE)
    for place in range(16 * 100, 16 * 102, 5):
        session.pointer.move(place, place)
        until(f"the pointer at {place / 16}", lambda: session.is_seen_at(place // 16, place // 16))
    assert session.end() == 0


def test_hidden_after_seconds():
    session = Pointed("--cursor", "1")
    for place in PLACES:
        def there():
            """It is moved before each look, which may come late, to be seen for another second."""
            session.pointer.move(0, 0)
            session.pointer.move(*place)
            return session.is_seen_at(*place)
        until(f"the pointer at {place}", there)
        until("no pointer", session.is_hidden)
    assert session.end() == 0


def test_arrow_where_no_client_has_the_pointer():
    """In the middle of an empty screen, and beside a window."""
    session = Desktop("--cursor", "always", "--windows")
    empty = Image.new("RGB", SIZE)
    until("the arrow", lambda: session.grim("-c").tobytes() != empty.tobytes())
    left, top, *_ = session.grim("-c").getbbox()
    assert abs(left - SIZE[0] / 2) < 16 and abs(top - SIZE[1] / 2) < 16, (left, top)
    assert session.grim().tobytes() == empty.tobytes()
    for x, y in (20, 20), (600, 400):
        session.pointer.move(x, y)

        def is_there():
            box = session.grim("-c").getbbox()
            return box and abs(box[0] - x) < 16 and abs(box[1] - y) < 16
        until(f"the arrow at {x}, {y}", is_there)
    assert session.end() == 0


def test_shape_that_cannot_be_shown():
    """For want of a file. Nothing is seen in its place, and above all no surface that may go."""
    session = Windows("--cursor", "always")
    client = session.client
    client.open(SIZE, RED)
    serials = []
    pointer = client.make(client.seat, 0, handler=lambda opcode, arguments: opcode == 0 and serials.append(arguments[:4]))
    session.pointer.move(100, 100)
    client.until("the pointer", lambda: serials)
    picture = Bare(client, (20, 20), BLUE)
    picture.draw(picture.size)
    client.send(pointer, 0, serials[-1] + struct.pack("=Iii", picture.surface, 0, 0))
    client.until("the client's picture", lambda: box(session.grim("-c"), BLUE) == (100, 100, 120, 120))
    shapes = client.bind("wp_cursor_shape_manager_v1", 1)
    device = client.make(shapes, 1, pointer)
    limits = resource.prlimit(session.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(session.process.pid, resource.RLIMIT_NOFILE, (0, limits[1]))
    client.send(device, 1, serials[-1] + struct.pack("=I", HELP))
    client.roundtrip()
    resource.prlimit(session.process.pid, resource.RLIMIT_NOFILE, limits)
    session.wait_for("a cursor cannot be shown")
    assert session.grim("-c").tobytes() == session.grim().tobytes()
    client.send(picture.surface, 0)
    client.roundtrip()
    client.send(device, 1, serials[-1] + struct.pack("=I", HELP))
    client.until("the shape", lambda: session.grim("-c").tobytes() != session.grim().tobytes())
    assert session.end() == 0


if __name__ == "__main__":
    main(globals())

"""A pen on a drawing tablet and a mouse of places, on a whole session without a virtual machine, in which devices.c plays them. The
client that hears of them is the test itself.

pens.py DEVICES PATTERN TEST: runs one of the tests below; a failed assertion is its failure. VITRINE_WORKER names vitrine-render.
"""

import os
import struct
import tempfile

from locks import Cover, Locker
from programs import SIZE, main
from screens import BOTH
from session import RUNTIME, until
from windows import BOTTOM_RIGHT, GREEN, RED, Bare, Client, Windows

from vitrine_vm.picture import box

IN, OUT, DOWN, UP = 6, 7, 8, 9  # events of a zwp_tablet_tool_v2
TOOL_ADDED = 1  # of a zwp_tablet_seat_v2
DRAG_ENTER, DRAG_MOTION, DRAG_DROP = 1, 3, 4  # of a wl_data_device
CURSOR = 20


class Artist(Client):
    """One that knows pens, with a picture of its own for them."""

    def __init__(self, session):
        super().__init__(session)
        self.pen = []      # what it did, but for motions
        self.serials = {}  # of the last "in" and "down"
        self.make(self.bind("zwp_tablet_manager_v2", 1), 0, self.seat, handler=self._handle_seat)
        self.picture = Bare(self, (CURSOR, CURSOR), GREEN)

    def until_pen(self, *did):
        self.until(f"a pen that went {did}", lambda: self.pen == list(did))

    def shows_picture(self):
        return box(self.session.grim("-c"), GREEN)

    def _handle_seat(self, opcode, arguments):
        if opcode == TOOL_ADDED:
            self.tool = struct.unpack("=I", arguments)[0]
            self.hear(self.tool, self._handle_tool)

    def _handle_tool(self, opcode, arguments):
        if opcode not in (IN, OUT, DOWN, UP):
            return
        self.pen.append({IN: "in", OUT: "out", DOWN: "down", UP: "up"}[opcode])
        if opcode in (IN, DOWN):
            self.serials[self.pen[-1]] = struct.unpack_from("=I", arguments)[0]
        if opcode == IN:
            self.send(self.tool, 0, struct.pack("=IIii", self.serials["in"], self.picture.surface, 0, 0))
            self.picture.draw(self.picture.size)


class LockingArtist(Artist, Locker):
    pass


class Desk(Windows):
    """A session with a pen."""

    def __init__(self, *arguments):
        devices = tempfile.mktemp(dir=RUNTIME)
        os.mkfifo(devices)
        super().__init__(*arguments, VITRINE_DEVICES=devices)
        self.lines = open(devices, "w", buffering=1)
        self.played = 0
        self.artist = Artist(self)

    def play(self, *words):
        print(*words, file=self.lines)
        self.played += 1
        self.wait_for(rf"devices: {self.played}\b")

    def pen(self, x, y, near=True, tip=False):
        self.play("pen", int(near), int(tip), x / self.size[0], y / self.size[1])


def test_a_pen_wakes_the_cursor():
    session = Desk("--cursor", "1")
    artist = session.artist
    artist.open(SIZE, RED)
    for x in 100, 110:
        session.pen(x, 100)
        artist.until("the pen's picture", artist.shows_picture)
        artist.until("no picture", lambda: not artist.shows_picture())
    assert session.end() == 0


def test_a_pen_is_no_pointer():
    """Who has it has no pointer; that comes when the pen goes."""
    session = Desk()
    artist = session.artist
    window = artist.open(SIZE, RED)
    artist.until("the pointer", lambda: artist.pointed == window.surface)
    session.pen(100, 100)
    artist.until_pen("in")
    artist.until("the pen's picture", lambda: artist.shows_picture() and artist.pointed is None)
    window.draw(window.size)
    artist.roundtrip()
    artist.roundtrip()
    assert artist.pointed is None and artist.shows_picture()
    session.pen(100, 100, near=False)
    artist.until_pen("in", "out")
    artist.until("the pointer", lambda: artist.pointed == window.surface)
    assert session.end() == 0


def test_a_mouse_goes_on_beside_a_pen_that_rests():
    """Also where it does not move itself."""
    session = Desk()
    artist = session.artist
    artist.open(SIZE, RED)
    session.pen(100, 100)
    artist.until_pen("in")
    session.pointer.push(5, 5)
    above = artist.open(SIZE, GREEN)
    artist.until("the pointer", lambda: artist.pointed == above.surface)
    assert session.end() == 0


def test_a_stroke_ends_at_the_lock():
    """Its rest is not the lock's, the next one is."""
    session = Desk()
    artist = session.artist
    artist.open(SIZE, RED)
    session.pen(100, 100, tip=True)
    artist.until_pen("in", "down")
    locker = LockingArtist(session)
    cover = Cover(locker, 0)
    locker.until("a cover", cover.place)
    artist.until_pen("in", "down", "up", "out")
    session.pen(110, 110, tip=True)
    session.pen(120, 120)
    locker.until_pen("in")
    assert locker.pressed == 0, "it is a pointer's button"
    session.pen(120, 120, tip=True)
    locker.until_pen("in", "down")
    assert artist.pen == ["in", "down", "up", "out"]
    assert session.end() == 0


def test_a_pen_moves_and_resizes_windows():
    """It is a pointer from the request to the end of the stroke."""
    session = Desk("--windows")
    artist = session.artist
    window = artist.open((300, 200), RED)
    left, top = window.place()[:2]
    session.pen(left + 10, top + 10, tip=True)
    artist.until_pen("in", "down")
    window.ask("move", struct.pack("=II", artist.seat, artist.serials["down"]))
    artist.until_pen("in", "down", "up", "out")
    session.pen(left + 40, top + 30, tip=True)
    artist.until("it moved", lambda: window.place()[:2] == (left + 30, top + 20))
    session.pen(left + 40, top + 30)
    session.pen(left + 40, top + 30)
    artist.until_pen("in", "down", "up", "out", "in")
    session.pen(left + 50, top + 40)
    artist.roundtrip()
    assert window.place()[:2] == (left + 30, top + 20)
    artist.pen.clear()
    session.pen(left + 40, top + 30, tip=True)
    artist.until_pen("down")
    window.ask("move", struct.pack("=II", artist.seat, artist.serials["in"]))  # by which nothing is held
    window.ask("resize", struct.pack("=III", artist.seat, artist.serials["down"], BOTTOM_RIGHT))
    artist.until("a window that is resized", lambda: "resizing" in window.told[-1][1])
    session.pen(left + 60, top + 50, tip=True)
    artist.until("its new size", lambda: window.told[-1][0] == (320, 220))
    session.pen(left + 60, top + 50, near=False)
    artist.until("the end of it", lambda: "resizing" not in window.told[-1][1])
    assert session.end() == 0


def test_a_pen_drags():
    session = Desk()
    artist = session.artist
    window = artist.open(SIZE, RED)
    told = []
    device = artist.make(artist.bind("wl_data_device_manager", 3), 1, artist.seat, handler=lambda opcode, _: told.append(opcode))
    session.pen(100, 100, tip=True)
    artist.until_pen("in", "down")
    artist.send(device, 0, struct.pack("=IIII", 0, window.surface, 0, artist.serials["down"]))
    session.pen(120, 110, tip=True)
    artist.until("the drag over the window", lambda: DRAG_ENTER in told and DRAG_MOTION in told)
    session.pen(120, 110)
    artist.until("the drop", lambda: DRAG_DROP in told)
    assert session.end() == 0


def test_a_mouse_lies_over_one_output_or_all():
    """As the configuration says; else over its own, but for those of hosts that have one mouse for all of them."""
    path = os.path.join(RUNTIME, "mice.ini")
    with open(path, "w") as file:
        file.write("[input]\na mouse for all = *\nVirtualBox mouse integration = HEADLESS-1\na mouse = HEADLESS-2\n")
    places = ("a mouse for all", 1080), ("VirtualBox mouse integration", 480), ("a mouse", 1240), ("spice vdagent tablet", 1080)
    for arguments, cases in (
            ((*BOTH, "--config", path), places),
            (BOTH, (("VirtualBox mouse integration", 1080), ("spice vdagent tablet", 1080), ("QEMU Virtio Tablet", 480))),
            (("--config", path), [(name, 480) for name, _ in places])):
        session = Desk(*arguments)
        for name, left in cases:
            session.play("mouse", 0.75, 0.5, name)
            # An arrow, whose point is one of its pixels.
            until(f"{name} at {left}", lambda: abs(session.grim("-c").getbbox()[0] - left) < 5)
            session.play("mouse", 0, 0, name)
        assert session.end() == 0


if __name__ == "__main__":
    main(globals())

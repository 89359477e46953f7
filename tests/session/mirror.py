"""Outputs that all show the same, without a virtual machine: vitrine ctl sees each of them, grim what clients know of.

mirror.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import json
import os
import socket
import subprocess
import time

from PIL import Image, ImageChops

from pointer import Pointer
from programs import main
from screens import LEFT, RIGHT, Outputs, black
from session import PATTERN, RUNTIME, VITRINE, ctl, until

import pattern  # programs tells where this is

SIZE = (640, 480)


class Mirror(Outputs):
    """size: of the first; others: of the rest."""

    def __init__(self, *arguments, others=(SIZE,), **named):
        sizes = ",".join("%dx%d" % size for size in (SIZE, *others))
        super().__init__("--size", sizes, "--layout", "mirror", *arguments, **named)

    def picture(self, output):
        path = os.path.join(RUNTIME, "mirror.png")
        ctl("--output", output, "screenshot", path, WAYLAND_DISPLAY=self.socket)
        return Image.open(path).convert("RGB")

    def cursor(self, output):
        """With the pointer, by the socket's own words."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as peer:
            peer.connect(os.path.join(RUNTIME, f"{self.socket}.ctl"))
            peer.send(json.dumps({"command": "screenshot", "output": output, "cursor": True}).encode())
            text, (memory,), *_ = socket.recv_fds(peer, 4096, 1)
        answer = json.loads(text)
        with os.fdopen(memory, "rb") as file:
            return Image.frombytes("RGB", (answer["width"], answer["height"]), file.read(), "raw", "BGRX")

    def outputs(self):
        return ctl("outputs", WAYLAND_DISPLAY=self.socket)["outputs"]

    def layout(self, name):
        ctl("layout", name, WAYLAND_DISPLAY=self.socket)


def fitted(picture, size):
    """Where the picture is on a mirror of that size, and the edges that are black, as a mask."""
    zoom = min(size[0] / picture.width, size[1] / picture.height)
    width, height = round(picture.width * zoom), round(picture.height * zoom)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return left, top, left + width, top + height


def is_mirrored(shown, picture):
    """Black around it, and inside the middle of each of the pattern's cells in its colour."""
    box = fitted(picture, shown.size)
    edges = shown.copy()
    edges.paste((0, 0, 0), box)
    if edges.getbbox():
        return False
    zoom = (box[2] - box[0]) / picture.width
    places = [(x, y) for x in range(8, picture.width - 16, 16) for y in range(8, picture.height - 16, 16)]
    return all(shown.getpixel((int(box[0] + (x + 0.5) * zoom), int(box[1] + (y + 0.5) * zoom))) == picture.getpixel((x, y))
               for x, y in places)


def test_same_size_is_shown_pixel_for_pixel(renderer):
    session = Mirror("--", *PATTERN, "--damage", "small", "--frames", "40", renderer=renderer)
    session.wait_for("presented .* of 40")
    picture = pattern.picture(SIZE, frames=40, small=True)
    for output in LEFT, RIGHT:
        session.wait_for_picture(output, picture)
    assert session.end() == 0


def test_other_sizes_are_fitted(renderer):
    """Larger, smaller, wider, higher: as large as it fits, in the middle, black around it."""
    others = (1280, 960), (1000, 480), (320, 400)
    session = Mirror("--", *PATTERN, others=others, renderer=renderer)
    picture = pattern.picture(SIZE)
    session.wait_for_picture(LEFT, picture)
    for number, size in enumerate(others, 2):
        until(f"the picture on {size}", lambda: is_mirrored(session.picture(f"HEADLESS-{number}"), picture))
    # A width that is the source's is not scaled at all.
    assert session.picture("HEADLESS-3").crop((180, 0, 820, 480)).tobytes() == picture.tobytes()
    assert session.end() == 0


def test_scaled_and_turned():
    """The source may be scaled, also to a size with part of a logical pixel left; a mirror may be turned by itself."""
    session = Mirror("--scale", "1.5", "--", *PATTERN, "--sharp", others=(SIZE, SIZE[::-1]))
    session.randr("--output", "HEADLESS-3", "--transform", "90")
    drawn = tuple((-(-length * 2 // 3) * 3 + 1) // 2 for length in SIZE)
    picture = pattern.picture(drawn).crop((0, 0, *SIZE))
    session.wait_for_picture(LEFT, picture)
    session.wait_for_picture(RIGHT, picture)
    session.wait_for_picture("HEADLESS-3", picture.transpose(Image.Transpose.ROTATE_90))
    assert session.end() == 0


def test_clients_know_of_one_output():
    session = Mirror("--", *PATTERN, others=((800, 600),))
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    assert session.grim().tobytes() == pattern.picture(SIZE).tobytes()
    assert "HEADLESS-2" not in session.run("wayland-info", capture_output=True, text=True).stdout
    assert "HEADLESS-2" in session.randr().stdout
    assert [output.get("mirrors") for output in session.outputs()] == [None, LEFT]
    assert session.end() == 0


def test_windows_beyond_the_edge_are_not_seen_there():
    """What hangs over the source's edge is not drawn into the black edges of a mirror."""
    session = Mirror("--windows", "--", "foot", "--override=colors.background=336699", "--window-size-pixels=900x700",
                     "sleep", "60", others=((1000, 480),))
    blue = (0x33, 0x66, 0x99)
    until("a window over the edge", lambda: session.grim().getpixel((635, 475)) == blue)
    until("the same", lambda: session.picture(RIGHT).getpixel((815, 475)) == blue)
    edges = session.picture(RIGHT)
    edges.paste((0, 0, 0), (180, 0, 820, 480))
    assert not edges.getbbox()
    assert session.end() == 0


def test_the_layout_is_changed():
    """By ctl: what was on the second output is on the first, and back there afterwards."""
    session = Mirror("--layout", "extend", "--output", LEFT, "--", *PATTERN, "--output", RIGHT, "--", *PATTERN, "--seed", "7",
                     others=((800, 600),))
    left, right = pattern.picture(SIZE), pattern.picture((800, 600), 7)
    for _ in range(2):
        session.wait_for_picture(LEFT, left)
        session.wait_for_picture(RIGHT, right)
        session.layout("mirror")
        until("one picture", lambda: session.picture(LEFT).tobytes() in (left.tobytes(), pattern.picture(SIZE, 7).tobytes()))
        until("the same", lambda: is_mirrored(session.picture(RIGHT), session.picture(LEFT)))
        session.layout("extend")
    session.wait_for_picture(RIGHT, right)
    assert "no layout" in ctl("layout", "both", WAYLAND_DISPLAY=session.socket, status=1)
    assert session.end() == 0


def test_the_source_goes_and_comes_back():
    session = Mirror("--", *PATTERN, others=((800, 600),))
    until("the same", lambda: is_mirrored(session.picture(RIGHT), pattern.picture(SIZE)))
    for _ in range(2):
        session.randr("--output", LEFT, "--off")
        session.wait_for_picture(RIGHT, pattern.picture((800, 600)))
        assert session.grim().size == (800, 600)
        session.randr("--output", LEFT, "--on")
        session.wait_for_picture(LEFT, pattern.picture(SIZE))
        until("the same", lambda: is_mirrored(session.picture(RIGHT), pattern.picture(SIZE)))
    # Another mode of the source, and of the mirror.
    session.randr("--output", LEFT, "--custom-mode", "700x500")
    until("the same", lambda: is_mirrored(session.picture(RIGHT), pattern.picture((700, 500))))
    session.randr("--output", RIGHT, "--custom-mode", "640x640")
    until("the same", lambda: is_mirrored(session.picture(RIGHT), pattern.picture((700, 500))))
    assert session.picture(RIGHT).size == (640, 640)
    assert session.end() == 0


def test_a_worker_dies():
    session = Mirror("--", *PATTERN, others=((1000, 480),))
    until("the same", lambda: is_mirrored(session.picture(RIGHT), pattern.picture(SIZE)))
    os.kill(session.worker(), 9)
    session.wait_for("the renderer is gone")
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    until("the same", lambda: is_mirrored(session.picture(RIGHT), pattern.picture(SIZE)))
    assert session.end() == 0


def test_the_pointer_is_seen_on_both():
    """At the same place of the picture."""
    session = Mirror("--cursor", "always", "--", "foot", "--override=colors.background=336699", "sleep", "60",
                     others=((1280, 480),))
    until("a window", lambda: session.grim().getpixel((635, 475)) == (0x33, 0x66, 0x99))
    mouse = Pointer(os.path.join(RUNTIME, session.socket), SIZE)
    for at in (100, 50), (400, 300):
        mouse.move(*at)

        def there():
            left, right = (ImageChops.difference(session.cursor(output), session.picture(output)) for output in (LEFT, RIGHT))
            return left.getbbox() and right.getbbox() and left.tobytes() == right.crop((320, 0, 960, 480)).tobytes() and \
                abs(left.getbbox()[0] - at[0]) < 30 and abs(left.getbbox()[1] - at[1]) < 30
        until(f"the pointer at {at}", there)
    mouse.close()
    assert session.end() == 0


def test_clients_draw_at_the_source_s_pace():
    """A client that draws whenever it may draws no more frames for it, whatever the mirrors do."""
    def frames(session):
        session.wait_for(r"frame 3\n")
        start, before = time.monotonic(), session.text().count("\nframe ")  # so that all frames are in that time
        time.sleep(2)
        return (session.text().count("\nframe ") - before) / (time.monotonic() - start)
    session = Mirror("--refresh", "20", "--", *PATTERN, "--damage", "small", "--frames", "100000", others=(SIZE, SIZE))
    rate = frames(session)
    assert session.end() == 0
    print(f"{rate:.1f} frames a second at 20 Hz")
    assert rate < 22, rate


def test_a_blank_source_does_not_stop_clients():
    """wlopm turns the source off, and with it its mirrors; on again all go on."""
    session = Mirror("--", *PATTERN, "--damage", "small", "--frames", "100000")
    session.wait_for(r"frame 3\n")
    session.run("wlopm", "--off", LEFT)
    until("no more frames", lambda: session.stats() and session.stats()[0] == 0)
    session.run("wlopm", "--on", LEFT)
    until("frames", lambda: session.stats()[0] > 1)
    assert session.end() == 0


def test_a_lock_covers_all():
    session = Mirror("--", *PATTERN, others=((1000, 480),))
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    lock = session.start("swaylock", "--color", "ff0000", "--no-unlock-indicator")
    red = Image.new("RGB", SIZE, (0xFF, 0, 0))
    session.wait_for_picture(LEFT, red)
    wide = black((1000, 480))
    wide.paste(red, (180, 0))
    session.wait_for_picture(RIGHT, wide)
    lock.terminate()
    lock.wait(60)
    assert session.end() == 0


def test_configuration_mirrors():
    path = os.path.join(RUNTIME, "mirror.ini")
    open(path, "w").write("[outputs]\nlayout = mirror\n")
    session = Outputs("--size", "640x480,640x480", "--config", path, "--", *PATTERN)

    def mirrors():
        return [output.get("mirrors") for output in ctl("outputs", WAYLAND_DISPLAY=session.socket)["outputs"]]
    assert mirrors() == [None, LEFT]
    open(path, "w").write("[outputs]\nlayout = extend\n")
    session.process.send_signal(1)
    until("another layout", lambda: mirrors() == [None, None])
    # what vitrine ctl said since stays, when the file says nothing new
    ctl("layout", "mirror", WAYLAND_DISPLAY=session.socket)
    session.process.send_signal(1)
    until("it is read", lambda: session.text().count("the configuration has been read again") == 2)
    assert mirrors() == [None, LEFT]
    assert session.end() == 0
    session = Outputs("--size", "640x480,640x480", "--layout", "mirror", "--config", path, "--", *PATTERN)
    assert mirrors() == [None, LEFT]
    ctl("layout", "extend", WAYLAND_DISPLAY=session.socket)
    session.process.send_signal(1)
    session.wait_for("the configuration has been read again")
    assert mirrors() == [None, None]
    assert session.end() == 0
    ended = subprocess.run((VITRINE, "--backend", "headless", "--layout", "both"), capture_output=True, text=True)
    assert ended.returncode == 2 and "unknown layout 'both': use extend or mirror" in ended.stderr


if __name__ == "__main__":
    main(globals())

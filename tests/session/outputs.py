"""Scaled and turned outputs: what clients are told, and what grim sees of it.

outputs.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import os
import re
import subprocess

from PIL import Image

from programs import Desktop, main
from pointer import Pointer
from session import PATTERN, RUNTIME, VITRINE, ctl, until

import pattern  # programs tells where this is
from pattern import TURNS

# With no part of a logical pixel left at most scales: else grim scales what it has captured.
SIZE = (600, 480)
OPPOSITE = {Image.Transpose.ROTATE_90: Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_270: Image.Transpose.ROTATE_90}


def upright(picture, transform):
    """What a user sees who has turned the display of which picture are the pixels."""
    for step in reversed(TURNS[transform]):
        picture = picture.transpose(OPPOSITE.get(step, step))
    return picture


def turned(size, transform):
    return size[::-1] if transform.endswith("90") or transform.endswith("270") else size


class Output(Desktop):
    def __init__(self, scale, transform, *client, renderer="cpu", size=SIZE):
        super().__init__("--size", "%dx%d" % size, "--scale", str(scale), "--transform", transform, "--", *PATTERN,
                         *client, renderer=renderer)

    def randr(self, *options):
        return self.run("wlr-randr", "--output", "HEADLESS-1", *options)

    def state(self):
        """Scale and transform as wlr-randr tells them."""
        text = self.run("wlr-randr", capture_output=True, text=True).stdout
        lines = dict(line.strip().split(": ") for line in text.splitlines() if ": " in line)
        return float(lines["Scale"]), lines["Transform"]


def test_every_transform(renderer):
    for transform in TURNS:
        session = Output(1, transform, renderer=renderer)
        session.shows(pattern.picture(turned(SIZE, transform)))
        assert session.state() == (1, transform)
        assert session.end() == 0


def test_sharp_at_any_scale(renderer):
    """A client that draws as many pixels as there are is shown pixel for pixel."""
    for scale, transform, size in ((1.25, "normal", SIZE), (1.5, "90", SIZE), (2, "flipped-270", SIZE),
                                   (1.1, "180", (660, 440)), (0.75, "normal", SIZE)):
        session = Output(scale, transform, "--sharp", renderer=renderer, size=size)
        wanted = pattern.picture(turned(size, transform)).tobytes()
        # Told the scale, for by itself grim makes nothing smaller.
        until("the client's pixels", lambda: session.grim("-s", str(scale)).tobytes() == wanted)
        assert session.end() == 0


def test_turned_client_is_shown_as_it_is(renderer):
    """Its buffer is the screen's own picture; grim turns that upright."""
    for transform in TURNS:
        session = Output(2, transform, "--sharp", "--turn", renderer=renderer)
        session.shows(upright(pattern.picture(SIZE), transform))
        assert session.end() == 0


def test_pointer_is_where_it_points():
    """A device over the display's panel, and one over the layout, point at the same thing of a turned and scaled output."""
    at = (130, 50)  # pixels of the panel
    dot = Image.new("L", SIZE)
    dot.putpixel(at, 255)
    for transform in TURNS:
        session = Desktop("--size", "%dx%d" % SIZE, "--scale", "2", "--transform", transform)
        events = session.program("stdbuf", "-oL", "wev", "-f", "wl_pointer", traced=False)
        left, top, *_ = upright(dot, transform).getbbox()
        width, height = turned(SIZE, transform)
        for over_panel, place, of in (True, at, SIZE), (False, (left, top), (width, height)):
            pointer = Pointer(os.path.join(RUNTIME, session.socket), of, on_output=over_panel)

            def there():
                pointer.move(0, 0)
                pointer.move(*place)
                found = re.findall(r"motion: .*x, y: ([\d.]+), ([\d.]+)", events.text())
                return found and all(abs(float(a) * 2 - b) <= 1 for a, b in zip(found[-1], (left, top)))
            until(f"the pointer at {left / 2}, {top / 2} of {transform}: {events.text()[-200:]}", there)
            pointer.close()
        assert session.end() == 0


def test_part_of_an_output_is_captured(renderer):
    """grim -g, of what grim fetches and cuts itself, and of a part that begins within a pixel."""
    session = Output(1.5, "270", "--sharp", renderer=renderer)
    whole = pattern.picture(turned(SIZE, "270"))
    session.shows(whole)
    assert session.grim("-s", "1.5", "-g", "40,20 100x60").tobytes() == whole.crop((60, 30, 210, 120)).tobytes()
    assert session.end() == 0


def test_wlr_randr_changes_both():
    session = Output(1, "normal", "--sharp", "--turn")
    session.shows(pattern.picture(SIZE))
    for scale, transform in (1.5, "90"), (2, "flipped"), (1.25, "270"), (1, "normal"):
        session.randr("--scale", str(scale), "--transform", transform)
        assert session.state() == (scale, transform)
        session.shows(upright(pattern.picture(SIZE), transform))
    for wrong in ("0.1", "100"):
        assert session.run("wlr-randr", "--output", "HEADLESS-1", "--scale", wrong, check=False).returncode != 0
    session.wait_for("its scale must be from 0.25 to 8")
    assert session.end() == 0


def test_client_without_scales_fills_the_screen():
    """It draws the logical size, and every pixel of the screen is its own, blended with neighbours at most."""
    session = Output(2, "normal")
    small = pattern.picture((SIZE[0] // 2, SIZE[1] // 2))
    def same():
        seen = session.grim()
        cells = [seen.getpixel((16 * 2 * x + 16, 16 * 2 * y + 16)) == small.getpixel((16 * x + 8, 16 * y + 8))
                 for x in range(19) for y in range(14)]
        return all(cells)
    until("cells of twice the size", same)
    session.randr("--scale", "1")
    session.shows(pattern.picture(SIZE))
    assert session.end() == 0


def test_ctl_tells_scale_and_transform():
    session = Output(1.5, "flipped-90")
    output, = ctl("outputs", WAYLAND_DISPLAY=session.socket)["outputs"]
    assert (output["width"], output["height"], output["scale"], output["transform"]) == (*SIZE, 1.5, "flipped-90")
    assert session.end() == 0


def test_configuration_scales_one_output():
    path = os.path.join(RUNTIME, "scales.ini")
    open(path, "w").write("[scale]\nHEADLESS-2 = 1.5\nHEADLESS-3 = 3\n")
    session = Desktop("--size", "300x200,300x200", "--config", path)
    assert [output["scale"] for output in ctl("outputs", WAYLAND_DISPLAY=session.socket)["outputs"]] == [1, 1.5]
    assert session.end() == 0
    session = Desktop("--size", "300x200,300x200", "--config", path, "--scale", "2")
    assert [output["scale"] for output in ctl("outputs", WAYLAND_DISPLAY=session.socket)["outputs"]] == [2, 2]
    assert session.end() == 0


def test_nonsense_is_refused():
    for option, value in (("--scale", "0"), ("--scale", "nan"), ("--scale", "1.5x"), ("--scale", "9"), ("--transform", "91"),
                          ("--cursor", "sometimes"), ("--cursor", ""), ("--cursor", "0"), ("--cursor", "-1"), ("--cursor", "2s"),
                          ("--cursor", "86401"), ("--follow", "maybe"), ("--follow", ""), ("--mode", "0x0"),
                          ("--mode", "1920"), ("--mode", "1920x1080@0"), ("--mode", "1920x1080x"), ("--mode", "16x16"),
                          ("--mode", "99999x1080"), ("--blank", "-1"), ("--blank", "5m"), ("--blank", "86401")):
        ended = subprocess.run((VITRINE, "--backend", "headless", option, value), capture_output=True, text=True)
        assert ended.returncode == 2 and f"'{value}'" in ended.stderr, ended


if __name__ == "__main__":
    main(globals())

"""Outputs that change their size, come and go, on a whole session without a virtual machine, asked for with wlr-randr.

screens.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import os
import re
import signal
import struct
import subprocess

from PIL import Image

from programs import SIZE, Desktop, main
from pointer import Pointer
from session import DEADLINE, PATTERN, RUNTIME, Session, small_files, until
from wire import Wire

import pattern  # programs tells where this is

OTHER = (800, 600)
LEFT, RIGHT = "HEADLESS-1", "HEADLESS-2"
MODE = 1  # wl_output's event
BOTH = ("--size", "%dx%d,%dx%d" % (*SIZE, *OTHER))


class Outputs(Desktop):
    def randr(self, *options, **named):
        return self.run("wlr-randr", *options, capture_output=True, text=True, **named)

    def grim(self, *options):
        """A capture fails when the size changes under it, for its buffer has the old one: then again."""
        for _ in range(3):
            try:
                return super().grim(*options)
            except subprocess.CalledProcessError:
                pass
        return super().grim(*options)

    def picture(self, output):
        return self.grim("-o", output)

    def wait_for_picture(self, output, picture):
        until(f"the right picture on {output}", lambda: self.picture(output).tobytes() == picture.tobytes())

    def sizes(self):
        return pattern.sizes(self.text())


def black(size):
    return Image.new("RGB", size)


def on_black(picture, size, place=None):
    """A picture on a screen of that size: at a place, or in the middle, from its upper left corner on where it is larger."""
    shown = black(size)
    shown.paste(picture, place or [max(0, (a - b) // 2) for a, b in zip(size, picture.size)])
    return shown


def test_another_mode_is_followed(renderer):
    session = Outputs("--", *PATTERN, renderer=renderer)
    session.shows(pattern.picture(SIZE))
    for size in (OTHER, (1367, 769), (33, 47), SIZE):
        session.randr("--output", LEFT, "--custom-mode", "%dx%d" % size)
        session.shows(pattern.picture(size))
        assert session.sizes()[-1] == size
    # One configure a change, and the output's own words agree.
    assert session.sizes() == [SIZE, OTHER, (1367, 769), (33, 47), SIZE], session.sizes()
    assert "640x480 px, 60.000000 Hz (preferred, current)" not in session.randr().stdout
    assert "640x480 px, 60.000000 Hz (current)" in session.randr().stdout, session.randr().stdout
    assert session.end() == 0


def test_no_frame_of_another_mode_is_cropped():
    """Whatever is captured meanwhile is the old picture whole, or the new one."""
    session = Outputs("--", *PATTERN)
    session.shows(pattern.picture(SIZE))
    whole = {size: pattern.picture(size).tobytes() for size in (SIZE, OTHER)}
    seen = set()
    for size in (OTHER, SIZE, OTHER, SIZE):
        session.randr("--output", LEFT, "--custom-mode", "%dx%d" % size)
        wanted = None
        while wanted != size:
            picture = session.grim()
            wanted = picture.size
            assert picture.tobytes() == whole[picture.size]
            seen.add(picture.size)
    assert seen == {SIZE, OTHER}
    assert session.end() == 0


def test_modes_that_cannot_be_are_refused():
    session = Outputs("--", *PATTERN)
    session.shows(pattern.picture(SIZE))
    for size in ("1x1", "31x400", "20000x400"):
        assert session.run("wlr-randr", "--output", LEFT, "--custom-mode", size, check=False).returncode != 0
    assert "a change of the outputs is refused: no screen is of that size" in session.text()
    session.shows(pattern.picture(SIZE))
    assert session.sizes() == [SIZE]
    assert session.end() == 0


def test_a_mode_is_changed_under_a_worker_that_dies():
    session = Outputs("--", *PATTERN)
    session.shows(pattern.picture(SIZE))
    told = []  # width and height of wl_output.mode

    def hear(opcode, arguments):
        if opcode == MODE:
            told.append(struct.unpack("=Iiii", arguments)[1:3])
    client = Wire(os.path.join(RUNTIME, session.socket))
    client.bind("wl_output", 2, hear)
    client.roundtrip()
    worker = session.worker()
    os.kill(worker, 19)
    session.randr("--output", LEFT, "--custom-mode", "%dx%d" % OTHER)
    os.kill(worker, 9)
    session.shows(pattern.picture(OTHER))
    assert session.sizes() == [SIZE, OTHER]
    client.roundtrip()
    assert told == [SIZE, OTHER], told
    assert session.end() == 0


def test_a_client_that_does_not_follow_is_shown_as_it_is():
    """It is waited for, but not for ever: then the new mode has its old picture, and the new one when it comes."""
    session = Outputs("--", *PATTERN)
    session.shows(pattern.picture(SIZE))
    client = session.child(os.path.basename(PATTERN[-1]))
    small, large = (480, 300), OTHER
    for size in large, small:
        os.kill(client, signal.SIGSTOP)
        session.randr("--output", LEFT, "--custom-mode", "%dx%d" % size)
        session.shows(on_black(pattern.picture(SIZE), size))
        os.kill(client, signal.SIGCONT)
        session.shows(pattern.picture(size))
        session.randr("--output", LEFT, "--custom-mode", "%dx%d" % SIZE)
        session.shows(pattern.picture(SIZE))
    assert session.sizes() == [SIZE, large, SIZE, small, SIZE], session.sizes()
    assert session.end() == 0


def test_a_client_that_was_stopped_goes_on(program):
    """Through more changes than it is told of at once: it acknowledges all that it was told of, and then is told the last size."""
    red = ["-o" + option for option in ("colors.background=ff0000", "colors.foreground=ff0000", "cursor.color=ff0000 ff0000")]
    command = {"foot": ["foot", *red, "sleep", "1000"], "swaylock": ["swaylock", "--color", "ff0000", "--no-unlock-indicator"]}[program]
    session = Outputs("--", *PATTERN)
    session.shows(pattern.picture(SIZE))
    client = session.start(*command)
    session.shows(Image.new("RGB", SIZE, (0xFF, 0, 0)))
    client.send_signal(signal.SIGSTOP)
    for n in range(140):
        change = ("--output", LEFT, "--custom-mode", "%dx%d" % (640 + n, 480 + n))
        # One is cancelled where the mode before has just come.
        until(f"change {n}", lambda: session.randr(*change, check=False).returncode == 0)
    client.send_signal(signal.SIGCONT)
    session.shows(Image.new("RGB", (640 + n, 480 + n), (0xFF, 0, 0)))
    assert client.poll() is None
    client.terminate()
    client.wait(DEADLINE)
    assert session.end() == 0


def test_outputs_lie_side_by_side():
    session = Outputs(*BOTH, "--", *PATTERN)
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    session.wait_for_picture(RIGHT, black(OTHER))
    listed = session.run("wayland-info", capture_output=True, text=True).stdout
    assert re.search(r"name: HEADLESS-2.*?x: 640, y: 0", listed, re.DOTALL), listed
    # The second moves when the first grows; and where it is told.
    session.randr("--output", LEFT, "--custom-mode", "700x500")
    session.wait_for_picture(LEFT, pattern.picture((700, 500)))
    assert "Position: 700,0" in session.randr().stdout, session.randr().stdout
    session.randr("--output", RIGHT, "--pos", "0,500")
    assert "Position: 0,500" in session.randr().stdout, session.randr().stdout
    session.wait_for_picture(LEFT, pattern.picture((700, 500)))
    assert session.end() == 0


def test_windows_come_back_with_their_output():
    session = Outputs(*BOTH, "--", *PATTERN)
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    for _ in range(2):
        session.randr("--output", LEFT, "--off")
        session.wait_for_picture(RIGHT, pattern.picture(OTHER))
        session.randr("--output", LEFT, "--on")
        session.wait_for_picture(LEFT, pattern.picture(SIZE))
        session.wait_for_picture(RIGHT, black(OTHER))
    session.randr("--output", RIGHT, "--off")
    refused = session.run("wlr-randr", "--output", LEFT, "--off", check=False)
    assert refused.returncode != 0, "the last output was turned off"
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    assert session.end() == 0


def test_a_client_goes_on_when_its_output_goes():
    """With the frame under way, whose callback it waits for."""
    session = Outputs(*BOTH, "--output", RIGHT, "--", "env", "WAYLAND_DEBUG=client", "weston-simple-shm")

    def frames():
        return session.text().count(".attach(")
    for state in ("--off", "--on") * 4:
        before = until("a frame", frames)
        until("frames", lambda: frames() > before + 5)
        session.randr("--output", RIGHT, state)
        before = frames()
        until(f"frames after {state}", lambda: frames() > before + 5)
    assert session.end() == 0


class Floating(Outputs):
    """A window of 100x80, which opens a little to the left of the middle of the first output and above it."""
    FIRST, SECOND, WINDOW, PLACE = (1200, 900), (300, 200), (100, 80), (454, 314)

    def __init__(self):
        super().__init__("--windows", "--size", "%dx%d,%dx%d" % (*self.FIRST, *self.SECOND), "--", *PATTERN, "--float",
                         "--size", "%dx%d" % self.WINDOW)
        self.wait_for_window(LEFT, self.FIRST, self.PLACE)

    def wait_for_window(self, output, size, place):
        self.wait_for_picture(output, on_black(pattern.picture(self.WINDOW), size, place))


def test_a_floating_window_comes_back_to_its_place():
    """From another output that is too small for that place, and all of it is seen there."""
    session = Floating()
    for _ in range(2):
        session.randr("--output", LEFT, "--off")
        session.wait_for_window(RIGHT, session.SECOND, (200, 120))
        session.randr("--output", LEFT, "--on")
        session.wait_for_window(LEFT, session.FIRST, session.PLACE)
        session.wait_for_picture(RIGHT, black(session.SECOND))
    # Maximised meanwhile, the place is that to which it is restored.
    session.run("wtype", "-M", "logo", "-k", "Up", "-m", "logo")
    session.wait_for_picture(LEFT, pattern.picture(session.FIRST))
    session.randr("--output", LEFT, "--off")
    session.wait_for_picture(RIGHT, pattern.picture(session.SECOND))
    session.randr("--output", LEFT, "--on")
    session.wait_for_picture(LEFT, pattern.picture(session.FIRST))
    session.run("wtype", "-M", "logo", "-k", "Up", "-m", "logo")
    session.wait_for_window(LEFT, session.FIRST, session.PLACE)
    assert session.end() == 0


def test_a_floating_window_stays_in_sight():
    """When the screen becomes smaller; what is in sight stays where it is."""
    session = Floating()
    for size, place in ((640, 480), (454, 314)), ((400, 300), (300, 220)), (session.FIRST, (300, 220)):
        session.randr("--output", LEFT, "--custom-mode", "%dx%d" % size)
        session.wait_for_window(LEFT, size, place)
    assert session.end() == 0


def test_a_mouse_goes_from_one_output_to_the_other():
    """By the distance that it is moved, in the logical pixels that both share, however they are scaled and turned."""
    session = Outputs(*BOTH, "--output", LEFT, "--", "stdbuf", "-oL", "wev", "--output", RIGHT, "--", "stdbuf", "-oL", "wev")
    until("two windows", lambda: session.text().count("wl_keyboard] enter") >= 2)
    session.randr("--output", RIGHT, "--scale", "2", "--transform", "90")
    mouse = Pointer(os.path.join(RUNTIME, session.socket), SIZE)

    def seen():
        return [tuple(map(float, place)) for place in re.findall(r"x, y: ([\d.]+), ([\d.]+)", session.text())]
    for _ in range(2):
        mouse.push(-2000, -2000)
        mouse.push(600, 100)
        until(f"600, 100 on the left: {seen()[-3:]}", lambda: seen() and seen()[-1] == (600, 100))
        mouse.push(100, 20)
        until(f"60, 120 on the right: {seen()[-3:]}", lambda: seen()[-1] == (60, 120))
    mouse.push(2000, 2000)
    until(f"the far corner: {seen()[-3:]}", lambda: seen()[-1] == (OTHER[1] / 2 - 1, OTHER[0] / 2 - 1))
    mouse.close()
    assert session.end() == 0


def test_a_mouse_stays_on_its_output():
    """When the one to the left of it becomes larger, goes or comes: its window is told nothing. And when its own becomes smaller."""
    session = Outputs(*BOTH, "--output", RIGHT, "--", "stdbuf", "-oL", "wev", "-f", "wl_pointer")
    mouse = Pointer(os.path.join(RUNTIME, session.socket), SIZE)

    def seen():
        return [tuple(map(float, place)) for place in re.findall(r"x, y: ([\d.]+), ([\d.]+)", session.text())]

    def moved(dx, dy, place):
        mouse.push(dx, dy)
        until(f"{place}: {seen()[-3:]}", lambda: seen() and seen()[-1] == place)
    until("the mouse in the window", lambda: mouse.push(1, 0) or "wl_pointer] enter" in session.text())
    mouse.push(-2000, -2000)
    mouse.push(600, 100)
    moved(100, 20, (60, 120))
    for options in ("--custom-mode", "1000x700"), ("--off",), ("--on",), ("--custom-mode", "%dx%d" % SIZE):
        session.randr("--output", LEFT, *options)
    session.randr("--output", LEFT, "--custom-mode", "900x500")
    moved(1, 2, (61, 122))
    assert "wl_pointer] leave" not in session.text().rpartition("wl_pointer] enter")[2]
    mouse.push(-111, 0)  # 50 from the right edge of the left one
    session.randr("--output", LEFT, "--custom-mode", "%dx%d" % SIZE)
    moved(1, 0, (0, 122))
    mouse.close()
    assert session.end() == 0


def test_a_lock_covers_every_output():
    session = Outputs(*BOTH, "--", *PATTERN)
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    lock = session.start("swaylock", "--color", "ff0000", "--no-unlock-indicator")
    session.wait_for_picture(LEFT, Image.new("RGB", SIZE, (0xFF, 0, 0)))
    session.wait_for_picture(RIGHT, Image.new("RGB", OTHER, (0xFF, 0, 0)))
    lock.terminate()
    lock.wait(60)
    assert session.end() == 0


def test_an_output_that_cannot_be_is_off():
    """The other goes on, and it comes in a mode that can be."""
    large, small = (1920, 1080), (640, 400)
    off = f"{RIGHT}: nothing can be shown on it (File too large): it is off, the other displays go on"
    with small_files(4 << 20):
        session = Outputs("--size", "%dx%d,%dx%d" % (*SIZE, *large), "--", *PATTERN)
    session.wait_for(re.escape(off))
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    assert session.randr().stdout.count("Enabled: no") == 1
    session.randr("--output", RIGHT, "--on")
    until("off again", lambda: session.text().count(off) == 2)
    session.randr("--output", RIGHT, "--on", "--custom-mode", "%dx%d" % small)
    session.wait_for_picture(RIGHT, black(small))
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    assert session.end() == 0


def test_an_only_output_that_cannot_be_ends_the_session():
    with small_files(4 << 20):
        session = Session("--size", "1920x1080", "--renderer", "cpu", "--", *PATTERN)
    assert session.process.wait(DEADLINE) == 1
    assert re.search("no way to the screen: .*cpu failed: .*File too large", session.text()), session.text()


class Blank(Outputs):
    """Both are dark soon, and until somebody types."""

    def __init__(self):
        super().__init__("--blank", "1", *BOTH)

    def lit(self):
        return set(re.findall(r"(\S+) on", self.say("wlopm")))

    def sleep(self):
        until("darkness", lambda: not self.lit())

    def wake(self, *outputs):
        until(f"{outputs} lit", lambda: self.say("wtype", "x") is not None and self.lit() == set(outputs))


def test_an_output_that_was_turned_off_stays_off():
    """When others wake; until it is turned on, by which the others wake too."""
    session = Blank()
    session.wake(LEFT, RIGHT)
    session.say("wlopm", "--off", RIGHT)
    session.sleep()
    session.wake(LEFT)
    session.sleep()
    until("both lit", lambda: session.say("wlopm", "--on", RIGHT) is not None and session.lit() == {LEFT, RIGHT})
    # Turned off in the dark.
    session.sleep()
    session.say("wlopm", "--off", LEFT)
    session.wake(RIGHT)
    assert session.end() == 0


def test_an_output_that_comes_in_the_dark_wakes_all():
    """Somebody has turned it on. One that went in the dark leaves the others dark, and comes back lit."""
    session = Blank()
    session.randr("--output", RIGHT, "--off")
    session.wake(LEFT)
    session.sleep()

    def come_back():
        session.randr("--output", RIGHT, "--off")
        session.randr("--output", RIGHT, "--on")
        return session.lit() == {LEFT, RIGHT}
    until("both lit", come_back)
    session.sleep()
    session.randr("--output", RIGHT, "--off")
    assert not session.lit(), session.say("wlopm")
    session.wake(LEFT)
    session.sleep()
    session.randr("--output", RIGHT, "--on")
    session.wake(LEFT, RIGHT)
    assert session.end() == 0


def test_an_output_that_comes_back_is_lit():
    """Though a program had turned it off before it went."""
    session = Outputs(*BOTH)
    session.say("wlopm", "--off", RIGHT)
    session.randr("--output", RIGHT, "--off")
    session.randr("--output", RIGHT, "--on")
    until("it lit", lambda: f"{RIGHT} on" in session.say("wlopm"))
    session.wait_for_picture(RIGHT, black(OTHER))
    assert session.end() == 0


if __name__ == "__main__":
    main(globals())

"""The picture where no window is, on a whole session without a virtual machine.

splash.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import os
import signal
import subprocess
import tempfile

from PIL import Image

from commands import after, fails_once, go, on
from programs import SIZE, main
from screens import BOTH, LEFT, OTHER, RIGHT, Outputs, black, on_black
from session import DEADLINE, PATTERN, RUNTIME, VITRINE, until

import pattern  # programs tells where this is

LOGO = (201, 100)
CLIENT = os.path.basename(PATTERN[-1])


def logo():
    """Of every opacity: (its file, what is seen of it on black)."""
    whole = Image.new("RGBA", LOGO)
    whole.putdata([(x, 255 - x, 2 * y, 255 if y < 20 else (x + y) % 256) for y in range(LOGO[1]) for x in range(LOGO[0])])
    path = tempfile.mktemp(dir=RUNTIME, suffix=".png")
    whole.save(path)
    seen = Image.new("RGB", LOGO)
    seen.putdata([tuple((channel * alpha + 127) // 255 for channel in colour) for *colour, alpha in whole.getdata()])
    return path, seen


def test_until_a_window_comes(renderer):
    """On each output by itself, and with another worker."""
    path, seen = logo()
    waits, start = go()
    session = Outputs(*BOTH, "--splash", path, *on(LEFT, *after(waits), *PATTERN), renderer=renderer)
    session.wait_for_picture(LEFT, on_black(seen, SIZE))
    session.wait_for_picture(RIGHT, on_black(seen, OTHER))
    start()
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    os.kill(session.worker(), signal.SIGKILL)
    session.wait_for_picture(RIGHT, on_black(seen, OTHER))
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    session.randr("--output", RIGHT, "--transform", "180")
    session.wait_for_picture(RIGHT, on_black(seen, OTHER))
    assert session.end() == 0


def test_larger_than_the_screen():
    path = tempfile.mktemp(dir=RUNTIME, suffix=".png")
    large = Image.radial_gradient("L").resize((SIZE[0] + 100, SIZE[1] + 60))
    large.save(path)
    session = Outputs("--size", "%dx%d" % SIZE, "--splash", path, "--", "sleep", "1000")
    session.wait_for_picture(LEFT, large.convert("RGB").crop((50, 30, 50 + SIZE[0], 30 + SIZE[1])))
    assert session.end() == 0


def test_while_the_command_comes_back():
    """Three dots from its end until its next window, nothing before its first."""
    waits, start = go()
    session = Outputs("--size", "%dx%d" % SIZE, "--restart", "on-failure", "--", *after(waits), *PATTERN)
    session.wait_for("socket:")
    until("nothing", lambda: session.picture(LEFT).tobytes() == black(SIZE).tobytes())
    start()
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    os.unlink(waits)
    os.kill(session.child(CLIENT), signal.SIGKILL)
    until("three dots", lambda: pattern.is_splash(session.picture(LEFT)))
    session.wait_for("was started again")
    assert pattern.is_splash(session.picture(LEFT))
    start()
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    assert session.end() == 0


def test_where_the_command_comes_back():
    """On its output, and no other; on none without it."""
    waits, start = go()
    session = Outputs(*BOTH, "--restart", "on-failure", *on(LEFT, "sleep", "1000"), *on(RIGHT, *fails_once(), *after(waits), *PATTERN))
    session.wait_for("was started again")
    until("three dots", lambda: pattern.is_splash(session.picture(RIGHT)))
    assert session.picture(LEFT).tobytes() == black(SIZE).tobytes()
    start()
    session.wait_for_picture(RIGHT, pattern.picture(OTHER))
    os.kill(session.child(CLIENT), signal.SIGTERM)  # which is no failure
    session.wait_for_picture(RIGHT, black(OTHER))
    assert session.end() == 0


def test_pictures_that_cannot_be_shown():
    path, _ = logo()
    whole = open(path, "rb").read()
    large = Image.new("L", (4097, 1))
    cases = {"nowhere": None, "text": b"GIF89a", "empty": b"", "cut": whole[:-200], "head": whole[:30], "broken": whole[:60] + bytes(60) + whole[120:]}
    for name, content in cases.items():
        if content is not None:
            with open(os.path.join(RUNTIME, name), "wb") as file:
                file.write(content)
    large.save(os.path.join(RUNTIME, "large"), "PNG")
    os.mkfifo(os.path.join(RUNTIME, "pipe"))
    for name in (*cases, "large", "pipe", "."):
        ended = subprocess.run((VITRINE, "--backend", "headless", "--splash", os.path.join(RUNTIME, name), "--", "true"),
                               env={**os.environ, "XDG_RUNTIME_DIR": RUNTIME}, capture_output=True, text=True, timeout=DEADLINE)
        print(ended.stderr)
        assert ended.returncode == 1 and ended.stderr.count("\n") == 1 and "name a PNG" in ended.stderr, (name, ended)


if __name__ == "__main__":
    main(globals())

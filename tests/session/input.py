"""Input and clipboards between programs that others wrote, without a virtual machine.

input.py VITRINE PATTERN TEST: as session.py.
"""

import os
import re
import subprocess
import tempfile
import time

from programs import Desktop, main, needs
from session import RUNTIME, until
from vitrine_vm.picture import changed  # programs tells where this is


def terminal(desktop, script):
    """foot, running a script that has begun."""
    ready = tempfile.mktemp(dir=RUNTIME)
    desktop.program("foot", "--override=main.term=xterm", "sh", "-c", f"touch {ready}; {script}", traced=False)
    until("foot", lambda: os.path.exists(ready))


def read(path):
    return open(path).read() if os.path.exists(path) else ""


def test_clipboard_goes_both_ways():
    desktop = Desktop()
    got = f"{RUNTIME}/got"
    desktop.say("wl-copy", text="from wl-copy")
    terminal(desktop, f"until [ \"$line\" ]; do read -r line; done; echo \"$line\" >{got}; printf '\\033]52;c;ZnJvbSBmb290\\a'; sleep 100")

    def paste():
        desktop.say("wtype", "-M", "ctrl", "-M", "shift", "v", "-m", "shift", "-m", "ctrl", "-k", "Return")
        return read(got).endswith("\n")
    until("foot pastes", paste)
    assert read(got).startswith("from wl-copy"), read(got)
    until("foot copies", lambda: desktop.say("wl-paste", "-n") == "from foot")
    assert desktop.end() == 0


def test_primary_selection_goes_both_ways():
    desktop = Desktop()
    got = f"{RUNTIME}/got"
    desktop.say("wl-copy", "-p", text="marked")
    desktop.say("wl-copy", text="copied")
    assert desktop.say("wl-paste", "-p", "-n") == "marked"
    assert desktop.say("wl-paste", "-n") == "copied"
    terminal(desktop, f"until [ \"$line\" ]; do read -r line; done; echo \"$line\" >{got}; printf '\\033]52;p;ZnJvbSBmb290\\a'; sleep 100")

    def paste():
        desktop.say("wtype", "-M", "shift", "-k", "Insert", "-m", "shift", "-k", "Return")
        return read(got).endswith("\n")
    until("foot pastes", paste)
    assert read(got).startswith("marked"), read(got)
    until("foot marks", lambda: desktop.say("wl-paste", "-p", "-n") == "from foot")
    assert desktop.say("wl-paste", "-n") == "copied"
    assert desktop.end() == 0


def test_large_data_and_every_byte():
    desktop = Desktop()
    data = bytes(range(256)) * 20000
    desktop.run("wl-copy", "-t", "application/octet-stream", input=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(3):
        assert desktop.run("wl-paste", "-n", "-t", "application/octet-stream", capture_output=True).stdout == data
    assert desktop.end() == 0


def test_clipboard_manager_sees_every_change():
    desktop = Desktop()
    seen = f"{RUNTIME}/seen"
    desktop.program("wl-paste", "-n", "--watch", "sh", "-c", f"cat >>{seen}; echo >>{seen}", traced=False)
    for text in ("one", "two", "three"):
        desktop.say("wl-copy", text=text)
        until(text, lambda: text in read(seen))
    assert desktop.end() == 0


def test_virtual_keyboard_types_any_letter():
    desktop = Desktop()
    events = desktop.program("stdbuf", "-oL", "wev", "-f", "wl_keyboard", traced=False)
    events.wait_for("enter")
    desktop.say("wtype", "Hello wörld €")
    for letter in "Helo wörld€":
        events.wait_for(f"utf8: '{letter}'")
    assert desktop.end() == 0


def test_virtual_pointer_moves_clicks_and_scrolls():
    desktop = Desktop()
    events = desktop.program("stdbuf", "-oL", "wev", "-f", "wl_pointer", traced=False)
    until("wev has the pointer", lambda: desktop.say("wlrctl", "pointer", "move", "1", "1") is not None
          and "motion" in events.text())
    desktop.say("wlrctl", "pointer", "click", "right")
    for state in ("1 (pressed)", "0 (released)"):
        events.wait_for(re.escape(f"button: 273 (right), state: {state}"))
    desktop.say("wlrctl", "pointer", "scroll", "15", "0")
    events.wait_for(r"axis: 0 \(vertical\), value: 15\.000000")
    assert desktop.end() == 0


@needs("wl_keyboard")
def test_keymap_outlives_its_keyboard():
    """A program that looks late, as one in Xwayland, still finds what the last key meant; the next keyboard has its own."""
    desktop = Desktop()
    events = desktop.program("stdbuf", "-oL", "wev", "-f", "wl_keyboard")
    events.wait_for("wl_keyboard.*enter")
    for place, letter in enumerate("vw"):
        desktop.say("wtype", letter)
        desktop.pointer.move(10 + place, 10)  # told after all that wtype did
        said = events.wait_for(rf"(?s)utf8: '{letter}'.*wl_pointer[#@]\d+\.(enter|motion)").group()
        assert ".keymap(" not in said, said
    assert desktop.end() == 0
    return desktop


def test_keyboard_that_goes_holds_nothing():
    """One that ends before it has released Control, which a click would have otherwise."""
    desktop = Desktop()
    events = desktop.program("stdbuf", "-oL", "wev", "-f", "wl_keyboard", traced=False)
    events.wait_for("enter")
    typist = desktop.start("wtype", "-M", "ctrl", "-k", "v", "-s", "100000")
    events.wait_for("depressed: 00000004")
    typist.kill()
    typist.wait()
    until("nothing held", lambda: re.findall(r"depressed: (\w+)", events.text())[-1] == "00000000")
    assert desktop.end() == 0


# wvkbd's full layer at 640x480 and 240 high: where the first key of a row is, and the distance to the next.
KEYBOARD = {"1234567890": (32, 300), "qwertyuiop": (32, 340), "asdfghjkl": (64, 380), "zxcvbnm": (128, 420), " ": (350, 460),
            "\n": (592, 460)}
PITCH = 64


@needs("zwlr_layer_surface_v1", "zwp_virtual_keyboard_v1", "xdg_popup", "wl_pointer")
def test_keyboard_on_the_screen_types():
    """wvkbd, clicked, into a program that fills the rest of the screen."""
    desktop = Desktop()
    got = f"{RUNTIME}/got"
    terminal(desktop, f"read -r line; echo \"$line\" >{got}; sleep 100")
    # Its layer for an upright screen: it goes by millimetres, and this one has none. It draws that layer at another height.
    desktop.program("wvkbd-mobintl", "-H", "240", "-L", "200")
    gap, key = (5, 380), (32, 340)
    idle = desktop.sees("the keyboard", lambda picture: picture.getpixel(gap) != picture.getpixel(key) and
                        picture.getpixel((32, 242)) != picture.getpixel((32, 236)))
    for letter in "vitrine 42\n":
        row = next(row for row in KEYBOARD if letter in row)
        left, height = KEYBOARD[row]
        desktop.pointer.click(left + row.index(letter) * PITCH, height)
    until("the line", lambda: read(got).endswith("\n"))
    assert read(got) == "vitrine 42\n", read(got)
    # A key that is held shows itself once more above.
    desktop.sees("the keyboard as before", lambda picture: not changed(*(each.crop((0, 240, 640, 480)) for each in (idle, picture))))
    desktop.pointer.move(*key)
    desktop.pointer.press()
    above = (0, 290, 64, 320)
    desktop.sees("the key above itself", lambda picture: changed(idle.crop(above), picture.crop(above)))
    desktop.pointer.press(down=False)
    assert desktop.end() == 0
    return desktop


def test_idle_user_is_noticed_and_noticed_again():
    desktop = Desktop()
    said = desktop.program("swayidle", "timeout", "1", "echo IDLE", "resume", "echo BACK", traced=False)
    said.wait_for("IDLE")
    desktop.say("wlrctl", "pointer", "move", "1", "1")
    said.wait_for("BACK")
    until("idle again", lambda: said.text().count("IDLE") == 2)
    desktop.say("wtype", "x")
    until("back again", lambda: said.text().count("BACK") == 2)
    assert desktop.end() == 0


def test_screen_blanks_without_input():
    """wlopm turns it off and on too, and is told."""
    desktop = Desktop("--blank", "3")  # long enough for wlopm to look before the screen is off again
    off, on = "HEADLESS-1 off", "HEADLESS-1 on"
    until("off", lambda: off in desktop.say("wlopm"))
    desktop.say("wtype", "x")
    assert on in desktop.say("wlopm")
    until("off again", lambda: off in desktop.say("wlopm"))
    desktop.say("wlopm", "--on", "*")
    assert on in desktop.say("wlopm")
    until("off once more", lambda: off in desktop.say("wlopm"))
    desktop.say("wlrctl", "pointer", "move", "1", "1")
    assert on in desktop.say("wlopm")
    assert desktop.end() == 0


@needs("zwp_idle_inhibitor_v1")
def test_film_keeps_the_screen_on():
    """mpv, while it plays: and when it ends nobody is in the dark at once, but after as long as --blank says."""
    seconds = 4
    desktop = Desktop("--blank", str(seconds))
    idle = desktop.program("swayidle", "timeout", str(seconds), "echo IDLE", traced=False)
    film = desktop.program("mpv", "--no-config", "--no-audio", "--vo=wlshm", "--really-quiet", "av://lavfi:testsrc=s=320x240:r=10")
    film.wait_for("create_inhibitor")
    desktop.say("wtype", "x")
    told = idle.text()
    time.sleep(1.5 * seconds)
    assert "HEADLESS-1 on" in desktop.say("wlopm") and idle.text() == told
    ended = time.monotonic()
    film.end()
    until("off", lambda: "HEADLESS-1 off" in desktop.say("wlopm"))
    dark = time.monotonic() - ended
    print(f"off {dark:.2f} s after the film's end")
    assert dark >= seconds
    until("idle", lambda: idle.text() != told)
    assert desktop.end() == 0
    return desktop


def test_cursor_has_the_shape_that_a_client_names():
    desktop = Desktop()
    terminal(desktop, "printf '\\033[?25l'; sleep 100")
    until("a cursor", lambda: desktop.say("wlrctl", "pointer", "move", "3", "2") is not None
          and desktop.grim("-c").tobytes() != desktop.grim().tobytes())
    assert desktop.end() == 0


if __name__ == "__main__":
    main(globals())

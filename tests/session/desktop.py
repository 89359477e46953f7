"""Programs that others wrote, on a whole session without a virtual machine: captures, panels, locks, outputs.

desktop.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

from PIL import Image
from programs import SIZE, Desktop, main, needs
from session import PATTERN, RUNTIME, until

import pattern  # programs tells where these are
from vitrine_vm.picture import box
from vitrine_vm.rfb import Rfb

RED, GREEN = (255, 0, 0), (0, 255, 0)


def test_grim_sees_the_client_s_picture(renderer):
    session = Desktop("--", *PATTERN, "--frames", "3", renderer=renderer)
    session.wait_for("presented 3 of 3")
    whole = pattern.picture(SIZE, frames=3)
    assert session.grim().tobytes() == whole.tobytes()
    assert session.grim("-c").tobytes() == whole.tobytes()
    box = (100, 50, 401, 250)
    assert session.grim("-g", "100,50 301x200").tobytes() == whole.crop(box).tobytes()
    assert session.end() == 0


def test_grim_sees_small_changes(renderer):
    session = Desktop("--", *PATTERN, "--damage", "small", "--frames", "50", renderer=renderer)
    session.grim()
    session.wait_for("presented 50 of 50")
    assert session.grim().tobytes() == pattern.picture(SIZE, frames=50, small=True).tobytes()
    assert session.end() == 0


def test_capture_draws_no_frame_of_an_idle_screen():
    session = Desktop("--", *PATTERN)
    session.shows(pattern.picture(SIZE))
    until("an idle screen", lambda: session.stats()[0] == 0)
    for _ in range(3):
        session.grim()
    assert session.stats()[0] == 0
    assert session.end() == 0


def test_capture_of_a_screen_that_is_off_fails():
    """At once, for nobody knows when it is on again."""
    session = Desktop("--", *PATTERN)
    session.shows(pattern.picture(SIZE))
    session.say("wlopm", "--off", "*")
    assert session.run("grim", "-", check=False, stdout=subprocess.DEVNULL, timeout=20).returncode != 0
    session.say("wlopm", "--on", "*")
    session.shows(pattern.picture(SIZE))
    assert session.end() == 0


def test_capture_survives_the_worker_s_death():
    session = Desktop("--", *PATTERN)
    session.shows(pattern.picture(SIZE))
    worker = session.worker()
    os.kill(worker, signal.SIGSTOP)
    path = os.path.join(RUNTIME, "late.png")
    grim = session.start("grim", path)
    time.sleep(0.5)  # so that it waits for the stopped worker; without that the test is easier, not wrong
    os.kill(worker, signal.SIGKILL)
    assert grim.wait(60) == 0
    assert Image.open(path).convert("RGB").tobytes() == pattern.picture(SIZE).tobytes()
    session.stats()
    assert "worker deaths 1" in session.text()
    assert session.end() == 0


def test_nothing_is_seen_below_a_fullscreen_window():
    session = Desktop()
    session.start(*PATTERN, "--seed", "1")
    session.shows(pattern.picture(SIZE, seed=1))
    half = session.start(*PATTERN, "--seed", "2", "--alpha")
    session.shows(pattern.picture(SIZE, seed=2, alpha=True))  # over black, not over the first
    half.terminate()
    session.shows(pattern.picture(SIZE, seed=1))
    assert session.end() == 0


def test_wlrctl_lists_and_focuses_windows():
    session = Desktop()
    first = session.start(*PATTERN, "--seed", "1")
    session.shows(pattern.picture(SIZE, seed=1))
    second = session.start(*PATTERN, "--seed", "2")
    session.shows(pattern.picture(SIZE, seed=2))
    listed = session.run("wlrctl", "toplevel", "list", capture_output=True, text=True).stdout.splitlines()
    assert len(listed) == 2, listed
    # The two differ in their state only: the first is not the active one. wlrctl 0.2.2 may crash when it has asked: it
    # frees its handles at "finished", and a window's next state may still come.
    session.run("wlrctl", "toplevel", "focus", "state:inactive", check=False)
    session.shows(pattern.picture(SIZE, seed=1))
    session.run("wlrctl", "toplevel", "close", "state:active", check=False)
    assert first.wait(60) == 0
    session.shows(pattern.picture(SIZE, seed=2))
    second.terminate()
    assert second.wait(60) == 0
    assert session.end() == 0


def test_windows_float_and_obey_their_keys():
    session = Desktop("--windows")
    window = session.start("foot", "sleep", "100", stderr=subprocess.DEVNULL)

    def press(key):
        session.run("wtype", "-M", "logo", "-k", key, "-m", "logo")

    def wait_until(state):
        until(f"a window that is {state}", lambda: subprocess.run(
            ["wlrctl", "toplevel", "find", f"state:{state}"], env=session.environment(), timeout=60).returncode == 0)

    wait_until("active")
    press("f")
    wait_until("fullscreen")
    press("f")
    wait_until("unfullscreen")
    press("Down")
    wait_until("minimized")
    press("Tab")
    wait_until("active")
    press("q")
    window.wait(60)
    assert session.end() == 0


def test_keyboard_on_the_screen_makes_room():
    """wvkbd: a layer surface with an exclusive zone; the window beside it gets the rest."""
    session = Desktop("--", *PATTERN)
    session.shows(pattern.picture(SIZE))
    keyboard = session.start("wvkbd-mobintl", "-H", "200", "-L", "200", stdout=subprocess.DEVNULL)
    session.wait_for("size 640x280")
    until("the window's part of the picture", lambda: session.grim().crop((0, 0, 640, 280)).tobytes() ==
          pattern.picture((640, 280)).tobytes())
    assert len(session.grim().crop((0, 280, 640, 480)).getcolors(1 << 16)) > 4
    keyboard.terminate()
    keyboard.wait(60)
    session.shows(pattern.picture(SIZE))
    assert session.end() == 0


def test_lock_hides_everything():
    """swaylock: its colour and nothing else; the same, in black, after its death; a second one takes over."""
    session = Desktop("--", *PATTERN)
    session.shows(pattern.picture(SIZE))
    lock = ("swaylock", "--color", "ff0000", "--no-unlock-indicator")
    first = session.start(*lock)
    session.shows(Image.new("RGB", SIZE, (0xFF, 0, 0)))
    first.kill()
    first.wait(60)
    session.shows(Image.new("RGB", SIZE))
    late = session.start(*PATTERN, "--seed", "7")  # a window that comes meanwhile is not seen either
    time.sleep(0.5)
    assert session.grim().getcolors() == [(SIZE[0] * SIZE[1], (0, 0, 0))]
    second = session.start(*lock)
    session.shows(Image.new("RGB", SIZE, (0xFF, 0, 0)))
    second.send_signal(signal.SIGUSR1)  # swaylock unlocks
    assert second.wait(60) == 0
    session.shows(pattern.picture(SIZE, seed=7))
    late.terminate()
    late.wait(60)
    assert session.end() == 0


def viewer_of(socket):
    """A viewer of wayvnc, as soon as that listens."""
    def connected():
        with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
            return Rfb(socket)
    return until("wayvnc's socket", connected)


def test_vnc_shows_the_session():
    """wayvnc, and a viewer of it: the picture, and what changes in it."""
    session = Desktop()
    socket = os.path.join(RUNTIME, "vnc")
    server = session.start("wayvnc", "--unix-socket", socket, stderr=subprocess.DEVNULL)
    with viewer_of(socket) as viewer:
        assert viewer.size == SIZE
        for seed in (1, 2):
            client = session.start(*PATTERN, "--seed", str(seed))
            wanted = pattern.picture(SIZE, seed=seed).tobytes()
            until("the picture over VNC", lambda: viewer.picture().tobytes() == wanted)
            client.terminate()
            client.wait(60)
    server.terminate()
    server.wait(60)
    assert session.end() == 0


@needs("ext_image_copy_capture_session_v1", "zwp_virtual_keyboard_v1", "zwlr_virtual_pointer_v1",
       "wl_keyboard", "wl_pointer")
def test_vnc_types_and_points():
    """A viewer of wayvnc uses a program."""
    session = Desktop()
    events = session.program("stdbuf", "-oL", "wev")
    events.wait_for("wl_keyboard.*enter")
    socket = os.path.join(RUNTIME, "vnc")
    session.program("wayvnc", "--unix-socket", socket)
    with viewer_of(socket) as viewer:
        viewer.picture()
        for letter in "Vitrine 42":
            viewer.key(ord(letter))
            events.wait_for(f"utf8: '{letter}'")
        viewer.pointer(200, 150)
        events.wait_for(r"x, y: 200\.\d+, 150\.\d+|x, y: 199\.\d+, 149\.\d+")
        for buttons in (1, 0):
            viewer.pointer(200, 150, buttons)
        events.wait_for(r"button: 272 \(left\), state: 1")
        events.wait_for(r"button: 272 \(left\), state: 0")
    assert session.end() == 0
    return session


@needs("xdg_toplevel")
def test_client_dies_while_it_is_dragged():
    """With the button still down: the pointer is free at once, and the next window can be moved and resized as the first."""
    session = Desktop("--windows", size=(800, 600))
    for request, side in (("move", 0), ("resize", 2), ("move", 0)):
        client = session.program("foot", "--override=csd.color=ffff0000", "--override=csd.border-width=10",
                                 "--override=csd.border-color=ff00ff00", "--override=colors.background=0000ff")
        title = box(session.sees("a window", lambda picture: box(picture, RED) and box(picture, GREEN)), RED)
        frame = box(session.grim(), GREEN)
        grip = ((title[0] + title[2]) // 2 - 60, (title[1] + title[3]) // 2) if side == 0 else (frame[2] - 3, (frame[1] + frame[3]) // 2)
        session.pointer.move(*grip)
        session.pointer.press()
        client.is_dragged(request)
        session.pointer.move(grip[0] + 40, grip[1])
        session.sees("it dragged", lambda picture: box(picture, GREEN) and box(picture, GREEN)[side] >= frame[side] + 20)
        client.process.kill()
        client.process.wait()
        session.shows(Image.new("RGB", session.size))
        session.pointer.move(grip[0] - 40, grip[1])
        session.pointer.press(down=False)
    assert session.end() == 0
    return session


def test_x_program_in_xwayland():
    """Xwayland with a root window of its own, as any client; xclock, all in one colour, in it, and xev, used."""
    session = Desktop("--", "Xwayland", "-geometry", "%dx%d" % SIZE, "-shm", "-br", "-displayfd", "2")
    display = ":" + session.wait_for(r"(?m)^(\d+)$").group(1)

    session.shows(Image.new("RGB", SIZE))
    clock = session.start("xclock", "-display", display, "-norender", "-geometry", "200x100+40+30", "-bg", "#00ff00",
                          "-fg", "#00ff00", "-hd", "#00ff00", "-hl", "#00ff00", "-bw", "0", stderr=subprocess.DEVNULL)
    wanted = Image.new("RGB", SIZE)
    wanted.paste((0, 0xFF, 0), (40, 30, 240, 130))
    session.shows(wanted)
    clock.terminate()
    clock.wait(60)
    session.shows(Image.new("RGB", SIZE))

    events = session.program("stdbuf", "-oL", "xev", "-display", display, "-geometry", "200x200+100+100", traced=False)
    events.wait_for("MapNotify")
    session.pointer.click(150, 150)
    events.wait_for(r"(?s)ButtonPress.*?root:\(150,150\)")
    session.say("wtype", "v")
    events.wait_for(r"(?s)KeyPress.*?keysym 0x76, v")
    assert session.end() == 0


@needs("xdg_toplevel", "wp_viewport", "wl_shm_pool")
def test_x_program_by_satellite():
    """xwayland-satellite, which is not in Debian 13: an X program as a window of its own."""
    if not shutil.which("xwayland-satellite"):
        print("xwayland-satellite is not installed (Debian 13 does not have it; vitrine(1), X PROGRAMS)")
        sys.exit(77)
    session = Desktop()
    session.program("xwayland-satellite", ":12")
    until("the X server", lambda: session.run("xdpyinfo", "-display", ":12", check=False, capture_output=True).returncode == 0)
    session.program("xclock", "-display", ":12", "-norender", "-bg", "#00ff00", "-fg", "#00ff00", "-hd", "#00ff00", "-hl",
                    "#00ff00", "-bw", "0", traced=False)
    session.shows(Image.new("RGB", SIZE, (0, 0xFF, 0)))
    assert session.end() == 0
    return session


def test_wlr_randr_lists_the_output():
    session = Desktop()
    text = session.run("wlr-randr", capture_output=True, text=True).stdout
    assert text.startswith('HEADLESS-1 "headless output"'), text
    assert "640x480 px, 60.000000 Hz (preferred, current)" in text, text
    session.run("wlr-randr", "--output", "HEADLESS-1", "--custom-mode", "640x480", "--pos", "0,0")
    refused = subprocess.run(("wlr-randr", "--output", "HEADLESS-1", "--off"), env=session.environment(), timeout=60)
    assert refused.returncode != 0
    assert session.end() == 0


if __name__ == "__main__":
    main(globals())

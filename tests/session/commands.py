"""One application for each output, by --output NAME -- COMMAND, without a virtual machine.

commands.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import os
import signal
import subprocess
import time

from programs import SIZE, main
from screens import BOTH, LEFT, OTHER, RIGHT, Outputs, black
from session import DEADLINE, PATTERN, RUNTIME, VITRINE, Session, ctl, until

import pattern  # programs tells where this is

SECOND = ("--seed", "7")  # tells its picture from the first's


def on(output, *command):
    return ("--output", output, "--", *command)


def go():
    """A file that is not there yet, for --wait."""
    path = os.path.join(RUNTIME, f"go-{time.monotonic_ns()}")
    return path, lambda: open(path, "w").close()


def after(path):
    """Runs its arguments when that file is there."""
    return "sh", "-c", f'while [ ! -e {path} ]; do sleep 0.05; done; exec "$@"', "sh"


def fails_once():
    """Runs its arguments, but for the first time, when it fails."""
    path, _ = go()
    return "sh", "-c", f'[ -e {path} ] || {{ : >{path}; exit 1; }}; exec "$@"', "sh"


def test_each_application_has_its_output():
    path, start = go()
    session = Outputs(*BOTH, *on(RIGHT, *after(path), *PATTERN, *SECOND), *on(LEFT, *PATTERN))
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    start()  # so that its window is the one above
    session.wait_for_picture(RIGHT, pattern.picture(OTHER, 7))
    # One goes, and its windows to the other; when it comes back so do they.
    session.randr("--output", RIGHT, "--off")
    session.wait_for_picture(LEFT, pattern.picture(SIZE, 7))
    session.randr("--output", RIGHT, "--on")
    session.wait_for_picture(RIGHT, pattern.picture(OTHER, 7))
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    assert session.end() == 0


def test_each_output_has_its_own_lead():
    """How long before its refresh a frame starts is what frames of that output take: a large one's are no matter of a small one's."""
    path, start = go()
    session = Outputs("--refresh", "20", "--size", "64x64,4096x2160", *on(LEFT, *PATTERN, "--frames", "100000"),
                      *on(RIGHT, *after(path), *PATTERN, "--frames", "8"))
    session.wait_for(r"frame 3\n")
    small = session.child(os.path.basename(PATTERN[-1]))

    def leads():
        return ctl("stats", WAYLAND_DISPLAY=session.socket)["lead_seconds"]

    def is_short():
        """A busy machine is late with a small picture, too; the next 32 make it forget that. The large output, black as yet, draws
        fewer in all: its lead only grows."""
        os.kill(small, signal.SIGCONT)
        time.sleep(2)
        os.kill(small, signal.SIGSTOP)
        time.sleep(0.2)
        return leads()[LEFT] < leads()[RIGHT] / 2
    until("a short lead of the small output", is_short)
    before = leads()
    start()
    session.wait_for("presented 8 of 8")
    print(f"before {before}, after 8 frames of the large one {leads()}")
    assert leads()[LEFT] == before[LEFT] < leads()[RIGHT]
    os.kill(small, signal.SIGCONT)
    assert session.end() == 0


def test_sixteen_outputs():
    """Each has a size and an application of its own; some go, and come back in another order."""
    sizes = {f"HEADLESS-{n}": (160 + 8 * n, 120 + 4 * n) for n in range(1, 17)}
    pictures = {name: pattern.picture(size, n) for n, (name, size) in enumerate(sizes.items(), 1)}
    applications = [word for n, name in enumerate(sizes, 1) for word in on(name, *PATTERN, "--seed", str(n))]
    session = Outputs("--size", ",".join("%dx%d" % size for size in sizes.values()), *applications)

    def is_right():
        for name, picture in pictures.items():
            session.wait_for_picture(name, picture)
        outputs = ctl("outputs", WAYLAND_DISPLAY=session.socket)["outputs"]
        assert [output["name"] for output in outputs] == list(sizes)
        assert [output["x"] for output in outputs] == [sum(size[0] for size in list(sizes.values())[:n]) for n in range(16)]
    is_right()
    for action, numbers in ("--off", (1, 16, 7, 2)), ("--on", (7, 16, 2, 1)):
        for number in numbers:
            session.randr("--output", f"HEADLESS-{number}", action)
    is_right()
    assert session.end() == 0


def test_windows_wait_for_their_output():
    """They open where there is one, and move when their own comes: also one that a child of the command's opens."""
    path, start = go()
    waiting = ("sh", "-c", '"$@" & wait', "sh", *after(path), *PATTERN, *SECOND)
    session = Outputs(*BOTH, *on(LEFT, *PATTERN), *on(RIGHT, *waiting))
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    session.randr("--output", RIGHT, "--off")
    start()
    session.wait_for_picture(LEFT, pattern.picture(SIZE, 7))
    session.randr("--output", RIGHT, "--on")
    session.wait_for_picture(RIGHT, pattern.picture(OTHER, 7))
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    assert session.end() == 0


def test_an_application_stays_on_its_output():
    """mpv asks for the other output to be fullscreen on: as soon as it is there, and later when its key is pressed."""
    video = ("env", "WAYLAND_DEBUG=client", "mpv", "--no-config", "--vo=wlshm", "--really-quiet", "--osd-level=0", "--fs", f"--fs-screen-name={LEFT}",
             "--keep-open", "av://lavfi:color=red:s=800x600:d=1")
    session = Outputs(*BOTH, "--windows", *on(RIGHT, *video))

    def is_there():
        return session.picture(RIGHT).getpixel((400, 300))[0] > 240 and not session.picture(LEFT).getbbox()
    until("red on the right", is_there)
    for request in "unset_fullscreen(", "set_fullscreen(wl_output":
        known = session.text().count(f".{request}")
        session.run("wtype", "f")
        until(request, lambda: session.text().count(f".{request}") > known)
    until("red on the right still", is_there)
    assert session.end() == 0


def test_a_keyboard_on_the_screen_comes_back():
    """wvkbd, of which no window is a window: a layer surface has its output too, and makes room there."""
    session = Outputs(*BOTH, *on(LEFT, *PATTERN), *on(RIGHT, "wvkbd-mobintl", "-H", "200", "-L", "200"))

    def keys_on(output, size):
        part = (0, size[1] - 200, *size)
        return until(f"keys on {output}", lambda: len(session.picture(output).crop(part).getcolors(1 << 18) or ()) > 4)
    keys_on(RIGHT, OTHER)
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    session.randr("--output", RIGHT, "--off")
    until("room for keys", lambda: session.sizes()[-1] == (SIZE[0], SIZE[1] - 200))
    session.randr("--output", RIGHT, "--on")
    keys_on(RIGHT, OTHER)
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    assert session.end() == 0


def test_an_output_that_never_comes():
    session = Outputs(*on("DP-7", *PATTERN))
    session.wait_for("there is no output DP-7 yet")
    session.shows(pattern.picture(SIZE))
    assert session.end() == 0


def test_a_window_opens_when_its_output_is_gone():
    """It was told the size of an output that went before its first picture: it opens on the other one."""
    path, start = go()
    session = Outputs(*BOTH, "--", *PATTERN, "--wait", path)
    session.wait_for_picture(LEFT, black(SIZE))
    session.randr("--output", LEFT, "--off")
    start()
    session.wait_for_picture(RIGHT, pattern.picture(OTHER))
    assert session.end() == 0


def test_programs_ask_from_their_socket():
    """vitrine ctl in a command finds the session by the WAYLAND_DISPLAY that it has there."""
    session = Outputs(*BOTH, *on(LEFT, *PATTERN), *on(RIGHT, *PATTERN))
    session.wait_for_picture(RIGHT, pattern.picture(OTHER))
    sockets = [f"{session.socket}.{n}" for n in (1, 2)]
    for name in sockets:
        assert len(ctl("outputs", WAYLAND_DISPLAY=name)["outputs"]) == 2
    assert session.end() == 0
    assert not [name for name in os.listdir(RUNTIME) if name.startswith(session.socket)], os.listdir(RUNTIME)


def test_the_last_command_ends_the_session():
    path, _ = go()
    session = Session(*BOTH, "--renderer", "cpu", *on(LEFT, "sh", "-c", "exit 3"),
                      *on(RIGHT, "sh", "-c", f"sleep 1; : >{path}; exit 4"), *on(LEFT, "true"))
    assert session.process.wait(DEADLINE) == 3
    assert os.path.exists(path)
    session = Session(*BOTH, "--renderer", "cpu", *on(LEFT, "true"), *on(RIGHT, "true"))
    assert session.process.wait(DEADLINE) == 0


def test_one_that_is_started_again_is_on_its_output():
    session = Outputs(*BOTH, "--restart", "on-failure", *on(LEFT, *PATTERN), *on(RIGHT, *fails_once(), *PATTERN, *SECOND))
    session.wait_for_picture(RIGHT, pattern.picture(OTHER, 7))
    session.wait_for_picture(LEFT, pattern.picture(SIZE))
    session.wait_for("sh was started again")
    assert session.end() == 0


def test_an_argument_like_the_option():
    """Without an output of its own, a command keeps all arguments that it was given."""
    path, _ = go()
    session = Session("--renderer", "cpu", "--", "sh", "-c", f'echo "$@" >{path}', "sh", *on(LEFT, "true"))
    assert session.process.wait(DEADLINE) == 0
    assert open(path).read() == f"--output {LEFT} -- true\n"


def test_wrong_command_lines():
    for words, complaint in (
            (("--output", LEFT), f"--output {LEFT} has no COMMAND"),
            (("--output", LEFT, "--"), f"--output {LEFT} has no COMMAND"),
            (("--output", LEFT, "--output", RIGHT, "--", "true"), f"--output {LEFT} has no COMMAND"),
            (("--output", LEFT, "--", *on(RIGHT, "true")), f"--output {LEFT} has no COMMAND"),
            ((*on(LEFT, "true"), "--output", RIGHT, "--"), f"--output {RIGHT} has no COMMAND"),
            ((*on(LEFT, "true"), f"--output={RIGHT}", "--"), f"--output {RIGHT} has no COMMAND"),
            (on("", "true"), "name is empty"),
            (on(LEFT, "true") * 17, "at most 16 COMMANDs"),
            (("--size", ",".join(["64x64"] * 17), "--", "true"), "at most 16 outputs")):
        ended = subprocess.run((VITRINE, "--backend", "headless", *words), capture_output=True, text=True)
        assert ended.returncode == 2 and complaint in ended.stderr, ended
    ended = Session(*on(LEFT, "true"), *on(RIGHT, "no-such-program"))
    assert ended.process.wait(DEADLINE) == 127 and "no-such-program: command not found" in ended.text()


if __name__ == "__main__":
    main(globals())

"""Input and clipboards between programs that others wrote, without a virtual machine.

input.py VITRINE PATTERN TEST: as session.py.
"""

import os
import signal
import subprocess
import sys
import tempfile

from session import DEADLINE, RUNTIME, Session, until

SOCKET = "input"


class Programs:
    """A session and the programs in it."""

    def __init__(self):
        self.session = Session("--renderer", "cpu", "--size", "800x600", "--socket", SOCKET)
        self.session.wait_for("socket:")
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": RUNTIME, "WAYLAND_DISPLAY": SOCKET, "HOME": RUNTIME}
        self.running = []

    def run(self, *command, text=None):
        result = subprocess.run(command, input=text, capture_output=text is None, text=True, timeout=DEADLINE,
                                env=self.environment)
        assert result.returncode == 0, f"{command}: {result}\n{self.session.text()}"
        return result.stdout

    def start(self, *command):
        """A program that goes on; gives the file of what it says."""
        path = tempfile.mktemp(dir=RUNTIME)
        with open(path, "w") as out:
            self.running.append(subprocess.Popen(command, stdout=out, stderr=out, env=self.environment))
        return path

    def terminal(self, script):
        """foot, running a script that has begun."""
        ready = tempfile.mktemp(dir=RUNTIME)
        self.start("foot", "--override=main.term=xterm", "sh", "-c", f"touch {ready}; {script}")
        until("foot", lambda: os.path.exists(ready))

    def end(self):
        for process in self.running:
            process.send_signal(signal.SIGTERM)
            process.wait(DEADLINE)
        assert self.session.end() == 0


def read(path):
    return open(path).read() if os.path.exists(path) else ""


def test_clipboard_goes_both_ways():
    programs = Programs()
    got = f"{RUNTIME}/got"
    programs.run("wl-copy", text="from wl-copy")
    programs.terminal(f"until [ \"$line\" ]; do read -r line; done; echo \"$line\" >{got}; printf '\\033]52;c;ZnJvbSBmb290\\a'; sleep 100")

    def paste():
        programs.run("wtype", "-M", "ctrl", "-M", "shift", "v", "-m", "shift", "-m", "ctrl", "-k", "Return")
        return read(got).endswith("\n")
    until("foot pastes", paste)
    assert read(got).startswith("from wl-copy"), read(got)
    until("foot copies", lambda: programs.run("wl-paste", "-n") == "from foot")
    programs.end()


def test_primary_selection_goes_both_ways():
    programs = Programs()
    got = f"{RUNTIME}/got"
    programs.run("wl-copy", "-p", text="marked")
    programs.run("wl-copy", text="copied")
    assert programs.run("wl-paste", "-p", "-n") == "marked"
    assert programs.run("wl-paste", "-n") == "copied"
    programs.terminal(f"until [ \"$line\" ]; do read -r line; done; echo \"$line\" >{got}; printf '\\033]52;p;ZnJvbSBmb290\\a'; sleep 100")

    def paste():
        programs.run("wtype", "-M", "shift", "-k", "Insert", "-m", "shift", "-k", "Return")
        return read(got).endswith("\n")
    until("foot pastes", paste)
    assert read(got).startswith("marked"), read(got)
    until("foot marks", lambda: programs.run("wl-paste", "-p", "-n") == "from foot")
    assert programs.run("wl-paste", "-n") == "copied"
    programs.end()


def test_large_data_and_every_byte():
    programs = Programs()
    data = bytes(range(256)) * 20000
    subprocess.run(["wl-copy", "-t", "application/octet-stream"], input=data, check=True, timeout=DEADLINE,
                   env=programs.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(3):
        paste = subprocess.run(["wl-paste", "-n", "-t", "application/octet-stream"], capture_output=True, check=True,
                               timeout=DEADLINE, env=programs.environment)
        assert paste.stdout == data
    programs.end()


def test_clipboard_manager_sees_every_change():
    programs = Programs()
    seen = f"{RUNTIME}/seen"
    programs.start("wl-paste", "-n", "--watch", "sh", "-c", f"cat >>{seen}; echo >>{seen}")
    for text in ("one", "two", "three"):
        programs.run("wl-copy", text=text)
        until(text, lambda: text in read(seen))
    programs.end()


def test_virtual_keyboard_types_any_letter():
    programs = Programs()
    events = programs.start("stdbuf", "-oL", "wev", "-f", "wl_keyboard")
    until("wev has the keyboard", lambda: "enter" in read(events))
    programs.run("wtype", "Hello wörld €")
    for letter in "Helo wörld€":
        until(letter, lambda: f"utf8: '{letter}'" in read(events))
    programs.end()


def test_virtual_pointer_moves_clicks_and_scrolls():
    programs = Programs()
    events = programs.start("stdbuf", "-oL", "wev", "-f", "wl_pointer")
    until("wev has the pointer", lambda: programs.run("wlrctl", "pointer", "move", "1", "1") is not None
          and "motion" in read(events))
    programs.run("wlrctl", "pointer", "click", "right")
    until("the click", lambda: "button: 273 (right), state: 1 (pressed)" in read(events)
          and "button: 273 (right), state: 0 (released)" in read(events))
    programs.run("wlrctl", "pointer", "scroll", "15", "0")
    until("the scroll", lambda: "axis: 0 (vertical), value: 15.000000" in read(events))
    programs.end()


def test_idle_user_is_noticed_and_noticed_again():
    programs = Programs()
    said = programs.start("swayidle", "timeout", "1", "echo IDLE", "resume", "echo BACK")
    until("idle", lambda: "IDLE" in read(said))
    programs.run("wlrctl", "pointer", "move", "1", "1")
    until("back", lambda: "BACK" in read(said))
    until("idle again", lambda: read(said).count("IDLE") == 2)
    programs.run("wtype", "x")
    until("back again", lambda: read(said).count("BACK") == 2)
    programs.end()


def shot(programs, *options):
    path = f"{RUNTIME}/shot.ppm"
    programs.run("grim", "-t", "ppm", *options, path)
    return open(path, "rb").read()


def test_cursor_has_the_shape_that_a_client_names():
    programs = Programs()
    programs.terminal("printf '\\033[?25l'; sleep 100")
    until("a cursor", lambda: programs.run("wlrctl", "pointer", "move", "3", "2") is not None
          and shot(programs, "-c") != shot(programs))
    programs.end()


TESTS = {name[5:].replace("_", "-"): value for name, value in list(globals().items()) if name.startswith("test_")}
if __name__ == "__main__":
    TESTS[sys.argv[3]]()

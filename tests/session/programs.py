"""Programs that others wrote, in a whole session without a virtual machine: started, looked at by grim, used by wtype and
a pointer."""

import contextlib
import functools
import itertools
import os
import re
import subprocess
import sys
import tempfile

from PIL import Image

from session import DEADLINE, RUNTIME, Session, until  # first: tells where the next is
import protocols
from pointer import Pointer

SIZE = (640, 480)
PICTURES = os.environ.get("VITRINE_PICTURES")


class Program:
    """One that runs in a session; what it says, and what it says to the compositor when `traced`, is in a file."""

    def __init__(self, command, environment, traced):
        self.log = tempfile.mktemp(dir=RUNTIME)
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env={
                **environment, **({"WAYLAND_DEBUG": "client"} if traced else {})})

    def text(self):
        return open(self.log, errors="replace").read()

    def wait_for(self, pattern):
        return until(f"{pattern} in what the program says", lambda: re.search(pattern, self.text()))

    def is_dragged(self, request="move"):
        """Waits until its window is under the pointer's control, "move" or "resize": who moves the pointer as soon as the program has
        asked for that may be ahead of what it has sent."""
        self.wait_for(rf"(?s)xdg_toplevel[#@]\d+\.{request}\(.*wl_pointer[#@]\d+\.leave\(")

    def speaks(self, interface):
        return re.search(rf"\b{interface}[#@]\d", self.text()) is not None

    def end(self):
        """Ends it as a user who is logging out does; returns its status."""
        self.process.terminate()
        return self.process.wait(DEADLINE)


def on_venus(layers):
    """Of a test that runs under tests/render/with-venus, so that its programs draw through Venus: what the session is
    started with, for its worker draws on the host's side and reads what they share. layers: the host layer's folder."""
    return {"renderer": "vulkan", "VK_DRIVER_FILES": "/usr/share/vulkan/icd.d/lvp_icd.json", "VK_LAYER_PATH": layers,
            "VK_INSTANCE_LAYERS": "VK_LAYER_VITRINE_host", "VN_DEBUG": ""}


class Desktop(Session):
    """A session of SIZE with what a program beside it needs."""

    def __init__(self, *arguments, renderer="cpu", size=SIZE, **environment):
        super().__init__("--size", "%dx%d" % size, "--renderer", renderer, *arguments, **environment)
        self.size = size
        self.socket = self.wait_for(r"socket: (\S+)").group(1)
        self.programs = []
        self.numbers = itertools.count()  # of the pictures left

    def environment(self):
        # What others leave unfreed is not ours to report.
        return {**os.environ, "XDG_RUNTIME_DIR": RUNTIME, "WAYLAND_DISPLAY": self.socket, "HOME": RUNTIME,
                "ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:detect_leaks=0"}

    def start(self, *command, **options):
        return subprocess.Popen(command, env=self.environment(), **options)

    def run(self, *command, **options):
        return subprocess.run(command, **{"env": self.environment(), "timeout": 60, "check": True, **options})

    def say(self, *command, text=None):
        """What a program answers; text: what it is told on its standard input."""
        output = subprocess.DEVNULL if text is not None else subprocess.PIPE  # wl-copy goes on with it in the background
        return self.run(*command, input=text, stdout=output, stderr=output, text=True).stdout

    def pasted(self, *options):
        """What is in the clipboard, or with -p in the primary selection; "": nothing."""
        return self.run("wl-paste", "-n", *options, check=False, capture_output=True, text=True).stdout

    def program(self, *command, traced=True, **environment):
        """A program that end() ends."""
        self.programs.append(Program(command, {**self.environment(), **environment}, traced))
        return self.programs[-1]

    @functools.cached_property
    def pointer(self):
        return Pointer(os.path.join(RUNTIME, self.socket), self.size)

    def grim(self, *options):
        path = os.path.join(RUNTIME, "grim.png")
        self.run("grim", "-l", "0", *options, path)
        return Image.open(path).convert("RGB")

    def shows(self, picture):
        """Waits until grim sees the picture."""
        until("the right picture", lambda: self.grim().tobytes() == picture.tobytes())

    def sees(self, what, condition):
        """Waits until condition(grim's picture) holds; returns the picture. In the folder that VITRINE_PICTURES names, if it
        does, it leaves what it saw."""
        seen = []

        def look():
            seen[:] = [self.grim()]
            return seen[0] if condition(seen[0]) else None
        try:
            return until(what, look)
        finally:
            if PICTURES and seen:
                seen[0].save(os.path.join(PICTURES, f"{sys.argv[3]}-{next(self.numbers):02} {what}.png".replace(" ", "-")))

    def end(self):
        for program in self.programs:
            program.end()
        return super().end()


def needs(*interfaces):
    """A test of programs that need these interfaces: when it fails it names the files that speak them, and it does fail
    when none of its programs has used one of them."""
    def decorate(test):
        @functools.wraps(test)
        def run(*arguments):
            with _explained(f"needs {protocols.described(interfaces)}"):
                session = test(*arguments)
                unused = [name for name in interfaces if not any(p.speaks(name) for p in session.programs)]
                assert not unused, f"not used: {unused}"
        return run
    return decorate


@contextlib.contextmanager
def _explained(text):
    try:
        yield
    except Exception:
        print(text, file=sys.stderr)
        raise


def main(tests):
    """Runs the test that the command line names, of a module's globals()."""
    name, *arguments = sys.argv[3:]
    tests["test_" + name.replace("-", "_")](*arguments)

"""One start of a compositor in the guest, with a session in which clients can be started."""

import re
import shlex
import time

from ..errors import VmError
from ..guest import tail
from ..rfb import Rfb
from .meter import Meter

LOAD = "/build/tests/performance/load"
COLORS = ((0x00, 0xA0, 0x40), (0xA0, 0x00, 0x40), (0x40, 0x00, 0xA0))  # load_colors
START_SECONDS = 60
CLIENT_SECONDS = {False: 30, True: 15}  # by whether it is to be quick, which what is to be exact never is
SETTLE_SECONDS = 5
IDLE = 0.001  # seconds of a processor's time in half a second
MORE_FRAMES = 5  # times as many, where they are to be exact


class Run:
    """A context manager: leaving it ends the compositor. Its first client is a load of one frame, which stays."""

    def __init__(self, machine, peer, quick, cold):
        """cold: whether to start it with nothing in the guest's cache, too, before."""
        self.machine = machine
        self.peer = peer
        self.quick = quick
        self._cold = cold
        self.started = {}  # seconds from exec to the first picture: cold and warm
        self._job = self._display = None

    def __enter__(self):
        try:
            if self._cold:
                self._start("cold", "sync; echo 3 >/proc/sys/vm/drop_caches")
                self._end()
            self._start("warm", "true")
            self._settle()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_):
        self._end()

    @property
    def is_slow(self):
        return self.machine.gpu == "2d" and not self.peer.is_pixman and not self.peer.is_floor

    def frames(self, many):
        """How many frames to measure: a quarter when it is to be quick, less where OpenGL is drawn by the guest's processor. What is
        to be exact is so many that the client's start and end, which redraw the screen, are a small part."""
        if self.machine.exact and self.peer.is_pixman:
            return many * MORE_FRAMES
        if self.is_slow:
            many //= 4
        return many // 4 if self.quick else many

    def client(self, command, timeout=None):
        """Runs a command in the session until it ends; returns its output."""
        result = self.start(command).wait(timeout or CLIENT_SECONDS[self.quick and not self.machine.exact])
        if result.status != 0:
            raise VmError(f"{shlex.split(command)[0]} ended with {result.status}: {tail(result.output)}")
        return result.output

    def start(self, command):
        return self.machine.start(f"export {self._display}\n{command}", "client")

    def alone(self, command):
        """Ends the compositor; runs a command that takes the display itself, until it ends; returns its output."""
        self._end()
        result = self.machine.start(f"export LIBSEAT_BACKEND=builtin\nexec {command}", "alone").wait(CLIENT_SECONDS[False])
        if result.status != 0:
            raise VmError(f"{command} ended with {result.status}: {tail(result.output)}")
        return result.output

    def wait_for_pixel(self, x, y, condition, timeout, complaint):
        """Looks at one pixel of the host's display until condition(its colour) holds; returns when that was."""
        deadline = time.monotonic() + timeout
        with Rfb(str(self.machine.display)) as rfb:
            while not condition(rfb.pixel(x, y)):
                if time.monotonic() > deadline:
                    said = tail(self._job.output()) if self._job else ""
                    raise VmError(f"{complaint} in {timeout} s: {said}")
                self.check()
        return time.monotonic()

    def wait_for_size(self, size, timeout):
        """Until the host's display has that size; returns when that was."""
        deadline = time.monotonic() + timeout
        while True:
            with Rfb(str(self.machine.display)) as rfb:
                if rfb.size == size:
                    return time.monotonic()
            if time.monotonic() > deadline:
                raise VmError(f"the display did not follow in {timeout} s")
            self.check()
            time.sleep(0.02)

    def check(self):
        """Raises if the compositor is gone."""
        if self._job and self._job.poll() is not None:
            raise VmError(f"it ended with {self._job.status}: {tail(self._job.output())}")

    def _start(self, kind, before):
        environment = " ".join(f"{name}={value}" for name, value in self.peer.environment.items())
        command = shlex.quote(f"echo session: WAYLAND_DISPLAY=$WAYLAND_DISPLAY; exec {LOAD}")
        self.machine.run(f"{before}; printf '#!/bin/sh\\n%s\\n' {command} >/tmp/session; chmod +x /tmp/session")
        began = time.monotonic()
        self._job = self.machine.start(f"export LIBSEAT_BACKEND=builtin {environment}\n" +
                                       self.peer.start.format(command="/tmp/session"), self.peer.name)
        shown = self.wait_for_pixel(20, 20, lambda pixel: pixel in COLORS, START_SECONDS, "it showed no client")
        self.started[kind] = shown - began
        self._display = self.peer.is_floor or re.search(r"session: (WAYLAND_DISPLAY=\S+)", self._job.output()).group(1)

    def _settle(self):
        """Waits until nothing of the start is left: Vitrine loads its keymap and libinput after its first picture, which would
        count as the first row's. One that never is idle is waited for no longer than SETTLE_SECONDS."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while not self.peer.is_floor and time.monotonic() < deadline:
            meter = Meter(self)
            time.sleep(0.5)
            if meter.guest() < IDLE:
                break

    def _end(self):
        if self._job:
            self._job.kill()
            self.machine.guest.kill_all()
        self._job = None

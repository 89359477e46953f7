"""A Vitrine session in the guest, and what its log says."""

import re
import time

from .errors import VmError
from .guest import tail

VITRINE = "/build/compositor/vitrine"
WORKER = "/build/render/vitrine-render"
VERDICT = re.compile(r"^.*?(scanout: .*)$", re.MULTILINE)
STATS = re.compile(r"stats: frames (?P<frames>\d+), fps (?P<fps>[\d.]+), copied (?P<copied>\d+) bytes a frame.*")


class Session:
    """vitrine OPTIONS -- CLIENT, started; client is shell text that becomes vitrine's COMMAND."""

    def __init__(self, machine, client, options="", environment=""):
        self.machine = machine
        self.job = machine.start(
            f"export LIBSEAT_BACKEND=builtin VITRINE_RENDER={WORKER} {environment}\n"
            f"exec {VITRINE} {options} -- {client}", "session")

    def log(self):
        return self.job.output()

    def verdict(self, timeout=30):
        """The line that tells how frames reach the display: "scanout: ..."."""
        deadline = time.monotonic() + timeout
        while True:
            found = VERDICT.search(self.log())
            if found:
                return found[1]
            if self.job.poll() is not None:
                raise VmError(f"vitrine ended with {self.job.status}: {tail(self.log())}")
            if time.monotonic() > deadline:
                raise VmError(f"no scanout verdict in {timeout} s: {tail(self.log())}")
            time.sleep(0.05)

    def statistics(self, timeout=10):
        """Asks for its figures by SIGUSR1: a match with the groups frames, fps, copied (bytes a frame)."""
        known = len(STATS.findall(self.log()))
        self.machine.run(f"kill -USR1 {self.pid()}")
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            found = list(STATS.finditer(self.log()))
            if len(found) > known:
                return found[-1]
            time.sleep(0.05)
        raise VmError(f"vitrine said nothing to SIGUSR1: {tail(self.log())}")

    def pid(self):
        """vitrine's own, in the guest."""
        return int((self.job.guest.exchange / f"{self.job.name}.pid").read_text())

    def end(self, timeout=10):
        """Ends vitrine alone, as a user's SIGTERM would; returns its Result."""
        if self.job.poll() is None:
            self.machine.run(f"kill -TERM {self.pid()}")
        return self.job.wait(timeout)

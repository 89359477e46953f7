"""A Vitrine session in the guest, and what its log says."""

import re
import time

from .errors import VmError
from .guest import tail
from .picture import difference

VITRINE = "/build/compositor/vitrine"
# A guest without logind: libseat opens devices itself.
ENVIRONMENT = "export LIBSEAT_BACKEND=builtin"
HEARS = "input devices are watched"
VERDICT = re.compile(r"^.*?(scanout: .*)$", re.MULTILINE)
STATS = re.compile(r"stats: frames (?P<frames>\d+), fps (?P<fps>[\d.]+), copied (?P<copied>\d+) bytes a frame "
                   r".*by the GPU (?P<by_gpu>\d+)\).*drawn (?P<drawn>\d+), direct (?P<direct>\d+).*")


class Session:
    """vitrine OPTIONS -- CLIENT, started. All are shell text: environment ("NAME=value ..."), and launcher, a command
    that runs vitrine as its arguments. The scanout ladder is gone down from its top, so that a GPU draws where there is
    one, unless options say otherwise or scanout is empty: then that is vitrine's to choose."""

    def __init__(self, machine, client, options="", environment="", launcher="", scanout="--scanout auto"):
        if "--scanout" in options or "--renderer" in options:
            scanout = ""
        self.machine = machine
        self.job = machine.start(
            f"{ENVIRONMENT} {environment}\nexec {launcher} {VITRINE} {scanout} {options} -- {client}", "session")

    def log(self):
        return self.job.output()

    def verdict(self, timeout=60):
        """The newest line that tells how frames reach the display: "scanout: ..."."""
        self.wait(lambda: VERDICT.search(self.log()), "gave no scanout verdict", timeout)
        return VERDICT.findall(self.log())[-1]

    def says(self, pattern, timeout=60):
        """Waits until a regular expression is in the log; returns the match."""
        self.wait(lambda: re.search(pattern, self.log()), f"did not say {pattern}", timeout)
        return re.search(pattern, self.log())

    def picture(self, condition, timeout=60, head=0):
        """Waits until condition(picture of the display) holds, and vitrine hears keys and pointers; returns that picture."""
        shown = None

        def holds():
            nonlocal shown
            shown = self.machine.screenshot(head)
            return condition(shown)
        self.wait(holds, "did not show what it should", timeout, pause=0.3)
        self.hears(timeout)
        return shown

    def hears(self, timeout=60):
        """Waits until vitrine hears keys and pointers, which it does soon after the first picture."""
        self.wait(lambda: self.job.poll() is not None or HEARS in self.log(), "hears no input", timeout)

    def shows(self, expected, timeout=60, head=0):
        """Waits until the display shows exactly that picture."""
        self.picture(lambda shown: difference(shown, expected) == 0, timeout, head)

    def statistics(self, timeout=10):
        """Asks for its figures by SIGUSR1: a match with the groups frames, fps, copied and by_gpu (bytes a frame), drawn, direct."""
        known = len(STATS.findall(self.log()))
        self.signal("USR1")
        self.wait(lambda: len(STATS.findall(self.log())) > known, "said nothing to SIGUSR1", timeout)
        return list(STATS.finditer(self.log()))[-1]

    def signal(self, name):
        """Sends vitrine, and nothing that it started, a signal."""
        self.machine.run(f"kill -s {name} {self.job.pid()}")

    def replace_worker(self, signal="KILL", timeout=20):
        """Ends the worker by a signal; waits until another one is there."""
        self.machine.run(f"old=$(pgrep -x vitrine-render); kill -s {signal} $old; while new=$(pgrep -x vitrine-render); "
                         '[ -z "$new" ] || [ "$new" = "$old" ]; do sleep 0.1; done', timeout)

    def end(self, signal="TERM", timeout=10):
        """Ends vitrine by a signal; returns its Result."""
        if self.job.poll() is None:
            self.signal(signal)
        return self.job.wait(timeout)

    def wait(self, condition, complaint, timeout, pause=0.05):
        """Waits until condition() holds, while vitrine runs; "vitrine COMPLAINT in TIMEOUT s" if it does not."""
        deadline = time.monotonic() + timeout
        while not condition():
            if self.job.poll() is not None and not condition():
                raise VmError(f"vitrine ended with {self.job.status}: {tail(self.log())}")
            if time.monotonic() > deadline:
                raise VmError(f"vitrine {complaint} in {timeout} s: {tail(self.log())}")
            time.sleep(pause)

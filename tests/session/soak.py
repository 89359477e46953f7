"""A long life in one run: clients that start and exit, resizes, workers that die; what the session holds at the end is what it
held at the beginning.

soak.py VITRINE PATTERN RENDERER STARTS RESIZES DEATHS
"""

import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from session import DEADLINE, PATTERN, RUNTIME, Session, ask, until  # first: tells where the next is
from vitrine_vm import tally

SIZES = ((640, 480), (800, 600), (1280, 800), (333, 777))
AT_ONCE = 8
MEMORY = 4096  # KiB that an allocator may keep


@dataclass
class Held:
    memory: int  # KiB, without what is mapped from files
    descriptors: int
    mappings: int
    shared: int  # mappings of memory that others have too: pools, targets

    @classmethod
    def by(cls, pid):
        status = open(f"/proc/{pid}/status").read()
        maps = open(f"/proc/{pid}/maps").read().splitlines()
        return cls(int(re.search(r"RssAnon:\s+(\d+)", status).group(1)), len(os.listdir(f"/proc/{pid}/fd")), len(maps),
                   sum("/memfd:" in line or "/dev/dri" in line for line in maps))

    def in_short(self):
        return f"{self.memory} KiB, {self.descriptors} fds, {self.shared} shared"

    def is_no_more_than(self, before):
        return (self.descriptors <= before.descriptors and self.shared <= before.shared
                and self.mappings <= before.mappings + 16 and self.memory <= before.memory + MEMORY)


class Soak:
    def __init__(self, renderer):
        self.renderer = renderer
        self.session = Session("--socket", "soak", "--size", "640x480", "--renderer", renderer, "--refresh", "0")
        self.session.wait_for("socket:")
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": RUNTIME, "WAYLAND_DISPLAY": "soak"}

    def held(self):
        """Of the core and of its worker, when nobody is connected and all was shown."""
        time.sleep(0.5)
        return {"core": Held.by(self.session.process.pid), "worker": Held.by(until("a worker", self.session.worker))}

    def held_after(self, before):
        """The same when it has come down to what was before, or after DEADLINE; and whether it has."""
        end = time.monotonic() + DEADLINE
        while True:
            after = self.held()
            right = all(after[process].is_no_more_than(held) for process, held in before.items())
            if right or time.monotonic() > end:
                return after, right

    def start_client(self, _):
        subprocess.run([*PATTERN, "--frames", "1", "--seconds", "0.05"], env=self.environment, check=True, timeout=DEADLINE,
                       stdout=subprocess.DEVNULL)

    def starts(self, count):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self.start_client, range(count)))

    def frames(self):
        return int(re.search(rb'"frames":\s*(\d+)', ask("soak", b'{"command": "stats"}')[0]).group(1))

    def with_client(self, action, count):
        """Beside a client that draws as fast as it may."""
        client = subprocess.Popen([*PATTERN, "--frames", "100000000"], env=self.environment, stdout=subprocess.DEVNULL)
        try:
            for number in range(count):
                action(number)
                before = self.frames()
                until("a picture", lambda: self.frames() > before)
        finally:
            client.terminate()
            client.wait(DEADLINE)

    def resizes(self, count):
        def resize(number):
            width, height = SIZES[number % len(SIZES)]
            answer, = ask("soak", f'{{"command": "mode", "mode": "{width}x{height}"}}'.encode())
            assert answer == b"{}", answer
        self.with_client(resize, count - count % len(SIZES))
        ask("soak", b'{"command": "mode", "mode": "640x480"}')

    def deaths(self, count):
        def kill(_):
            pid = until("a worker", self.session.worker)
            os.kill(pid, signal.SIGKILL)
            until("its end", lambda: self.session.worker() != pid)
        self.with_client(kill, count)

    def run(self, **counts):
        for name in counts:
            getattr(self, name)(8)  # caches fill, the allocator has its pools
        before = self.held()
        for name, count in counts.items():
            began = time.monotonic()
            getattr(self, name)(count)
            print(f"figures: {count} {name} in {time.monotonic() - began:.0f} s")
        after, right = self.held_after(before)
        for process, held in before.items():
            print(f"figures: {process} before {held}, after {after[process]}")
        lives = sum(counts.values())
        tally.say(f"soak, {self.renderer}", lives, lives * right, held=", ".join(
            f"{process} {held.in_short()} -> {after[process].in_short()}" for process, held in before.items()))
        assert right
        assert self.session.end() == 0


if __name__ == "__main__":
    renderer, starts, resizes, deaths = sys.argv[3], *map(int, sys.argv[4:])
    Soak(renderer).run(starts=starts, resizes=resizes, deaths=deaths)

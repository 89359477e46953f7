"""Workers that die, hang and run out of memory under a client that keeps a book of what it is owed.

deaths.py VITRINE LEDGER TEST: runs one of the tests below; a failed assertion is its failure.
"""

import os
import random
import re
import resource
import signal
import statistics
import subprocess
import sys
import time

from PIL import Image

LEDGER = sys.argv[2]

from session import DEADLINE, RUNTIME, Session, ctl, until  # noqa: E402: reads the arguments, and tells where the next are
import ledger  # noqa: E402
from vitrine_vm import tally  # noqa: E402

GONE = "the renderer is gone"
EARLY = 2_000_000  # nanoseconds by which a picture can be shown before the time that is told (compositor/frame_clock.h)


def keep_book(memory, book):
    """Starts the client, in the session that the test has."""
    return subprocess.Popen([LEDGER, memory], stdout=book, stderr=book, env={
        **os.environ, "XDG_RUNTIME_DIR": RUNTIME, "WAYLAND_DISPLAY": "owed"})


class Owed(Session):
    """A session with the client beside it."""

    def __init__(self, renderer, memory="shm", client=True, **environment):
        super().__init__("--socket", "owed", "--size", "640x480", "--renderer", renderer, **environment)
        self.wait_for("socket:")
        self.memory = memory
        self.book = open(f"{self.log}.book", "w")
        if client:
            self.start_client()
            until("pictures", lambda: len(self.shown()) > 3)

    def start_client(self):
        self.client = keep_book(self.memory, self.book)

    def said(self):
        return open(self.book.name).read()

    def shown(self):
        """When pictures were shown, CLOCK_MONOTONIC nanoseconds."""
        return [int(time) for time in re.findall(r"shown \d+ (\d+)\n", self.said())]

    def stop_worker(self):
        """A worker at the core's side of its first frame at the latest, stopped where it is. Its pid."""
        pid = until("a worker", self.worker)
        os.kill(pid, signal.SIGSTOP)
        return pid

    def next_shown(self, after):
        return until("a picture", lambda: next((t for t in self.shown() if t > after), None))

    def end_worker(self, end):
        """Milliseconds until the next picture. That can be a late one of this worker's: when the session has said that it is gone
        it shows no more of them, and the next one is the next worker's, whose end will be counted."""
        known = self.text().count(GONE)
        pid = self.stop_worker()
        time.sleep(0.02)  # what was on its way is shown
        begin = time.monotonic_ns()
        end(pid)
        until("its end", lambda: self.text().count(GONE) > known)
        self.next_shown(time.monotonic_ns() + EARLY)
        return (self.next_shown(begin) - begin) / 1e6

    def is_whole(self):
        """Whether the screen shows one of the client's pictures, every pixel of it."""
        path = f"{RUNTIME}/owed.png"
        ctl("--socket", "owed", "screenshot", path)
        return ledger.is_one(Image.open(path).convert("RGB"), self.said())

    def settle(self):
        """The client and the session end well, and nothing is owed."""
        self.client.terminate()
        status = self.client.wait(2 * DEADLINE)
        print(re.findall(r"ledger: .*", self.said()))
        assert status == 0
        assert self.end() == 0


def deaths(renderer, memory, count, end):
    """Ends so many workers of one session."""
    session, waits = Owed(renderer, memory), []
    chance = random.Random(1)
    number = 0
    try:
        for number in range(count):
            time.sleep(chance.random() * 0.2)  # at any moment of its life, its start included
            waits.append(session.end_worker(end))
            if number % 4 == 0:
                assert session.is_whole()
    finally:
        tally.say("worker killed or aborted", number + 1, len(waits), waits=waits)
    assert session.process.poll() is None
    worst = ctl("--socket", "owed", "stats")["worst_recovery_seconds"]
    assert worst > 0
    print(f"figures: {renderer}, {memory}, {count} deaths survived, next picture after {statistics.median(waits):.0f} ms (median), "
          f"{max(waits):.0f} ms (worst); {1000 * worst:.0f} ms (worst) after the new worker was ready")
    assert f"worker deaths {count}" in (session.stats() and session.text())
    session.settle()


def test_deaths_owe_nothing(renderer, memory="shm"):
    deaths(renderer, memory, 40 if renderer == "cpu" else 20, lambda pid: os.kill(pid, signal.SIGKILL))


def test_aborts_owe_nothing(renderer):
    def abort(pid):
        os.kill(pid, signal.SIGABRT)
        os.kill(pid, signal.SIGCONT)
    deaths(renderer, "shm", 10, abort)


def wait_for_end(session, pid):
    session.wait_for("the renderer is gone .no answer in time.")
    until("the hung worker's end", lambda: not os.path.exists(f"/proc/{pid}"))


def test_a_hang_is_ended(renderer):
    session = Owed(renderer)
    pid = session.stop_worker()
    time.sleep(0.02)
    begin = time.monotonic_ns()
    wait_for_end(session, pid)
    wait = (session.next_shown(begin) - begin) / 1e9
    print(f"figures: a worker that hangs is ended, next picture after {wait:.1f} s")
    assert session.is_whole()
    session.settle()
    tally.say("worker hung", 1, 1, waits=[wait * 1000])


def test_a_hang_at_a_dma_buf_is_ended():
    """It owes no frame, only the answer to a client's first buffers."""
    session = Owed("cpu", "memfd", client=False)
    pid = session.stop_worker()
    session.start_client()
    wait_for_end(session, pid)
    session.next_shown(0)
    assert session.is_whole()
    session.settle()


def test_a_hang_at_a_capture_is_ended():
    session = Owed("cpu", client=False)
    capture = ["grim", f"{RUNTIME}/owed.png"]
    environment = {**os.environ, "XDG_RUNTIME_DIR": RUNTIME, "WAYLAND_DISPLAY": "owed"}
    subprocess.run(capture, env=environment, check=True)
    pid = session.stop_worker()
    client = subprocess.Popen(capture, env=environment)
    wait_for_end(session, pid)
    assert client.wait(2 * DEADLINE) == 0  # by the next worker
    assert session.end() == 0


def test_no_memory_is_a_death():
    session = Owed("cpu")
    # Less than it has, for what it has may shrink: another client's buffers have no place any more.
    resource.prlimit(session.worker(), resource.RLIMIT_AS, (resource.getpagesize(),) * 2)
    other = keep_book("shm", subprocess.DEVNULL)
    session.wait_for("the renderer is gone .*out of memory")
    begin = time.monotonic_ns()
    other.terminate()
    assert other.wait(2 * DEADLINE) == 0
    wait = session.next_shown(begin) - begin
    assert session.is_whole()
    session.settle()
    tally.say("worker out of memory", 1, 1, waits=[wait / 1e6])


def test_a_new_dma_buf_is_not_to_blame(renderer):
    """A client whose first buffers wait for a worker that hangs, and is killed, is shown by the next worker."""
    session = Owed(renderer, "memfd")
    pid = session.stop_worker()
    path = f"{session.log}.other"
    with open(path, "w") as book:
        other = keep_book("memfd", book)
    time.sleep(1)  # the core has asked
    assert "shown" not in open(path).read()
    os.kill(pid, signal.SIGKILL)
    until("the other's pictures", lambda: open(path).read().count("shown") > 3)
    assert "refused" not in session.text(), session.text()
    other.terminate()
    assert other.wait(2 * DEADLINE) == 0
    session.next_shown(time.monotonic_ns())
    assert session.is_whole()
    session.settle()


def test_a_better_rung_is_climbed_to(memory="shm"):
    """Two deaths in a row, and a rung is lost; when all has been quiet it is won back, without a picture too few."""
    session = Owed("auto", memory, VITRINE_QUIET="2")
    first = session.wait_for("scanout: ([a-z-]+)").group(1)
    for _ in range(2):
        session.end_worker(lambda pid: os.kill(pid, signal.SIGKILL))
    second = until("another rung", lambda: re.findall(r"scanout: ([a-z-]+)", session.text())[1:])[0]
    until("a better rung", lambda: len(re.findall(r"scanout: ([a-z-]+)", session.text())) > 2)
    assert first != second and re.findall(r"scanout: ([a-z-]+)", session.text())[2] == first, session.text()
    begin = time.monotonic_ns()
    session.next_shown(begin)
    shown = session.shown()
    print(f"figures: {first}, {second}, {first}; the longest time between two pictures was "
          f"{max(b - a for a, b in zip(shown, shown[1:])) / 1e6:.0f} ms, deaths included")
    assert session.is_whole() and "worker deaths 2" in (session.stats() and session.text())
    session.settle()


TESTS = {name[5:].replace("_", "-"): value for name, value in list(globals().items()) if name.startswith("test_")}
if __name__ == "__main__":
    name, *arguments = sys.argv[3:]
    TESTS[name](*arguments)

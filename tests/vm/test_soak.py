"""A long life on a real display: virtual terminals that are switched, workers that die, clients that come and go, another size
again and again. What the guest and the host hold at the end is what they held at the beginning. tests/session/soak.py does
more of what needs no display."""

import json
import time

import pytest
from host_state import nothing_left
from pattern import CLIENT, picture

SOAKER = "python3 /src/tests/vm/soaker.py soak"
SIZES = ((1024, 768), (1367, 769), (640, 480))
# Two deaths lead to the next rung, and two at the last one to the first again.
RUNGS, DEATHS = "vk-export,cpu", 4
CLIENTS = ("--shm", "--vulkan")
WARM, EARNEST = (4, 2, 1), (100, 10, 3)  # switches, clients of each kind, rounds through SIZES and RUNGS
KEPT = 6144  # KiB that allocators and drivers may keep


def held_by_guest(machine, seconds=20):
    """What is held when that does not change, but for memory."""
    deadline = time.monotonic() + seconds
    last = None
    while True:
        result = machine.run(f"{SOAKER} held")
        assert result.status == 0, result.output
        now = json.loads(result.output)
        counts = {name: value for name, value in now.items() if not name.endswith("memory")}
        if counts == last or time.monotonic() > deadline:
            return now
        last = counts
        time.sleep(0.5)


class Life:
    def __init__(self, session, expected, record):
        self.session = session
        self.machine = session.machine
        self.expected = expected
        self.record = record

    def do(self, *words):
        result = self.machine.run(f"{SOAKER} {' '.join(map(str, words))}", timeout=150)
        assert result.status == 0, result.output + self.session.log()[-3000:]

    def resize(self, rounds):
        for size in (*SIZES * rounds, self.machine.size):
            self.machine.resize(*size)
            self.session.picture(lambda shown, size=size: shown.size == size)

    def live(self, switches, clients, rounds):
        """The worker that is looked at afterwards has lived through all but the deaths."""
        self.take(DEATHS * rounds, "deaths", lambda count: self.do("deaths", count))
        self.take(switches, "VT switches", lambda count: self.do("switches", count))
        for kind in CLIENTS:
            self.take(clients, f"clients {kind}", lambda count, kind=kind: self.do("clients", count, CLIENT, kind))
        self.take(rounds * len(SIZES), "sizes", lambda _: self.resize(rounds))
        self.session.shows(self.expected)

    def take(self, count, what, step):
        began = time.monotonic()
        step(count)
        self.record(what, f"{count} in {time.monotonic() - began:.0f} s")


@pytest.mark.gpus("venus")
def test_soak(machine, vitrine, record_property):
    """A short life fills what is kept for the next time; the long one is in earnest."""
    session = vitrine(f"{CLIENT} --shm --seed 51", f"--socket soak --scanout {RUNGS}")
    expected = picture(machine.size, seed=51)
    session.shows(expected, 90)
    rung = session.verdict()
    Life(session, expected, lambda *_: None).live(*WARM)
    assert session.verdict() == rung
    before = held_by_guest(machine)
    with nothing_left(lambda name, figures: record_property(f"host {name}", figures)):
        Life(session, expected, record_property).live(*EARNEST)
        after = held_by_guest(machine)
        for name, now in after.items():
            record_property(name, f"{before.get(name, 0)} -> {now}")
    assert session.verdict() == rung
    for name, now in after.items():
        was = before.get(name, 0)
        assert now <= was + (KEPT if name.endswith("memory") else 0), (name, was, now)
    assert session.end().status == 0

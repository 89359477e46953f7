"""A long life on a real display: virtual terminals that are switched, workers that die, clients that come and go, another size
again and again. What the guest and the host hold at the end is what they held at the beginning. tests/session/soak.py does
more of what needs no display; `vm/test --long soak` does as much here."""

import json
import re
import time
from dataclasses import dataclass

import pytest
from host_state import nothing_left
from pattern import CLIENT, picture
from vitrine_vm import tally

SOAKER = "python3 /src/tests/vm/soaker.py soak"
SIZES = ((1024, 768), (1367, 769), (640, 480))
# Two deaths lead to the next rung, and two at the last one to the first again: four leave the rung as it was.
RUNGS = {"venus": "vk-export,cpu", "2d": "cpu"}
CLIENTS = {"venus": ("--shm", "--vulkan"), "2d": ("--shm", "--dumb")}
KEPT = 6144  # KiB that allocators and drivers may keep
# KiB that QEMU may: of 2,000 clients, 500 sizes and 200 workers not 8 each (4,844 were measured, and no descriptor or mapping).
KEPT_BY_HOST = {False: 4096, True: 16384}  # --long


@dataclass
class Counts:
    deaths: int
    switches: int
    clients: int  # of each kind
    rounds: int  # through SIZES
    seconds: int = 150  # for any of these, at most

    def lives(self, gpu):
        return self.deaths + self.switches + self.clients * len(CLIENTS[gpu]) + self.rounds * len(SIZES)


WARM = Counts(deaths=4, switches=4, clients=2, rounds=1)
EARNEST = {
    "venus": Counts(deaths=12, switches=100, clients=10, rounds=3),
    "2d": Counts(deaths=4, switches=20, clients=8, rounds=1),
}
LONG = Counts(deaths=200, switches=100, clients=1000, rounds=167, seconds=3 * 3600)


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

    def do(self, seconds, *words):
        result = self.machine.run(f"{SOAKER} {' '.join(map(str, words))}", timeout=seconds)
        assert result.status == 0, result.output + self.session.log()[-3000:]

    def resize(self, rounds):
        for size in (*SIZES * rounds, self.machine.size):
            self.machine.resize(*size)
            self.session.picture(lambda shown, size=size: shown.size == size)

    def live(self, counts):
        """The worker that is looked at afterwards has lived through all but the deaths."""
        def do(*words):
            return lambda count: self.do(counts.seconds, words[0], count, *words[1:])
        self.take(counts.deaths, "deaths", do("deaths"))
        self.take(counts.switches, "VT switches", do("switches"))
        for kind in CLIENTS[self.machine.gpu]:
            self.take(counts.clients, f"clients {kind}", do("clients", CLIENT, kind))
        self.take(counts.rounds * len(SIZES), "sizes", lambda _: self.resize(counts.rounds))
        self.session.shows(self.expected)

    def take(self, count, what, step):
        began = time.monotonic()
        step(count)
        self.record(what, f"{count} in {time.monotonic() - began:.0f} s")


def grown_by(before, after):
    """What the guest holds more of than it may: (most, now) by name."""
    most = {name: (after["pools"] if "pool" in name else before.get(name, 0)) + (KEPT if name.endswith("memory") else 0)
            for name in after}
    return {name: (most[name], now) for name, now in after.items() if now > most[name]}


def in_short(guest, host):
    """The core and its worker together, and QEMU's mappings."""
    def both(name):
        return sum(value for key, value in guest.items() if re.match(f"(core|worker) {name}", key))
    return (f"{both('memory')} KiB, {both('file ')} fds, {both('handles')} handles, {guest['framebuffers']} FBs, "
            f"host {re.search('mappings [0-9]+', host).group()}")


@pytest.mark.gpus("venus", "2d")
def test_soak(machine, vitrine, long_run, record_property):
    """A short life fills what is kept for the next time; the long one is in earnest."""
    session = vitrine(f"{CLIENT} --shm --seed 51", f"--socket soak --cursor never --scanout {RUNGS[machine.gpu]}")
    expected = picture(machine.size, seed=51)
    session.shows(expected, 90)
    rung = session.verdict()
    Life(session, expected, lambda *_: None).live(WARM)
    assert session.verdict() == rung
    before = held_by_guest(machine)
    counts, host = LONG if long_run else EARNEST[machine.gpu], {}
    with nothing_left(host.__setitem__, KEPT_BY_HOST[long_run]):
        Life(session, expected, record_property).live(counts)
        after = held_by_guest(machine)
        for name, now in after.items():
            record_property(name, f"{before.get(name, 0)} -> {now}")
    for name, figures in host.items():
        record_property(f"host {name}", figures)
    assert session.verdict() == rung
    grown = grown_by(before, after)
    lives = counts.lives(machine.gpu)
    tally.record(record_property, f"soak, {machine.gpu}", lives, 0 if grown else lives, held=(
        f"{in_short(before, host['before'])} -> {in_short(after, host['after'])}"))
    assert not grown
    assert session.end().status == 0

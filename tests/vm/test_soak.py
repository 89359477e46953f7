"""A long life on a real display: virtual terminals that are switched, workers that die, clients that come and go, another size
again and again. What the guest and the host hold at the end is what they held at the beginning. tests/session/soak.py does
more of what needs no display."""

import re
from dataclasses import dataclass

import pytest
from host_state import held as held_by_host
from pattern import CLIENT
from terminals import ACTIVE_VT

SIZES = ((1024, 768), (1367, 769), (640, 480))
STATE = """
core=$(pgrep -x vitrine); worker=$(pgrep -x vitrine-render)
echo buffers $(grep -c '^framebuffer\\[' /sys/kernel/debug/dri/0/framebuffer)
for p in $core $worker; do
	echo files $(ls /proc/$p/fd | wc -l)
	echo shared $(grep -cE 'memfd:|dmabuf|/dev/dri' /proc/$p/maps)
	echo memory $(grep RssAnon /proc/$p/status | tr -dc 0-9)
done
"""
# There and back. Faster than libseat 0.9 has heard of the last switch, its seat may stay away for good.
SWITCH = """python3 -c '
import fcntl, time
VT_ACTIVATE, VT_WAITACTIVE = 0x5606, 0x5607
console = open("/dev/tty0")
for _ in range({count}):
    for number in (5, {home}):
        fcntl.ioctl(console, VT_ACTIVATE, number)
        fcntl.ioctl(console, VT_WAITACTIVE, number)
        time.sleep(0.2)
'"""
# A new worker is there when the old one's place is taken, and it has the display when it has shown something.
KILL = """
for i in $(seq {count}); do
	old=$(pgrep -x vitrine-render); kill -KILL $old
	while new=$(pgrep -x vitrine-render); [ -z "$new" ] || [ "$new" = "$old" ]; do sleep 0.05; done
	shown=$(frames); while [ "$(frames)" -le "$shown" ]; do sleep 0.05; done
done"""
FRAMES = ("frames() { WAYLAND_DISPLAY=wayland-0 /build/compositor/vitrine ctl stats | tr , '\\n' | sed -n 's/.*\"frames\": *//p'; }\n"
          "export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/run}\n")
MEMORY = 4096  # KiB that allocators keep
ON_ITS_WAY = 4


@dataclass
class Counts:
    switches: int
    deaths: int
    clients: int
    rounds: int  # through SIZES


def held(machine):
    return [(name, int(value)) for name, value in re.findall(r"(\w+) (\d+)", machine.run(STATE).output)]


def live(machine, session, counts):
    home = machine.run(ACTIVE_VT).output.strip().removeprefix("tty")
    machine.run(SWITCH.format(count=counts.switches, home=home), timeout=120)
    machine.run(FRAMES + KILL.format(count=counts.deaths), timeout=200)
    machine.run(f"export WAYLAND_DISPLAY=wayland-0 XDG_RUNTIME_DIR=${{XDG_RUNTIME_DIR:-/run}}\n"
                f"for i in $(seq {counts.clients}); do {CLIENT} --shm --frames 1 --seconds 0.1 >/dev/null; done", timeout=120)
    for size in (*SIZES * counts.rounds, machine.size):
        machine.resize(*size)
        session.picture(lambda shown, size=size: shown.size == size)


@pytest.mark.gpus("venus", "2d")
def test_soak(machine, vitrine, record_property):
    """Once to fill what is kept for the next time, then in earnest."""
    session = vitrine(f"{CLIENT} --shm --frames 100000000 --damage small")
    session.picture(lambda shown: shown.size == machine.size)
    live(machine, session, Counts(2, 1, 2, 1))
    before = held(machine)
    host_before = held_by_host()
    live(machine, session, Counts(100, 10, 20, 3))
    after, host_after = held(machine), held_by_host()
    record_property("host before", host_before)
    record_property("host after", host_after)
    record_property("guest before", before)
    record_property("guest after", after)
    for (name, was), (_, now) in zip(before, after, strict=True):
        assert now <= was + (MEMORY if name == "memory" else 0), (name, was, now)
    # The client goes on drawing: something is always on its way. What is lost at each turn of anything would be more.
    assert host_after.blobs <= host_before.blobs + ON_ITS_WAY and host_after.descriptors <= host_before.descriptors + ON_ITS_WAY
    assert host_after.mappings <= host_before.mappings + 16
    session.end()

"""What QEMU and its render server hold on the host: all of it belongs to guests, and goes when they do. And their ends, as by a
driver's fault or the host's want of memory."""

import contextlib
import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

RENDER_SERVER = "virgl_render_server"
PROGRAMS = ("qemu-system-x86_64", RENDER_SERVER)
CONTEXT = "virgl-"  # virglrenderer 1.1 forks a process for each, and names it
GUEST_MEMORY = "memory-backend-memfd"
MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ (?P<mode>\S{4}) \S+ \S+ \S+ *(?P<name>.*)$")


@dataclass
class Held:
    """Of all these processes together."""
    processes: int = 0
    descriptors: int = 0
    blobs: int = 0  # mappings of memory that the host and the guest share, other than the guest's own
    mappings: int = 0
    private: int = 0  # KiB in memory, without the machine code that TCG makes as it goes

    def __str__(self):
        return (f"processes {self.processes}, descriptors {self.descriptors}, blobs {self.blobs}, "
                f"mappings {self.mappings}, private {self.private} KiB")

    def has_no_more_than(self, before, private):
        """Allocators and thread pools keep a little of what they had; a client's share is more. private: KiB, at most."""
        return (self.processes <= before.processes and self.descriptors <= before.descriptors
                and self.blobs <= before.blobs and self.mappings <= before.mappings + 16
                and self.private <= before.private + private)


def held():
    total = Held()
    for folder in _processes(PROGRAMS):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            _add(total, folder)
    return total


def contexts():
    """The processes that draw for the guest's programs, one for each."""
    return [int(folder.name) for folder in _processes([RENDER_SERVER]) if _name(folder).startswith(CONTEXT)]


def kill_contexts():
    """Those who have one learn of it when they next want something; returns how many there were."""
    return _kill(contexts())


def kill_render_server():
    """The process that makes contexts, which they survive."""
    assert _kill(int(folder.name) for folder in _processes([RENDER_SERVER]) if not _name(folder).startswith(CONTEXT)) == 1


@contextlib.contextmanager
def nothing_left(record, private=4096):
    """Fails what runs inside if the host holds more after it than before; record(name, text) gets the figures. private: KiB of
    its own that it may keep."""
    before = _held_at_rest()
    record("before", str(before))
    yield
    after = _held_after(before, private)
    record("after", str(after))
    assert after.has_no_more_than(before, private), f"before: {before}\nafter:  {after}"


def _held_at_rest(seconds=20):
    """What is held when that does not change for a second."""
    deadline = time.monotonic() + seconds
    last = held()
    while time.monotonic() < deadline:
        time.sleep(1)
        now = held()
        if (now.processes, now.descriptors, now.blobs) == (last.processes, last.descriptors, last.blobs):
            break
        last = now
    return last


def _held_after(before, private, seconds=20):
    """What is held when it has come down to what was before, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (now := held()).has_no_more_than(before, private) and time.monotonic() < deadline:
        time.sleep(0.2)
    return now


def _processes(programs):
    """The folders in /proc of those that run one of these programs."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (folder / "exe").readlink().name in programs:
                yield folder


def _name(folder):
    with contextlib.suppress(OSError):
        return (folder / "comm").read_text()
    return ""


def _kill(pids):
    killed = 0
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        killed += 1
    return killed


def _add(total, folder):
    descriptors = len(list((folder / "fd").iterdir()))
    mapping = None
    for line in (folder / "smaps").read_text().splitlines():
        if found := MAPPING.match(line):
            mapping = found
            total.mappings += 1
            total.blobs += mapping["mode"].endswith("s") and GUEST_MEMORY not in mapping["name"]
        elif line.startswith("Rss:") and "x" not in mapping["mode"] and mapping["mode"].endswith("p"):
            total.private += int(line.split()[1])
    total.descriptors += descriptors
    total.processes += 1

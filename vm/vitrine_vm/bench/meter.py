"""Processor time, in seconds: in the guest by its kernel's scheduler, on the host of QEMU and its render servers."""

import os
import re
from pathlib import Path

# The render server, and a process of it for each context, named after that: virgl-3-vkcube.
HOST = ("qemu-system", "virgl_render", "virgl-")
TICK = os.sysconf("SC_CLK_TCK")
# schedstat: nanoseconds on a processor, of each thread. Switches that were asked for are wake-ups.
GUEST = """for process in $(pgrep -x '{processes}'); do
	cat /proc/$process/task/*/schedstat
	grep -h ^voluntary /proc/$process/task/*/status
done | awk '/^voluntary/ {{ wakes += $2; next }} {{ busy += $1 }} END {{ printf "%.6f %d\\n", busy / 1e9, wakes }}'"""


class Meter:
    """What a compositor and the host have spent since it was made."""

    def __init__(self, run):
        self._run = run
        self._guest, self._wakes = self._ask()
        self._host = _host()

    def guest(self):
        return self._ask()[0] - self._guest

    def wakes(self):
        return self._ask()[1] - self._wakes

    def host(self):
        return _host() - self._host

    def _ask(self):
        output = self._run.machine.run(GUEST.format(processes=self._run.peer.processes)).output
        busy, wakes = re.search(r"^([\d.]+) (\d+)$", output, re.MULTILINE).groups()
        return float(busy), int(wakes)


def _host():
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, fields = re.fullmatch(r"\d+ \((.*)\) (.*)\n?", path.read_text(), re.DOTALL).groups()
        except (OSError, AttributeError):
            continue  # it has just ended
        if name.startswith(HOST):
            ticks += sum(map(int, fields.split()[11:15]))  # with its children's that have ended
    return ticks / TICK

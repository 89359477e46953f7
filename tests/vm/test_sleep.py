"""The machine is put to sleep, or saved to a file and started again from it, while a client draws: the session goes on."""

import re

import pytest
from pattern import CLIENT, picture
from vitrine_vm.errors import VmError

SOCKET = "vitrine-sleep"
FRAMES = 150


class Drawing:
    """A session of wev, which says what input it gets, and above it a client that draws so many frames."""

    def __init__(self, machine, vitrine):
        self.machine = machine
        self.session = vitrine("stdbuf -oL wev", f"--socket {SOCKET}")
        self.session.job.wait_for("wl_keyboard] enter")
        self.painter = machine.start(f"export WAYLAND_DISPLAY={SOCKET}\n"
                                     f"exec {CLIENT} --shm --damage small --seed 3 --frames {FRAMES}", "painter")
        self.painter.wait_for("\nframe 20\n", 60)
        self.processes = self._processes()

    def is_under_way(self):
        return f"\nframe {FRAMES - 1}\n" not in self.painter.output()

    def goes_on(self, lost=0):
        """To its last frame and the exact picture; then input reaches the client that was there before, in the same processes. lost:
        how many frames at most may never have been seen."""
        self.painter.wait_for(f" of {FRAMES}", 90)
        dropped = re.findall(r"^dropped \d+$", self.painter.output(), re.MULTILINE)
        assert len(dropped) <= lost and f"presented {FRAMES - len(dropped)} of {FRAMES}" in self.painter.output(), dropped
        self.session.shows(picture(self.machine.size, seed=3, frames=FRAMES, small=True))
        assert self._processes() == self.processes
        self.painter.kill()
        self.session.job.wait_for("wl_keyboard] enter", times=2)
        self.machine.key("k")
        self.session.job.wait_for("utf8: 'k'")
        self.machine.pointer(400, 300)
        self.machine.pointer(640, 400)
        self.session.job.wait_for("wl_pointer] motion")
        assert self.session.end().status == 0

    def _processes(self):
        return self.machine.run("pgrep -x 'vitrine|vitrine-render|wev|pattern'").output


@pytest.fixture
def drawing(machine, vitrine):
    return Drawing(machine, vitrine)


@pytest.mark.gpus("2d")
@pytest.mark.parametrize("state", ["freeze", "mem"])
def test_sleep_and_waking_up(machine, drawing, state):
    with machine.asleep(state):
        assert drawing.is_under_way()
    drawing.goes_on(lost=1)  # Linux takes the display for its console: not that which is on its way then


@pytest.mark.gpus("2d")
def test_saved_and_restored(machine, drawing):
    machine.save()
    assert drawing.is_under_way()
    machine.restore()
    drawing.goes_on()


@pytest.mark.gpus("venus")
def test_saving_is_refused_with_venus(machine):
    with pytest.raises(VmError, match="virgl is not yet migratable"):
        machine.save()
    assert machine.is_alive()

"""What vm/bench measures Vitrine against is seen, for a floor that shows nothing would be fast."""

import re
import time

import pytest
from terminals import console
from vitrine_vm.bench.peers import CUBE_ALONE
from vitrine_vm.picture import colours, difference, share

GREY = (51, 51, 51)  # vkmark's cube clears with 0.2


def seen(machine, job, condition):
    """A picture of the display, once it is so."""
    deadline = time.monotonic() + 30
    while not condition(shown := machine.screenshot()):
        assert time.monotonic() < deadline, job.output()
        time.sleep(0.2)
    return shown


@pytest.mark.gpus("venus")
def test_floor_shows_a_cube(machine, built):
    """With no compositor, by Vulkan and KMS; the console is there again after it."""
    before = console(machine)
    job = machine.start("exec " + CUBE_ALONE.format(size="{}x{}".format(*machine.size), seconds=3), "floor")
    first = seen(machine, job, lambda shown: share(shown, lambda pixel: pixel == GREY) > 0.3 and colours(shown) > 100)
    width, height = machine.size
    assert first.getpixel((2, 2)) == first.getpixel((width - 3, height - 3)) == GREY
    seen(machine, job, lambda shown: difference(shown, first) > 500 and shown.getpixel((2, 2)) == GREY)  # it turns
    result = job.wait(30)
    assert result.status == 0, result.output
    assert re.search(r"nowhere: \d+ frames, [\d.]+ a second", result.output), result.output
    seen(machine, job, lambda shown: difference(shown, before) == 0)

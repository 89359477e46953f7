"""A display that is scaled and turned, as the host shows it and as the machine's mouse points at it."""

import re

import pytest
from PIL import Image
from pattern import CLIENT, picture
from vitrine_vm.picture import difference


@pytest.mark.gpus("venus", "2d")
def test_scaled_and_turned_display(machine, vitrine):
    """A client that draws as many pixels as there are, shown pixel for pixel on a display turned counter-clockwise."""
    session = vitrine(f"{CLIENT} --sharp", "--scale 1.5 --transform 90")
    width, height = machine.size
    logical = -(-height * 2 // 3), -(-width * 2 // 3)
    drawn = tuple((length * 3 + 1) // 2 for length in logical)
    expected = picture(drawn).crop((0, 0, height, width)).transpose(Image.Transpose.ROTATE_90)
    session.picture(lambda shown: difference(shown, expected) == 0, timeout=90)


@pytest.mark.gpus("2d")
def test_mouse_on_a_turned_display(machine, vitrine):
    """A place of the host's window is the same place of what the turned display shows there."""
    session = vitrine("stdbuf -oL wev", "--scale 2 --transform 90")
    session.job.wait_for("wl_keyboard] enter")
    width, height = machine.size
    machine.pointer(400, 300)
    machine.pointer(200, 300)
    x, y = (height - 300) / 2, 200 / 2

    def at(found):
        return abs(float(found[0]) - x) <= 1 and abs(float(found[1]) - y) <= 1
    session.job.wait_for("motion")
    machine.run("sleep 1")
    seen = re.findall(r"x, y: ([\d.]+), ([\d.]+)", session.job.output())
    assert at(seen[-1]), (seen[-5:], (x, y))

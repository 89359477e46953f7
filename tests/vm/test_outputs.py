"""A display that is scaled and turned, as the host shows it and as the machine's mouse points at it."""

import json
import re

import pytest
from PIL import Image
from edid import edid
from pattern import CLIENT, TURNS, panel, picture
from vitrine_vm.session import VITRINE

SMALL = (640, 480)
CTL = f"WAYLAND_DISPLAY=wayland-0 {VITRINE} ctl"
EDID = "/sys/kernel/debug/dri/0/Virtual-1/edid_override"


@pytest.mark.gpus("venus", "2d")
def test_scaled_and_turned_display(machine, vitrine):
    """A client that draws as many pixels as there are, shown pixel for pixel on a display turned counter-clockwise."""
    session = vitrine(f"{CLIENT} --sharp", "--scale 1.5 --transform 90")
    width, height = machine.size
    logical = -(-height * 2 // 3), -(-width * 2 // 3)
    drawn = tuple((length * 3 + 1) // 2 for length in logical)
    expected = picture(drawn).crop((0, 0, height, width)).transpose(Image.Transpose.ROTATE_90)
    session.shows(expected, 90)


@pytest.mark.gpus("2d")
def test_mouse_on_a_turned_display(machine, vitrine):
    """A place of the host's window is the same place of what the turned display shows there."""
    session = vitrine("stdbuf -oL wev", "--scale 2 --transform 90")
    session.job.wait_for("wl_keyboard] enter")
    machine.pointer(400, 300)
    machine.pointer(200, 300)
    x, y = (machine.size[1] - 300) / 2, 200 / 2

    def is_there():
        seen = re.findall(r"x, y: ([\d.]+), ([\d.]+)", session.log())
        return seen and abs(float(seen[-1][0]) - x) <= 1 and abs(float(seen[-1][1]) - y) <= 1
    session.wait(is_there, f"did not put the pointer at {x}, {y}", 30)


@pytest.mark.gpus("2d")
def test_every_transform_of_a_display(machine, vitrine, connect):
    """By ctl, one after the other, beside a display that is scaled; each program draws as many pixels as there are."""
    connect(SMALL)
    session = vitrine(f"{CLIENT} --sharp --output Virtual-2 -- {CLIENT} --sharp --seed 2",
                      "--renderer cpu --mode {}x{} --output Virtual-1".format(*SMALL))
    session.shows(picture(SMALL), 90)
    assert machine.run(f"{CTL} -o Virtual-2 scale 1.25").status == 0
    for transform in (*list(TURNS)[1:], "normal"):
        assert machine.run(f"{CTL} transform {transform}").status == 0
        session.shows(panel(SMALL, transform))
        session.shows(picture(SMALL, 2), head=1)
    told = json.loads(machine.run(f"{CTL} outputs").output)["outputs"]
    assert [(output["scale"], output["transform"]) for output in told] == [(1, "normal"), (1.25, "normal")]
    assert told[0]["refresh"] > 0, told  # --mode said none


@pytest.mark.gpus("2d")
def test_fine_display_is_scaled(machine, vitrine):
    """Of 192 dots an inch, as its EDID says: Linux takes one from a file in the place of QEMU's, which says about 100."""
    size = (1600, 1200)
    (machine.guest.exchange / "edid").write_bytes(edid(size, (21, 16)))
    session = vitrine(f"{CLIENT} --sharp", "--renderer cpu")
    session.shows(picture(machine.size), 90)
    try:
        assert machine.run(f"cat /run/exchange/edid >{EDID}").status == 0
        machine.resize(*size)
        session.says("Virtual-1: scale 2, for it is 210x160 mm")
        session.shows(picture(size))
        output, = json.loads(machine.run(f"{CTL} outputs").output)["outputs"]
        assert (output["scale"], output["physical_width"], output["physical_height"]) == (2, 210, 160), output
    finally:
        machine.run(f"printf reset >{EDID}")
        machine.resize(*machine.size)
    session.says("Virtual-1: scale 1, for it is")
    session.shows(picture(machine.size))

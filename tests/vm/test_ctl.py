"""vitrine ctl on a real display."""

import json

import pytest
from PIL import Image
from pattern import CELL, CLIENT, picture
from test_session import AS_USER
from vitrine_vm.picture import difference
from vitrine_vm.session import VITRINE

CTL = f"{VITRINE} ctl --socket controlled"


def shows(session, size):
    expected = picture(size, seed=14)
    session.shows(expected)
    return expected


def middles(shown, scale):
    """The colours of the pattern's cells, where no neighbour's is mixed in."""
    return [shown.getpixel((x * scale, y * scale)) for y in range(CELL // 2, 384, CELL) for x in range(CELL // 2, 512, CELL)]


@pytest.mark.gpus("venus", "2d")
def test_ctl_changes_the_mode_and_the_scale_and_writes_what_is_shown(machine, vitrine):
    session = vitrine(f"{CLIENT} --shm --seed 14", "--socket controlled" + (" --renderer cpu" if machine.gpu == "2d" else ""))
    shows(session, machine.size)
    for size in (machine.size, (1024, 768)):
        result = machine.run(f"{CTL} mode {size[0]}x{size[1]}")
        assert result.status == 0, result.output
        expected = shows(session, size)
        assert machine.run(f"{CTL} screenshot /run/exchange/shot.png").status == 0
        assert difference(Image.open(machine.guest.exchange / "shot.png").convert("RGB"), expected) == 0
    # A client that knows no scales draws half the size, of which each pixel is shown as four.
    small = picture((512, 384), seed=14)
    assert machine.run(f"{CTL} scale 2").status == 0
    session.picture(lambda shown: shown.size == (1024, 768) and middles(shown, 2) == middles(small, 1))
    assert machine.run(f"{CTL} scale 1").status == 0
    shows(session, (1024, 768))
    result = machine.run(f"{CTL} --output Virtual-7 mode 1024x768")
    assert result.status == 1 and "there is no output 'Virtual-7'" in result.output, result.output
    assert machine.run(f"{CTL} quit").status == 0
    assert session.job.wait(20).status == 0


@pytest.mark.gpus("2d")
def test_ctl_answers_its_own_user_alone(machine, vitrine):
    """Whatever the modes of the folder and of the socket say."""
    trace = "/run/exchange/trace.json"
    session = vitrine(f"{CLIENT} --shm --seed 14", f"--socket controlled --scanout cpu --trace {trace}")
    shows(session, machine.size)
    machine.run("chmod 711 /run/user/0; chmod 666 /run/user/0/controlled.ctl")
    try:
        result = machine.run(f"{AS_USER} env XDG_RUNTIME_DIR=/run/user/0 {CTL} quit")
    finally:
        machine.run("chmod 700 /run/user/0")
    assert result.status == 1 and "the session" in result.output, result.output
    assert session.job.poll() is None
    assert machine.run(f"{CTL} stats").status == 0
    assert session.end().status == 0
    # Written by one process, although libseat's builtin backend has made a second one of the first.
    assert any(event["name"] == "frame" for event in json.loads((machine.guest.exchange / "trace.json").read_text()))

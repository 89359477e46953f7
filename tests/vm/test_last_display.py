"""Displays of a virtio-gpu that go until none is left: the session stays, and its clients."""

import json

import pytest
from pattern import CLIENT, picture
from test_heads import CTL, RANDR, mirrored, outputs
from vitrine_vm.picture import difference

SIZE = (800, 600)  # of the second
SEED = 7  # of the picture that belongs there
CLIENTS = "pgrep -x pattern"


@pytest.fixture
def first(machine):
    """Resizes the first display, or with 0 by 0 takes it away; the test leaves it as it was. QEMU ignores a size that it
    has already, which at first is 0 by 0."""
    machine.resize(*machine.size)
    yield machine.resize
    machine.resize(*machine.size)


@pytest.mark.gpus("venus", "2d")
def test_every_display_goes_and_comes_back(machine, vitrine, connect, first):
    """In another order, and each shows its own application as before, in the same processes."""
    connect(SIZE)
    session = vitrine(f"{CLIENT} --output Virtual-2 -- {CLIENT} --seed {SEED}", "--output Virtual-1")

    def shows_both():
        session.shows(picture(SIZE, SEED), 120, head=1)
        session.shows(picture(machine.size), 120)

    def shows_one():
        """On the second; whichever came last is above."""
        session.picture(lambda shown: any(difference(shown, picture(SIZE, seed)) == 0 for seed in (1, SEED)), 90, head=1)
    shows_both()
    clients = machine.run(CLIENTS).output
    first(0, 0)
    session.says("Virtual-1: disconnected")
    shows_one()
    assert [(output["name"], output["x"]) for output in outputs(machine)] == [("Virtual-2", 0)]
    machine.resize(0, 0, head=1)
    session.says("no display is connected: the session waits for one")
    assert outputs(machine) == []
    assert json.loads(machine.run(f"{CTL} stats").output)["worker_deaths"] == 0
    if machine.gpu == "2d":
        session.replace_worker()
    machine.resize(*SIZE, head=1)
    shows_one()
    first(*machine.size)
    shows_both()
    assert machine.run(CLIENTS).output == clients and len(clients.split()) == 2
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_display_comes_back_as_it_was_changed(machine, vitrine, connect):
    """In the mode, the scale and the transform that were asked for."""
    connect(SIZE)
    session = vitrine(f"{CLIENT} --sharp --seed {SEED}", "--renderer cpu --output Virtual-2")
    pinned = 640, 480

    def is_as_asked():
        session.shows(picture(pinned, SEED).rotate(180), head=1)
        second = outputs(machine)[1]
        assert (second["width"], second["height"], second["scale"], second["transform"]) == (*pinned, 2, "180"), second
    session.shows(picture(SIZE, SEED), head=1)
    for change in ("mode {}x{}".format(*pinned), "scale 2", "transform 180"):
        assert machine.run(f"{CTL} -o Virtual-2 {change}").status == 0

    def comes_back():
        machine.resize(0, 0, head=1)
        session.wait(lambda: len(outputs(machine)) == 1, "did not lose its display", 30)
        machine.resize(*SIZE, head=1)
        session.wait(lambda: len(outputs(machine)) == 2, "did not see its display", 30)
    is_as_asked()
    comes_back()
    is_as_asked()
    # One that is too wide for the device is not shown, and not asked for again.
    refused = machine.run(f"{CTL} -o Virtual-2 mode 10000x700")
    assert refused.status == 1 and "Virtual-2: " in refused.output, refused.output
    comes_back()
    is_as_asked()
    assert session.log().count("another mode is not possible") == 1
    # Nor is it where it is to come with the display.
    assert machine.run(f"{RANDR} --output Virtual-2 --off").status == 0
    assert machine.run(f"{RANDR} --output Virtual-2 --on --custom-mode 10000x700").status == 0
    session.wait(lambda: session.log().count("another mode is not possible") == 2, "did not refuse the mode", 30)
    is_as_asked()
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_first_display_leaves_its_mirror(machine, vitrine, connect, first):
    """What it was the source of, and the one on which the rung was proved: the next one is both, until it is back."""
    higher = machine.size[0], machine.size[1] + 200
    connect(higher)
    session = vitrine(f"{CLIENT} --seed {SEED}", "--layout mirror --scanout cpu")
    shown = picture(machine.size, SEED)

    def shows_both():
        session.shows(shown, 90)
        session.shows(mirrored(shown, higher), head=1)
    shows_both()
    first(0, 0)
    session.shows(picture(higher, SEED), head=1)
    # After the second of two deaths the rung is proved anew.
    for _ in range(2):
        session.replace_worker()
    session.wait(lambda: session.log().count("scanout: cpu") >= 2, "did not prove its rung anew", 30)
    session.shows(picture(higher, SEED), head=1)
    first(*machine.size)
    shows_both()
    assert session.end().status == 0

"""Displays of a virtio-gpu that go until none is left: the session stays, and its clients."""

import json

import pytest
from pattern import CLIENT, picture
from test_heads import CTL, outputs
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


@pytest.mark.gpus("venus")
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
    machine.resize(*SIZE, head=1)
    shows_one()
    first(*machine.size)
    shows_both()
    assert machine.run(CLIENTS).output == clients and len(clients.split()) == 2
    assert session.end().status == 0

"""A host that takes nothing from the GPU for a while, as QEMU's gtk display while its window is minimised."""

import json
import time

import pytest
from test_cursor import is_seen, wait_for_cursor
from vitrine_vm.picture import difference, share
from vitrine_vm.session import VITRINE

BACKGROUND = (0x10, 0x20, 0x30)
COLOURS = "--override=colors.background=102030"
SCROLLER = "python3 /src/tests/vm/scroller.py /tmp/typed"
READER = "read -r line; echo \"$line\" >/tmp/typed; sleep 1000"
CTL = f"timeout 20 {VITRINE} ctl --socket deaf"


def drawn(machine):
    """How many frames were, as the session answers."""
    return json.loads(machine.run(f"{CTL} stats", timeout=30).output)["drawn"]


def types_a_line(machine):
    machine.run("rm -f /tmp/typed")
    machine.type("hello\n")
    assert machine.run("until grep -s hello /tmp/typed; do sleep 0.1; done", timeout=30).output == "hello\n"
    drawn(machine)


def background(shown):
    return share(shown, lambda pixel: pixel == BACKGROUND)


def scrolls(shown):
    return 0.9 < background(shown) < 0.999


def two_scrollers(machine, vitrine, connect, options="", environment=""):
    """A session on two displays, with a terminal on each that scrolls until a line is typed there."""
    connect((800, 600))
    scroller = f"foot {COLOURS} {SCROLLER}"
    session = vitrine(f"{scroller} --output Virtual-2 -- {scroller}", f"--socket deaf {options} --output Virtual-1", environment=environment)
    for head in 0, 1:
        session.picture(scrolls, 90, head)
    return session


def is_right_again(session):
    """Where the line was typed, whichever that is, is an empty terminal; the other scrolls on."""
    def typed_into(head):
        return background(session.machine.screenshot(head)) == 1
    session.wait(lambda: typed_into(0) or typed_into(1), "did not show what was typed", 60)
    other = 0 if typed_into(1) else 1
    before = session.picture(scrolls, head=other)
    session.picture(lambda shown: difference(shown, before) > 0, head=other)


@pytest.mark.gpus("2d")
def test_input_goes_on_while_the_host_takes_nothing(machine, vitrine, connect):
    """Linux goes on until the device's queue is full: then flips do not end, on any display of the device."""
    session = two_scrollers(machine, vitrine, connect, "--renderer cpu")
    with machine.deaf():
        for head in 1, 2:
            session.says(f"Virtual-{head}: the host has not taken a picture for")
        machine.pointer(500, 300)
        types_a_line(machine)
        machine.pointer(300, 500)
        refused = machine.run(f"{CTL} screenshot -", timeout=30)
        assert refused.status == 1 and "the host takes no pictures now" in refused.output, refused.output
        assert "takes pictures again" not in session.log()
    for head in 1, 2:
        session.says(f"Virtual-{head}: the host takes pictures again, after")
    is_right_again(session)
    session.end()


@pytest.mark.stuck("Venus waits for the host, which takes nothing")
@pytest.mark.gpus("venus")
def test_input_goes_on_while_venus_waits_for_the_host(machine, vitrine, connect, record_property):
    """The worker waits in the driver for longer than it has for a frame; it is let be, and goes on. Another time it aborts."""
    session = two_scrollers(machine, vitrine, connect, environment="VITRINE_CPU_FRAMES=none")
    worker = machine.run("pgrep -x vitrine-render").output
    started = time.monotonic()
    with machine.deaf():
        machine.pointer(500, 300)
        session.says("the renderer does not answer, but nor does the host: it is waited for", 90)
        machine.pointer(300, 500)
        types_a_line(machine)
        record_property("the host took nothing for", f"{time.monotonic() - started:.1f} s")
    started = time.monotonic()
    is_right_again(session)
    record_property("right again after", f"{time.monotonic() - started:.1f} s")
    assert machine.run("pgrep -x vitrine-render").output == worker
    with machine.deaf():
        session.wait(lambda: drawn(machine) == drawn(machine), "was not kept waiting", 60)
        machine.run(f"kill -ABRT {worker}")
        drawn(machine)
    started = time.monotonic()
    session.says(r"the renderer is gone \(killed by signal 6")
    is_right_again(session)
    record_property("after a worker's death", f"{time.monotonic() - started:.1f} s")
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_pointer_waits_for_a_host_that_takes_nothing(machine, vitrine):
    """Linux waits for the host at every new picture of the pointer: nobody else does."""
    session = vitrine(f"foot {COLOURS} sh -c '{READER}'", "--socket deaf --cursor 1 --renderer cpu")
    session.picture(lambda shown: background(shown) > 0.9, timeout=90)
    wait_for_cursor(machine, is_seen, at=(300, 200))
    wait_for_cursor(machine, lambda cursor: not is_seen(cursor))
    with machine.deaf():
        machine.pointer(500, 300)
        types_a_line(machine)
        session.says("the host has not taken a picture for")
    session.says("the host takes pictures again, after")
    wait_for_cursor(machine, is_seen, at=(510, 300))
    session.end()

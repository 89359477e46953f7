"""A host that takes nothing from the GPU for a while, as QEMU's gtk display while its window is minimised."""

import pytest
from test_cursor import is_seen, wait_for_cursor
from vitrine_vm.picture import share
from vitrine_vm.session import VITRINE

BACKGROUND = (0x10, 0x20, 0x30)
COLOURS = "--override=colors.background=102030"
SCROLLER = "python3 /src/tests/vm/scroller.py /tmp/typed"
READER = "read -r line; echo \"$line\" >/tmp/typed; sleep 1000"
CTL = f"timeout 20 {VITRINE} ctl --socket deaf stats"


def types_a_line(machine):
    machine.run("rm -f /tmp/typed")
    machine.type("hello\n")
    assert machine.run("until grep -s hello /tmp/typed; do sleep 0.1; done", timeout=30).output == "hello\n"
    assert "lead_seconds" in machine.run(CTL, timeout=30).output


def background(shown):
    return share(shown, lambda pixel: pixel == BACKGROUND)


# Not on Venus: there Mesa says of the renderer that it is "stuck in fence wait", of which vm/test thinks ill.
@pytest.mark.gpus("2d")
def test_input_goes_on_while_the_host_takes_nothing(machine, vitrine):
    """Linux goes on until the device's queue is full: then flips do not end."""
    session = vitrine(f"foot {COLOURS} {SCROLLER}", "--socket deaf --renderer cpu")
    session.picture(lambda shown: 0.9 < background(shown) < 0.999, timeout=90)
    with machine.deaf():
        session.says("the host has not taken a picture for")
        machine.pointer(500, 300)
        types_a_line(machine)
        machine.pointer(300, 500)
        assert "takes pictures again" not in session.log()
    session.says("the host takes pictures again, after")
    session.picture(lambda shown: background(shown) == 1)
    session.end()


@pytest.mark.gpus("2d")
def test_pointer_waits_for_a_host_that_takes_nothing(machine, vitrine):
    """Linux waits for the host at every new picture of the pointer: nobody else does."""
    session = vitrine(f"foot {COLOURS} sh -c '{READER}'", "--socket deaf --cursor 1 --renderer cpu")
    session.picture(lambda shown: background(shown) > 0.9, timeout=90)
    machine.pointer(300, 200)
    wait_for_cursor(machine, is_seen)
    wait_for_cursor(machine, lambda cursor: not is_seen(cursor))
    with machine.deaf():
        machine.pointer(500, 300)
        types_a_line(machine)
        session.says("the host has not taken a picture for")
    session.says("the host takes pictures again, after")
    machine.pointer(510, 300)
    wait_for_cursor(machine, is_seen)
    session.end()

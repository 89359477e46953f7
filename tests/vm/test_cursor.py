"""The pointer's picture is on the cursor plane: the host gets it with its hotspot, and moving it draws nothing."""

import time

import pytest
from pattern import CLIENT, picture


def wait_for_cursor(machine, condition, seconds=30, head=0):
    """What the host has as the guest's cursor: (picture with alpha, hotspot); None: it is hidden."""
    deadline = time.monotonic() + seconds
    while True:
        cursor = machine.cursor(head)
        if condition(cursor):
            return cursor
        assert time.monotonic() < deadline, f"the host's cursor is {cursor}"
        time.sleep(0.3)


def is_seen(cursor):
    return cursor is not None and cursor[0].getchannel("A").getbbox() is not None


@pytest.mark.gpus("venus", "2d")
def test_cursor_is_the_host_s(machine, vitrine):
    session = vitrine("foot --override=colors.background=102030")
    session.picture(lambda shown: shown.getpixel((640, 400)) == (0x10, 0x20, 0x30), timeout=90)
    machine.pointer(300, 200)
    shown, hotspot = wait_for_cursor(machine, is_seen)
    box = shown.getchannel("A").getbbox()
    print(f"the host's cursor: {shown.size}, seen in {box}, hotspot {hotspot}")
    assert box[0] <= hotspot[0] < box[2] and box[1] <= hotspot[1] < box[3]
    # The picture itself has no pointer: the plane has it.
    machine.pointer(640, 400)
    session.picture(lambda display: all(display.getpixel((640 + x, 400 + y)) == (0x10, 0x20, 0x30)
                                        for x in range(-12, 12, 2) for y in range(-12, 12, 2)))
    # Moving it draws nothing. foot may draw a frame of its own meanwhile, but not every time.
    frames = []
    while "0" not in frames and len(frames) < 5:
        session.statistics()
        for x in range(100, 600, 10):
            machine.pointer(x, 500)
        time.sleep(0.5)
        frames.append(session.statistics()["frames"])
    print(f"50 motions: {frames[-1]} frames drawn; before: {frames[:-1]}")
    assert frames[-1] == "0", frames


@pytest.mark.gpus("2d")
def test_cursor_is_hidden_when_it_is_to_be(machine, vitrine):
    session = vitrine("foot --override=colors.background=102030", "--cursor 1")
    session.picture(lambda shown: shown.getpixel((640, 400)) == (0x10, 0x20, 0x30), timeout=90)
    # It was never moved, and is not seen for ever.
    time.sleep(2)
    wait_for_cursor(machine, lambda cursor: not is_seen(cursor))
    machine.pointer(320, 200)
    machine.pointer(300, 200)  # where the last test may have left it
    wait_for_cursor(machine, is_seen)
    wait_for_cursor(machine, lambda cursor: not is_seen(cursor))
    machine.pointer(310, 210)
    wait_for_cursor(machine, is_seen)


@pytest.mark.gpus("2d")
@pytest.mark.parametrize("signal", ["TERM", "KILL"])
def test_cursor_of_an_earlier_session(machine, vitrine, signal):
    """A host keeps the last picture that it was given: a session leaves none to the console, or finds and hides what one left
    that was killed."""
    session = vitrine("foot --override=colors.background=102030")
    session.picture(lambda shown: shown.getpixel((640, 400)) == (0x10, 0x20, 0x30), timeout=90)
    machine.pointer(300, 200)
    wait_for_cursor(machine, is_seen)
    session.end(signal)
    if signal == "TERM":
        wait_for_cursor(machine, lambda cursor: not is_seen(cursor))
    session = vitrine(f"{CLIENT} --shm")
    session.shows(picture(machine.size))
    wait_for_cursor(machine, lambda cursor: not is_seen(cursor))
    assert session.end().status == 0

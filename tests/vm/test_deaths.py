"""Workers that die under clients of dma-bufs, while their buffers are composed, and while the display shows them as they are. The
one of dumb buffers keeps a book of what it is owed (tests/clients/ledger.c); tests/session/deaths.py has it without a display. Of
a Vulkan swapchain it is seen that no frame is lost."""

import json
import re
import statistics
import time

import ledger
import pytest
from pattern import CLIENT, TOGGLE_MENU, picture, with_menu
from vitrine_vm import tally
from vitrine_vm.picture import difference
from vitrine_vm.session import VITRINE

CTL = f"{VITRINE} ctl --socket owed"
KILLS = 6
SHOWN = "worker killed, on a display"


def figures(machine):
    return json.loads(machine.run(f"{CTL} stats").output)


def waits(shown, killed):
    """Milliseconds: the longest time without a picture between each death and the next."""
    for begin, end in zip(killed, [*killed[1:], shown[-1]]):
        yield max(b - a for a, b in zip(shown, shown[1:]) if b > begin and a < end) / 1e6


def kill(session, way, count):
    """Kills so many workers; returns when, CLOCK_MONOTONIC nanoseconds, and how many frames were shown, and directly."""
    machine = session.machine
    if way == "composed":  # the display shows no buffer upside down
        machine.run(f"{CTL} transform 180")
    before = figures(machine)
    result = machine.run(f"python3 /src/tests/vm/soaker.py owed kills {count}", timeout=150)
    assert result.status == 0, result.output + session.log()[-3000:]
    after = figures(machine)
    assert after["worker_deaths"] == before["worker_deaths"] + count
    frames, direct = (after[name] - before[name] for name in ("frames", "direct"))
    assert direct >= frames - count if way == "direct" else direct == 0, (frames, direct)
    return [int(line) for line in result.output.split()], frames, direct


@pytest.mark.gpus("2d")
@pytest.mark.parametrize("way", ["composed", "direct"])
def test_deaths_owe_nothing(machine, vitrine, way, record_property):
    session = vitrine("/build/tests/clients/ledger dumb", "--socket owed --scanout cpu")
    session.says("shown 3 ")
    killed, frames, direct = kill(session, way, KILLS)
    machine.run("pkill -STOP -x ledger")
    session.picture(lambda shown: ledger.is_one(shown, session.log()))
    machine.run("pkill -CONT -x ledger; pkill -TERM -x ledger")
    ended = session.job.wait(60)
    book = re.search(r"ledger: (.*)", ended.output).group(1)
    assert ended.status == 0, book
    shown = [int(time) for time in re.findall(r"shown \d+ (\d+)", ended.output)]
    wait = list(waits(shown, killed))
    record_property(f"{KILLS} deaths survived", f"without a picture for {statistics.median(wait):.0f} ms (median), {max(wait):.0f} ms (worst)")
    tally.record(record_property, SHOWN, KILLS, KILLS, waits=wait)
    record_property("direct", f"{direct} of {frames}")
    record_property("book", book)


@pytest.mark.gpus("bochs")
def test_deaths_without_a_frame_of_theirs(machine, vitrine, record_property):
    """No cursor plane, and a client that is shown as it is: no worker ever draws, and any number may die."""
    session = vitrine("/build/tests/clients/ledger dumb", "--socket owed --scanout cpu")
    session.says("shown 3 ")
    _, frames, direct = kill(session, "direct", 15)
    record_property("15 deaths survived", f"direct {direct} of {frames}")
    tally.record(record_property, SHOWN, 15, 15)
    machine.run("pkill -TERM -x ledger")
    assert session.job.wait(60).status == 0


@pytest.mark.gpus("venus")
def test_deaths_lose_no_frame(machine, vitrine, record_property):
    session = vitrine(f"{CLIENT} --vulkan --frames 1000000", "--socket owed --scanout vk-export")
    session.says(r"frame 9\b", 90)
    for way in ("direct", "composed"):
        _, frames, direct = kill(session, way, 3)
        record_property(f"3 deaths survived, {way}", f"{direct} of {frames} frames shown directly")
        tally.record(record_property, SHOWN, 3, 3)
    machine.run("pkill -TERM -x pattern")
    ended = session.job.wait(60)
    assert ended.status == 0, ended.output[-3000:]
    told = sorted(int(number) for number in re.findall(r"^(?:frame|dropped) (\d+)\b", ended.output, re.MULTILINE))
    assert told == list(range(len(told)))
    record_property("frames", f"{len(told)} told of, each once")


@pytest.mark.gpus("2d")
def test_deaths_by_a_hang(machine, vitrine, record_property):
    """The last picture stays while the worker hangs, and the next one is shown by the worker after it."""
    session = vitrine(f"{CLIENT} --shm --seed 45", "--scanout cpu")
    plain = picture(machine.size, seed=45)
    session.shows(plain, 90)
    began = time.monotonic()
    machine.run(f"pkill -STOP -x vitrine-render; {TOGGLE_MENU}")
    time.sleep(1)
    assert difference(machine.screenshot(), plain) == 0
    session.says("the renderer is gone .no answer in time.")
    session.shows(with_menu(plain))
    wait = time.monotonic() - began
    record_property("right again", f"{wait:.1f} s")
    tally.record(record_property, "worker hung, on a display", 1, 1, waits=[wait * 1000])
    assert session.end().status == 0

"""Workers that die under a client of dma-bufs that keeps a book of what it is owed (tests/clients/ledger.c): while its buffers are
composed, and while the display shows them as they are. tests/session/deaths.py does the same without a display."""

import json
import re
import statistics

import pytest
from vitrine_vm.session import VITRINE

CTL = f"{VITRINE} ctl --socket owed"
KILLS = 8


def figures(machine):
    return json.loads(machine.run(f"{CTL} stats").output)


def is_one_of_the_client_s(shown, count):
    """Each has one colour, and only the very first is black."""
    (_, (red, green, blue)), *others = shown.getcolors(1 << 24)
    return not others and red << 16 | green << 8 | blue in {number * 0x10305 & 0xFFFFFF for number in range(1, count)}


def waits(shown, killed):
    """Milliseconds: the longest time without a picture between each death and the next."""
    for begin, end in zip(killed, [*killed[1:], shown[-1]]):
        yield max(b - a for a, b in zip(shown, shown[1:]) if b > begin and a < end) / 1e6


@pytest.mark.gpus("2d")
@pytest.mark.parametrize("way", ["composed", "direct"])
def test_deaths_owe_nothing(machine, vitrine, way, record_property):
    session = vitrine("/build/tests/clients/ledger dumb", "--socket owed --scanout cpu")
    session.says("shown 3 ")
    if way == "composed":  # the display shows no buffer upside down
        machine.run(f"{CTL} transform 180")
    before = figures(machine)
    result = machine.run(f"python3 /src/tests/vm/soaker.py owed kills {KILLS}", timeout=150)
    assert result.status == 0, result.output + session.log()[-3000:]
    after = figures(machine)
    assert after["worker_deaths"] == KILLS
    grown = {name: after[name] - before[name] for name in ("frames", "direct")}
    assert grown["direct"] >= grown["frames"] - KILLS if way == "direct" else grown["direct"] == 0, grown
    machine.run("pkill -STOP -x ledger")
    newest = int(re.findall(r"shown (\d+) ", session.log())[-1])
    session.picture(lambda shown: is_one_of_the_client_s(shown, newest + 10))
    machine.run("pkill -CONT -x ledger; pkill -TERM -x ledger")
    ended = session.job.wait(60)
    book = re.search(r"ledger: (.*)", ended.output).group(1)
    assert ended.status == 0, book
    shown = [int(time) for time in re.findall(r"shown \d+ (\d+)", ended.output)]
    wait = list(waits(shown, [int(line) for line in result.output.split()]))
    record_property(f"{KILLS} deaths survived", f"without a picture for {statistics.median(wait):.0f} ms (median), {max(wait):.0f} ms (worst)")
    record_property("direct", f"{grown['direct']} of {grown['frames']}")
    record_property("book", book)

"""Every call that may fail does once, of libdrm's, of GBM's, and of those by which Vulkan shares memory: the session goes on with the
right picture on the display, or ends with an error that says why, and the console is as it was. tests/session/faults.py does it, and
what needs no display."""

import functools
import re
import time

import pytest
from pattern import picture
from vitrine_vm import tally
from vitrine_vm.picture import difference

FAULTS = "python3 /src/tests/session/faults.py /build/compositor/vitrine /build/tests/clients/pattern /build/tests/faults/faults.so"
FRAMES = 3


def look_for(machine, job, seconds):
    """Looks at the display whenever the job asks for it, until it ends; its Result."""
    expected = functools.cache(lambda size: picture(size, frames=FRAMES))  # a session may have changed it
    question, answer = (machine.guest.exchange / name for name in ("look", "looked"))
    deadline = time.monotonic() + seconds
    while job.poll() is None and time.monotonic() < deadline:
        if question.exists():
            shown = machine.screenshot()
            answer.write_text("right" if difference(shown, expected(shown.size)) == 0 else "wrong")
            question.unlink()
        time.sleep(0.02)
    return job.wait(1)


def try_all(machine, kind, long_run, record_property):
    more, seconds = ("long", 3600) if long_run else ("", 280)
    job = machine.start(f"export LIBSEAT_BACKEND=builtin XDG_RUNTIME_DIR=/run; {FAULTS} {kind} {more}", "faults")
    result = look_for(machine, job, seconds)
    print(result.output)
    for what, counts in re.findall(r"^figures: (.*?): (.*)", result.output, re.MULTILINE):
        record_property(what, counts)
    for row in re.findall(f"^{tally.KEY}: (.*)", result.output, re.MULTILINE):
        record_property(tally.KEY, row)
    assert result.status == 0, result.output[-6000:]


@pytest.mark.gpus("2d")
@pytest.mark.parametrize("library", ["drm", "syncobj", "gbm"])
def test_faults(machine, library, long_run, record_property):
    try_all(machine, library, long_run, record_property)


@pytest.mark.gpus("bochs")
def test_faults_of_modifiers(machine, long_run, record_property):
    try_all(machine, "modifiers", long_run, record_property)


@pytest.mark.gpus("venus")
def test_faults_of_venus(machine, long_run, record_property):
    try_all(machine, "venus", long_run, record_property)

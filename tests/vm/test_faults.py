"""Every call that may fail does once, of libdrm's, of GBM's, and of those by which Vulkan shares memory: the session goes on, or
ends with a line that says why, and the console is as it was. tests/session/faults.py does it, and what needs no display."""

import re

import pytest

FAULTS = "python3 /src/tests/session/faults.py /build/compositor/vitrine /build/tests/clients/pattern /build/tests/faults/faults.so"


def try_all(machine, kind, long_run, record_property):
    calls, seconds = ("last", 3600) if long_run else ("", 280)
    result = machine.run(f"export LIBSEAT_BACKEND=builtin XDG_RUNTIME_DIR=/run; {FAULTS} {kind} {calls}", timeout=seconds)
    print(result.output)
    assert result.status == 0, result.output[-6000:]
    for what, counts in re.findall(r"^figures: (.*): (.*)", result.output, re.MULTILINE):
        record_property(what, counts)


@pytest.mark.gpus("2d")
@pytest.mark.parametrize("library", ["drm", "gbm"])
def test_faults(machine, library, long_run, record_property):
    try_all(machine, library, long_run, record_property)


@pytest.mark.gpus("venus")
def test_faults_of_venus(machine, long_run, record_property):
    try_all(machine, "venus", long_run, record_property)

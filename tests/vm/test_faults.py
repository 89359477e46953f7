"""Every call of libdrm's that may fail does once: the session goes on, or ends with a line that says why, and the
console is as it was. tests/session/faults.py does it, and what needs no display."""

import re

import pytest

FAULTS = "python3 /src/tests/session/faults.py /build/compositor/vitrine /build/tests/clients/pattern /build/tests/faults/faults.so"


@pytest.mark.gpus("2d")
def test_faults(machine, record_property):
    result = machine.run(f"export LIBSEAT_BACKEND=builtin XDG_RUNTIME_DIR=/run; {FAULTS} drm", timeout=280)
    print(result.output)
    assert result.status == 0, result.output[-6000:]
    record_property("figures", re.search(r"figures: (.*)", result.output).group(1))

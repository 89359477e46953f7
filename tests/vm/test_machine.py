"""The machine itself: what the other tests lean on."""

import signal
import time

import pytest
from vitrine_vm.errors import VmError
from vitrine_vm.picture import colours, difference


@pytest.mark.gpus("2d")
def test_scripts_tell_status_and_output(machine):
    result = machine.run("echo out; echo err >&2; exit 3")
    assert (result.status, result.output) == (3, "out\nerr\n")


@pytest.mark.gpus("2d")
def test_jobs_end_with_all_they_started(machine):
    job = machine.start("sleep 1000 & sleep 1000")
    machine.run("while ! pgrep sleep; do :; done")
    job.kill()
    assert job.status == 128 + signal.SIGTERM
    assert machine.run("pgrep sleep").status == 1


@pytest.mark.gpus("2d")
def test_job_over_time_is_killed(machine):
    job = machine.start("echo started; sleep 1000")
    job.wait_for("started")
    with pytest.raises(VmError, match="not finished"):
        job.wait(2)
    assert machine.run("pgrep sleep").status == 1


@pytest.mark.gpus("2d")
def test_root_is_read_only(machine):
    assert machine.run("touch /etc/vitrine /src/vitrine /build/vitrine").status != 0
    assert machine.run("touch /tmp/vitrine /run/vitrine /root/vitrine").status == 0


def test_display_shows_the_console(machine):
    empty = machine.screenshot()
    machine.run("echo Vitrine >/dev/tty1")
    shown, deadline = empty, time.monotonic() + 20
    while difference(shown, empty) <= 100 and time.monotonic() < deadline:  # the kernel draws it in its own time
        shown = machine.screenshot()
    assert difference(shown, empty) > 100
    assert colours(shown) == 2

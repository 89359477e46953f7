"""What a service manager is told (sd_notify(3)) by a session on a real display."""

import pytest
from pattern import CLIENT

LOST = "/tmp/lost-flips"
MANAGER = """
import os, socket
if os.path.exists("/run/notify"):
    os.unlink("/run/notify")
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind("/run/notify")
print("listening", flush=True)
while True:
    print(manager.recv(4096).decode(), flush=True)
"""


@pytest.fixture
def manager(machine):
    """What it was told, as the output of a job."""
    machine.run(f"rm -f {LOST}")
    job = machine.start(f"exec python3 -c '{MANAGER}'", "manager")
    job.wait_for("listening")
    return job


def start(vitrine, manager, environment=""):
    session = vitrine(f"{CLIENT} --shm --frames 1000000", "--renderer cpu", environment=(
        f"NOTIFY_SOCKET=/run/notify WATCHDOG_USEC=4000000 {environment}"))
    manager.wait_for("READY=1")
    manager.wait_for("WATCHDOG=1", times=2)
    return session


@pytest.mark.gpus("2d")
def test_watchdog_is_fed_by_flips(machine, vitrine, manager):
    """A session whose event loop turns, whose worker draws and whose input is heard, but whose flips never end, says nothing."""
    session = start(vitrine, manager, f"LOST_FLIPS={LOST} LD_PRELOAD=/build/tests/clients/lost-flips.so")
    machine.run(f"touch {LOST}")
    told = manager.output().count("WATCHDOG=1")
    session.job.wait_for("no picture reached the display", times=3)
    # At most the word of the interval in which they began to be lost.
    assert manager.output().count("WATCHDOG=1") <= told + 1, manager.output()
    assert session.job.poll() is None
    session.end()


@pytest.mark.gpus("2d")
def test_watchdog_is_fed_while_the_host_takes_nothing(machine, vitrine, manager):
    """No session is ended because somebody minimised its window."""
    session = start(vitrine, manager)
    with machine.deaf():
        session.says("the host has not taken a picture for")
        manager.wait_for("WATCHDOG=1", times=manager.output().count("WATCHDOG=1") + 3)
    session.says("the host takes pictures again")
    session.end()

"""What clients can take of what the compositor has once for all of them: the others go on.

shares.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import os
import resource
import struct
import sys
import time

from session import RUNTIME, Session  # reads the arguments
from wire import Wire

SIDE, BYTES = 16, 16 * 16 * 4
MEMORY = os.memfd_create("pixels")
os.ftruncate(MEMORY, BYTES)


def connect(session, name="shared"):
    session.wait_for("socket:")
    return Wire(os.path.join(RUNTIME, name))


def pool(client, shm):
    return client.make(shm, 0, after=struct.pack("=i", BYTES), files=[MEMORY])


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def take(session, count, ask):
    """What clients of one program can take, each as much as it is given, and all once more. ask(client) takes one."""
    hoarders = []
    for _ in range(count):
        try:
            client = connect(session)
            hoarders.append(client)
            ask(client)
            client.roundtrip()
        except (AssertionError, OSError) as end:  # it has had too much
            print(f"after {len(hoarders)} clients: {end}")
    return hoarders


def test_files():
    """However many pools all have: another client makes one, and the compositor neither spins nor fills the log."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    session = Session("--socket", "shared", "--size", "64x64", "--renderer", "cpu")
    other = connect(session)
    shm = other.bind("wl_shm", 1)

    def ask(client):
        factory = client.bind("wl_shm", 1)
        for _ in range(50):
            pool(client, factory)
    hoarders = take(session, 20, ask)
    before = cpu_seconds(session.process.pid)
    time.sleep(1)
    assert cpu_seconds(session.process.pid) - before < 0.3
    pool(other, shm)
    other.roundtrip()
    connect(session).bind("wl_shm", 1)
    assert session.text().count("of all clients together") >= 10
    assert len(session.text()) < 16384
    for client in hoarders:
        client.close()
    assert session.end() == 0


TESTS = {name[5:].replace("_", "-"): value for name, value in list(globals().items()) if name.startswith("test_")}
if __name__ == "__main__":
    name, *arguments = sys.argv[3:]
    TESTS[name](*arguments)

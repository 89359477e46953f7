"""What clients can take of what the compositor has once for all of them: the others go on.

shares.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import os
import resource
import struct
import time

from programs import main
from session import RUNTIME, Session  # reads the arguments
from windows import GREEN, RED, Windows
from wire import Wire

BYTES = 16 * 16 * 4
MEMORY = os.memfd_create("pixels")
os.ftruncate(MEMORY, BYTES)


def connect(session):
    return Wire(os.path.join(RUNTIME, session.wait_for(r"socket: (\S+)").group(1)))


def pool(client, shm):
    return client.make(shm, 0, after=struct.pack("=i", BYTES), files=[MEMORY])


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def take(session, count, ask):
    """So many clients, each of which takes something."""
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


def test_buffers():
    """However many all have: a window that opens then is seen."""
    session = Windows()
    session.client.open((300, 200), RED)

    def ask(client):
        compositor, factory = client.bind("wl_compositor", 4), client.bind("wl_shm", 1)
        memory, surface = pool(client, factory), client.make(compositor, 0)
        for i in range(2000):
            client.send(surface, 1, struct.pack("=Iii", client.make(memory, 0, 0, 4, 4, 16, 1), 0, 0))
            client.send(surface, 6)
            if i % 200 == 0:
                client.roundtrip()
    hoarders = take(session, 34, ask)
    session.client.open((200, 100), GREEN)
    assert "buffers of all clients together" in session.text() and "is not shown" not in session.text()
    for client in hoarders:
        client.close()
    assert session.end() == 0


if __name__ == "__main__":
    main(globals())

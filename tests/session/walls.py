"""The walls around the worker of a session that runs (docs/security.md), as the kernel tells of them.

walls.py VITRINE PATTERN TEST. What each wall keeps in is tried by tests/render/sandbox.c.
"""

import contextlib
import os
import re
import signal
import sys
import tempfile

# As somebody starts it who leaves files open; the log is standard error.
LAUNCHER = tempfile.NamedTemporaryFile("w", prefix="launcher", delete=False)
LAUNCHER.write(f'#!/bin/sh\nexec 9<"$0"\nexec {sys.argv[1]} "$@" <"$0" >/dev/full\n')
LAUNCHER.close()
os.chmod(LAUNCHER.name, 0o700)
sys.argv[1] = LAUNCHER.name

from session import Session, until  # noqa: E402: reads the arguments

# Its own ends and what it draws with; the socket is counted.
MAY_BE_OPEN = r"/dev/null|/memfd:.*|anon_inode:.*|/dmabuf:.*|/dev/dri/.*|/dev/udmabuf"
LIMITED = ("Max core file size", "Max msgqueue size", "Max nice priority", "Max realtime priority")


def files(pid):
    found = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # it was closed meanwhile
            found.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
    return found


def status_of(pid):
    return dict(line.split(":\t", 1) for line in open(f"/proc/{pid}/status").read().splitlines())


def look_at_worker(session):
    pid = until("a worker", session.worker)
    until("a filter of its calls, which is the last wall", lambda: status_of(pid)["Seccomp"] == "2")
    status = status_of(pid)
    assert status["NoNewPrivs"] == "1", status
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[kind], 16) == 0, (kind, status[kind])
    limits = open(f"/proc/{pid}/limits").read()
    for limit in LIMITED:
        assert re.search(rf"^{limit} +0 +0 ", limits, re.MULTILINE), limits
    # A driver opens and closes more while it starts.
    names = until("no more files than it needs", lambda: (names := files(pid)) and not foreign(session, names) and names)
    assert sum(name.startswith("socket:") for name in names) == 1, names
    print(f"figures: {len(names)} files are open in the worker: {', '.join(sorted(set(names)))}")
    return pid


def foreign(session, names):
    return [name for name in names if not (name.startswith("socket:") or name == session.log or re.fullmatch(MAY_BE_OPEN, name))]


def test_worker_is_walled_in(renderer):
    session = Session("--renderer", renderer, "--size", "64x64")
    session.wait_for("socket:")
    assert LAUNCHER.name in files(session.process.pid)
    first = look_at_worker(session)
    os.kill(first, signal.SIGKILL)
    until("another worker", lambda: session.worker() not in (None, first))
    look_at_worker(session)
    assert session.end() == 0
    os.unlink(LAUNCHER.name)


TESTS = {name[5:].replace("_", "-"): value for name, value in list(globals().items()) if name.startswith("test_")}
if __name__ == "__main__":
    name, *arguments = sys.argv[3:]
    TESTS[name](*arguments)

"""Makes a session live fast, in the guest and as root: soaker.py SOCKET switches|deaths|kills|clients COUNT [CLIENT...]
Each step waits until something was shown. kills are deaths while a client draws, and it prints when, CLOCK_MONOTONIC in
nanoseconds. soaker.py SOCKET held: what the session holds, as JSON."""

import array
import collections
import contextlib
import ctypes
import fcntl
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

CONTROL = f"/run/user/0/{sys.argv[1]}.ctl"
DEADLINE = 30  # seconds for any step
VT_ACTIVATE, VT_WAITACTIVE = 0x5606, 0x5607
AWAY = 5
SYS_KCMP, SYS_PIDFD_OPEN, SYS_PIDFD_GETFD = 312, 434, 438
KCMP_FILE = 0
VIRTGPU_RESOURCE_INFO = 0xC0106445
MAX_HANDLES = 1024
libc = ctypes.CDLL(None, use_errno=True)


def until(condition):
    end = time.monotonic() + DEADLINE
    while not (value := condition()):
        assert time.monotonic() < end, "nothing more was shown"
        time.sleep(0.02)
    return value


def ask(command):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as peer:
        peer.settimeout(DEADLINE)
        peer.connect(CONTROL)
        peer.send(json.dumps({"command": command}).encode())
        return json.loads(peer.recv(1 << 16))


@contextlib.contextmanager
def another_frame():
    before = ask("stats")["frames"]
    yield
    until(lambda: ask("stats")["frames"] > before)


def session():
    """The pids of the core and of its worker, or None."""
    for worker in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (worker / "comm").read_text() == "vitrine-render\n":
                core = (worker / "stat").read_text().rsplit(")", 1)[1].split()[1]
                return {"core": int(core), "worker": int(worker.name)}
    return None


def switches(count):
    """There and back: two."""
    home = int(Path("/sys/class/tty/tty0/active").read_text().strip().removeprefix("tty"))
    with open("/dev/tty0") as console:
        for _ in range(count // 2):
            with another_frame():
                for number in (AWAY, home):
                    fcntl.ioctl(console, VT_ACTIVATE, number)
                    fcntl.ioctl(console, VT_WAITACTIVE, number)


def rest():
    """Waits until nothing more is shown."""
    before = None
    while (now := ask("stats")["frames"]) != before:
        before = now
        time.sleep(0.3)


def deaths(count):
    for _ in range(count):
        rest()
        with another_frame():
            os.kill(until(session)["worker"], signal.SIGKILL)


def kills(count):
    """At any moment of the client's and the display's frames."""
    chance = random.Random(1)
    for _ in range(count):
        time.sleep(chance.random() * 0.3)
        pid = until(session)["worker"]
        print(time.monotonic_ns(), flush=True)
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: (now := session()) and now["worker"] != pid)
        with another_frame():
            pass


def clients(count, *client):
    """Each is seen before it ends."""
    for _ in range(count):
        with subprocess.Popen(client, stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "WAYLAND_DISPLAY": sys.argv[1]}) as process:
            assert any(line.startswith("presented") for line in process.stdout), "a client was not shown"
            process.terminate()


def device_files(pid):
    """Its descriptors of GPUs, one for each time that one was opened."""
    opened = []
    for file in Path(f"/proc/{pid}/fd").iterdir():
        fd = int(file.name)
        is_known = any(libc.syscall(SYS_KCMP, pid, pid, KCMP_FILE, fd, other) == 0 for other in opened)
        if os.readlink(file).startswith("/dev/dri/") and not is_known:
            opened.append(fd)
    return opened


def handles(pid):
    """The GEM handles of a process: those that the kernel knows."""
    process = libc.syscall(SYS_PIDFD_OPEN, pid, 0)
    count = 0
    for number in device_files(pid):
        fd = libc.syscall(SYS_PIDFD_GETFD, process, number, 0)
        assert fd >= 0, os.strerror(ctypes.get_errno())
        for handle in range(1, MAX_HANDLES):
            with contextlib.suppress(OSError):
                fcntl.ioctl(fd, VIRTGPU_RESOURCE_INFO, array.array("I", [handle, 0, 0, 0]))
                count += 1
        os.close(fd)
    os.close(process)
    return count


def files(pid):
    """Open ones by what they are: sockets, event files, devices by name."""
    kinds = collections.Counter()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            kinds[re.sub(r":\[?\d*\]?$", "", os.readlink(file))] += 1
    return {f"file {kind}": count for kind, count in kinds.items()}


def held_by(pid):
    process = Path(f"/proc/{pid}")
    maps = (process / "maps").read_text()
    kib = dict(re.findall(r"^(\w+):\s+(\d+) kB$", (process / "status").read_text(), re.MULTILINE))
    return {
        "memory": int(kib["VmRSS"]) - int(kib["RssShmem"]),  # clients' buffers are not its own
        "handles": handles(pid),
        "shared": len(re.findall(r"/memfd:(?!pool)|/dmabuf|/dev/dri", maps)),
        "mapped /memfd:pool": len(re.findall("/memfd:pool", maps)),
        **files(pid),
    }


def pools_of_clients():
    """The buffers that clients have now (tests/clients/pool.c): they make more when all are in use."""
    pids = subprocess.run(["pgrep", "-x", "pattern"], capture_output=True, text=True).stdout.split()
    return sum(Path(f"/proc/{pid}/maps").read_text().count("/memfd:pool") for pid in pids)


def held():
    framebuffers = Path("/sys/kernel/debug/dri/0/framebuffer").read_text()
    figures = {"framebuffers": len(re.findall(r"^framebuffer\[", framebuffers, re.MULTILINE)), "pools": pools_of_clients()}
    for process, pid in until(session).items():
        figures |= {f"{process} {name}": value for name, value in held_by(pid).items()}
    print(json.dumps(figures))


if __name__ == "__main__":
    action, *arguments = sys.argv[2:]
    if action == "held":
        held()
    else:
        {"switches": switches, "deaths": deaths, "kills": kills, "clients": clients}[action](int(arguments[0]), *arguments[1:])

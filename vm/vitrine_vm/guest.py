"""Runs scripts in the guest: its agent (vm/guest/agent) over a virtio port, files over the exchange share."""

import contextlib
import itertools
import select
import socket
import time
from dataclasses import dataclass

from .errors import VmError


@dataclass
class Result:
    status: int
    output: str


class Job:
    """A script that runs in the guest. Its output grows in the file `log`."""

    def __init__(self, guest, name):
        self.guest = guest
        self.name = name
        self.log = guest.exchange / f"{name}.log"
        self.status = None

    def output(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def pid(self):
        """The process in the guest that leads the script's session and process group."""
        return int((self.guest.exchange / f"{self.name}.pid").read_text())

    def poll(self):
        """The exit status, or None while it runs."""
        self.guest.listen(0)
        return self.status

    def wait(self, timeout=60):
        deadline = time.monotonic() + timeout
        while self.status is None:
            left = deadline - time.monotonic()
            if left <= 0:
                with contextlib.suppress(VmError, OSError):  # a guest that stands still kills nobody either
                    self.kill("KILL")
                raise VmError(f"not finished in the guest after {timeout} s: {tail(self.output())}")
            self.guest.listen(min(left, 0.5))
        return Result(self.status, self.output())

    def wait_for(self, text, timeout=30, times=1):
        """Waits until text is in the output, so many times; returns the output."""
        deadline = time.monotonic() + timeout
        while self.output().count(text) < times:
            if self.poll() is not None and self.output().count(text) < times:
                raise VmError(f"ended with {self.status} before saying {text!r}: {tail(self.output())}")
            if time.monotonic() > deadline:
                raise VmError(f"did not say {text!r} in {timeout} s: {tail(self.output())}")
            time.sleep(0.05)
        return self.output()

    def signal(self, name="TERM"):
        """Sends a signal to the script and all that it started."""
        self.guest.run(f"kill -s {name} -- -{self.pid()}", 20)

    def kill(self, name="TERM", timeout=10):
        """Ends the script, harder when it does not listen."""
        if self.poll() is None:
            self.signal(name)
            deadline = time.monotonic() + timeout
            while self.poll() is None and time.monotonic() < deadline:
                self.guest.listen(0.2)
            if self.status is None and name != "KILL":
                self.kill("KILL")


class Guest:
    def __init__(self, port, exchange):
        self.exchange = exchange
        self._port = port
        self.connect()
        self.jobs = []  # all that were started, until a user clears the list
        self._running = {}
        self._numbers = itertools.count(1)
        self.ready = False

    def connect(self):
        """To a QEMU that was started, also with a guest whose jobs go on."""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(self._port))
        self._pending = b""

    def start(self, script, name="job"):
        """Runs a shell script (its text) in the background."""
        name = f"{name}-{next(self._numbers)}"
        job = Job(self, name)
        (self.exchange / f"{name}.sh").write_text(script + "\n")
        self.jobs.append(job)
        self._running[name] = job
        self._socket.sendall(name.encode() + b"\n")
        return job

    def run(self, script, timeout=60, name="run"):
        """Runs a shell script and returns its Result."""
        return self.start(script, name).wait(timeout)

    def kill_all(self):
        """Ends whatever jobs have left running, also those whose script has ended: first gently, for a compositor
        that dies with its seat's server leaves the console unusable. False: something could not be killed."""
        if not self.jobs:
            return True
        sessions = ",".join(str(job.pid()) for job in self.jobs)
        self.jobs.clear()
        return self.run("ended() { for try in $(seq 50); do pgrep -s $1 >/dev/null || exit 0; sleep 0.1; done; }\n"
                        f"pkill -s {sessions}; ended {sessions}; pkill -KILL -s {sessions}; ended {sessions}; exit 1",
                        name="kill").status == 0

    def listen(self, timeout):
        """Takes in what the agent says within timeout seconds (0: what it has said already)."""
        if not select.select([self._socket], [], [], timeout)[0]:
            return
        part = self._socket.recv(4096)
        if not part:
            raise VmError("the virtual machine has ended")
        *lines, self._pending = (self._pending + part).split(b"\n")
        for line in lines:
            self._take(line.decode().strip())

    def close(self):
        self._socket.close()

    def _take(self, line):
        if line == "ready":
            self.ready = True
            return
        name, _, status = line.partition(" ")
        job = self._running.pop(name, None)
        if job:
            job.status = int(status)


def tail(text, lines=3):
    """The last lines of a log, as one line."""
    return " | ".join(line for line in text.strip().splitlines()[-lines:]) or "(no output)"

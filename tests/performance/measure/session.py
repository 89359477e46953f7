"""A session of Vitrine without a display, and its trace."""

import contextlib
import json
import os
import re
import signal
import subprocess
import time

DEADLINE = 45  # seconds for a client's whole run


class Session:
    def __init__(self, stack, size, *options, environment=None, command=()):
        self._stack = stack
        self.log = stack.folder / f"vitrine-{time.monotonic_ns()}.log"
        self.trace = self.log.with_suffix(".json")
        with open(self.log, "w") as log:
            self._process = subprocess.Popen(
                [stack.program("vitrine"), "--backend", "headless", "--size", size, "--trace", str(self.trace), *options, "--",
                 *command], env=environment or stack.worker(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()
        with contextlib.suppress(ProcessLookupError):  # a client that hangs outlives its session
            os.killpg(self._process.pid, signal.SIGKILL)

    def text(self):
        return self.log.read_text(errors="replace")

    def wait_for(self, pattern):
        """Whether the log says so in time."""
        end = time.monotonic() + DEADLINE
        while not re.search(pattern, self.text()):
            if self._process.poll() is not None or time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def wait(self):
        """Until its command has ended; its status."""
        try:
            return self._process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            return self._end()

    def screenshot(self, path):
        """Writes one as PPM, for programs, and beside it as PNG, for people. True if they were written."""
        socket = re.search(r"socket: (\S+)", self.text())
        for kind in ("ppm", "png"):
            ended = subprocess.run([self._stack.program("grim"), "-t", kind, str(path.with_suffix(f".{kind}"))],
                                   env=dict(os.environ, WAYLAND_DISPLAY=socket.group(1)), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, timeout=DEADLINE)
            if ended.returncode != 0:
                print(f"no screenshot: {ended.stdout.decode(errors='replace').strip()}", flush=True)
                return False
        return True

    def _end(self):
        if self._process.poll() is None:
            self._process.terminate()
        return self._process.wait(DEADLINE)

    def figures(self):
        """Rates and latencies of the middle of the session: its first tenth is the start."""
        return _figures(json.loads(self.trace.read_text()))


def no_figures():
    """Those of a session that was not held."""
    return dict(_figures([]), shadow_copied_bytes=0)


def _figures(events):
    commits = sorted(event["ts"] for event in events if event["name"] == "commit")
    commits = commits[len(commits) // 10:]
    frames, drawn = ([event for event in events if event["name"] == name and commits and event["ts"] >= commits[0]]
                     for name in ("frame", "draw"))
    latencies = sorted(frame["args"]["latency"] for frame in frames if "latency" in frame["args"])
    copied = [frame["args"]["copied"] + frame["args"]["uploaded"] for frame in frames]
    return {"commits_per_s": _rate(commits), "shown_per_s": _rate([frame["ts"] for frame in frames]),
            "latency_ms": {"median": _quantile(latencies, 0.5), "p99": _quantile(latencies, 0.99)},
            "drawing_ms": {"whole": _quantile(sorted(event["dur"] for event in drawn), 0.5),
                           **{part: _quantile(sorted(event["args"][part] for event in drawn), 0.5)
                              for part in ("worker", "record", "gpu")}},
            "cpu_copied_bytes": _mean(copied), "gpu_copied_bytes": _mean([frame["args"]["gpu_copied"] for frame in frames])}


def _rate(times):
    """Of events at these microseconds, one a second; n of them make n - 1 intervals."""
    return round((len(times) - 1) * 1e6 / (times[-1] - times[0]), 1) if len(times) > 1 else 0.0


def _quantile(values, part):
    """Milliseconds, of sorted microseconds."""
    return round(values[min(int(len(values) * part), len(values) - 1)] / 1000, 3) if values else None


def _mean(values):
    return round(sum(values) / len(values)) if values else 0

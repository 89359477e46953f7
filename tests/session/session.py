"""Whole sessions without a virtual machine: vitrine --backend headless with its worker and a client.

session.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import contextlib
import json
import os
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

from PIL import Image

from wire import Wire

for folder in ("../vm", "../../vm"):  # what tests of the virtual machine have, too
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), folder))

VITRINE = sys.argv[1]
# The session ends under its client, which then has no chance to free what it has.
PATTERN = ("env", f"ASAN_OPTIONS={os.environ.get('ASAN_OPTIONS', '')}:detect_leaks=0", sys.argv[2])
RUNTIME = tempfile.mkdtemp(prefix="session")
NO_OBJECT = 0xdead  # an id
Y_INVERT = 1  # zwp_linux_buffer_params_v1.flags
DEADLINE = 30  # seconds for anything to happen; only a broken session takes that long


def until(what, condition):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {DEADLINE} s: {what}")


class Session:
    def __init__(self, *arguments, **environment):
        self.log = tempfile.mktemp(dir=RUNTIME)
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [VITRINE, "--backend", "headless", *arguments], stdout=log, stderr=log,
                env={**os.environ, "XDG_RUNTIME_DIR": RUNTIME, **environment})

    def text(self):
        return open(self.log).read()

    def wait_for(self, pattern):
        def look():
            found = re.search(pattern, self.text())
            assert found or self.process.poll() is None, f"ended before {pattern}:\n{self.text()}"
            return found
        return until(f"{pattern} in the log:\n{self.text()}", look)

    def children(self):
        """The pid, name and state (a letter, proc_pid_stat(5)) of each."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        for pid in open(path).read().split():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
                name, state = re.search(r"\((.*)\) (.)", open(f"/proc/{pid}/stat").read()).groups()
                yield int(pid), name, state

    def child(self, name):
        return next((pid for pid, each, _ in self.children() if each == name), None)

    def worker(self):
        return self.child("vitrine-render")

    def stats(self):
        """The figures since the last call: frames shown, bytes copied a frame."""
        self.wait_for("socket:")
        before = self.text().count("stats: ")
        self.process.send_signal(signal.SIGUSR1)
        until("figures", lambda: self.text().count("stats: ") > before)
        frames, copied = re.findall(r"stats: frames (\d+), .*?copied (\d+) bytes a frame", self.text())[-1]
        return int(frames), int(copied)

    def end(self):
        self.process.terminate()
        status = self.process.wait(DEADLINE)
        print(self.text())
        assert "Sanitizer" not in self.text()
        return status


@contextlib.contextmanager
def small_files(limit):
    """What is started meanwhile cannot make larger ones than so many bytes; the memory of a display is one, too."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def wakeups(pid):
    """How often any thread of a process has slept and been woken."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        status = open(f"/proc/{pid}/task/{task}/status").read()
        total += int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.MULTILINE).group(1))
    return total


def test_idle_screen_wakes_nobody(renderer):
    session = Session("--renderer", renderer, "--", *PATTERN, "--frames", "3")
    session.wait_for("presented 3 of 3")
    session.stats()
    time.sleep(1)
    processes = [session.process.pid, session.worker()]
    before = [wakeups(pid) for pid in processes]
    time.sleep(5)
    woken = [wakeups(pid) - count for pid, count in zip(processes, before)]
    print(f"wake-ups in 5 s: core {woken[0]}, worker {woken[1]}")
    assert woken == [0, 0]
    assert session.stats()[0] == 0, "frames were drawn of an idle screen"
    assert session.end() == 0


def test_client_is_woken_once_a_frame():
    """By what it is told of its frame; the release of the buffer before comes with that."""
    session = Session("--size", "640x480", "--renderer", "cpu", "--", *PATTERN, "--damage", "small", "--frames", "100000")
    session.wait_for(r"frame 3\n")
    client = session.child(os.path.basename(PATTERN[-1]))
    session.stats()
    before = wakeups(client)
    time.sleep(2)
    woken = wakeups(client) - before
    frames, _ = session.stats()
    print(f"{frames} frames, their client was woken {woken} times")
    assert frames > 0 and woken < 1.1 * frames
    assert session.end() == 0


def test_hidden_client_is_not_woken():
    """While a window lies above its own, and goes on when that is gone: of a kiosk, and one that floats."""
    for options, below, above in ((), (), ()), (("--windows",), ("--float", "--size", "100x80"), ("--float", "--size", "400x300")):
        session = Session("--size", "640x480", "--renderer", "cpu", "--socket", "hidden", *options, "--", *PATTERN, *below,
                          "--frames", "100000")
        session.wait_for(r"frame 3\n")
        path = tempfile.mktemp(dir=RUNTIME)
        with open(path, "w") as log:
            other = subprocess.Popen([*PATTERN, *above, "--frames", "100000"], stdout=log, stderr=log,
                                     env={**os.environ, "XDG_RUNTIME_DIR": RUNTIME, "WAYLAND_DISPLAY": "hidden"})

        def drawn(said):
            return said.count("frame ")
        until("frames above", lambda: drawn(open(path).read()) >= 10)
        before = drawn(session.text())
        until("more of them", lambda: drawn(open(path).read()) >= 50)
        hidden = drawn(session.text()) - before
        print(f"{hidden} hidden frames in 40")
        assert hidden <= 1
        other.terminate()
        other.wait(DEADLINE)
        until("frames of what was hidden", lambda: drawn(session.text()) > before + hidden + 10)
        assert session.end() == 0


def test_small_damage_copies_only_that(renderer):
    session = Session("--size", "640x480", "--renderer", renderer, "--", *PATTERN, "--damage", "small", "--frames", "100000")
    session.wait_for(r"frame 3\n")
    session.stats()
    time.sleep(2)
    frames, copied = session.stats()
    print(f"{frames} frames, {copied} bytes copied a frame; a cell has {16 * 16 * 4}")
    assert frames > 0
    # Vulkan uploads the damage once; the CPU renderer reads the client's memory in place. Two targets take turns, but
    # what a target lacks is drawn from the texture, not copied again. One frame may be copied and not yet shown.
    assert copied == 0 if renderer == "cpu" else 0 < copied * frames <= 16 * 16 * 4 * (frames + 1)
    assert session.end() == 0


def test_trace_that_may_not_grow():
    """It is as long as it may be, and the session goes on."""
    trace = os.path.join(RUNTIME, "trace.json")
    with small_files(100000):
        session = Session("--size", "64x64", "--renderer", "cpu", "--refresh", "0", "--trace", trace, "--", *PATTERN, "--frames", "2000")
    session.wait_for("presented 2000 of 2000")
    assert session.end() == 0
    assert os.path.getsize(trace) == 100000
    assert "the end of the trace could not be written: File too large" in session.text()


def test_worker_death_is_survived(renderer):
    session = Session("--renderer", renderer, "--", *PATTERN, "--frames", "100000")
    session.wait_for(r"frame 3\n")
    os.kill(session.worker(), signal.SIGKILL)
    session.wait_for("the renderer is gone")
    session.stats()
    until("a new worker's frames", lambda: session.stats()[0] > 0)
    assert "worker deaths 1" in session.text()
    assert session.process.poll() is None
    assert session.end() == 0


def trace(*options, frames):
    """The events of a session in which the pattern shows so many frames, and how many the figures counted."""
    path = tempfile.mktemp(dir=RUNTIME)
    session = Session("--renderer", "cpu", "--size", "64x64", "--trace", path, *options, "--", *PATTERN, "--frames", str(frames))
    session.wait_for(f"presented {frames} of {frames}")
    counted = session.stats()[0]
    assert session.end() == 0
    return json.load(open(path)), counted


def test_trace_tells_of_every_frame():
    events, counted = trace(frames=50)
    shown = [event for event in events if event["name"] == "frame"]
    commits = {event["ts"] for event in events if event["name"] == "commit"}
    drawn = [event for event in events if event["name"] == "draw"]
    print(f"{counted} frames, {len(shown)} in the trace, {len(drawn)} drawn, {len(commits)} commits")
    assert len(shown) == len(drawn) == counted
    assert sum(frame["args"].get("commit") in commits for frame in shown) >= 50
    for frame, draw in zip(shown, drawn):
        assert frame["ts"] == draw["ts"] and draw["dur"] <= frame["dur"]
        assert frame["args"].get("latency", frame["dur"]) >= frame["dur"]


def test_first_picture_is_the_client_s():
    """An empty one is the first only where the client has shown nothing for half a second."""
    for command in (("sleep", "100"), (*PATTERN, "--frames", "1")):
        path, began = tempfile.mktemp(dir=RUNTIME), time.monotonic()
        session = Session("--renderer", "cpu", "--size", "64x64", "--trace", path, "--", *command)
        until("a frame", lambda: session.stats()[0] > 0)
        assert session.end() == 0
        first = next(event for event in json.load(open(path)) if event["name"] == "frame")
        waited, empty = first["ts"] / 1e6 - began, "commit" not in first["args"]
        print(f"{command[0]}: the first picture was {'empty' if empty else 'a client' + chr(39) + 's'}, begun after {waited:.2f} s")
        assert empty or command[0] != "sleep"
        assert waited >= 0.5 or not empty


def test_ctl_traces():
    """Begun and ended while the session runs; what is no file is refused, and the session does not wait for it."""
    session = Session("--socket", "traced", "--size", "64x64", "--renderer", "cpu", "--", *PATTERN, "--frames", "100000")
    session.wait_for(r"frame 3\n")
    assert "no trace is written" in ctl("--socket", "traced", "trace", "off", status=1)
    path = tempfile.mktemp(dir=RUNTIME)
    for _ in range(2):  # the second is another one, in its place
        ctl("--socket", "traced", "trace", path)
    before = ctl("--socket", "traced", "stats")["frames"]
    until("frames", lambda: ctl("--socket", "traced", "stats")["frames"] > before + 10)
    ctl("--socket", "traced", "trace", "off")
    events = json.load(open(path))
    assert sum(event["name"] == "frame" for event in events) >= 10, events
    os.mkfifo(f"{path}.pipe")
    for wrong, why in ((f"{path}.pipe", "cannot be written"), (f"{RUNTIME}/nowhere/trace", "No such file"), (RUNTIME, "Is a directory")):
        assert why in ctl("--socket", "traced", "trace", wrong, status=1)
    assert session.end() == 0


def test_refresh_is_kept():
    starts = {}
    for refresh in ("0", "20", "50"):
        events, _ = trace("--refresh", refresh, frames=30)
        starts[refresh] = [event["ts"] / 1e6 for event in events if event["name"] == "frame"]
        print(f"--refresh {refresh}: 30 frames in {starts[refresh][-1] - starts[refresh][0]:.3f} s")
    for refresh in ("20", "50"):
        assert len(starts[refresh]) <= (starts[refresh][-1] - starts[refresh][0]) * int(refresh) + 2
    # The quickest two frames of many come sooner than any of the other refreshes allows.
    assert min(b - a for a, b in zip(starts["0"], starts["0"][1:])) < 1 / 50 / 2


def test_gpu_copy_is_said():
    session = Session("--scanout", "host-pointer,copy", VITRINE_FORCE_GPU_COPY="1")
    assert "zero CPU copies, one GPU copy" in session.wait_for("scanout: .*").group()
    assert session.end() == 0


def test_new_user_has_a_shader_cache():
    home = tempfile.mkdtemp(dir=RUNTIME)
    session = Session("--renderer", "vulkan", "--", *PATTERN, "--frames", "3", HOME=home, XDG_CACHE_HOME="")
    session.wait_for("presented 3 of 3")
    assert os.path.isdir(f"{home}/.cache/vitrine") and "shader cache" not in session.text(), session.text()
    assert session.end() == 0


def test_exit_status_is_the_command_s():
    for command, status in (("exit 0", 0), ("exit 42", 42), ("kill -KILL $$", 137)):
        session = Session("--renderer", "cpu", "--", "sh", "-c", command)
        assert session.process.wait(DEADLINE) == status, session.text()
    assert Session("--", "/nonexistent").process.wait(DEADLINE) == 127
    assert Session("--", "/etc/passwd").process.wait(DEADLINE) == 126


def test_command_starts_as_from_a_shell():
    """None of the signals that the core blocks or ignores are so in it, and it has as many open files as who started the session."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    limits = (files // 2, files)  # fewer than the core takes
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    session = Session("--renderer", "cpu", "--", "sleep", "1000")
    command = until("the command", lambda: session.child("sleep"))
    status = open(f"/proc/{command}/status").read()
    for name in "SigBlk", "SigIgn":
        signals = re.search(rf"^{name}:\t(\w+)$", status, re.MULTILINE).group(1)
        assert int(signals, 16) == 0, f"{name} {signals}"
    until("its limit", lambda: resource.prlimit(command, resource.RLIMIT_NOFILE) == limits)
    assert session.end() == 0


def test_closed_standard_files_are_replaced():
    """Else the log goes to whatever is opened next, such as a client's connection."""
    told = tempfile.mktemp(dir=RUNTIME)
    command = f"readlink /proc/$PPID/fd/0 /proc/$PPID/fd/1 /proc/$PPID/fd/2 >{told}"
    subprocess.run(["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', VITRINE, "--backend", "headless", "--renderer", "cpu", "--",
                    "sh", "-c", command], env={**os.environ, "XDG_RUNTIME_DIR": RUNTIME}, timeout=DEADLINE, check=True)
    assert open(told).read() == "/dev/null\n" * 3, open(told).read()


def runs(session):
    """How often the command of restarted() has begun."""
    return session.text().count("the command begins")


def restarted(policy, *commands, limit="10", **environment):
    """A session whose command does the first of these, then the next, and the last again and again."""
    counter = tempfile.mktemp(dir=RUNTIME)
    cases = "".join(f"{n}) {command};; " for n, command in enumerate(commands[:-1], 1))
    script = (f'echo "the command begins"; echo >> {counter}; case $(wc -l < {counter}) in {cases}'
              f'*) {commands[-1]};; esac')
    return Session("--renderer", "cpu", "--socket", "again", "--restart", policy, "--restart-limit", limit, "--", "bash", "-c", script,
                   "command", *PATTERN, "--frames", "100000", **environment)


def test_command_that_aborts_comes_back():
    manager = Manager()
    # It aborts after its window is shown, as one does whose Venus ring is fatal; then another one shows its own.
    session = restarted("on-failure", '"$@" & sleep 1; kill -ABRT $! $$; wait', 'exec "$@"', NOTIFY_SOCKET=manager.path)
    until("the second run's frames", lambda: runs(session) == 2 and session.text().rpartition("begins")[2].count("frame 3\n"))
    said = manager.hear()
    assert "STATUS=bash ended with SIGABRT: it is started again in 0.2 s" in said, said
    assert "STATUS=bash was started again (1 so far)" in said, said
    session.process.send_signal(signal.SIGUSR1)  # it begins to count frames anew, not these
    session.wait_for("stats: frames")
    stats = ctl("--socket", "again", "stats")
    assert (stats["restarts"], stats["worker_deaths"]) == (1, 0), stats
    assert session.end() == 0
    assert runs(session) == 2


def test_command_comes_back_as_its_policy_says():
    for policy, commands, status, times in (
            ("never", ["exit 3"], 3, 1), ("never", ["kill -SEGV $$"], 139, 1), ("on-failure", ["exit 0"], 0, 1),
            ("on-failure", ["exit 3", "kill -SEGV $$", "exit 0"], 0, 3), ("always", ["exit 0", "exit 1", "exit 0"], 0, 3)):
        session = restarted(policy, *commands, limit="3")
        assert session.process.wait(DEADLINE) == status, session.text()
        assert runs(session) == times, session.text()
        assert ("too often" in session.text()) == (policy == "always")


def test_command_that_keeps_ending_ends_the_session():
    begun = time.monotonic()
    session = restarted("on-failure", "exit 42", limit="5")
    assert session.process.wait(DEADLINE) == 42, session.text()
    waits = [float(wait) for wait in re.findall(r"started again in ([0-9.]+) s", session.text())]
    print(f"waits {waits}, all in {time.monotonic() - begun:.1f} s")
    assert waits == [0.2, 0.4, 0.8, 1.6] and time.monotonic() - begun > sum(waits)
    assert "ended with status 42: the session ends, for it ended too often" in session.text()


def test_command_that_cannot_be_watched_leaves_no_zombie():
    session = restarted("always", "exec sleep 60")
    pid = until("the command", lambda: session.child("sleep"))
    limit = resource.prlimit(session.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(session.process.pid, resource.RLIMIT_NOFILE, (3, limit[1]))
    os.kill(pid, signal.SIGKILL)
    session.wait_for(r"(?s)cannot be watched: .*cannot be watched: ")
    resource.prlimit(session.process.pid, resource.RLIMIT_NOFILE, limit)
    until("the command", lambda: session.child("sleep"))
    assert all(state != "Z" for *_, state in session.children()), list(session.children())
    assert session.end() == 0


def test_session_ends_while_its_command_waits():
    session = restarted("always", "exit 1")
    session.wait_for("started again in 1.6 s")
    assert session.end() == 0


def test_last_window_closed_is_no_end_of_what_comes_back():
    session = restarted("on-failure", '"${@:1:3}" --frames 3 & sleep 2; kill $!; sleep 7; exit 0')
    assert session.process.wait(DEADLINE) == 0
    assert "the last window is closed" not in session.text() and runs(session) == 1, session.text()


def test_wrong_restart_options_are_refused():
    for wrong in (["--restart", "sometimes"], ["--restart-limit", "-1"], ["--restart-limit", "x"]):
        assert Session(*wrong, "--", "true").process.wait(DEADLINE) == 2


def test_forced_rung_that_cannot_work_ends_with_its_reason():
    session = Session("--scanout", "gbm-import", "--", "true")
    assert session.process.wait(DEADLINE) == 1
    assert "gbm-import" in session.text() and "headless" in session.text(), session.text()


def test_clients_do_not_fill_the_log():
    """By dma-bufs that are refused, and by protocol errors, which libwayland logs."""
    session = Session("--renderer", "cpu", "--socket", "refuses")
    session.wait_for("socket:")
    client = Wire(os.path.join(RUNTIME, "refuses"))
    dmabuf = client.bind("zwp_linux_dmabuf_v1", 3)
    memory = os.memfd_create("plane")
    os.truncate(memory, 4096)
    for i in range(10000):
        params = client.make(dmabuf, 1)
        client.send(params, 1, struct.pack("=IIIII", 0, 0, 64, 0, 0), [memory])
        client.send(params, 2, struct.pack("=iiII", 16, 16, int.from_bytes(b"XR24", "little"), Y_INVERT))
        client.send(params, 0)
        if i % 20 == 0:
            client.roundtrip()
    client.roundtrip()
    for _ in range(100):
        wrong = Wire(os.path.join(RUNTIME, "refuses"))
        wrong.send(NO_OBJECT, 0)
        wrong.close()
    session.wait_for("error in client communication")
    client.roundtrip()
    for what in ("is refused: y-inverted", "error in client communication"):
        lines = session.text().count(what)
        assert 0 < lines < 50, (what, lines)
    assert session.end() == 0


def test_socket_in_use_is_refused():
    first = Session("--renderer", "cpu", "--socket", "taken")
    first.wait_for("socket: taken")
    second = Session("--renderer", "cpu", "--socket", "taken", "--", "true")
    assert second.process.wait(DEADLINE) == 1
    assert "another compositor uses it" in second.text(), second.text()
    assert first.end() == 0


def test_wrong_keyboard_layout_is_refused():
    """Before anything is started."""
    session = Session("--renderer", "cpu", "--", "sh", "-c", "echo it was started", XKB_DEFAULT_LAYOUT="nowhere")
    assert session.process.wait(DEADLINE) == 1
    assert "no such keyboard layout: check XKB_DEFAULT_LAYOUT" in session.text(), session.text()
    assert "it was started" not in session.text(), session.text()


def start_ctl(*arguments, **environment):
    return subprocess.Popen([VITRINE, "ctl", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "XDG_RUNTIME_DIR": RUNTIME, **environment})


def ctl(*arguments, status=0, **environment):
    run = start_ctl(*arguments, **environment)
    output, errors = run.communicate(timeout=DEADLINE)
    assert run.returncode == status, f"{arguments}: {run.returncode}: {output}{errors}"
    return json.loads(output) if output else errors


def test_ctl_asks_the_session():
    session = Session("--socket", "asked", "--size", "640x480", "--renderer", "cpu", "--", *PATTERN, "--frames", "100000")
    session.wait_for(r"frame 3\n")
    output, = ctl("outputs", WAYLAND_DISPLAY="asked")["outputs"]
    assert (output["name"], output["width"], output["height"], output["refresh"]) == ("HEADLESS-1", 640, 480, 60)
    first = ctl("--socket", "asked", "stats")
    until("more frames", lambda: ctl("--socket", "asked", "stats")["frames"] > first["frames"])
    assert first["scanout"] == "cpu" and first["worker_deaths"] == 0 and first["copy_bytes"] == 0, first
    assert os.stat(f"{RUNTIME}/asked.ctl").st_mode & 0o777 == 0o600
    assert "vitrine ctl: unknown command 'fly'" in ctl("--socket", "asked", "fly", status=2)
    assert "no session of vitrine" in ctl("--socket", "nobody", "stats", status=1)
    ctl("--socket", "asked", "quit")
    assert session.process.wait(DEADLINE) == 0
    assert not os.path.exists(f"{RUNTIME}/asked.ctl")


def png(path):
    """A picture's size and its pixels (red, green, blue) row by row; ctl's PNG files have one form only."""
    picture = Image.open(path)
    assert (picture.format, picture.mode) == ("PNG", "RGB")
    return list(picture.size), picture.tobytes()


def test_ctl_writes_what_is_shown(renderer):
    """Twice, for nothing is drawn of an idle screen but what was asked for; and with another worker."""
    session = Session("--socket", "shot", "--size", "640x480", "--renderer", renderer, "--", *PATTERN, "--frames", "2")
    session.wait_for(r"presented \d of 2")  # the first is dropped where the client draws again at once
    first, second = f"{RUNTIME}/first.png", f"{RUNTIME}/second.png"
    ctl("--socket", "shot", "screenshot", first)
    size, pixels = png(first)
    assert size == [640, 480] and len(set(pixels)) > 100, "an empty picture"
    os.kill(session.worker(), signal.SIGKILL)
    session.wait_for("the renderer is gone")
    ctl("--socket", "shot", "--output", "HEADLESS-1", "screenshot", second)
    assert png(second) == (size, pixels)
    said = subprocess.run([VITRINE, "ctl", "--socket", "shot", "screenshot", "-"], capture_output=True, timeout=DEADLINE,
                          env={**os.environ, "XDG_RUNTIME_DIR": RUNTIME})
    assert said.stdout == open(second, "rb").read()
    assert "there is no output 'DP-7'" in ctl("--socket", "shot", "-o", "DP-7", "screenshot", "-", status=1)
    assert "cannot be written" in ctl("--socket", "shot", "screenshot", "/nowhere/shot.png", status=1)
    assert session.end() == 0


def test_ctl_changes_the_output():
    session = Session("--socket", "changed", "--size", "640x480", "--renderer", "cpu", "--", *PATTERN, "--frames", "100000")
    session.wait_for(r"frame 3\n")

    def output():
        return ctl("--socket", "changed", "outputs")["outputs"][0]
    mode = {"width": 640, "height": 480, "refresh": 60, "preferred": True, "current": True}
    assert output()["modes"] == [mode], output()
    ctl("--socket", "changed", "scale", "2")
    session.wait_for("size 320x240")
    ctl("--socket", "changed", "transform", "90")
    session.wait_for("size 240x320")
    assert (output()["scale"], output()["transform"]) == (2, "90")
    ctl("--socket", "changed", "mode", "640x480@75.5")
    until("its refresh", lambda: output()["refresh"] == 75.5)
    for wrong in (("scale", "0"), ("scale", "nan"), ("scale", "100"), ("scale", "2x"), ("transform", "45"), ("transform", ""),
                  ("mode", "640"), ("mode", "640x480@"), ("mode", "640x480@-1"), ("mode", "-1x480"), ("mode", "1x1"),
                  ("mode", "99999999999x1"), ("mode", "640x480@60Hz"), ("mode", "640x480@1e300")):
        print(wrong, ctl("--socket", "changed", "--", *wrong, status=1))
    assert (output()["scale"], output()["transform"], output()["width"]) == (2, "90", 640)
    assert "mode wants a mode" in ctl("--socket", "changed", "mode", status=2)
    for wrong in (("-o", b"\xff", "stats"), ("trace", b"/tmp/\xe4.json")):
        assert "is not UTF-8" in ctl("--socket", "changed", *wrong, status=1)
    assert "cannot be" in ctl("--socket", "changed", "trace", "/nowhere/" + "\u00e4" * 99, status=1)
    for refresh in "0.5", "1001":
        ctl("--socket", "changed", "mode", f"640x480@{refresh}", status=1)
    assert session.end() == 0


def test_ctl_answers_when_the_mode_is_there():
    """Or when it will not be; while the worker is stopped none is."""
    session = Session("--socket", "modes", "--size", "640x480", "--renderer", "cpu", "--", *PATTERN, "--frames", "100000")
    session.wait_for(r"frame 3\n")
    worker = session.worker()
    os.kill(worker, signal.SIGSTOP)

    def start(width):
        """Asks for a mode of that width, and waits until the session has heard of it."""
        asked = start_ctl("--socket", "modes", "mode", f"{width}x480")
        until("the mode", lambda: any(mode["current"] and mode["width"] == width
                                      for mode in ctl("--socket", "modes", "outputs")["outputs"][0]["modes"]))
        return asked

    def refused(asked, why):
        assert why in asked.communicate(timeout=DEADLINE)[1] and asked.returncode == 1
    first, second = start(700), start(800)
    refused(first, "HEADLESS-1: another mode was asked for")
    assert second.poll() is None
    ctl("--socket", "modes", "mode", "640x480")  # the one that it has
    refused(second, "another mode was asked for")
    third = start(900)
    os.kill(worker, signal.SIGCONT)
    assert third.wait(DEADLINE) == 0 and ctl("--socket", "modes", "outputs")["outputs"][0]["width"] == 900
    assert session.end() == 0


def ask(name, *packets):
    """The answers to packets, each on a connection of its own; None: hung up on."""
    answers = []
    for packet in packets:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as peer:
            peer.settimeout(DEADLINE)
            peer.connect(f"{RUNTIME}/{name}.ctl")
            try:
                peer.send(packet)
                answers.append(peer.recv(1 << 20) or None)
            except ConnectionResetError:
                answers.append(None)
    return answers


def test_ctl_bears_hostile_programs():
    session = Session("--socket", "hostile", "--size", "64x64", "--renderer", "cpu", "--", *PATTERN, "--frames", "100000")
    session.wait_for(r"frame 3\n")
    garbage = [b"\0", b"{", b"[]", b"null", b"\xff" * 100, b'{"command": 7}', b'{"command": "' + b"x" * 3000 + b'"}',
               b'{"command": "stats", "command": "quit"}', b'{"command": "mode"}', b'{"command": "mode", "mode": []}',
               b'{"command": "scale", "scale": 2}', b'{"command": "screenshot", "output": 1}', b"[" * 4000, b"x" * 10000]
    for packet, answer in zip(garbage, ask("hostile", *garbage)):
        assert answer and "error" in json.loads(answer), (packet[:50], answer)
    # Those who ask and do not listen, or go before the picture is drawn, are nobody's loss.
    deaf = []
    for _ in range(16):
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        peer.setblocking(False)
        peer.connect(f"{RUNTIME}/hostile.ctl")
        deaf.append(peer)
        try:
            for _ in range(100):
                peer.send(b'{"command": "screenshot"}')
        except (BlockingIOError, BrokenPipeError, ConnectionResetError):
            pass
    for peer in deaf:
        peer.close()
    until("an answer after that", lambda: "frames" in ctl("--socket", "hostile", "stats"))
    assert session.end() == 0


def test_ctl_obeys_privileged_none():
    """What changes outputs or shows them is refused, and nothing of it done; who asks is answered, and may end the session."""
    session = Session("--socket", "nobody", "--privileged", "none", "--size", "64x64,64x64", "--renderer", "cpu", "--",
                      *PATTERN, "--frames", "100000")
    session.wait_for(r"frame 3\n")
    before = ctl("--socket", "nobody", "outputs")
    shot = f"{RUNTIME}/nobody.png"
    for request in (("screenshot", shot), ("scale", "2"), ("mode", "32x32"), ("transform", "90"), ("layout", "mirror")):
        assert "--privileged none" in ctl("--socket", "nobody", *request, status=1), request
    assert ctl("--socket", "nobody", "outputs") == before and not os.path.exists(shot)
    assert ctl("--socket", "nobody", "stats")["scanout"] == "cpu"
    trace = f"{RUNTIME}/nobody.json"
    ctl("--socket", "nobody", "trace", trace)
    ctl("--socket", "nobody", "trace", "off")
    assert isinstance(json.load(open(trace)), list)
    ctl("--socket", "nobody", "quit")
    assert session.process.wait(DEADLINE) == 0


class Manager:
    """A service manager's end: what the session says by sd_notify(3)."""

    def __init__(self):
        self.path = f"{RUNTIME}/notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)

    def hear(self):
        """All that was said since the last time."""
        said = []
        while True:
            try:
                said.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return "\n".join(said)


def test_service_manager_is_told():
    manager = Manager()
    # The command must not inherit what is between the manager and the session.
    session = Session("--renderer", "cpu", "--", "sh", "-c", "env >&2; exec \"$@\"", "sh", *PATTERN, "--frames", "100000",
                      NOTIFY_SOCKET=manager.path, WATCHDOG_USEC="1000000")
    session.wait_for(r"frame 3\n")
    assert "NOTIFY_SOCKET" not in session.text() and "WATCHDOG_USEC" not in session.text()
    said = until("READY=1", lambda: (text := manager.hear()) and "READY=1" in text and text)
    assert "STATUS=scanout: cpu" in said, said
    until("WATCHDOG=1", lambda: "WATCHDOG=1" in manager.hear())
    # The event loop turns on, but no picture reaches the display: that is no life.
    os.kill(session.worker(), signal.SIGSTOP)
    for _ in range(3):
        manager.hear()
        warned = session.text().count("no picture reached the display")
        until("a warning", lambda: session.text().count("no picture reached the display") > warned)
    assert "WATCHDOG=1" not in manager.hear()
    os.kill(session.worker(), signal.SIGCONT)
    until("WATCHDOG=1 again", lambda: "WATCHDOG=1" in manager.hear())
    assert session.end() == 0
    assert "STOPPING=1" in manager.hear()


def test_idle_session_is_well():
    manager = Manager()
    session = Session("--renderer", "cpu", NOTIFY_SOCKET=manager.path, WATCHDOG_USEC="1000000")
    session.wait_for("socket:")
    for _ in range(5):
        until("WATCHDOG=1", lambda: "WATCHDOG=1" in manager.hear())
    assert session.end() == 0
    assert "no picture" not in session.text()


def test_settings_are_read_again_on_sighup():
    path = os.path.join(RUNTIME, "vitrine.ini")
    open(path, "w").write("[keys]\nclose = Alt+F4\n")
    session = Session("--renderer", "cpu", "--windows", "--config", path)
    session.wait_for("socket:")
    open(path, "w").write("[keys]\nclose = nonsense+F4\n")
    session.process.send_signal(signal.SIGHUP)
    session.wait_for(r"vitrine.ini:2: no such key")
    session.wait_for("the configuration has been read again")
    os.unlink(path)
    session.process.send_signal(signal.SIGHUP)
    session.wait_for("No such file")
    assert session.process.poll() is None
    assert session.end() == 0
    assert Session("--config", path, "--", "true").process.wait(DEADLINE) == 1


TESTS = {name[5:].replace("_", "-"): value for name, value in list(globals().items()) if name.startswith("test_")}
if __name__ == "__main__":
    name, *arguments = sys.argv[3:]
    TESTS[name](*arguments)

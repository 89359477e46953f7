"""Every call of ours that may fail for want of memory, files or a device, fails once, each in a session of its own.

faults.py VITRINE PATTERN SHIM KIND [last]: a session of that kind is run once to see from where in vitrine and vitrine-render such
calls come (tests/faults/faults.c); then once for each of these places, and for its last call if there are several. The session goes
on, or ends with a line that says why. It never hangs, and no process of it crashes. Of the kinds cpu and vulkan are headless; drm,
gbm and venus are on a display (tests/vm/test_faults.py), try the functions of that library only (of Vulkan: what shares memory and
fences), the last calls only if told so, and the console is as it was after each session.
"""

import collections
import fcntl
import concurrent.futures
import mmap
import os
import re
import struct
import subprocess
import sys
import tempfile

SHIM, KIND, *MORE = sys.argv[3:]
del sys.argv[3:]

from session import PATTERN, RUNTIME, VITRINE  # noqa: E402: reads the arguments

HEAD = struct.Struct("=IIQ")  # struct faults_file
SITE = struct.Struct("=16s64sQII")  # struct faults_site
SITES = 1000
AT_ONCE = 2
HANG = 60  # seconds; a worker that says nothing has 30
FRAMES = 3
XALLOC = 8  # calls that xcalloc() makes, of the thousands: one place, one answer
OPTIONS = {
    "cpu": ["--backend", "headless", "--size", "64x64", "--renderer", "cpu"],
    "vulkan": ["--backend", "headless", "--size", "64x64"],  # the cpu rung is below
    "drm": ["--scanout", "cpu"],
    "gbm": ["--scanout", "gbm-import,cpu"],
    "venus": ["--scanout", "vk-export,cpu"],
}[KIND]
# And how Vulkan gets what GBM made, or gives what it has made itself.
SHARED = ("vkGetMemoryFd", "vkGetSemaphoreFd")
FUNCTIONS = {"drm": ("drm",), "gbm": ("gbm", *SHARED), "venus": SHARED}
ON_DISPLAY = KIND in FUNCTIONS
KDGETMODE = 0x4B3B
# Ends well when all frames were presented, and badly when the client ends.
COMMAND = ("bash", "-c", f"""coproc "$@"
while read -r line <&"${{COPROC[0]}}"; do
    echo "$line"
    if [ "$line" = "presented {FRAMES} of {FRAMES}" ]; then kill $COPROC_PID; exit 0; fi
done
exit 1""", "command")
CRASHES = {-4: "SIGILL", -7: "SIGBUS", -8: "SIGFPE", -11: "SIGSEGV"}

Outcome = collections.namedtuple("Outcome", "kind why")


def text(data):
    return data.split(b"\0")[0].decode()


class Faults:
    """The file that the shim shares."""

    def __init__(self):
        self.path = tempfile.mktemp(dir=RUNTIME)
        with open(self.path, "wb") as file:
            file.truncate(HEAD.size + SITE.size * SITES)
        with open(self.path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 0)

    def arm(self, site, nth):
        program, function, offset, _ = site
        SITE.pack_into(self.map, HEAD.size, program.encode(), function.encode(), offset, 0, nth)
        HEAD.pack_into(self.map, 0, 0, 0, 1)

    def failed(self):
        return HEAD.unpack_from(self.map)[1] == 1

    def sites(self):
        """(program, function, offset, count) of each."""
        for i in range(HEAD.unpack_from(self.map)[2]):
            program, function, offset, count, _ = SITE.unpack_from(self.map, HEAD.size + i * SITE.size)
            yield text(program), text(function), offset, count

    def close(self):
        self.map.close()
        os.unlink(self.path)


def run(faults):
    """A short session, and how it ended."""
    folder = tempfile.mkdtemp(dir=RUNTIME)
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        process = subprocess.Popen(
            [VITRINE, *OPTIONS, "--restart", "on-failure", "--restart-limit", "3", "--", *COMMAND, *PATTERN, "--frames", str(FRAMES)],
            stdout=log, stderr=log, env={**os.environ, "XDG_RUNTIME_DIR": folder, "LD_PRELOAD": SHIM, "FAULTS": faults.path})
        try:
            status = process.wait(HANG)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = None
        log.seek(0)
        return status, log.read()


def console():
    """Whether the terminal shows text, and what the CRTC shows; None without a display."""
    if not ON_DISPLAY:
        return None
    with open("/dev/tty0", encoding="utf-8") as terminal:
        mode = fcntl.ioctl(terminal, KDGETMODE, bytes(4))[0]
    state = open("/sys/kernel/debug/dri/0/state", encoding="utf-8").read()
    return mode, re.findall(r"^\s*(?:allocated by|size|enable|active|mode)\s*[=:].*$", state, re.MULTILINE)


def judge(status, said):
    reasons = [line for line in re.findall(r"^vitrine: (.+)", said, re.MULTILINE)
               if not line.startswith(("stats: ", "scanout: ", "socket: "))]
    crash = re.search(r"killed by signal (?:4|7|8|11) .*", said)
    if status is None:
        return Outcome("hung", said[-500:])
    if status in CRASHES or crash:
        return Outcome("crashed", CRASHES.get(status) or crash.group())
    if status == 0 and f"presented {FRAMES} of {FRAMES}" in said:
        return Outcome("survived", "")
    if status != 0 and reasons:
        return Outcome("ended", reasons[-1])
    return Outcome("silent", f"status {status}: {said[-500:]}")


def try_one(job):
    site, nth = job
    faults = Faults()
    faults.arm(site, nth)
    status, said = run(faults)
    hit = faults.failed()
    faults.close()
    outcome = judge(status, said) if hit else Outcome("not reached", "")
    return site, nth, outcome if console() == BEFORE else Outcome("dark", f"the console is {console()}: {outcome}")


def plan(sites):
    for site in sites:
        count = site[3]
        calls = {1} if ON_DISPLAY and "last" not in MORE else {1, count}
        if site[1] in ("calloc", "strdup") and count > 50:
            calls |= {count * i // XALLOC or 1 for i in range(1, XALLOC)}
        for nth in sorted(calls):
            yield site, nth


BEFORE = console()


def main():
    faults = Faults()
    status, said = run(faults)
    assert status == 0, said
    sites = sorted(faults.sites())
    faults.close()
    mine = [site for site in sites if KIND == "cpu" or (
        site[0] == "vitrine-render" if KIND == "vulkan" else site[1].startswith(FUNCTIONS[KIND]))]
    kinds = ("survived", "ended", "not reached", "silent", "crashed", "hung", "dark")
    assert mine, f"no such call was made: {said}"
    table = collections.defaultdict(collections.Counter)
    wrong = []
    with concurrent.futures.ThreadPoolExecutor(1 if ON_DISPLAY else AT_ONCE) as pool:
        for site, nth, outcome in pool.map(try_one, plan(mine)):
            table[site[0], site[1]][outcome.kind] += 1
            line = f"{site[0]} {site[1]} at {site[2]:#x}, call {nth} of {site[3]}: {outcome.kind} {outcome.why}"
            if outcome.kind != "survived":
                print(line, flush=True)
            if outcome.kind in ("silent", "crashed", "hung", "dark"):
                wrong.append(line)
    def say(what, counts):
        print(f"figures: {what}: " + ", ".join(f"{counts[kind]} {kind}" for kind in kinds if counts[kind]))
    for (program, function), counts in sorted(table.items()):
        say(f"{program} {function}", counts)
    total = sum(table.values(), collections.Counter())
    say(f"{total.total()} faults at {len(mine)} places", total)
    assert not wrong, "\n".join(wrong)


if __name__ == "__main__":
    main()

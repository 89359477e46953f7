"""Every call of ours that may fail for want of memory, files or a device, fails once, each in a session of its own.

faults.py VITRINE PATTERN SHIM KIND [long]: a session of that kind is run once to see from where in vitrine and vitrine-render such
calls come (tests/faults/faults.c); then once for each of these places, and for later calls from it. The session goes on and shows
the right picture, or ends with an error that says why. It never hangs, and no process of it crashes. Of the kinds cpu and vulkan are
headless; drm, syncobj, gbm and venus are on a display (tests/vm/test_faults.py), try the functions of that library only (of Vulkan: what
shares memory and fences), later calls only of some unless it is to take long, and the console is as it was after each session;
modifiers is for displays whose framebuffers have them.
"""

import collections
import concurrent.futures
import contextlib
import fcntl
import mmap
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

from PIL import Image

SHIM, KIND, *MORE = sys.argv[3:]
del sys.argv[3:]

from session import PATTERN, RUNTIME, VITRINE  # noqa: E402: reads the arguments, and tells where the next are
import pattern  # noqa: E402
from vitrine_vm import tally  # noqa: E402
from vitrine_vm.picture import difference  # noqa: E402

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../faults/faults.c")
HEAD = struct.Struct("=IIQ")  # struct faults_file
SITE = struct.Struct("=16s64sQII")  # struct faults_site
SITES = 1000
LONG = "long" in MORE
AT_ONCE = 2
HANG = 120  # seconds; a worker that says nothing has 30
RIGHT = 30  # seconds for the right picture
FRAMES = 3
SIZE = (64, 64)
MODE = "1024x768"
HEADLESS = ("--backend", "headless", "--size", "64x64")
SPLASH = os.path.join(RUNTIME, "splash.png")
OPTIONS = {
    "cpu": [*HEADLESS, "--renderer", "cpu", "--splash", SPLASH],
    "vulkan": HEADLESS,  # the cpu rung is below
    "drm": ["--scanout", "cpu"],
    "modifiers": ["--scanout", "cpu"],
    "syncobj": ["--scanout", "cpu"],
    "gbm": ["--scanout", "gbm-import,cpu"],
    "venus": ["--scanout", "vk-export,cpu"],
}[KIND]
# dma-bufs of the display's own device, which are shown as they are
CLIENT = [*PATTERN, "--frames", str(FRAMES), *(["--dumb"] if KIND == "drm" else [])]
if KIND == "syncobj":  # a client of explicit synchronisation first, which may wait in vain for its release
    CLIENT = ["sh", "-c", f'timeout 5 {os.path.dirname(PATTERN[-1])}/surfaces explicit /dev/dri/card0 /; exec "$@"', "sh", *CLIENT]
# How Vulkan gets what GBM made and tells when it is drawn, or gives what it has made itself.
TAKES = ("vkGetMemoryFdPropertiesKHR", "vkCreateSemaphore", "vkGetSemaphoreFdKHR")
GIVES = ("vkGetMemoryFdKHR",)
# A sample of what else the worker asks of Venus; lavapipe is asked everything.
SAMPLE = ("vkAllocateMemory", "vkCreateImage", "vkQueueSubmit", "vkWaitForFences")
FUNCTIONS = {"drm": ("drm", "eventfd"), "modifiers": ("drmModeAddFB2WithModifiers",), "syncobj": ("drmSyncobj",), "gbm": ("gbm", *TAKES),
             "venus": (*GIVES, *(SAMPLE if LONG else ()))}
ON_DISPLAY = KIND in FUNCTIONS
Way = collections.namedtuple("Way", "client lacks mode", defaults=(CLIENT, "", None))  # how a session is run
# Another mode meanwhile; before Linux 6.8; a client of video first.
MORE_WAYS = {"drm": (Way(mode=MODE), Way(lacks="drmModeCloseFB")),
             "vulkan": (Way(["sh", "-c", 'timeout 5 "$@" --memfd --format NV12 --frames 1 --seconds 1; exec "$@"', "sh", *CLIENT]),)}
WAYS = (Way(), *MORE_WAYS.get(KIND, ()))
# Of these, on a display, a call in the middle of the session and the last one, too, while it takes another mode.
LATER = ("drmModeAtomicCommit", "drmModeAddFB2", "drmModeAddFB2WithModifiers", "drmModeSetCursor2")
# One place, which many call that do not answer alike: so many of its calls.
MANY = {"calloc": 8, "strdup": 8, "wl_resource_create": 20}
LOOK, LOOKED = "/run/exchange/look", "/run/exchange/looked"  # whoever runs this looks at the display, and says what it saw
KDGETMODE = 0x4B3B
CRASHES = {-4: "SIGILL", -7: "SIGBUS", -8: "SIGFPE", -11: "SIGSEGV"}
WRONG = ("silent", "crashed", "hung", "dark", "wrong picture", "not reached")

Image.new("L", (8, 8), 255).save(SPLASH)
Job = collections.namedtuple("Job", "site nth way")
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

    def count(self):
        """How often the armed place was reached."""
        return SITE.unpack_from(self.map, HEAD.size)[3]

    def close(self):
        self.map.close()
        os.unlink(self.path)


class Run:
    """A short session, how it ended (status; None: it hung), what it said, and whether the picture was right (None: there was none)."""

    def __init__(self, faults, way):
        self.folder = tempfile.mkdtemp(dir=RUNTIME)
        self.deadline = time.monotonic() + HANG
        self.right = None
        with tempfile.TemporaryFile("w+", errors="replace") as self.log:
            self.process = subprocess.Popen(
                [VITRINE, "--log-level", "error", "--socket", "faults", *OPTIONS, "--restart", "on-failure", "--restart-limit", "3", "--", *way.client],
                stdout=self.log, stderr=self.log,
                env={**os.environ, "XDG_RUNTIME_DIR": self.folder, "LD_PRELOAD": SHIM, "FAULTS": faults.path,
                     "FAULTS_LACKS": way.lacks})
            if self.is_presented():
                if way.mode:
                    self.resize(way.mode)
                self.right = self.is_right()
                self.process.terminate()
            self.status = self.end()
            self.said = self.read()

    def read(self):
        return os.pread(self.log.fileno(), 1 << 20, 0).decode(errors="replace")

    def is_presented(self):
        while self.process.poll() is None and time.monotonic() < self.deadline:
            if f"presented {FRAMES} of {FRAMES}" in self.read():
                return True
            time.sleep(0.01)
        return False

    def is_right(self):
        """Not the first look: what fails may be just that."""
        end = time.monotonic() + RIGHT
        while not (right := look() if ON_DISPLAY else self.screenshot()) and time.monotonic() < end and self.process.poll() is None:
            time.sleep(0.1)
        return right

    def resize(self, mode):
        """To another mode, in which the client draws its picture once more, or the old one is kept."""
        end = time.monotonic() + RIGHT
        while self.ctl("mode", mode) and f"size {mode}" not in self.read() and time.monotonic() < end and self.process.poll() is None:
            time.sleep(0.5)

    def ctl(self, *request):
        """Whether that is done."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return subprocess.run([VITRINE, "ctl", "--socket", "faults", *request], stderr=subprocess.DEVNULL, timeout=RIGHT,
                                  env={**os.environ, "XDG_RUNTIME_DIR": self.folder}).returncode == 0
        return False

    def screenshot(self):
        path = f"{self.folder}/shot.png"
        return self.ctl("screenshot", path) and difference(Image.open(path).convert("RGB"), pattern.picture(SIZE, frames=FRAMES)) == 0

    def end(self):
        try:
            return self.process.wait(max(self.deadline - time.monotonic(), 10))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None


def look():
    """Whether the host's display shows the client's last picture."""
    open(LOOK, "w").close()
    while os.path.exists(LOOK):
        time.sleep(0.02)
    return open(LOOKED).read() == "right"


def console():
    """Whether the terminal shows text, and what the CRTC shows; None without a display."""
    if not ON_DISPLAY:
        return None
    with open("/dev/tty0", encoding="utf-8") as terminal:
        mode = fcntl.ioctl(terminal, KDGETMODE, bytes(4))[0]
    state = open("/sys/kernel/debug/dri/0/state", encoding="utf-8").read()
    return mode, re.findall(r"^\s*(?:allocated by|size|enable|active|mode)\s*[=:].*$", state, re.MULTILINE)


def judge(run):
    errors = re.findall(r"^vitrine: (.+)", run.said, re.MULTILINE)
    crash = re.search(r"killed by signal (?:4|7|8|11) .*", run.said)
    if run.status is None:
        return Outcome("hung", run.said[-500:])
    if run.status in CRASHES or crash:
        return Outcome("crashed", CRASHES.get(run.status) or crash.group())
    if run.right is False and run.status == 0:
        return Outcome("wrong picture", run.said[-500:])
    if run.right and run.status == 0:
        return Outcome("survived", "")
    if run.status != 0 and errors:
        return Outcome("ended", errors[-1])
    return Outcome("silent", f"status {run.status}: {run.said[-500:]}")


def try_one(job):
    """Calls differ in number from run to run: where there were fewer of them than wanted, the last one is tried."""
    site, nth, way = job
    for _ in range(3):
        faults = Faults()
        faults.arm(site, nth)
        run = Run(faults, way)
        hit, count = faults.failed(), faults.count()
        faults.close()
        if hit or not count:
            break
        nth = min(nth, count)
    outcome = judge(run) if hit else Outcome("not reached", f"of {count} calls")
    after = console_in_the_end()
    return site, nth, outcome if after == BEFORE else Outcome("dark", f"the console is {after}: {outcome}")


def calls(site):
    """Which calls from this place are to fail, by number."""
    _, function, _, count = site
    if ON_DISPLAY and not LONG:
        return {1, count // 2 + 1, count} if function in LATER else {1}
    most = MANY.get(function, 2)
    return {1, count} | {count * i // most or 1 for i in range(1, most)} if count > most else set(range(1, count + 1))


def is_tried(site):
    program, function, *_ = site
    return KIND == "cpu" or (program == "vitrine-render" if KIND == "vulkan" else function.startswith(FUNCTIONS[KIND]))


def plan():
    """What is to be tried, each place in the first way that leads to it, and all places."""
    jobs, known, everything = [], set(), []
    for way in WAYS:
        sites = explore(way)
        everything += sites
        for site in filter(is_tried, sites):
            waits_for_mode = KIND == "drm" and site[1] in LATER and way == Way()
            if site[:3] not in known and not waits_for_mode:
                known.add(site[:3])
                jobs += [Job(site, nth, way) for nth in sorted(calls(site))]
    if KIND == "drm":  # and the process aborts on a display
        xcalloc = max((site for site in everything if site[:2] == ("vitrine", "calloc")), key=lambda site: site[3])
        jobs.append(Job(xcalloc, xcalloc[3] // 2, Way()))
    return jobs, everything


def explore(way):
    """The places from which a session makes such calls in which none fails."""
    faults = Faults()
    run = Run(faults, way)
    assert run.status == 0 and run.right, run.said
    assert not way.mode or f"size {way.mode}" in run.said, run.said
    sites = sorted(faults.sites())
    faults.close()
    return sites


def never_reached(sites):
    """Of the functions that the shim wraps for this kind."""
    wrapped = re.findall(r"^\t(?:POINTER|INT|KERNEL|VULKAN|LOST|EXTENSION)\((\w+)\)", open(SOURCE, encoding="utf-8").read(), re.MULTILINE)
    elsewhere = "|".join((*FUNCTIONS["drm"], *FUNCTIONS["gbm"], *GIVES))
    wanted = {"cpu": f"(?!{elsewhere}|vk)", "vulkan": f"(?!{elsewhere})vk",
              "drm": "eventfd|drm(?!Syncobj|ModeAddFB2With)"}.get(KIND) or "|".join(FUNCTIONS[KIND])
    return sorted(name for name in wrapped if re.match(wanted, name) and name not in {site[1] for site in sites})


def console_in_the_end():
    """libseat's part of the process outlives it for a moment, and restores what a process that dies cannot."""
    end = time.monotonic() + RIGHT
    while (now := console()) != BEFORE and time.monotonic() < end:
        time.sleep(0.1)
    return now


BEFORE = console()


def main():
    kinds = ("survived", "ended", *WRONG)
    jobs, sites = plan()
    assert jobs, "no such call was made"
    table = collections.defaultdict(collections.Counter)
    wrong = []
    with concurrent.futures.ThreadPoolExecutor(1 if ON_DISPLAY else AT_ONCE) as pool:
        for site, nth, outcome in pool.map(try_one, jobs):
            table[site[0], site[1]][outcome.kind] += 1
            line = f"{site[0]} {site[1]} at {site[2]:#x}, call {nth} of {site[3]}: {outcome.kind} {outcome.why}"
            if outcome.kind != "survived":
                print(line, flush=True)
            if outcome.kind in WRONG:
                wrong.append(line)
    def say(what, counts):
        print(f"figures: {what}: " + ", ".join(f"{counts[kind]} {kind}" for kind in kinds if counts[kind]))
    for (program, function), counts in sorted(table.items()):
        say(f"{program} {function}", counts)
    total = sum(table.values(), collections.Counter())
    say(f"{total.total()} faults at {len({site for site, *_ in jobs})} places", total)
    print(f"figures: wrapped, never reached: {', '.join(never_reached(sites)) or 'none'}", flush=True)
    tally.say(f"call failed, {'on a display' if ON_DISPLAY else 'headless'}", total.total(), total["survived"], total["ended"])
    assert not wrong, "\n".join(wrong)
    assert not never_reached(sites)


if __name__ == "__main__":
    main()

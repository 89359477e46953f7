"""What is measured. Each row runs its clients in the session of a Run and returns {figure: value}."""

import re
import time
from dataclasses import dataclass

from ..errors import VmError
from ..guest import tail
from ..session import STATS
from .meter import Meter
from .run import COLORS, LOAD

BOTH = ("venus", "2d")
LAYERS = (1, 4, 16, 64)
RESIZED = (1024, 700)
FEWEST = 5  # frames that tell a rate
ATTACH = "> wl_surface#[0-9]+\\.attach"  # a frame, in libwayland's log


@dataclass
class Row:
    name: str
    measure: object  # a function of a Run
    gpus: tuple = BOTH
    floor: bool = False  # there is a figure without a compositor, too


def _rate(output):
    """Of what load or floor says: frames a second; None: too few to tell."""
    frames, seconds = re.search(r"^frames (\d+) in ([\d.]+) s$", output, re.MULTILINE).groups()
    return int(frames) / float(seconds) if int(frames) >= FEWEST and float(seconds) else None


def _loaded(run, name, options, many):
    """Figures of a frame: the compositor's processor time, the host's, and the rate."""
    frames = run.frames(many)
    meter = Meter(run)
    output = run.client(f"exec {LOAD} --end --frames {frames} {options}")
    return {f"{name}: guest CPU": 1000 * meter.guest() / frames, f"{name}: host CPU": 1000 * meter.host() / frames,
            f"{name}: rate": _rate(output)}


def _start(run):
    return {f"start, {kind}": 1000 * seconds for kind, seconds in run.started.items()}


def _idle(run):
    seconds = 1 if run.quick else 30
    meter = Meter(run)
    time.sleep(seconds)
    return {"idle: wake-ups": meter.wakes() / seconds, "idle: guest CPU": 1000 * meter.guest() / seconds,
            "idle: host CPU": 1000 * meter.host() / seconds}


def _shm(run):
    return {**_loaded(run, "shm, all of it", "--damage 100", 160), **_loaded(run, "shm, 5 %", "--damage 5", 160)}


def _layers(run):
    figures = {}
    for layers in LAYERS:
        figures.update(_loaded(run, f"{layers} windows", f"--layers {layers}", 40))
    return {name: value for name, value in figures.items() if "host" not in name}


def _terminal(run):
    meter = Meter(run)
    run.client("exec foot -e seq 20000", timeout=90)
    return {"foot scrolls: guest CPU": 1000 * meter.guest()}


def _video(run):
    """Of each frame that mpv has given; it drops those that are late. In a window of the screen's size: with another, or with
    --fullscreen, mpv 0.40 sends wlroots' compositors an invalid wp_viewport.set_destination, and quits."""
    run.client("exec mpv --version", timeout=90)  # nobody is to wait for the disk, of which a cold start has left nothing in memory
    meter = Meter(run)
    width, height = run.machine.size
    output = run.client(
        f"WAYLAND_DEBUG=client mpv --no-config --vo=wlshm --ao=null --really-quiet --geometry={width}x{height} "
        f"--length={0.25 if run.quick or run.is_slow else 1} av://lavfi:testsrc2=size=640x360:rate=24 >/tmp/video 2>&1 || "
        "{ tail -3 /tmp/video; exit 1; }\n"
        f"grep -oE '{ATTACH}\\(wl_buffer' /tmp/video | sort | uniq -c | sort -rn | awk 'NR == 1 {{ print $1 }}'",
        timeout=90)
    return {"mpv, a frame: guest CPU": 1000 * meter.guest() / int(output)}


def _vkcube(run):
    """vkcube says nothing itself: libwayland's log of its commits does."""
    figures = {}
    for name, mode in (("fifo", 2), ("mailbox", 1)):
        frames = run.frames(300)
        meter = Meter(run)
        output = run.client(
            f"WAYLAND_DEBUG=client vkcube --wsi wayland --present_mode {mode} --c {frames} >/tmp/cube 2>&1 || exit\n"
            f"grep -E '{ATTACH}' /tmp/cube | sed 's/^\\[ *//; s/\\].*//' | sed -n '10p;$p;$='")
        first, last, count = map(float, output.split())
        figures[f"vkcube, {name}: guest CPU"] = 1000 * meter.guest() / frames
        figures[f"vkcube, {name}: host CPU"] = 1000 * meter.host() / frames
        figures[f"vkcube, {name}: rate"] = 1000 * (count - 10) / (last - first)
    return figures


def _input(run):
    """From a key on the host to the pixel on the host's display."""
    width, height = run.machine.size
    times = []
    for _ in range(10 if run.quick else 200 // 5):
        seen = []
        run.wait_for_pixel(width // 2, height // 2, lambda pixel: not seen.append(pixel), 5, "no pixel was told")
        began = time.monotonic()
        run.machine.key("a")
        times.append(run.wait_for_pixel(width // 2, height // 2, lambda pixel: pixel != seen[0], 5,
                                        "a key changed nothing") - began)
    times.sort()
    return {"key to pixel, median": 1000 * times[len(times) // 2], "key to pixel, 99 %": 1000 * times[-1 - len(times) // 100]}


def _memory(run):
    """The GPU's is told by drivers that fill in fdinfo (Documentation/gpu/drm-usage-stats.rst of Linux)."""
    run.client(f"exec {LOAD} --windows {5 if run.is_slow else 10 if run.quick else 100}", timeout=120)
    output = run.machine.run(f"for process in $(pgrep -x '{run.peer.processes}'); do cat /proc/$process/smaps_rollup; "
                             "grep -hs '^drm-total-' /proc/$process/fdinfo/*; done; true").output
    figures = {f"memory, {kind}": sum(map(int, re.findall(rf"^{kind}:\s+(\d+) kB", output, re.MULTILINE))) / 1024
               for kind in ("Rss", "Pss")}
    of_gpu = re.findall(r"^drm-total-\S+:\s+(\d+) KiB", output, re.MULTILINE)
    return {**figures, "memory, GPU": sum(map(int, of_gpu)) / 1024} if of_gpu else figures


def _resize(run):
    width, height = RESIZED
    seconds = 1 if run.quick else 10
    began = time.monotonic()
    run.machine.resize(*RESIZED)
    try:
        shown = run.wait_for_size(RESIZED, seconds)
        run.wait_for_pixel(width - 2, height - 2, lambda pixel: pixel in COLORS, seconds, "the resized picture is not whole")
    finally:
        run.machine.resize(*run.machine.size)
        time.sleep(0.5 if run.quick else 1)
    return {"resize": 1000 * (shown - began)}


def _flips(run):
    """Of the whole screen, drawn by the CPU; the compositor without a refresh rate to keep."""
    if not run.peer.flips:
        return {}
    return {"flips: rate": _rate(run.alone(run.peer.flips.format(frames=run.frames(120))))}


def _scanout(run):
    """vkmark's cube alone on the whole screen, the compositor without a refresh rate to keep: frames that were shown."""
    if not run.peer.cube:
        return {}
    figures = {}
    for mode in ("fifo", "mailbox"):
        said = run.alone(run.peer.cube.format(size="{}x{}".format(*run.machine.size), seconds=run.frames(5), mode=mode))
        figures |= {f"cube alone, {mode}: {figure}": value for figure, value in _shown(said).items()}
    return figures


def _shown(said):
    """Of what the floor says, or Vitrine at its end."""
    floor = re.search(r"nowhere: \d+ frames, ([\d.]+) a second", said)
    if floor:
        return {"rate": float(floor[1])}
    told = list(STATS.finditer(said))
    if not told:
        raise VmError(f"it told no figures: {tail(said)}")
    figures = told[-1]
    return {"rate": float(figures["fps"]), "copied a frame": int(figures["copied"]) + int(figures["by_gpu"]),
            "drawn": int(figures["drawn"]), "direct": int(figures["direct"])}


ROWS = (
    Row("start", _start, floor=True),
    Row("idle", _idle),
    Row("shm", _shm),
    Row("layers", _layers),
    Row("vkcube", _vkcube, ("venus",)),
    Row("terminal", _terminal),
    Row("video", _video),
    Row("input", _input, floor=True),
    Row("memory", _memory),
    Row("resize", _resize),
    # The last, for they end the session:
    Row("flips", _flips, floor=True),
    Row("scanout", _scanout, ("venus",), floor=True),
)


def unit(figure):
    """What a figure is told in."""
    if figure.endswith(("rate", "wake-ups")):
        return "/s"
    if figure.endswith("copied a frame"):
        return "bytes"
    if figure.endswith(("drawn", "direct")):
        return "frames"
    return "MiB" if figure.startswith("memory") else "ms"


def more_is_better(figure):
    return figure.endswith("rate")


def has_goal(figure):
    """Whether it is one in which Vitrine is to be better than others: some explain these, and of being idle the goal is zero."""
    if figure.startswith("idle"):
        return False
    return figure.startswith("vkcube") if more_is_better(figure) else not figure.endswith("host CPU")

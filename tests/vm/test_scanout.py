"""Every rung of the scanout ladder that can hold on a kind of GPU shows a client's picture, pixel for pixel."""

import re

import pytest
from pattern import CLIENT, picture
from vitrine_vm.machine import GPUS
from vitrine_vm.picture import difference
from vitrine_vm.session import VITRINE

HOLD = {"venus": ["vk-export", "copy", "cpu"], "2d": ["gbm-import", "host-pointer", "copy", "cpu"],
        "venus-stock": ["copy", "cpu"]}
FAIL = {"venus": ["gbm-import", "host-pointer"], "2d": ["vk-export"],
        "venus-stock": ["gbm-import", "vk-export", "host-pointer"]}
BEST = {"venus": "vk-export", "2d": "cpu", "venus-stock": "copy"}  # "2d" has no GPU for Vulkan


def shows(session, **pattern):
    """Waits for exactly that picture."""
    session.shows(picture(session.machine.size, **pattern), 90)


@pytest.mark.each_gpu("rung", HOLD)
def test_rung(machine, vitrine, rung):
    """Whole frames, then a client over it that draws small parts, and what Vulkan draws."""
    session = vitrine(f"{CLIENT} --shm --frames 3 --seed 7", f"--scanout {rung} --socket rung")
    assert re.match(rf"scanout: {rung}, .*\bproven", session.verdict())
    shows(session, seed=7, frames=3)
    machine.start(f"WAYLAND_DISPLAY=rung exec {CLIENT} --shm --damage small --frames 40 --seed 3", "small")
    shows(session, seed=3, frames=40, small=True)
    if machine.gpu != "venus-stock":
        machine.start(f"WAYLAND_DISPLAY=rung exec {CLIENT} --vulkan --frames 3 --seed 11", "vulkan")
        shows(session, seed=11, frames=3)


@pytest.mark.gpus("venus", "2d")
def test_transparency_shows_black_behind(machine, vitrine):
    shows(vitrine(f"{CLIENT} --shm --alpha"), alpha=True)


@pytest.mark.gpus("venus")
def test_vulkan_client_is_never_copied(machine, vitrine):
    session = vitrine("vkcube --wsi wayland")
    session.picture(lambda shown: shown.getpixel((2, 2)) == (51, 51, 51))
    session.statistics()
    session.picture(lambda shown: True)
    statistics = session.statistics()
    assert int(statistics["frames"]) > 0
    assert statistics["copied"] == "0", statistics[0]


@pytest.mark.each_gpu("rung", FAIL)
def test_rung_that_cannot_hold_is_refused(machine, vitrine, rung):
    result = vitrine(CLIENT, f"--scanout {rung}").job.wait(90)
    assert result.status != 0
    assert re.search(rf"^vitrine: .*{rung}\S* .+", result.output, re.MULTILINE), result.output


def test_best_rung_is_found(machine, vitrine):
    verdict = vitrine(CLIENT).verdict(90)
    assert verdict.startswith(f"scanout: {BEST[machine.gpu]}, "), verdict
    if machine.gpu != "2d":
        assert "gbm-import skipped: " in verdict


@pytest.mark.gpus("venus")
def test_session_survives_a_rung_that_kills_the_worker(machine, vitrine):
    session = vitrine(f"{CLIENT} --shm --seed 5", "--scanout gbm-import,auto")
    verdict = session.verdict(90)
    assert re.match(r"scanout: vk-export, .*gbm-import failed: .*(abort|died|signal|killed|exited)", verdict), verdict
    shows(session, seed=5)


def refused(count=0, width=0):
    """So many pictures are refused by the display, and those that set a mode so wide, which the kernel's test of them does not foresee:
    tests/clients/refused_commits.c."""
    return f"REFUSED_COMMITS={count} REFUSED_WIDTH={width} LD_PRELOAD=/build/tests/clients/refused-commits.so"


@pytest.mark.gpus("2d")
def test_display_that_refuses_all_pictures_ends_the_session(machine, vitrine):
    result = vitrine(f"{CLIENT} --shm", "--scanout cpu", refused(1000)).job.wait(90)
    assert result.status == 1
    assert re.search(r"^vitrine: (?!stats).*Cannot allocate memory$", result.output, re.MULTILINE), result.output


@pytest.mark.gpus("venus")
def test_rung_whose_pictures_are_refused_is_left(machine, vitrine):
    session = vitrine(f"{CLIENT} --shm --seed 23", "--scanout copy,cpu", refused(3))
    assert session.verdict(90).startswith("scanout: copy, ")
    session.says(r"scanout: cpu, .*copy failed: Virtual-1: ", 90)
    shows(session, seed=23)
    assert session.job.poll() is None


@pytest.mark.gpus("2d")
def test_mode_whose_picture_is_refused_is_left(machine, vitrine):
    """Also where it is asked for again; and what is possible is shown afterwards."""
    ctl = f"WAYLAND_DISPLAY=wayland-0 {VITRINE} ctl"
    session = vitrine(f"{CLIENT} --shm --seed 29", "--scanout cpu", refused(width=1000))
    shows(session, seed=29)
    for times in 1, 2:
        result = machine.run(f"{ctl} mode 1000x600")
        assert result.status == 1 and len(result.output.splitlines()) == 1, result.output
        assert "Virtual-1: no memory left for framebuffers" in result.output
        shows(session, seed=29)
        assert session.log().count("another mode is not possible (no memory left for framebuffers") == times, session.log()
    assert machine.run(f"{ctl} mode 800x600").status == 0
    session.shows(picture((800, 600), seed=29), 30)
    assert session.log().count("scanout: cpu, ") == 1, "its rung was left"
    assert session.end().status == 0


@pytest.mark.each_gpu("client", {"venus": ["--shm", "--vulkan"], "2d": ["--shm"]})
def test_session_survives_the_death_of_its_worker(machine, vitrine, client):
    session = vitrine(f"{CLIENT} {client} --frames 1 --seed 21")
    shows(session, seed=21)
    expected = picture(machine.size, seed=21)
    old = machine.run("pgrep -x vitrine-render").output.strip()
    machine.run(f"kill -ABRT {old}")
    assert difference(machine.screenshot(), expected) == 0
    machine.run(f"while ! pgrep -x vitrine-render | grep -vx {old}; do sleep 0.1; done", timeout=20)
    shows(session, seed=21)
    assert session.job.poll() is None


def wakeups(machine):
    """How often any thread of the core and of the worker has slept and been woken so far."""
    script = "for p in $(pgrep -x 'vitrine|vitrine-render'); do cat /proc/$p/task/*/status; done"
    status = machine.run(script).output
    threads = [int(count) for count in re.findall(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.MULTILINE)]
    assert len(re.findall(r"^Name:\s*vitrine", status, re.MULTILINE)) >= 2, status
    return sum(threads)


# Shared memory is drawn; a dumb buffer is shown as it is.
@pytest.mark.each_gpu("client", {**{gpu: ["--shm"] for gpu in GPUS}, "2d": ["--shm", "--dumb"]})
def test_idle_screen_wakes_nobody(machine, vitrine, client):
    session = vitrine(f"{CLIENT} {client} --seed 9")
    session.verdict(90)
    session.picture(lambda shown: difference(shown, picture(shown.size, seed=9)) == 0, 90)
    assert (int(session.statistics()["direct"]) > 0) == (client == "--dumb")
    machine.run("sleep 2")  # the last tick of a deadline comes half a second after the last frame
    before = wakeups(machine)
    machine.run("sleep 3")
    assert wakeups(machine) == before


# Firmware that says another name, for this session alone.
LIBKRUN = ("unshare -m sh -c 'mkdir -p /tmp/dmi && echo libkrun >/tmp/dmi/bios_vendor && mount --bind /tmp/dmi /sys/class/dmi/id "
           "&& exec \"$@\"' sh")


@pytest.mark.gpus("venus")
def test_vmm_that_must_not_be_shown_blobs(machine, vitrine):
    """As on libkrun: no blob is shown there, but by those who name the rung."""
    session = vitrine(f"{CLIENT} --shm --seed 13", launcher=LIBKRUN)
    verdict = session.verdict(90)
    assert verdict.startswith("scanout: copy, ") and "vk-export skipped: libkrun panics" in verdict, verdict
    shows(session, seed=13)
    session.end()
    assert vitrine(CLIENT, "--scanout vk-export", launcher=LIBKRUN).verdict(90).startswith("scanout: vk-export, ")

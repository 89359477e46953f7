"""The same program on the displays of QEMU that are no virtio-gpu: drivers without a renderer, some with few formats.

vboxvideo and hyperv_drm have no device in QEMU, and vmwgfx of Linux 6.12 refuses QEMU's vmware-svga ("Hardware has no
pitchlock", vmw_driver_load()): what is known of their machines is tests/compositor/scanout/vmm.c's."""

import json

import pytest
from pattern import CLIENT, picture
from terminals import console, difference_in_the_end
from test_cursor import is_seen, wait_for_cursor
from vitrine_vm.machine import GPUS, VIRTIO
from vitrine_vm.picture import changed
from vitrine_vm.session import ENVIRONMENT, VITRINE

OTHERS = [gpu for gpu in GPUS if gpu not in VIRTIO]
DRIVER = {"bochs": "bochs-drm", "qxl": "qxl", "cirrus": "cirrus"}
# Cirrus has 4 MiB, an EDID of no size of its own, and shows 24 bits a pixel in its preferred mode.
SIZE = {"bochs": (1280, 800), "qxl": (1280, 800), "cirrus": (1024, 768)}
PLANE = {"bochs": False, "qxl": True, "cirrus": False}  # for the pointer, in Linux 6.12
SECONDS = 120


def shows(session, seed):
    session.shows(picture(SIZE[session.machine.gpu], seed=seed), SECONDS)


@pytest.mark.gpus(*OTHERS)
def test_driver_shows_the_picture_on_its_best_rung(machine, vitrine, record_property):
    """Whatever the worker's end: another one draws the same."""
    before = console(machine)
    session = vitrine(f"{CLIENT} --shm --frames 1 --seed 31")
    verdict = session.verdict(SECONDS)
    record_property("verdict", verdict)
    # No Vulkan has a GPU here. That the others hold too the doctor says, below.
    assert verdict == "scanout: cpu, drawn by the CPU proven, 0 bytes copied a frame", verdict
    shows(session, 31)
    session.statistics()
    session.replace_worker()
    session.wait(lambda: int(session.statistics()["frames"]) > 0, "drew nothing with another worker", SECONDS)
    shows(session, 31)
    assert session.end().status == 0
    assert difference_in_the_end(machine, before) == 0, "the console is not as it was"


@pytest.mark.gpus(*OTHERS)
def test_driver_shows_what_the_cpu_draws(machine, vitrine):
    """Small changes too: drivers that copy the damage must be told of all of it."""
    session = vitrine(f"{CLIENT} --shm --damage small --frames 40 --seed 3", "--scanout cpu")
    session.shows(picture(SIZE[machine.gpu], seed=3, frames=40, small=True), SECONDS)
    assert session.end().status == 0


@pytest.mark.gpus(*OTHERS)
def test_driver_shows_the_pointer(machine, vitrine, record_property):
    """Where its driver has no cursor plane it is in the picture, and leaves nothing behind; and the keyboard is heard."""
    background = 0x10, 0x20, 0x30
    session = vitrine("foot --override=colors.background=102030 cat", "--scanout cpu --log-level debug")

    def is_at(place, shown):
        return any(shown.getpixel((place[0] + x, place[1] + y)) != background for x in range(-12, 13) for y in range(-12, 13))
    session.picture(lambda shown: shown.getpixel((400, 300)) == background, SECONDS)
    for seen, left in ((300, 200), (500, 400)), ((500, 400), (300, 200)):
        machine.pointer(*seen)
        if PLANE[machine.gpu]:
            wait_for_cursor(machine, is_seen)
        else:
            session.picture(lambda shown: is_at(seen, shown))
        session.picture(lambda shown: not is_at(left, shown) and is_at(seen, shown) != PLANE[machine.gpu])
    plain = machine.screenshot().crop((0, 0, 200, 100))
    machine.type("w")
    session.picture(lambda shown: changed(plain, shown.crop((0, 0, 200, 100))))
    assert session.end().status == 0


@pytest.mark.gpus(*OTHERS)
def test_driver_takes_another_mode(machine, vitrine):
    """By ctl: QEMU tells none of these drivers of a window's size."""
    session = vitrine(f"{CLIENT} --shm --seed 32", "--scanout cpu --socket driver")
    shows(session, 32)
    assert machine.run(f"{VITRINE} ctl --socket driver mode 800x600").status == 0
    session.shows(picture((800, 600), seed=32), SECONDS)
    assert session.end().status == 0


@pytest.mark.gpus("bochs")
def test_card_without_room_for_two_pictures(machine, vitrine):
    """16 MiB: each of 1920x1080 fits, not two wherever the ones before lay. A second worker's must take the first one's place."""
    large = 1920, 1080
    session = vitrine(f"{CLIENT} --shm --seed 34", "--scanout cpu --socket driver")
    shows(session, 34)
    assert machine.run("{} ctl --socket driver mode {}x{}".format(VITRINE, *large)).status == 0
    session.shows(picture(large, seed=34), SECONDS)
    machine.start(f"WAYLAND_DISPLAY=driver exec {CLIENT} --shm --damage small --frames 40 --seed 3", "small")
    session.shows(picture(large, seed=3, frames=40, small=True), SECONDS)
    session.statistics()
    session.replace_worker()
    session.wait(lambda: int(session.statistics()["frames"]) > 0, "drew nothing with another worker", SECONDS)
    session.shows(picture(large, seed=3, frames=40, small=True), SECONDS)
    assert session.end().status == 0


@pytest.mark.gpus(*OTHERS)
def test_driver_is_named_by_the_doctor(machine, built, record_property):
    result = machine.run(f"{ENVIRONMENT}\n{VITRINE} doctor --json 2>/tmp/doctor.log", timeout=280)
    report = json.loads(result.output)
    outcomes = {rung["rung"]: rung["outcome"] for rung in report["rungs"]}
    record_property("why", [rung["reason"] for rung in report["rungs"] if rung["reason"]])
    record_property("rungs", outcomes)
    assert result.status == 0 and report["drm"]["driver"] == DRIVER[machine.gpu], report
    assert (report["connector"]["width"], report["connector"]["height"]) == SIZE[machine.gpu]
    assert report["vmm"]["id"] == "qemu" and "virtio" not in report["drm"]
    assert outcomes["cpu"] == "proved" and outcomes["host-pointer"] == "proved"
    mends = {rung["rung"]: rung.get("mend", "") for rung in report["rungs"]}
    if outcomes["vk-export"] != "proved":  # as on cirrus
        assert mends["vk-export"].startswith("start QEMU with -vga none -device virtio-gpu-gl-pci,"), mends

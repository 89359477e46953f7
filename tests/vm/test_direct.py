"""A client that fills the screen is shown by the display itself: nothing is drawn, nothing copied."""

import json
import re

import pytest
from pattern import CLIENT, is_picture, picture
from vitrine_vm.picture import difference
from vitrine_vm.session import VITRINE

BUFFERS_MAX = 6  # POOL_MAX of tests/clients/pool.h
CTL = f"{VITRINE} ctl --socket direct"
MENU = (0xFF, 0x80, 0x00)
ARROW_BYTES = 24 * 24 * 4  # the pointer's picture where no client has it
# Memory of the display's own device: blobs of Venus, and dumb buffers.
BUFFERS = {"venus": "--vulkan", "2d": "--dumb"}
MEMORY = {"venus": "--memory", "2d": "--dumb"}
# Video is not offered where the host's Vulkan is lavapipe with the host layer (docs/host.md).
SHOWN = {"venus": ("RG16", "XB24", "AB30", "XR24"), "2d": ("RG16", "XB24", "AB30", "XR30", "NV12", "P010", "XR24")}


def figures(machine):
    result = machine.run(f"{CTL} stats")
    assert result.status == 0, result.output
    return json.loads(result.output)


def grown(machine, before):
    now = figures(machine)
    return {name: now[name] - before[name] for name in ("frames", "direct", "drawn", "upload_bytes", "copy_bytes", "gpu_copy_bytes")}


@pytest.fixture
def start(machine, vitrine):
    def start(client, options="", **named):
        return vitrine(f"{CLIENT} {client}", f"--socket direct {options}", **named)
    return start


@pytest.mark.gpus("venus", "2d")
def test_direct_client_is_never_drawn(machine, start):
    session = start(f"{BUFFERS[machine.gpu]} --frames 30 --seed 31")
    session.shows(picture(machine.size, seed=31, frames=30), 90)
    whole = figures(machine)
    print(f"30 frames of a client: {whole['frames']} shown, {whole['direct']} directly, {whole['drawn']} drawn")
    # The test of the pointer's plane is drawn, and its arrow, and what was on the screen before the client.
    assert whole["frames"] < 40 and whole["direct"] >= 30 and whole["drawn"] <= 8, whole
    assert whole["upload_bytes"] <= ARROW_BYTES and whole["gpu_copy_bytes"] == 0 and whole["copy_bytes"] < 100_000, whole


@pytest.mark.gpus("venus", "2d")
def test_direct_gives_way_to_a_menu(machine, start):
    """And to a display that is turned; then it is direct again, with the very next frame."""
    session = start(f"{BUFFERS[machine.gpu]} --frames 4 --seed 32")
    expected = picture(machine.size, seed=32, frames=4)
    with_menu = expected.copy()
    with_menu.paste(MENU, (100, 100, 200, 200))
    session.shows(expected, 90)
    for change, shown, back in (("pkill -USR1 -x pattern", with_menu, "pkill -USR1 -x pattern"),
                                (f"{CTL} transform 180", expected.rotate(180), f"{CTL} transform normal")):
        before = figures(machine)
        machine.run(change)
        session.shows(shown)
        assert grown(machine, before)["drawn"] > 0
        before = figures(machine)
        machine.run(back)
        session.shows(expected)
        assert grown(machine, before)["drawn"] == 0
        assert grown(machine, before)["direct"] == 1


@pytest.mark.gpus("venus", "2d")
def test_direct_survives_worker_and_vt(machine, start):
    session = start(f"{BUFFERS[machine.gpu]} --frames 2 --seed 33")
    expected = picture(machine.size, seed=33, frames=2)
    session.shows(expected, 90)
    session.replace_worker(timeout=30)
    session.shows(expected)
    machine.key("ctrl", "alt", "f5")
    session.picture(lambda shown: difference(shown, expected) > 0)
    machine.key("ctrl", "alt", "f1")
    session.shows(expected)
    assert session.end().status == 0


def told(log):
    """For what the client's buffers were to be at each of its frames, and whether that was shown without being drawn."""
    last, frames = None, []
    for line in log.splitlines():
        if line.startswith("buffers for "):
            last = line.removeprefix("buffers for ")
        elif re.fullmatch(r"frame \d+( zero-copy)?", line):
            frames.append((last, line.endswith("zero-copy")))
    return frames


@pytest.mark.gpus("venus", "2d")
def test_direct_and_drawn_lose_no_frame(machine, start):
    """While a menu comes and goes each frame is shown, one after the other; and the client is told how, and what suits it."""
    session = start(f"{BUFFERS[machine.gpu]} --frames 200 --seed 39", "--mode 640x400")
    for buffers in ("scanout", "drawing", "scanout"):
        wanted = [(buffers, buffers == "scanout")] * 3
        session.wait(lambda: told(session.log())[-3:] == wanted, f"did not show three frames of buffers for {buffers}", 90)
        machine.run("pkill -USR1 -x pattern")
    session.says("presented 200 of 200")
    frames = [(int(number), way) for number, way in re.findall(r"(?m)^frame (\d+)( zero-copy)?$", session.log())]
    direct = sum(way != "" for _, way in frames)
    print(f"200 frames: {direct} directly, {200 - direct} drawn")
    assert [number for number, _ in frames] == list(range(200)) and 6 <= direct <= 197, session.log()


@pytest.mark.gpus("2d")
def test_direct_takes_a_viewport_that_changes_nothing(machine, start):
    """As of a client that draws a scaled display's pixels. No plane of these devices scales: what is to be enlarged is drawn."""
    session = start("--dumb --sharp --frames 3 --seed 40", "--scale 2")
    session.shows(picture(machine.size, seed=40, frames=3), 90)
    assert figures(machine)["direct"] >= 1
    session.end()
    session = start("--dumb --frames 3 --seed 40", "--scale 2")
    half = picture((machine.size[0] // 2, machine.size[1] // 2), seed=40, frames=3)
    session.picture(lambda shown: shown.getpixel((20, 20)) == half.getpixel((10, 10)), 90)
    assert figures(machine)["direct"] == 0


@pytest.mark.gpus("2d")
def test_direct_refuses_what_the_display_cannot_show(machine, start):
    """Memory of no device, which virtio-gpu does not take: it is drawn, and the display asked once a buffer."""
    session = start("--udmabuf --frames 40 --seed 34", "--log-level debug")
    session.shows(picture(machine.size, seed=34, frames=40), 90)
    whole = figures(machine)
    refused = session.log().count("is not scanned out but drawn")
    print(f"buffers refused: {refused}; {whole['frames']} shown, {whole['drawn']} drawn")
    assert whole["direct"] == 0 and whole["drawn"] >= whole["frames"] >= 30, whole
    assert 1 <= refused <= BUFFERS_MAX


@pytest.mark.gpus("2d")
def test_direct_refuses_an_offset(machine, start):
    """Hosts show a buffer from its start."""
    session = start("--dumb --offset 4096 --frames 3 --seed 36", "--log-level debug")
    session.shows(picture(machine.size, seed=36, frames=3), 90)
    assert figures(machine)["direct"] == 0
    assert "is not scanned out but drawn" in session.log()


@pytest.mark.gpus("venus")
def test_direct_refuses_a_blob_of_the_guest(machine, start):
    """QEMU shows none beside virgl, and tells nobody: the picture before would stay."""
    session = start("--guest-blob --frames 3 --seed 37", "--renderer cpu")
    session.shows(picture(machine.size, seed=37, frames=3), 90)
    assert figures(machine)["direct"] == 0


@pytest.mark.gpus("venus", "2d")
def test_direct_or_drawn_every_format_is_right(machine, vitrine):
    """virtio-gpu's plane knows XRGB8888; what it does not know is drawn, to the format's precision."""
    client = f"{CLIENT} {MEMORY[machine.gpu]} --wait /tmp/below --format"
    clients = "; ".join(f"{client} {fourcc} --seed {seed}" for seed, fourcc in enumerate(SHOWN[machine.gpu], 50))
    machine.run("rm -f /tmp/below")
    session = vitrine(f"sh -c '{CLIENT} --seed 49 & {clients}'", "--socket direct --mode 640x400")
    session.shows(picture((640, 400), seed=49), 90)  # a window below the others: the session ends with the last
    machine.run("touch /tmp/below")
    for seed, fourcc in enumerate(SHOWN[machine.gpu], 50):
        session.picture(lambda shown: is_picture(shown, fourcc, seed=seed), 90)
        direct = figures(machine)["direct"]
        assert (direct > 0) == (fourcc == "XR24"), f"{fourcc}: {direct} frames were shown directly"
        machine.run("pkill -n -x pattern")


@pytest.mark.gpus("bochs", "qxl", "cirrus")
def test_direct_on_other_drivers(machine, start, record_property):
    """Buffers of the display's own device, shown by it or drawn: the picture is the client's."""
    session = start("--dumb --frames 10 --seed 38")
    done = session.says("(?m)^presented 10 of 10$|.*(?:no dumb buffer|pads the rows).*|.*offers no linux-dmabuf.*", 120)[0]
    if not done.startswith("presented"):
        pytest.skip(done)
    session.picture(lambda shown: difference(shown, picture(shown.size, seed=38, frames=10)) == 0, 90)
    whole = figures(machine)
    record_property("direct", f"{whole['direct']} of {whole['frames']}")


@pytest.mark.gpus("venus")
def test_direct_never_on_libkrun(machine, start):
    """It panics when it is shown a blob."""
    session = start("--vulkan --frames 3 --seed 35", environment="VITRINE_VMM=libkrun")
    session.shows(picture(machine.size, seed=35, frames=3), 90)
    assert figures(machine)["direct"] == 0

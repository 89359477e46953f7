"""When surfaces are shown, on KMS, and what is told of it: Vulkan's present modes, explicit synchronisation by the device's
syncobjs, fifo, commit-timing and tearing."""

import re

import pytest
from presented import HW_CLOCK, HW_COMPLETION, VSYNC, Frames
from vitrine_vm.picture import colours, difference, share

SURFACES = "/build/tests/clients/surfaces"
SIGNAL = "/tmp/signal"
GREY = (51, 51, 51)  # vkcube clears with 0.2
IMMEDIATE, MAILBOX, FIFO = 0, 1, 2  # VkPresentModeKHR; Mesa on Wayland has no FIFO_RELAXED


@pytest.mark.gpus("venus")
@pytest.mark.parametrize("mode", [IMMEDIATE, MAILBOX, FIFO])
def test_vkcube_present_mode(machine, vitrine, mode):
    session = vitrine(f"vkcube --wsi wayland --present_mode {mode}")
    picture = session.picture(lambda shown: share(shown, lambda pixel: pixel == GREY) > 0.3 and colours(shown) > 100)
    session.picture(lambda shown: difference(shown, picture) > 500)  # it turns


@pytest.mark.gpus("2d", "venus")
def test_explicit_synchronisation(machine, vitrine):
    """While a commit waits for its acquire point the worker dies, and another one shows what there was."""
    machine.run(f"rm -f {SIGNAL}")
    session = vitrine(f"{SURFACES} explicit /dev/dri/card0 {SIGNAL}", "--renderer cpu")
    session.says("commit 1 waits", 90)
    session.statistics()
    session.replace_worker()
    session.wait(lambda: session.statistics()["frames"] != "0", "showed nothing by another worker", 60)
    machine.run(f"touch {SIGNAL}")
    assert session.job.wait(60).status == 0, session.log()
    said = session.log()
    signalled = int(re.search(r"time 1 (\d+)", said).group(1))
    shown = int(re.search(r"frame 1 shown (\d+)", said).group(1))
    assert signalled < shown and "frame 2 shown" in said and "released 1" in said, said


REFRESH = 5  # Hz: slow enough for every frame to be in time for its vblank, also under TCG


def presented(vitrine, environment=""):
    """What the client says in each of its ways to wait, one after the other, in one session."""
    ways = {"fifo": "4", "timed": "4 300", "paced": "4 100", "torn": "12"}
    runs = "; ".join(f"echo begin {way}; {SURFACES} {way} {much}" for way, much in ways.items())
    options = f"--mode 1280x800@{REFRESH} --refresh 100 --renderer cpu" if environment else f"--refresh {REFRESH}"
    session = vitrine(f"sh -c '{runs}'", options, environment=environment)
    assert session.job.wait(90).status == 0, session.log()
    return {way: Frames(session.log().partition(f"begin {way}\n")[2].partition("begin")[0]) for way in ways}


def are_right(frames, flags, torn_flags):
    for way, each in frames.items():
        print(way, each.of(0))
        if way != "torn":
            each.are_all_told(REFRESH, flags)
    frames["fifo"].are_shown_for_a_refresh(4)
    frames["timed"].wait_for_their_time(4)
    frames["paced"].count_vblanks()
    frames["torn"].wait_for_no_vblank(12)
    assert {frame.flags for frame in frames["torn"].of(2)} == {torn_flags}, frames["torn"].shown


@pytest.mark.gpus("2d", "venus")
def test_pacing_on_kms(machine, vitrine):
    """fifo, commit-timing and tearing, and feedback that claims no more than virtio-gpu knows: it has no vblanks."""
    frames = presented(vitrine)
    are_right(frames, flags=0, torn_flags=0)
    frames["torn"].are_all_told(REFRESH, flags=0)


@pytest.mark.gpus("2d")
def test_pacing_on_a_display_with_vblanks(machine, vitrine):
    """Whose time and count are the kernel's, and are told as such; of a torn frame it is not said that it was not."""
    frames = presented(vitrine, f"VBLANKS={REFRESH} LD_PRELOAD=/build/tests/clients/vblanks.so")
    are_right(frames, flags=VSYNC | HW_CLOCK | HW_COMPLETION, torn_flags=HW_CLOCK | HW_COMPLETION)
    for frame in frames["fifo"].of():
        assert frame.time == frame.sequence * 1_000_000_000 // REFRESH, frame

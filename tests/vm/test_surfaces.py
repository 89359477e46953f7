"""When surfaces are shown, on KMS: Vulkan's present modes, and explicit synchronisation by the device's syncobjs."""

import re

import pytest
from vitrine_vm.picture import colours, difference, share

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
    session = vitrine("/build/tests/clients/surfaces explicit /dev/dri/card0 500", "--renderer cpu")
    assert session.job.wait(60).status == 0, session.log()
    said = session.log()
    signalled = int(re.search(r"time 1 (\d+)", said).group(1))
    shown = int(re.search(r"frame 1 shown (\d+)", said).group(1))
    assert shown > signalled and "frame 2 shown" in said and "released 1" in said, said


@pytest.mark.gpus("2d")
def test_fifo_on_kms(machine, vitrine):
    session = vitrine("/build/tests/clients/surfaces fifo 10", "--renderer cpu")
    assert session.job.wait(60).status == 0, session.log()
    shown = [int(time) for time in re.findall(r"frame \d+ shown (\d+)", session.log())]
    assert len(shown) == 11 and shown == sorted(set(shown)), session.log()

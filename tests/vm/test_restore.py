"""However vitrine ends, the text console and the CRTC are as before."""

import re

import pytest
from PIL import Image
from pattern import CLIENT, picture
from terminals import ACTIVE_VT, activate_vt, console, difference_in_the_end
from test_cursor import is_host_cursor, wait_for_cursor
from vitrine_vm.picture import difference, share
from vitrine_vm.session import VITRINE

KD_MODE = 'python3 -c \'import fcntl; print(fcntl.ioctl(open("/dev/tty0"), 0x4B3B, b"\\0\\0\\0\\0")[0])\''


def crtc(machine):
    """What the CRTC, its plane and its connector are set to, without what changes by itself."""
    text = machine.run("cat /sys/kernel/debug/dri/0/state").output
    return re.findall(r"^\s*(?:fb|allocated by|size|enable|active|mode|crtc)\s*[=:].*$", text, re.MULTILINE)


SIGNALS = ("TERM", "INT", "SEGV", "ABRT", "KILL")  # ABRT: how it ends itself when it has no memory


@pytest.mark.each_gpu("signal", {"venus": SIGNALS, "venus-stock": ("TERM", "KILL"), "2d": SIGNALS})
def test_console_is_restored_after(machine, vitrine, signal):
    before, crtc_before = console(machine), crtc(machine)
    session = vitrine("foot --override=colors.background=304050")
    session.picture(lambda shown: share(shown, lambda pixel: pixel == (0x30, 0x40, 0x50)) > 0.9)
    assert crtc(machine) != crtc_before
    session.end(signal)
    assert difference_in_the_end(machine, before) == 0
    assert crtc(machine) == crtc_before
    assert machine.run(KD_MODE).output == "0\n", "the console is not in text mode"
    left = machine.run("pgrep -a 'vitrine|foot'")
    assert left.status == 1, left.output


def test_console_is_restored_after_the_command(machine, vitrine):
    before = console(machine)
    session = vitrine("sh -c 'sleep 1; exit 7'")
    assert session.job.wait(30).status == 7
    assert difference_in_the_end(machine, before) == 0


@pytest.mark.gpus("venus", "2d")
def test_another_vt_and_back(machine, vitrine):
    """Ctrl+Alt+F5 leaves for the console there, and the session's picture is whole again afterwards."""
    home = machine.run(ACTIVE_VT).output.strip()
    session = vitrine(f"{CLIENT} --shm --seed 4")
    expected = picture(machine.size, seed=4)
    session.shows(expected)
    machine.key("ctrl", "alt", "f5")
    assert machine.run(f'for i in $(seq 50); do [ "$({ACTIVE_VT})" = tty5 ] && exit; sleep 0.1; done; exit 1').status == 0
    session.picture(lambda shown: difference(shown, expected) > 0)
    activate_vt(machine, int(home.removeprefix("tty")))
    session.shows(expected)
    session.end()


@pytest.mark.gpus("2d")
def test_another_vt_is_forbidden(machine, vitrine):
    """With --vt-switch off these keys are the client's, as all others are."""
    home = machine.run(ACTIVE_VT).output
    session = vitrine("stdbuf -oL wev", "--vt-switch off")
    session.hears()
    session.says(r"wl_keyboard\] enter")
    machine.key("ctrl", "alt", "f5")
    session.says("XF86Switch_VT_5")
    assert machine.run(ACTIVE_VT).output == home
    session.end()


@pytest.mark.gpus("2d")
def test_another_vt_and_back_in_a_hurry(machine, vitrine):
    """Faster than a busy session hears of it, which libseat then tells in the wrong order: with the next return the picture, the
    pointer and the keyboard are there."""
    home = int(machine.run(ACTIVE_VT).output.strip().removeprefix("tty"))
    session = vitrine(f"{CLIENT} --shm --seed 4 --cursor 20x20+7+5", "--socket hurry")
    expected = picture(machine.size, seed=4)
    session.shows(expected)
    for place in (300, 200), (310, 200):
        machine.pointer(*place)
    wait_for_cursor(machine, is_host_cursor())
    activate_vt(machine, 5)
    session.picture(lambda shown: difference(shown, expected) > 0)
    session.signal("STOP")
    for number in (home, 5):
        activate_vt(machine, number, wait=True)
    machine.pointer(320, 200)
    session.signal("CONT")
    session.picture(lambda shown: difference(shown, expected) > 0)
    activate_vt(machine, home)
    session.shows(expected)
    machine.key("ctrl", "alt", "f5")
    session.picture(lambda shown: difference(shown, expected) > 0)
    activate_vt(machine, home)
    session.shows(expected)
    # A host may have kept the picture of before, but not this one.
    assert machine.run(f"{VITRINE} ctl --socket hurry transform 180").status == 0
    wait_for_cursor(machine, is_host_cursor(turn=Image.Transpose.ROTATE_180))
    session.end()

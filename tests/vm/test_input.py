"""Keyboard and pointer of the machine reach a client."""

import pytest
from terminals import ACTIVE_VT, activate_vt
from vitrine_vm.picture import share

TYPED = "Hello, Vitrine 42!"


@pytest.fixture
def wev(vitrine):
    """wev with the keyboard's focus; it prints the events that it gets."""
    session = vitrine("stdbuf -oL wev")
    session.job.wait_for("wl_keyboard] enter")
    return session


def test_keyboard_types_into_a_client(machine, vitrine):
    machine.run("rm -f /tmp/typed")
    session = vitrine("foot --override=colors.background=102030 sh -c 'read -r line; echo \"$line\" >/tmp/typed'")
    session.picture(lambda shown: share(shown, lambda pixel: pixel == (0x10, 0x20, 0x30)) > 0.9)
    machine.type(TYPED + "\n")
    assert session.job.wait(20).status == 0
    assert machine.run("cat /tmp/typed").output == TYPED + "\n"


def test_modifiers_and_keys_reach_a_client(machine, wev):
    machine.key("shift", "a")
    assert "Shift_L" in wev.job.wait_for("utf8: 'A'")


def test_pointer_moves_clicks_and_scrolls_in_a_client(machine, wev):
    machine.pointer(400, 300)
    machine.pointer(640, 400)
    assert "x, y: 640" in wev.job.wait_for("motion").replace(".000000", "")
    machine.click("left")
    wev.job.wait_for("button: 272")
    machine.click("wheel-down")
    wev.job.wait_for("axis:")


@pytest.mark.gpus("2d")
def test_keyboard_s_lights_follow_its_locks(machine, vitrine):
    """Hosts look at them: SPICE sends a press of its own where they differ from the viewer's."""
    vitrine("sleep 100").hears()
    for lock, light in ("caps_lock", "capslock"), ("num_lock", "numlock"):
        for state in 1, 0:
            machine.key(lock)
            lit = f'grep -l 1 /sys/class/leds/*::{light}/brightness'
            assert machine.run(f"for i in $(seq 100); do [ $({lit} | wc -l) = {state} ] && exit; sleep 0.1; done; "
                               f"tail -n 1 /sys/class/leds/*/brightness; exit 1").status == 0


@pytest.mark.gpus("2d")
def test_input_comes_without_a_picture(vitrine):
    vitrine("sleep 100").hears()


@pytest.mark.gpus("2d")
def test_input_comes_with_the_terminal(machine, vitrine):
    """Another VT has the display when it is time for the devices; the session was busy, and hears of all at once."""
    machine.run("rm -f /tmp/home")
    home = int(machine.run(ACTIVE_VT).output.strip().removeprefix("tty"))
    session = vitrine("sh -c 'until [ -e /tmp/home ]; do sleep 0.1; done; exec stdbuf -oL wev'")
    session.says("socket: ")
    session.signal("STOP")
    activate_vt(machine, 5, wait=True)
    session.signal("CONT")
    activate_vt(machine, home)
    session.hears()
    machine.run("touch /tmp/home")
    session.job.wait_for("wl_keyboard] enter")
    machine.key("k")
    session.job.wait_for("utf8: 'k'")


@pytest.mark.gpus("2d")
def test_drag_ends_with_the_terminal(machine, vitrine):
    """Another VT is shown while something is dragged over its own window, which would take it: nobody let go of it."""
    home = int(machine.run(ACTIVE_VT).output.strip().removeprefix("tty"))
    session = vitrine("sh -c 'WAYLAND_DEBUG=1 exec weston-dnd 2>&1'")
    cell = (0, 70, 90, 170)  # of a shape
    shape = session.picture(lambda shown: shown.crop(cell).getbbox()).crop(cell).getbbox()
    machine.pointer(*(cell[i] + (shape[i] + shape[i + 2]) // 2 for i in range(2)))
    machine.press()
    for x in 300, 400, 500:
        machine.pointer(x, 350)
    session.job.wait_for('.target("')
    activate_vt(machine, 5, wait=True)
    session.job.wait_for(".cancelled()")
    machine.press(down=False)
    activate_vt(machine, home)
    assert "dnd_drop_performed" not in session.job.output()


@pytest.mark.gpus("2d")
def test_fingers_reach_a_client(machine, wev, device):
    play = device("touch")
    wev.job.wait_for("keyboard touch")
    play()
    wev.job.wait_for("wl_touch] up", times=2)
    seen = wev.job.output().replace("319.67", "320").replace("959.03", "960")
    assert seen.count("wl_touch] down") == 2 and "wl_touch] motion" in seen, seen
    assert "id: 0; x, y: 320" in seen and "id: 1; x, y: 960" in seen, seen


@pytest.mark.gpus("2d")
def test_pen_points_in_a_client_without_tablets(machine, vitrine, device):
    session = vitrine("stdbuf -oL wev", "--log-level debug")
    session.job.wait_for("wl_pointer] enter")
    play = device("pen")
    session.job.wait_for("a drawing tablet came")
    play()
    session.job.wait_for("button: 272 (left), state: 1")
    session.job.wait_for("button: 272 (left), state: 0")
    assert "x, y: 640" in session.job.output().replace("639.", "640."), session.job.output()

"""Keyboard and pointer of the machine reach a client."""

from vitrine_vm.picture import colours

TYPED = "Hello, Vitrine 42!"


def is_drawn(shown):
    return colours(shown) > 1


def test_keyboard_types_into_a_client(machine, vitrine):
    machine.run("rm -f /tmp/typed")
    session = vitrine("foot sh -c 'read -r line; echo \"$line\" >/tmp/typed'")
    session.picture(is_drawn)
    machine.type(TYPED + "\n")
    assert session.job.wait(20).status == 0
    assert machine.run("cat /tmp/typed").output == TYPED + "\n"


def test_modifiers_and_keys_reach_a_client(machine, vitrine):
    session = vitrine("stdbuf -oL wev")
    session.picture(is_drawn)
    machine.key("shift", "a")
    assert "Shift_L" in session.job.wait_for("utf8: 'A'")


def test_pointer_moves_clicks_and_scrolls_in_a_client(machine, vitrine):
    session = vitrine("stdbuf -oL wev")
    session.picture(is_drawn)
    machine.pointer(400, 300)
    machine.pointer(640, 400)
    assert "x, y: 640" in session.job.wait_for("motion").replace(".000000", "")
    machine.click("left")
    session.job.wait_for("button: 272")
    machine.click("wheel-down")
    session.job.wait_for("axis:")

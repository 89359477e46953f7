"""Keyboard and pointer of the machine reach a client."""

TYPED = "Hello, Vitrine 42!"


def test_keyboard_types_into_a_client(machine, vitrine):
    session = vitrine("foot sh -c 'echo ready >&2; read -r line; echo \"$line\" >/tmp/typed' 2>&1; cat /tmp/typed")
    session.picture(lambda shown: len(set(shown.getdata())) > 1)
    machine.run("rm -f /tmp/typed")
    machine.type(TYPED + "\n")
    result = session.job.wait(20)
    assert machine.run("cat /tmp/typed").output == TYPED + "\n"
    assert result.status == 0


def test_pointer_moves_and_clicks_in_a_client(machine, vitrine):
    session = vitrine("wev")
    session.picture(lambda shown: len(set(shown.getdata())) > 1)
    machine.pointer(400, 300)
    machine.pointer(640, 400)
    session.job.wait_for("motion")
    machine.click("left")
    log = session.job.wait_for("272")
    machine.click("wheel-down")
    log = session.job.wait_for("axis")
    assert "x, y: 640" in log.replace(".000000", ""), log[-2000:]


def test_modifiers_and_keys_reach_a_client(machine, vitrine):
    session = vitrine("wev")
    session.picture(lambda shown: len(set(shown.getdata())) > 1)
    machine.key("shift", "a")
    log = session.job.wait_for("utf8: 'A'")
    assert "Shift_L" in log

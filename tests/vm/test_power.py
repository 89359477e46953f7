"""The display off and on again: by --blank, by wlr-output-power's clients, and with the whole machine."""

import pytest
from pattern import CLIENT, picture
from terminals import ACTIVE_VT, activate_vt
from test_drivers import OTHERS, SIZE
from vitrine_vm.picture import difference
from vitrine_vm.session import VITRINE

# The kernel says what is true of the first CRTC, and of the second; what the host shows of a display that is off is its own affair.
IS = "grep -m1 '^.active=' /sys/kernel/debug/dri/0/state | grep -q ={}"
BECOMES = "for i in $(seq 300); do {} && exit; sleep 0.1; done; exit 1"
SECOND_IS = "grep '^.active=' /sys/kernel/debug/dri/0/state | sed -n 2p | grep -q ={}"
SECOND_ON, SECOND_OFF = BECOMES.format(SECOND_IS.format(1)), BECOMES.format(SECOND_IS.format(0))
IS_ON, ON, OFF = IS.format(1), BECOMES.format(IS.format(1)), BECOMES.format(IS.format(0))
SOCKET = "vitrine-power"
CLIENTS = f"WAYLAND_DISPLAY={SOCKET}"
RANDR = f"{CLIENTS} wlr-randr --output Virtual-2"


def is_seen(machine, session, condition):
    """Waits until the display is on and condition(picture). Where all is slow it may be off again before it was looked at: then it is
    woken again."""
    def holds(shown):
        if machine.run(IS_ON).status == 0:
            return condition(shown)
        machine.key("shift")
        return False
    session.picture(holds)


def is_woken(machine, session, condition, wake):
    """Wakes the display, once, and waits until is_seen()."""
    wake()
    assert machine.run(ON).status == 0, session.log()
    is_seen(machine, session, condition)


@pytest.fixture
def shown(machine, vitrine):
    """Starts a session with options: (session, wait until its picture is there, having woken it or not, wait until the display is
    off)."""
    def start(options=""):
        drawn = "" if machine.gpu == "venus" else "--renderer cpu"  # by whom is not the matter here
        session = vitrine(f"{CLIENT} --shm --seed 12", f"--socket {SOCKET} {drawn} {options}")
        expected = picture(machine.size, seed=12)

        def on(wake=lambda: None):
            is_woken(machine, session, lambda seen: difference(seen, expected) == 0, wake)

        def off():
            assert machine.run(OFF).status == 0, session.log()
            session.picture(lambda seen: difference(seen, expected) > 0)
        on()
        return session, on, off
    return start


@pytest.fixture
def away(machine):
    """Goes to another virtual terminal, where a command is run, and comes back."""
    def go(command):
        home = int(machine.run(ACTIVE_VT).output.strip().removeprefix("tty"))
        activate_vt(machine, 5, wait=True)
        try:
            assert machine.run(command, timeout=60).status == 0
        finally:
            activate_vt(machine, home)
    return go


@pytest.mark.gpus("2d")
def test_power_is_on_after_another_vt(shown, away):
    """Whoever comes back to a session that was blanked meanwhile sees it."""
    session, on, _ = shown("--blank 3")
    # Meanwhile the driver can not be asked whether it takes a mode.
    away(f"{VITRINE} ctl --socket {SOCKET} mode 5120x2879 2>&1 | grep 'another virtual terminal has the display' && sleep 5")
    on()
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_disabled_output_is_off_after_another_vt(machine, shown, connect, away):
    session, on, _ = shown()
    connect((640, 480))
    for command in SECOND_ON, f"{RANDR} --off", SECOND_OFF:
        assert machine.run(command, timeout=60).status == 0, session.log()
    away(SECOND_ON)
    assert machine.run(SECOND_OFF, timeout=60).status == 0, session.log()
    on()
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_power_is_off_after_another_vt(machine, shown, away):
    """Where a program had turned it off, for the other terminal turned it on."""
    session, on, off = shown()
    assert machine.run(f"{CLIENTS} wlopm --off '*'").status == 0
    off()
    away(ON)
    off()
    assert machine.run(f"{CLIENTS} wlopm --on '*'").status == 0
    on()
    assert session.end().status == 0


@pytest.mark.gpus("venus", "2d")
def test_power_blanks_without_input(machine, shown):
    session, on, off = shown("--blank 3")
    off()
    on(lambda: machine.key("shift"))
    off()
    seen_there = picture(machine.size, seed=12).getpixel((700, 500))
    is_woken(machine, session, lambda seen: seen.getpixel((700, 500)) == seen_there, lambda: machine.pointer(40, 40))
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_power_is_on_when_a_display_comes(machine, shown, connect):
    """Without input: somebody has plugged it in."""
    session, on, off = shown("--blank 5")
    off()
    connect((640, 480))
    assert machine.run(BECOMES.format(f"{IS_ON} && {SECOND_IS.format(1)}"), timeout=60).status == 0, session.log()
    on()
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_power_is_turned_off_and_on_by_clients(machine, shown):
    """wlopm and swayidle; and whoever dies meanwhile is replaced."""
    session, on, off = shown()
    assert machine.run(f"{CLIENTS} wlopm --off '*'").status == 0
    off()
    assert "Virtual-1 off" in machine.run(f"{CLIENTS} wlopm").output
    session.replace_worker(timeout=30)
    assert machine.run(f"{CLIENTS} wlopm --on '*'").status == 0
    on()
    machine.start(f"export {CLIENTS}; exec swayidle timeout 2 \"wlopm --off '*'\" resume \"wlopm --on '*'\"", "swayidle")
    off()
    on(lambda: machine.key("shift"))
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_power_survives_a_machine_that_stops(machine, shown):
    """By its host, of which the guest is not told. test_sleep.py has what it is told of."""
    session, on, _ = shown()
    machine.pause(3)
    on()
    machine.key("shift")
    assert session.job.poll() is None
    assert session.end().status == 0


@pytest.mark.gpus(*OTHERS)
def test_every_wake_shows_the_picture(machine, vitrine):
    """Wherever the driver has put it, after the tests before: QEMU's standard VGA clears some of its memory with the mode."""
    session = vitrine(f"{CLIENT} --shm --seed 12", f"--socket {SOCKET} --cursor never")
    expected = picture(SIZE[machine.gpu], seed=12)
    session.shows(expected)
    for _ in range(4):
        assert machine.run(f"{CLIENTS} wlopm --off '*'").status == 0
        assert machine.run(OFF).status == 0, session.log()
        assert machine.run(f"{CLIENTS} wlopm --on '*'").status == 0
        session.shows(expected, 10)
    assert session.end().status == 0


@pytest.mark.gpus(*OTHERS)
def test_power_and_terminals_of_other_drivers(machine, vitrine):
    """Blank and woken by a key, another virtual terminal and back, and blank again."""
    session = vitrine(f"{CLIENT} --shm --seed 12", "--blank 3 --cursor never")
    expected = picture(SIZE[machine.gpu], seed=12)

    def is_shown(shown):
        return difference(shown, expected) == 0

    def goes_off_and_on():
        assert machine.run(OFF).status == 0, session.log()
        is_woken(machine, session, is_shown, lambda: machine.key("shift"))
    is_seen(machine, session, is_shown)
    goes_off_and_on()
    machine.key("ctrl", "alt", "f5")
    session.picture(lambda shown: not is_shown(shown))
    machine.key("ctrl", "alt", "f1")
    is_seen(machine, session, is_shown)
    goes_off_and_on()
    assert session.end().status == 0

"""The pointer's picture is on the cursor plane: the host gets it with its hotspot, and moving it draws nothing."""

import errno
import time

import pytest
from PIL import Image, ImageChops, ImageFilter
from pattern import CLIENT, cursor, picture, with_cursor
from vitrine_vm.session import VITRINE

CTL = f"{VITRINE} ctl --socket pointed"
PLANE = (64, 64)
SIZE, HOTSPOT = (20, 20), (7, 5)
PLACES = (300, 200), (640, 400)
# What ctl changes, and then the scale and turn of the picture on the plane.
CHANGES = (("transform 90", 1, Image.Transpose.ROTATE_90), ("scale 2", 2, Image.Transpose.ROTATE_90),
           ("transform flipped", 2, Image.Transpose.FLIP_LEFT_RIGHT))
REFUSAL = "/tmp/lost-cursor"  # see tests/clients/lost_cursor.c
REFUSED = f"LOST_CURSOR={REFUSAL} LD_PRELOAD=/build/tests/clients/lost-cursor.so"
MICE = """cd /sys/bus/virtio/drivers/virtio_input
for mouse in virtio*; do grep -q Tablet $mouse/input/input*/name && echo $mouse; done"""


def wait_for_cursor(machine, condition, seconds=30, head=0, at=None):
    """What the host has as the guest's cursor: (picture with alpha, hotspot); None: it is hidden. at: the pointer is moved there
    before each look, for it is hidden soon after it was moved last."""
    deadline = time.monotonic() + seconds
    while True:
        if at:
            machine.pointer(*at, head)
        cursor = machine.cursor(head)
        if condition(cursor):
            return cursor
        assert time.monotonic() < deadline, f"the host's cursor is {cursor}"
        time.sleep(0.3)


def is_seen(cursor):
    return cursor is not None and cursor[0].getchannel("A").getbbox() is not None


def host_cursor(scale=1, turn=None):
    """What the host is to have of the pattern's pointer on an output of that scale, turned like that: (picture, hotspot)."""
    drawn = cursor(SIZE).resize([scale * side for side in SIZE], Image.Resampling.NEAREST)
    spot = Image.new("L", drawn.size)
    spot.putpixel([scale * at for at in HOTSPOT], 255)
    if turn is not None:
        drawn, spot = drawn.transpose(turn), spot.transpose(turn)
    whole = Image.new("RGBA", PLANE)
    whole.paste(drawn)
    return whole, spot.getbbox()[:2]


def is_host_cursor(scale=1, turn=None):
    """For wait_for_cursor(): that one. What is enlarged is interpolated, so its edges are between their neighbours."""
    expected, hotspot = host_cursor(scale, turn)
    box = expected.getchannel("A").getbbox()
    inner = expected.crop(box)
    least, most = inner.filter(ImageFilter.MinFilter(3)), inner.filter(ImageFilter.MaxFilter(3))

    def holds(found):
        if found is None or found[0].size != PLANE or found[1] != hotspot:
            return False
        if scale == 1:
            return found[0].tobytes() == expected.tobytes()
        shown = found[0].crop(box)
        return found[0].getchannel("A").getbbox() == box and not any(
            band.getbbox() for low, high in ((least, shown), (shown, most)) for band in ImageChops.subtract(low, high).split())
    return holds


@pytest.fixture
def pointed(machine, vitrine):
    """Starts a session whose client has a picture of its own for the pointer: (session, what the display shows without it)."""
    def start(size=SIZE, hotspot=HOTSPOT, options="", environment=""):
        session = vitrine("{} --shm --cursor {}x{}+{}+{}".format(CLIENT, *size, *hotspot), f"--socket pointed {options}",
                          f"WAYLAND_DEBUG=client {environment}")
        session.says(r"\nframe 0\n", 90)
        session.hears()
        return session, picture(machine.size)
    return start


def point(machine, session):
    """At the last of PLACES, wherever it was; until the client has said what it looks like."""
    for place in PLACES:
        machine.pointer(*place)
    session.says("set_cursor")


def hides_it(machine):
    wait_for_cursor(machine, lambda found: not is_seen(found))


@pytest.mark.gpus("venus", "2d")
def test_cursor_is_the_host_s(machine, pointed, record_property):
    """Pixel for pixel with its hotspot, turned and enlarged as the output is; and moving it draws nothing."""
    session, shown = pointed()
    point(machine, session)
    wait_for_cursor(machine, is_host_cursor())
    session.shows(shown)  # which has no pointer: the plane has it
    session.statistics()
    for x in range(100, 600, 10):
        machine.pointer(x, 500)
    time.sleep(0.5)
    figures = session.statistics()
    record_property("50 motions", f"{figures['drawn']} frames drawn, {figures['frames']} shown")
    assert figures["drawn"] == figures["frames"] == "0", figures.group()
    for change, scale, turn in CHANGES:
        result = machine.run(f"{CTL} {change}")
        assert result.status == 0, result.output
        _, hotspot = wait_for_cursor(machine, is_host_cursor(scale, turn))
        record_property(change, f"hotspot {hotspot}")
    assert session.end().status == 0


@pytest.mark.gpus("venus", "2d")
def test_cursor_outlives_a_recording(machine, pointed):
    """Which has it in its pictures; when that is over it is the host's again, also while the recorder stays."""
    session, shown = pointed()
    point(machine, session)
    wait_for_cursor(machine, is_host_cursor())
    recorder = machine.start("exec python3 /src/tests/vm/caster.py pointed", "caster")
    session.wait(lambda: "captured" in recorder.output(), "was not recorded", 30)
    session.wait(lambda: [machine.pointer(*place) for place in PLACES] and is_host_cursor()(machine.cursor()),
                 "kept the pointer from the host", 30)
    session.shows(shown)
    assert recorder.poll() is None
    assert session.end().status == 0


@pytest.mark.gpus("venus", "2d")
def test_cursor_that_is_too_large(machine, pointed):
    """For the plane: it is in the picture, and the host has none."""
    size, hotspot = (100, 100), (50, 40)
    session, shown = pointed(size, hotspot)
    for x, y in PLACES:
        machine.pointer(x, y)
        session.shows(with_cursor(shown, cursor(size), (x - hotspot[0], y - hotspot[1])))
        hides_it(machine)
    assert session.end().status == 0


@pytest.fixture
def refused(machine, pointed):
    """Starts such a session whose pictures for the plane the kernel refuses: (session, the display without the pointer, what
    checks that it has it, what has the kernel take pictures again)."""
    def start(error):
        machine.run(f"echo {error} >{REFUSAL}")
        session, shown = pointed(environment=REFUSED)

        def is_drawn(shown, drawn, hotspot):
            for x, y in PLACES:
                machine.pointer(x, y)
                session.shows(with_cursor(shown, drawn, (x - hotspot[0], y - hotspot[1])))
                hides_it(machine)
        return session, shown, is_drawn, lambda: machine.run(f"rm {REFUSAL}")
    return start


@pytest.mark.gpus("2d")
def test_a_mode_comes_while_the_cursor_is_set(machine, pointed):
    """By a kernel that waits for its host: no buffer of the new mode can be tried before it is shown."""
    machine.run(f"rm -f {REFUSAL}")
    session, _ = pointed(options="--cursor 1", environment=REFUSED)
    point(machine, session)
    wait_for_cursor(machine, is_host_cursor(), at=PLACES[-1])
    hides_it(machine)
    machine.run(f"echo 0 >{REFUSAL}")
    machine.pointer(*PLACES[0])
    machine.resize(800, 600)  # at once: after a second without an answer of the host's no mode is tried
    session.says(r"configure\(800, 600")
    machine.run(f"rm {REFUSAL}")
    session.shows(picture((800, 600)))
    machine.resize(*machine.size)
    session.shows(picture(machine.size))
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_cursor_plane_that_fails(machine, refused):
    """Then the pointer is in the picture, for good."""
    session, shown, is_drawn, take = refused(errno.EINVAL)
    is_drawn(shown, cursor(SIZE), HOTSPOT)
    session.says("the pointer is drawn with the picture, its plane cannot be used: Invalid argument")
    take()
    assert machine.run(f"{CTL} transform 180").status == 0
    is_drawn(shown.rotate(180), cursor(SIZE).rotate(180), [side - 1 - at for side, at in zip(SIZE, HOTSPOT)])
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_cursor_plane_that_another_program_has(machine, refused):
    """For a moment, as on the way to another VT: the pointer is on the plane afterwards."""
    session, shown, is_drawn, take = refused(errno.EACCES)
    is_drawn(shown, cursor(SIZE), HOTSPOT)
    take()
    machine.pointer(*PLACES[0])
    wait_for_cursor(machine, is_host_cursor())
    session.shows(shown)
    assert session.end().status == 0


@pytest.fixture
def change_mice(machine):
    """Takes the machine's mice away ("unbind") and brings them back ("bind")."""
    mice = machine.run(MICE).output.split()
    assert mice

    def change(action):
        machine.run(f"cd /sys/bus/virtio/drivers/virtio_input; for mouse in {' '.join(mice)}; do echo $mouse >{action}; done")
    yield change
    change("unbind")
    change("bind")


@pytest.mark.gpus("2d")
@pytest.mark.parametrize("policy", ["always", "device"])
def test_cursor_without_a_mouse(machine, pointed, change_mice, policy):
    """It is an arrow before there is one and stays what it was when that is gone; or is not seen."""
    def unless_always():
        wait_for_cursor(machine, lambda found: is_seen(found) == (policy == "always"))

    change_mice("unbind")
    session, _ = pointed(options=f"--cursor {policy}")
    unless_always()
    assert "set_cursor" not in session.log()
    change_mice("bind")
    session.says("set_cursor")  # unmoved
    wait_for_cursor(machine, is_host_cursor())
    change_mice("unbind")
    unless_always()
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_cursor_of_a_pen_without_a_mouse(machine, pointed, change_mice, device):
    """For libinput a drawing tablet is no pointing device; for clients it is one."""
    change_mice("unbind")
    session, _ = pointed()
    assert "set_cursor" not in session.log()
    play = device("pen")
    session.says("set_cursor")  # unmoved
    wait_for_cursor(machine, is_host_cursor())
    play()
    wait_for_cursor(machine, lambda found: not is_seen(found))
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_cursor_is_hidden_when_it_is_to_be(machine, vitrine):
    session = vitrine("foot --override=colors.background=102030", "--cursor 1")
    session.picture(lambda shown: shown.getpixel((640, 400)) == (0x10, 0x20, 0x30), timeout=90)
    # It was never moved, and is not seen for ever.
    time.sleep(2)
    wait_for_cursor(machine, lambda cursor: not is_seen(cursor))
    wait_for_cursor(machine, is_seen, at=(300, 200))
    wait_for_cursor(machine, lambda cursor: not is_seen(cursor))
    wait_for_cursor(machine, is_seen, at=(310, 210))


@pytest.mark.gpus("2d")
def test_cursor_is_never_seen(machine, pointed):
    """Neither by the host nor in the picture."""
    session, shown = pointed(options="--cursor never")
    point(machine, session)
    hides_it(machine)
    session.shows(shown)
    hides_it(machine)
    assert session.end().status == 0


@pytest.mark.gpus("2d")
@pytest.mark.parametrize("signal", ["TERM", "KILL"])
def test_cursor_of_an_earlier_session(machine, vitrine, signal):
    """A host keeps the last picture that it was given: a session leaves none to the console, or finds and hides what one left
    that was killed."""
    session = vitrine("foot --override=colors.background=102030")
    session.picture(lambda shown: shown.getpixel((640, 400)) == (0x10, 0x20, 0x30), timeout=90)
    machine.pointer(300, 200)
    wait_for_cursor(machine, is_seen)
    session.end(signal)
    if signal == "TERM":
        wait_for_cursor(machine, lambda cursor: not is_seen(cursor))
    session = vitrine(f"{CLIENT} --shm")
    session.shows(picture(machine.size))
    wait_for_cursor(machine, lambda cursor: not is_seen(cursor))
    assert session.end().status == 0

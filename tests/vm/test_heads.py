"""The second display of a virtio-gpu: connected, resized and taken away from outside, as a viewer's window would. Not on
Venus: what its worker allocates for a display that comes is often what Mesa gets stuck on (docs/architecture.md, Known failures)."""

import contextlib
import json
import re

import pytest
from PIL import Image
from pattern import CLIENT, picture
from vitrine_vm.picture import difference

SIZE, OTHER = (800, 600), (1024, 768)
SEED = 7  # of the picture that belongs there


@pytest.fixture
def second(machine):
    """Connects the second display in a size; the test leaves it as it was, disconnected."""
    with contextlib.ExitStack() as stack:
        def connect(size):
            stack.callback(machine.resize, 0, 0, head=1)
            machine.resize(*size, head=1)
        yield connect


def mirrored(shown, size):
    """A picture in the middle of a display of that size, which is as wide and higher."""
    image = Image.new("RGB", size)
    image.paste(shown, (0, (size[1] - shown.height) // 2))
    return image


@pytest.mark.gpus("2d")
def test_second_display_comes_and_goes(machine, vitrine, second):
    """Each application is on its display; while that is away, on the other, and the session goes on."""
    session = vitrine(f"{CLIENT} --output Virtual-2 -- {CLIENT} --seed {SEED}", "--output Virtual-1")
    first, its_own = picture(machine.size), picture(machine.size, SEED)

    def is_one(shown):
        """Both are there, whichever came last above."""
        return difference(shown, first) == 0 or difference(shown, its_own) == 0
    session.picture(is_one, 120)
    for size in SIZE, OTHER:
        second(size)
        session.shows(picture(size, SEED), head=1)
        session.shows(first)
    machine.resize(0, 0, head=1)
    session.says("Virtual-2: disconnected")
    session.picture(is_one)
    second(SIZE)
    session.shows(picture(SIZE, SEED), head=1)
    session.shows(first)
    # QEMU's EDIDs tell about 100 dots an inch.
    outputs = json.loads(machine.run("WAYLAND_DISPLAY=wayland-0 /build/compositor/vitrine ctl outputs").output)["outputs"]
    for output in outputs:
        assert output["scale"] == 1 and 90 < output["width"] * 25.4 / output["physical_width"] < 110, output
    assert [output["x"] for output in outputs] == [0, machine.size[0]]
    assert session.end().status == 0


@pytest.mark.gpus("2d")
def test_second_display_mirrors_the_first(machine, vitrine, second):
    """Pixel for pixel, with black above and below; the mouse in its window points at what is there."""
    higher = machine.size[0], machine.size[1] + 200
    second(higher)
    session = vitrine("stdbuf -oL wev", "--layout mirror")
    session.job.wait_for("wl_keyboard] enter", timeout=120)
    session.picture(lambda shown: shown.getbbox() and difference(mirrored(shown, higher), machine.screenshot(head=1)) == 0)
    machine.pointer(500, 100, head=1)
    machine.pointer(400, 400, head=1)
    session.wait(lambda: points(session) == (400, 300), f"did not put the pointer at 400, 300: {points(session)}", 30)
    assert machine.run("WAYLAND_DISPLAY=wayland-0 /build/compositor/vitrine ctl layout extend").status == 0
    session.picture(lambda shown: not shown.getbbox(), head=1)
    assert session.end().status == 0


def points(session):
    """Where wev saw the pointer last, in whole logical pixels of its window; None: nowhere."""
    seen = re.findall(r"x, y: ([\d.]+), ([\d.]+)", session.log())
    return tuple(round(float(place)) for place in seen[-1]) if seen else None


@pytest.mark.gpus("2d")
def test_mouse_of_the_second_display(machine, vitrine, second):
    """The machine's mouse in each window of the host's points at what that window shows there, scaled and turned."""
    second(SIZE)
    session = vitrine("stdbuf -oL wev --output Virtual-2 -- stdbuf -oL wev", "--scale 2 --transform 90 --output Virtual-1")
    session.job.wait_for("wl_keyboard] enter", times=2, timeout=120)
    for head, height in ((1, SIZE[1]), (0, machine.size[1])):
        known = len(session.log())
        machine.pointer(400, 300, head)
        machine.pointer(200, 300, head)
        place = (height - 300) // 2, 200 // 2

        def is_there():
            """Not always last: each wev writes in its own time."""
            seen = re.findall(r"x, y: ([\d.]+), ([\d.]+)", session.log()[known:])
            return any(abs(float(x) - place[0]) <= 1 and abs(float(y) - place[1]) <= 1 for x, y in seen)
        session.wait(is_there, f"did not put the pointer at {place} of display {head}", 30)


@pytest.mark.gpus("2d")
def test_devices_of_the_second_display(machine, vitrine, second, device):
    """A touch screen that udev says to be the second display's, and a pen of which the configuration says so."""
    machine.run("mkdir -p /run/udev/rules.d; printf '[input]\\na drawing tablet = Virtual-2\\n' >/tmp/pen.ini\n"
                """echo 'ATTRS{name}=="a touch screen", ENV{WL_OUTPUT}="Virtual-2"' >/run/udev/rules.d/90-test.rules\n"""
                "udevadm control --reload")
    second(SIZE)
    session = vitrine("stdbuf -oL wev --output Virtual-2 -- stdbuf -oL wev",
                      "--log-level debug --config /tmp/pen.ini --output Virtual-1")
    session.job.wait_for("wl_keyboard] enter", times=2, timeout=120)
    touch = device("touch")
    session.job.wait_for("a touch screen came")
    touch()
    session.job.wait_for("wl_touch] up", times=2)
    places = re.findall(r"wl_touch\] down:.*?id: (\d+); x, y: ([\d.]+), ([\d.]+)", session.log())
    assert [(int(finger), round(float(x)), round(float(y))) for finger, x, y in places] == [(0, 200, 300), (1, 599, 300)], places
    pen = device("pen")
    session.job.wait_for("a drawing tablet came")
    pen()
    session.job.wait_for("button: 272 (left), state: 0")
    assert abs(points(session)[0] - SIZE[0] * 0.6) <= 1 and abs(points(session)[1] - SIZE[1] / 2) <= 1, points(session)
    machine.run("rm /run/udev/rules.d/90-test.rules; udevadm control --reload")

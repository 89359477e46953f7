"""Displays of a virtio-gpu beside the first: connected, resized and taken away from outside, as a viewer's window would."""

import json
import re
import time

import pytest
from PIL import Image
from pattern import CLIENT, picture
from test_cursor import SIZE as CURSOR, HOTSPOT, is_host_cursor, is_seen, wait_for_cursor
from vitrine_vm.picture import difference

SIZE, OTHER, SMALL = (800, 600), (1024, 768), (640, 480)
SEED = 7  # of the picture that belongs there
RANDR = "WAYLAND_DISPLAY=wayland-0 wlr-randr"
CTL = "WAYLAND_DISPLAY=wayland-0 /build/compositor/vitrine ctl"


def outputs(machine):
    return json.loads(machine.run(f"{CTL} outputs").output)["outputs"]


def is_listed(machine, size):
    """Whether the second display, though it is off, is known to prefer that mode."""
    modes = machine.run(RANDR).output.partition("Virtual-2 ")[2].splitlines()
    return "{}x{} px".format(*size) in next(line for line in modes if "preferred" in line)


def mirrored(shown, size):
    """A picture in the middle of a display of that size, which is as wide and higher."""
    image = Image.new("RGB", size)
    image.paste(shown, (0, (size[1] - shown.height) // 2))
    return image


@pytest.mark.gpus("venus", "venus-stock", "2d")
def test_second_display_comes_and_goes(machine, vitrine, connect):
    """Each application is on its display; while that is away, on the other, and the session goes on."""
    session = vitrine(f"{CLIENT} --output Virtual-2 -- {CLIENT} --seed {SEED}", "--output Virtual-1")
    first, its_own = picture(machine.size), picture(machine.size, SEED)

    def is_one(shown):
        """Both are there, whichever came last above."""
        return difference(shown, first) == 0 or difference(shown, its_own) == 0
    session.picture(is_one, 120)
    for size in SIZE, OTHER:
        connect(size)
        session.shows(picture(size, SEED), head=1)
        session.shows(first)
    machine.resize(0, 0, head=1)
    session.says("Virtual-2: disconnected")
    session.picture(is_one)
    connect(SIZE)
    session.shows(picture(SIZE, SEED), head=1)
    session.shows(first)
    # QEMU's EDIDs tell about 100 dots an inch.
    listed = outputs(machine)
    for output in listed:
        assert output["scale"] == 1 and 90 < output["width"] * 25.4 / output["physical_width"] < 110, output
    assert [output["x"] for output in listed] == [0, machine.size[0]]
    # Its window is resized while it is off.
    assert machine.run(f"{RANDR} --output Virtual-2 --off").status == 0
    connect(OTHER)
    session.wait(lambda: is_listed(machine, OTHER), f"did not hear of {OTHER}", 30)
    assert machine.run(f"{RANDR} --output Virtual-2 --on").status == 0
    session.shows(picture(OTHER, SEED), head=1)
    assert session.end().status == 0


@pytest.mark.gpus("venus", "2d")
def test_second_display_mirrors_the_first(machine, vitrine, connect):
    """Pixel for pixel, with black above and below; the mouse in its window points at what is there."""
    higher = machine.size[0], machine.size[1] + 200
    connect(higher)
    session = vitrine("stdbuf -oL wev", "--layout mirror")
    session.job.wait_for("wl_keyboard] enter", timeout=120)
    session.picture(lambda shown: shown.getbbox() and difference(mirrored(shown, higher), machine.screenshot(head=1)) == 0)
    machine.pointer(500, 100, head=1)
    machine.pointer(400, 400, head=1)
    session.wait(lambda: points(session) == (400, 300), f"did not put the pointer at 400, 300: {points(session)}", 30)
    assert machine.run(f"{CTL} layout extend").status == 0
    session.picture(lambda shown: not shown.getbbox(), head=1)
    assert session.end().status == 0


def points(session):
    """Where wev saw the pointer last, in whole logical pixels of its window; None: nowhere."""
    seen = re.findall(r"x, y: ([\d.]+), ([\d.]+)", session.log())
    return tuple(round(float(place)) for place in seen[-1]) if seen else None


@pytest.mark.gpus("2d")
def test_four_displays(machine, vitrine, connect, record_property):
    """Each shows its own application, in a size of its own, wherever the others go; then all show the first."""
    sizes = [machine.size, SIZE, OTHER, SMALL]
    started = time.monotonic()
    for head in 2, 3, 1:
        connect(sizes[head], head)
    others = " ".join(f"--output Virtual-{head + 1} -- {CLIENT} --seed {head + 1}" for head in (3, 1, 2))
    session = vitrine(f"{CLIENT} {others}", "--output Virtual-1")

    def shows_each(heads):
        """Those and no others, beside each other in the connectors' order."""
        for head in heads:
            session.shows(picture(sizes[head], head + 1), 90, head)
        assert [(output["name"], output["x"], output["width"], output["height"]) for output in outputs(machine)] == [
            (f"Virtual-{head + 1}", sum(sizes[other][0] for other in heads if other < head), *sizes[head]) for head in heads]
    shows_each(range(4))
    record_property("all four right after", f"{time.monotonic() - started:.1f} s")
    left = [1, 2, 3]
    for head in 2, 1, 3:
        left.remove(head)
        machine.resize(0, 0, head=head)
        session.says(f"Virtual-{head + 1}: disconnected")
        # Its application is on the first display: whichever came last is above.
        there = [picture(sizes[0], other + 1) for other in range(4) if other not in left]
        session.picture(lambda shown: any(difference(shown, one) == 0 for one in there))
        for other in left:
            session.shows(picture(sizes[other], other + 1), head=other)
    # As wide as the first: so its picture is to be there pixel for pixel.
    sizes[1:] = [(machine.size[0], machine.size[1] + more) for more in (40, 120, 200)]
    took = []
    for head in 3, 1, 2:
        started = time.monotonic()
        connect(sizes[head], head)
        session.shows(picture(sizes[head], head + 1), head=head)
        took.append(f"{time.monotonic() - started:.1f}")
    record_property("back in another order after", f"{', '.join(took)} s")
    shows_each(range(4))
    started = time.monotonic()
    assert machine.run(f"{CTL} layout mirror").status == 0
    shown = session.picture(lambda shown: difference(mirrored(shown, sizes[3]), machine.screenshot(head=3)) == 0)
    for head in 1, 2:
        session.shows(mirrored(shown, sizes[head]), head=head)
    record_property("mirrored after", f"{time.monotonic() - started:.1f} s")
    assert machine.run(f"{CTL} layout extend").status == 0
    shows_each(range(4))
    assert session.end().status == 0


def shows_something(session, heads):
    """On each of so many displays."""
    for head in range(heads):
        session.picture(lambda shown: shown.getbbox(), 120, head)


@pytest.mark.gpus("2d")
def test_mouse_of_each_display(machine, vitrine, connect):
    """The machine's mouse in each window of the host's points at what that window shows there, scaled and turned."""
    sizes = [machine.size, SIZE, OTHER, SMALL]
    for head in range(1, 4):
        connect(sizes[head], head)
    others = " ".join(f"--output Virtual-{head + 1} -- stdbuf -oL wev" for head in range(1, 4))
    session = vitrine(f"stdbuf -oL wev {others}", "--scale 2 --transform 90 --output Virtual-1")
    shows_something(session, 4)
    for head in 1, 3, 2, 0:
        height = sizes[head][1]
        known = len(session.log())
        machine.pointer(400, 300, head)
        machine.pointer(200, 300, head)
        place = (height - 300) // 2, 200 // 2

        def is_there():
            """Not always last: each wev writes in its own time."""
            seen = re.findall(r"x, y: ([\d.]+), ([\d.]+)", session.log()[known:])
            return any(abs(float(x) - place[0]) <= 1 and abs(float(y) - place[1]) <= 1 for x, y in seen)
        session.wait(is_there, f"did not put the pointer at {place} of display {head}", 30)
    # wev shows no pointer.
    options = "--cursor {}x{}+{}+{}".format(*CURSOR, *HOTSPOT)
    above = machine.start(f"XDG_RUNTIME_DIR=/run/user/0 WAYLAND_DISPLAY=wayland-0.4 {CLIENT} {options}", "pattern")
    above.wait_for("\nframe 0\n", timeout=60)
    machine.pointer(300, 300, head=3)
    wait_for_cursor(machine, is_host_cursor(2, Image.Transpose.ROTATE_90), head=3)
    for head in range(3):
        wait_for_cursor(machine, lambda cursor: not is_seen(cursor), head=head)
    machine.pointer(300, 300)
    wait_for_cursor(machine, lambda cursor: not is_seen(cursor), head=3)


@pytest.mark.gpus("2d")
def test_mouse_that_moves_goes_to_the_second_display(machine, vitrine, connect, device):
    """One of distances, by libinput: along edges that both displays share, though the second is scaled and turned."""
    connect(SIZE)
    foot = "foot --override=colors.background=102030"
    session = vitrine(f"{foot} --output Virtual-2 -- {foot}", "--log-level debug --output Virtual-1")
    for head in 0, 1:
        session.picture(lambda shown: shown.getpixel((400, 300)) == (0x10, 0x20, 0x30), 90, head)
    for change in "scale 2", "transform 90":
        assert machine.run(f"{CTL} -o Virtual-2 {change}").status == 0
    wevs = [machine.start(f"export WAYLAND_DISPLAY=wayland-0{socket}; exec stdbuf -oL wev", "wev") for socket in (".1", ".2")]
    for wev in wevs:
        wev.wait_for("wl_keyboard] enter", timeout=60)
    mouse = device("mouse")
    session.says("a mouse came")
    mouse()
    right, lower = SIZE[1] / 2 - 1, SIZE[0] / 2 - 1
    for wev, corners in zip(wevs, ([(0, 0), (0, lower)], [(right, 0), (right, lower), (right, lower)])):
        session.wait(lambda: corners == visited(wev, corners), f"did not go to {corners}: {wev.output()[-500:]}", 30)
    assert "button: 272 (left), state: 0" in wevs[0].output() and "button: 272" not in wevs[1].output()
    # Both foots have a pointer: it is seen where it went, and with the machine's own mouse where that points.
    for wev in wevs:
        wev.kill()
    for there, other in (1, 0), (0, 1):
        wait_for_cursor(machine, is_seen, head=there)
        wait_for_cursor(machine, lambda cursor: not is_seen(cursor), head=other)
        machine.pointer(320, 200)
        machine.pointer(300, 300)  # where the last test may have left it


def visited(wev, places):
    """As many of those places as wev saw, in that order."""
    seen = iter([(float(x), float(y)) for x, y in re.findall(r"x, y: ([\d.]+), ([\d.]+)", wev.output())])
    return [place for place in places if place in seen]


@pytest.mark.gpus("2d")
def test_devices_of_the_second_display(machine, vitrine, connect, device):
    """A touch screen that udev says to be the second display's, and a pen of which the configuration says so."""
    machine.run("mkdir -p /run/udev/rules.d; printf '[input]\\na drawing tablet = Virtual-2\\n' >/tmp/pen.ini\n"
                """echo 'ATTRS{name}=="a touch screen", ENV{WL_OUTPUT}="Virtual-2"' >/run/udev/rules.d/90-test.rules\n"""
                "udevadm control --reload")
    connect(SIZE)
    session = vitrine("stdbuf -oL wev --output Virtual-2 -- stdbuf -oL wev",
                      "--log-level debug --config /tmp/pen.ini --output Virtual-1")
    shows_something(session, 2)
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

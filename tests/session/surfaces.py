"""What surfaces can say of themselves, on a whole session without a virtual machine: pictures, and when they are shown.

surfaces.py VITRINE PATTERN SURFACES TEST: runs one of the tests below; a failed assertion is its failure.
"""

import os
import re
import signal
import struct
import subprocess
import sys
import time

SURFACES = sys.argv.pop(3)

from programs import SIZE, Desktop, main, needs  # noqa: E402: reads the arguments
from session import ctl, until  # noqa: E402
from windows import RED, Windows  # noqa: E402

from presented import Frames  # noqa: E402: programs tells where this is


class Surfaces(Desktop):
    def frames(self, *arguments):
        return self.told(self.run(SURFACES, *arguments, stdout=subprocess.PIPE, text=True).stdout)

    def told(self, said):
        print(said)
        return Frames(said)


def near(pixel, color):
    return all(abs(a - b) <= 1 for a, b in zip(pixel, color))


def test_layers_look_right(renderer):
    session = Surfaces(renderer=renderer)
    client = session.start(SURFACES, "layers")
    under = (0x20, 0x40, 0x60)
    expected = {
        (500, 400): under,
        (50, 25): (255, 255, 255),
        (150, 25): tuple((255 + c) // 2 for c in under),
        (250, 25): under,
        # Premultiplied: the colour is added, and a half of what is below stays.
        (50, 125): tuple(a + b * 127 // 255 for a, b in zip((0x40, 0x20, 0x10), under)),
        (150, 125): tuple(a / 4 + b * (1 - 128 / 255 / 4) for a, b in zip((0x40, 0x20, 0x10), under)),
    }

    def look():
        picture = session.grim()
        seen = {at: picture.getpixel(at) for at in expected}
        return seen if seen[(50, 25)] == (255, 255, 255) else None
    for at, pixel in until("the layers", look).items():
        assert near(pixel, expected[at]), (at, pixel, expected[at])
    client.terminate()
    client.wait()
    assert session.end() == 0


class Picture:
    """A buffer of a memory that clients share, and whether it has come back."""

    def __init__(self, client, width, height):
        self.released = False
        memory = os.memfd_create("picture")
        os.truncate(memory, width * height * 4)
        pool = client.make(client.bind("wl_shm", 1), 0, width * height * 4, files=[memory])
        os.close(memory)
        self.buffer = client.make(pool, 0, 0, width, height, width * 4, 1, handler=self._handle)

    def show(self, window):
        client = window.client
        client.send(window.surface, 1, struct.pack("=III", self.buffer, 0, 0))
        client.send(window.surface, 9, struct.pack("=IIII", 0, 0, *window.size))
        window.commit()

    def _handle(self, opcode, arguments):
        self.released = True


def test_buffer_is_kept_while_it_is_drawn():
    """By a worker that reads it, also when another one takes its place."""
    session = Windows("--windows")
    client = session.client
    window = client.open((300, 200), RED)
    worker = session.worker()

    def is_kept():
        first, second = Picture(client, 300, 200), Picture(client, 300, 200)
        os.kill(worker, signal.SIGSTOP)
        first.show(window)
        client.roundtrip()
        time.sleep(0.1)  # for the frame to begin
        second.show(window)
        client.roundtrip()
        kept = not first.released
        os.kill(worker, signal.SIGCONT)
        client.until("the first one back", lambda: first.released)
        return kept
    until("a buffer that is kept", is_kept)
    assert session.end() == 0


def test_fifo_shows_every_frame(renderer):
    session = Surfaces(renderer=renderer)
    frames = session.frames("at-once", "20")
    assert None in frames.shown.values(), "20 commits at once, and none was replaced before it was seen"
    frames = session.frames("fifo", "20")
    frames.are_all_told(60, flags=0)
    frames.are_shown_for_a_refresh(20)
    # However late a single one of them was noticed: 60 in a second.
    assert frames.shown[20].time - frames.shown[1].time >= 17 * 1e9 / 60, frames.shown
    assert session.end() == 0


def test_frames_wait_for_their_time(renderer):
    session = Surfaces(renderer=renderer)
    frames = session.frames("timed", "10", "50")
    frames.are_all_told(60, flags=0)
    frames.wait_for_their_time(10)
    assert session.end() == 0


def test_what_waits_outlives_the_worker(renderer):
    """Commits wait for their time, then for their turn, while workers die: each is told of once, in order and none too early."""
    session = Surfaces(renderer=renderer)
    for arguments in (("timed", "20", "100"), ("fifo", "120")):
        client = session.start(SURFACES, *arguments, stdout=subprocess.PIPE, text=True)
        for _ in range(2):
            time.sleep(0.5)
            os.kill(until("a worker", session.worker), signal.SIGKILL)
        said, _ = client.communicate(timeout=60)
        assert client.returncode == 0
        frames, count = session.told(said), int(arguments[1])
        assert sorted(frames.shown) == list(range(count + 1)) and said.count("frame ") == count + 1, frames.shown
        assert min(frames.steps()) >= 1 and frames.shown[count], frames.shown
        if frames.asked:
            frames.wait_for_their_time(count)
    assert session.text().count("the renderer is gone") >= 2  # of a worker that starts this is not said
    assert session.end() == 0


def test_vblank_is_made_by_a_client_that_takes_its_time(renderer):
    """Half a refresh after its frame callback is in time for the next vblank: the screen's frame starts late."""
    session = Surfaces("--refresh", "5", renderer=renderer)
    session.frames("torn", "40")  # so many that what its start has cost is forgotten: the lead is short

    def are_in_time():
        frames = session.frames("paced", "12", "100")
        frames.are_all_told(5, flags=0)
        lead = ctl("--socket", session.socket, "stats")["lead_seconds"]["HEADLESS-1"]
        steps = frames.steps()  # the first one comes after a rest
        late = [(after.time - before.time) / 1e6 - 200 for before, after in zip(frames.of(), frames.of(2))]
        print(f"lead {lead * 1000:.2f} ms; steps of the sequence {steps}; ms later than a refresh after the last: {late}")
        assert len(steps) == 11 and min(steps) >= 1 and 0 < lead <= 0.2
        # None is for a later vblank. What a busy machine has shown more than a refresh late is told with a time of its own.
        assert not [step for step, time in zip(steps, late) if step > 1 and time % 200 == 0]
        return steps == [1] * 11 and late.count(0) >= len(late) / 2
    until("frames in time, and half of them exactly", are_in_time)
    assert session.end() == 0


def test_missed_vblanks_are_counted():
    session = Surfaces("--refresh", "50")
    frames = session.frames("paced", "10", "110")
    frames.are_all_told(50, flags=0)
    frames.count_vblanks()
    # Between two frames of a client that takes 110 ms are five vblanks at least.
    assert min(frames.steps()) >= 5, frames.shown
    assert session.end() == 0


def test_torn_frames_wait_for_no_vblank():
    session = Surfaces("--refresh", "1")
    frames = session.frames("torn", "20")
    print(f"20 frames in {(frames.shown[20].time - frames.shown[1].time) / 1e6:.1f} ms, {sum(frames.steps())} vblanks")
    frames.are_all_told(1, flags=0)
    frames.wait_for_no_vblank(20)
    assert session.end() == 0


def test_explicit_synchronisation_is_not_offered_without_a_device():
    session = Surfaces()
    globals_said = session.run("wayland-info", stdout=subprocess.PIPE, text=True).stdout
    assert "wp_fifo_manager_v1" in globals_said and "wp_linux_drm_syncobj_manager_v1" not in globals_said
    assert session.end() == 0


@needs("wp_presentation", "xdg_toplevel", "wl_shm_pool")
def test_weston_presentation_shm():
    session = Surfaces()
    client = session.program("weston-presentation-shm", "-f")
    event = re.compile(r"wp_presentation_feedback[#@]\d+\.presented\((\d+), (\d+), (\d+), (\d+), (\d+), (\d+), (\d+)\)")
    shown = until("ten frames", lambda: (found := event.findall(client.text())) and len(found) > 10 and found)
    times = [((int(high) << 32) + int(low)) * 10**9 + int(ns) for high, low, ns, *_ in shown]
    assert times == sorted(set(times)), client.text()[-3000:]
    assert not re.search(r"wp_presentation_feedback[#@]\d+\.discarded", client.text())
    # Period of 60 Hz; the vblank is the session's own, so it counts, but no flag claims that hardware was seen to do it.
    assert {(refresh, high, flags) for _, _, _, refresh, high, _, flags in shown} == {("16666666", "0", "0")}
    counts = [int(low) for *_, low, _ in shown]
    assert counts == sorted(set(counts)), counts
    assert session.end() == 0
    return session


@needs("wp_viewport", "wl_shm_pool", "xdg_toplevel")
def test_weston_scaler():
    session = Surfaces()
    session.program("weston-scaler", "-b")
    blue, width, height = (0, 0, 255), 220, 308
    left, top = (SIZE[0] - width) // 2, (SIZE[1] - height) // 2
    picture = session.sees("the scaled box", lambda picture: picture.getpixel((SIZE[0] // 2, SIZE[1] // 2)) == blue)
    shown = picture.point(lambda value: 255 if value else 0).getbbox()
    assert shown == (left, top, left + width, top + height), shown
    inside = picture.crop((left + 4, top + 4, left + width - 4, top + height - 4))
    assert inside.getcolors() == [(inside.width * inside.height, blue)]
    assert session.end() == 0
    return session


@needs("wl_subsurface", "wl_shm_pool", "xdg_toplevel", "wl_region")
def test_weston_subsurfaces():
    session = Surfaces()
    session.program("weston-subsurfaces", LIBGL_ALWAYS_SOFTWARE="1")

    def right(picture):
        green, red, triangle = (picture.getpixel(at) for at in ((20, 400), (630, 200), (520, 412)))
        found = green[1] > 100 and green[0] == 0 and red[0] > 100 and red[1] < 100 and max(triangle) > 100
        # The triangle turns between a red, a green and a blue corner: it has all three.
        corner = picture.crop((480, 290, 560, 422)).getdata()
        return found and all(any(p[i] > 180 and sum(p) - p[i] < 120 for p in corner) for i in range(3))
    session.sees("all three surfaces", right)
    assert session.end() == 0
    return session


if __name__ == "__main__":
    main(globals())

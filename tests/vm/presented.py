"""What tests/clients/surfaces says of its commits, and what is true of that on every display, in a virtual machine or not."""

import re
from dataclasses import dataclass

SAID = re.compile(r"frame (\d+) (?:shown (\d+) at (\d+), refresh (\d+), flags (\d+)|dropped)")
# enum wp_presentation_feedback_kind
VSYNC, HW_CLOCK, HW_COMPLETION = 1, 2, 4


@dataclass(frozen=True)
class Shown:
    time: int  # nanoseconds, CLOCK_MONOTONIC
    sequence: int
    refresh: int  # nanoseconds
    flags: int


class Frames:
    """A run of the client. By the commit's number, whose 0th is the window's first: `asked`, the time that it was to wait
    for, and `shown` (None: dropped)."""

    def __init__(self, said):
        self.asked = {int(number): int(time) for number, time in re.findall(r"time (\d+) (\d+)", said)}
        self.shown = {int(number): Shown(*map(int, values)) if values[0] else None for number, *values in SAID.findall(said)}

    def of(self, first=1):
        """Those that were shown, in the order of their commits, from that one on."""
        return [frame for number, frame in sorted(self.shown.items()) if frame and number >= first]

    def steps(self, first=1):
        """By how much the sequence grows from one frame to the next."""
        return [after.sequence - before.sequence for before, after in zip(self.of(first), self.of(first)[1:])]

    def are_all_told(self, refresh, flags):
        """Whoever shows them: each has the display's refresh (Hz) and these flags, and comes after the one before."""
        assert self.of(0), "nothing was shown"
        assert {frame.flags for frame in self.of(0)} == {flags}, self.shown
        assert {round(1e12 / frame.refresh) for frame in self.of(0)} == {round(refresh * 1000)}, self.shown
        times = [frame.time for frame in self.of(0)]
        assert times == sorted(times), self.shown

    def are_shown_for_a_refresh(self, number):
        """fifo: none is dropped, and none has less than a vblank of its own."""
        assert sorted(self.shown) == list(range(number + 1)) and None not in self.shown.values(), self.shown
        assert min(self.steps()) >= 1, self.shown
        times = [frame.time for frame in self.of()]
        assert times == sorted(set(times)), self.shown

    def wait_for_their_time(self, number):
        """One is dropped only where the machine is too slow to show it before the next one's time."""
        assert len(self.asked) == number and self.shown[number], self.shown
        for i, time in self.asked.items():
            assert not self.shown[i] or self.shown[i].time >= time, (i, time, self.shown)

    def count_vblanks(self):
        """The sequence grows by as many as the time between two frames has room for."""
        frames = self.of()
        assert min(self.steps()) >= 1, self.shown
        for before, after, step in zip(frames, frames[1:], self.steps()):
            assert abs(step - (after.time - before.time) / after.refresh) < 2, (before, after)

    def wait_for_no_vblank(self, number):
        """Torn frames: more of them than vblanks have passed."""
        assert len(self.of()) == number and sum(self.steps()) < number - 1, self.shown

"""A mouse that a test plays: wlr-virtual-pointer, by a connection of its own so that it lives as long as the test."""

import struct
import time

from wire import Wire

MANAGER = "zwlr_virtual_pointer_manager_v1"
BUTTONS = {"left": 0x110, "right": 0x111, "middle": 0x112}


def _now():
    """Milliseconds, as devices tell the time."""
    return int(time.monotonic() * 1000) & 0xFFFFFFFF


class Pointer(Wire):
    def __init__(self, path, size, on_output=False):
        """path: the compositor's socket; size: of the output, in pixels. on_output: it lies over the first output's panel,
        turned as that is."""
        super().__init__(path)
        self.size = size
        manager = self.bind(MANAGER, 2)
        screen = self.bind("wl_output", 1)
        self._pointer = self.make(manager, 2, before=struct.pack("=II", 0, screen if on_output else 0))

    def move(self, x, y):
        self.send(self._pointer, 1, struct.pack("=5I", _now(), x, y, *self.size))
        self.send(self._pointer, 4)

    def push(self, dx, dy):
        """By so many logical pixels, as a mouse that knows no places."""
        self.send(self._pointer, 0, struct.pack("=Iii", _now(), dx * 256, dy * 256))
        self.send(self._pointer, 4)

    def press(self, button="left", down=True):
        self.send(self._pointer, 2, struct.pack("=III", _now(), BUTTONS[button], down))
        self.send(self._pointer, 4)

    def click(self, x, y, button="left"):
        self.move(x, y)
        self.press(button)
        self.press(button, False)

    def drag(self, start, end, steps=8, drop=True):
        """With the left button held, in steps as a hand does it; drop: and then let go."""
        self.move(*start)
        self.press()
        for step in range(1, steps + 1):
            self.move(*(a + (b - a) * step // steps for a, b in zip(start, end)))
        if drop:
            self.press(down=False)

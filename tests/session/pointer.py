"""A mouse that a test plays: wlr-virtual-pointer, spoken without a library so that it lives as long as the test."""

import socket
import struct
import time

MANAGER = "zwlr_virtual_pointer_manager_v1"
OUTPUT = "wl_output"
DISPLAY, REGISTRY, CALLBACK, POINTERS, SCREEN, POINTER = range(1, 7)  # object ids
BUTTONS = {"left": 0x110, "right": 0x111, "middle": 0x112}
HEADER = struct.Struct("=IHH")  # object, opcode, bytes


def _string(text):
    data = text.encode() + b"\0"
    return struct.pack("=I", len(data)) + data + bytes(-len(data) % 4)


def _now():
    """Milliseconds, as devices tell the time."""
    return int(time.monotonic() * 1000) & 0xFFFFFFFF


class Pointer:
    def __init__(self, path, size, on_output=False):
        """path: the compositor's socket; size: of the output, in pixels. on_output: it lies over the first output's panel,
        turned as that is."""
        self.size = size
        self._pending = b""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._send(DISPLAY, 1, struct.pack("=I", REGISTRY))
        names = self._globals()
        assert MANAGER in names, f"no {MANAGER}"
        self._bind(names, MANAGER, 2, POINTERS)
        self._bind(names, OUTPUT, 1, SCREEN)
        self._send(POINTERS, 2, struct.pack("=III", 0, SCREEN if on_output else 0, POINTER))

    def move(self, x, y):
        self._send(POINTER, 1, struct.pack("=5I", _now(), x, y, *self.size))
        self._send(POINTER, 4)

    def push(self, dx, dy):
        """By so many logical pixels, as a mouse that knows no places."""
        self._send(POINTER, 0, struct.pack("=Iii", _now(), dx * 256, dy * 256))
        self._send(POINTER, 4)

    def press(self, button="left", down=True):
        self._send(POINTER, 2, struct.pack("=III", _now(), BUTTONS[button], down))
        self._send(POINTER, 4)

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

    def close(self):
        self._socket.close()

    def _send(self, target, opcode, arguments=b""):
        self._socket.sendall(HEADER.pack(target, opcode, HEADER.size + len(arguments)) + arguments)

    def _bind(self, names, interface, version, new):
        self._send(REGISTRY, 0, struct.pack("=I", names[interface]) + _string(interface) + struct.pack("=II", version, new))

    def _globals(self):
        """The names of the first globals of the two interfaces, once all globals were told."""
        self._send(DISPLAY, 0, struct.pack("=I", CALLBACK))
        names = {}
        while True:
            target, opcode, arguments = self._event()
            if target == CALLBACK:
                return names
            for interface in (MANAGER, OUTPUT):
                if (target, opcode) == (REGISTRY, 0) and arguments[8:].startswith(interface.encode() + b"\0"):
                    names.setdefault(interface, struct.unpack_from("=I", arguments)[0])

    def _event(self):
        header = HEADER.unpack(self._read(HEADER.size))
        return header[0], header[1], self._read(header[2] - HEADER.size)

    def _read(self, length):
        while len(self._pending) < length:
            part = self._socket.recv(4096)
            assert part, "the compositor has hung up"
            self._pending += part
        data, self._pending = self._pending[:length], self._pending[length:]
        return data

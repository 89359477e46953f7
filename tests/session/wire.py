"""The Wayland protocol, spoken without a library, so that a test is a client itself and does nothing that it is not told."""

import socket
import struct

DISPLAY = 1  # its object id
HEADER = struct.Struct("=IHH")  # object, opcode, bytes


def _padded(data):
    return struct.pack("=I", len(data)) + data + bytes(-len(data) % 4)


def string(text):
    return _padded(text.encode() + b"\0")


class Wire:
    def __init__(self, path):
        """path: the compositor's socket."""
        self.files = []  # that came with events
        self._pending = b""
        self._last = DISPLAY
        self._names = {}  # of each interface's globals, in their order
        self._handlers = {DISPLAY: self._handle_display}
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._registry = self.make(DISPLAY, 1, handler=self._handle_registry)
        self.roundtrip()

    def send(self, target, opcode, arguments=b"", files=()):
        data = HEADER.pack(target, opcode, HEADER.size + len(arguments)) + arguments
        assert socket.send_fds(self._socket, [data], files) == len(data)

    def make(self, target, opcode, *arguments, handler=None, before=b"", after=b"", files=()):
        """Sends a request that makes an object; returns its id. arguments: after that, integers all; before: what goes before
        it; after: what goes after them. handler(opcode, arguments): of its events."""
        self._last += 1
        self._handlers[self._last] = handler
        self.send(target, opcode, before + struct.pack(f"=I{len(arguments)}I", self._last, *arguments) + after, files)
        return self._last

    def bind(self, interface, version, handler=None, nth=0):
        assert interface in self._names, f"no {interface}"
        return self.make(self._registry, 0, handler=handler,
                         before=struct.pack("=I", self._names[interface][nth]) + string(interface) + struct.pack("=I", version))

    def hear(self, target, handler):
        """Of an object that an event made."""
        self._handlers[target] = handler

    def roundtrip(self):
        """Handles what the compositor has said when it has done all that it was asked."""
        done = self.make(DISPLAY, 0)
        while True:
            target, opcode, arguments = self._event()
            if target == done:
                return
            handler = self._handlers.get(target)
            if handler:
                handler(opcode, arguments)

    def close(self):
        self._socket.close()

    def _handle_display(self, opcode, arguments):
        assert opcode != 0, f"a protocol error: {arguments}"

    def _handle_registry(self, opcode, arguments):
        if opcode == 0:
            name, length = struct.unpack_from("=II", arguments)
            self._names.setdefault(arguments[8:8 + length - 1].decode(), []).append(name)

    def _event(self):
        target, opcode, length = HEADER.unpack(self._read(HEADER.size))[0:3]
        return target, opcode, self._read(length - HEADER.size)

    def _read(self, length):
        while len(self._pending) < length:
            part, files, *_ = socket.recv_fds(self._socket, 4096, 16)
            assert part, "the compositor has hung up"
            self._pending += part
            self.files += files
        data, self._pending = self._pending[:length], self._pending[length:]
        return data

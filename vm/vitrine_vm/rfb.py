"""A VNC viewer without a window: what the host's display shows, and its size (RFC 6143)."""

import socket
import struct
import time

from PIL import Image

ENCODING_RAW = 0
ENCODING_ALPHA_CURSOR = -314
ENCODING_DESKTOP_SIZE = -223
ENCODING_EXTENDED_DESKTOP_SIZE = -308
PIXEL_FORMAT = struct.pack(">BBBBHHHBBBxxx", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)  # x8r8g8b8, little endian


class Rfb:
    """One connection. Each picture is asked for whole, so it is what the display shows now."""

    def __init__(self, path, timeout=30):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout)
        self._socket.connect(path)
        self._read(12)
        self._socket.sendall(b"RFB 003.008\n")
        self._read(self._number("B"))  # the security types
        self._socket.sendall(b"\x01")  # none
        self._read(4)
        self._socket.sendall(b"\x01")  # shared with other viewers
        self.size = struct.unpack(">HH", self._read(4))
        self._read(16)
        self._read(self._number("I"))  # the name
        self._socket.sendall(struct.pack(">Bxxx", 0) + PIXEL_FORMAT)
        self._encodings(ENCODING_RAW, ENCODING_DESKTOP_SIZE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def picture(self):
        """The display as an RGB image."""
        image = Image.new("RGB", self.size)
        self._request()
        missing = self.size[0] * self.size[1]
        while missing > 0:
            for rectangle in self._update():
                if rectangle is None:  # another size: ask again
                    image = Image.new("RGB", self.size)
                    missing = self.size[0] * self.size[1]
                    self._request()
                    break
                position, part = rectangle
                image.paste(part, position)
                missing -= part.width * part.height
        return image

    def pixel(self, x, y):
        """The colour of one pixel of the display; cheap. None outside of it."""
        if x >= self.size[0] or y >= self.size[1]:
            return None
        self._request(x, y, 1, 1)
        colour = None
        for rectangle in self._update():
            if rectangle is None:
                continue
            (left, top), part = rectangle  # QEMU sends what lies around it, too
            if 0 <= x - left < part.width and 0 <= y - top < part.height:
                colour = part.getpixel((x - left, y - top))
        return colour

    def cursor(self):
        """The pointer's picture, which the viewer draws: (RGBA image, hotspot); None where there is none."""
        self._encodings(ENCODING_RAW, ENCODING_DESKTOP_SIZE, ENCODING_ALPHA_CURSOR)
        self._cursor = None
        self._request()
        for _ in self._update():  # the first tells the cursor, and nothing else
            pass
        return self._cursor

    def resize(self, width, height, wait=0.5):
        """Asks for another size, as a viewer's window does: the guest's connector prefers that mode from now on.
        wait: seconds; QEMU tells the guest when it has read this, and closing at once would lose it."""
        self._encodings(ENCODING_RAW, ENCODING_EXTENDED_DESKTOP_SIZE)
        self._socket.sendall(struct.pack(">BxHHBx", 251, width, height, 1) +
                             struct.pack(">IHHHHI", 0, 0, 0, width, height, 0))
        time.sleep(wait)

    def key(self, keysym):
        """Presses a key and lets it go."""
        for down in (1, 0):
            self._socket.sendall(struct.pack(">BBxxI", 4, down, keysym))

    def pointer(self, x, y, buttons=0):
        """buttons: a bit each, the left one first."""
        self._socket.sendall(struct.pack(">BBHH", 5, buttons, x, y))

    def _encodings(self, *encodings):
        self._socket.sendall(struct.pack(f">BxH{len(encodings)}i", 2, len(encodings), *encodings))

    def _request(self, x=0, y=0, width=None, height=None):
        self._socket.sendall(struct.pack(">BBHHHH", 3, 0, x, y, width or self.size[0], height or self.size[1]))

    def _update(self):
        """The rectangles of the next update, each (position, image); None where the size has changed."""
        while True:
            kind = self._number("B")
            if kind == 0:
                break
            self._skip(kind)
        self._read(1)
        for _ in range(self._number("H")):
            x, y, width, height, encoding = struct.unpack(">HHHHi", self._read(12))
            if encoding == ENCODING_DESKTOP_SIZE:
                self.size = (width, height)
                yield None
                continue
            if encoding == ENCODING_ALPHA_CURSOR:  # x, y: the hotspot
                self._read(4)
                pixels = self._read(width * height * 4)
                if width and height:
                    # QEMU sends the colours as in PIXEL_FORMAT, not in the order of the encoding's description.
                    self._cursor = Image.frombytes("RGBA", (width, height), pixels, "raw", "BGRA"), (x, y)
                continue
            pixels = self._read(width * height * 4)
            yield (x, y), Image.frombytes("RGB", (width, height), pixels, "raw", "BGRX")

    def _skip(self, kind):
        if kind == 1:  # colour map
            self._read(3)
            self._read(6 * self._number("H"))
        elif kind == 3:  # clipboard
            self._read(3)
            self._read(self._number("I"))

    def _number(self, code):
        return struct.unpack(">" + code, self._read(struct.calcsize(">" + code)))[0]

    def _read(self, length):
        parts = bytearray()
        while len(parts) < length:
            part = self._socket.recv(length - len(parts))
            if not part:
                raise EOFError("the display's VNC server closed the connection")
            parts += part
        return bytes(parts)

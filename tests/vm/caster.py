"""caster.py SOCKET: a client that captures the first output once, with its pointer, says "captured" and stays."""

import os
import pathlib
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "session"))
from wire import Wire  # noqa: E402

BUFFER, READY = 0, 2  # events of the frame


class Caster(Wire):
    def __init__(self, socket):
        super().__init__(os.path.join(os.environ["XDG_RUNTIME_DIR"], socket))
        self.shm = self.bind("wl_shm", 1)
        self.ready = False
        output, manager = self.bind("wl_output", 1), self.bind("zwlr_screencopy_manager_v1", 1)
        self.frame = self.make(manager, 0, 1, output, handler=self._handle)

    def _handle(self, opcode, arguments):
        if opcode == BUFFER:
            self._copy(*struct.unpack("=4I", arguments))
        self.ready = self.ready or opcode == READY

    def _copy(self, shm_format, width, height, stride):
        memory = os.memfd_create("frame")
        os.ftruncate(memory, height * stride)
        pool = self.make(self.shm, 0, after=struct.pack("=I", height * stride), files=[memory])
        buffer = self.make(pool, 0, 0, width, height, stride, shm_format)
        self.send(self.frame, 0, struct.pack("=I", buffer))


caster = Caster(sys.argv[1])
while not caster.ready:
    caster.roundtrip()
    time.sleep(0.05)
print("captured", flush=True)
time.sleep(1000)

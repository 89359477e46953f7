"""QEMU's machine protocol: one command at a time over its Unix socket."""

import json
import socket

from .errors import VmError


class Qmp:
    def __init__(self, path, timeout=10):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout)
        self._socket.connect(path)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._read()  # the greeting
        self.run("qmp_capabilities")

    def run(self, command, **arguments):
        """Returns what the command returns. Events that come meanwhile are dropped."""
        message = {"execute": command, "arguments": arguments}
        self._socket.sendall(json.dumps(message).encode() + b"\n")
        while True:
            answer = self._read()
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise VmError(f"QEMU refused {command}: {answer['error']['desc']}")

    def close(self):
        self._lines.close()
        self._socket.close()

    def _read(self):
        line = self._lines.readline()
        if not line:
            raise VmError("QEMU closed its control socket")
        return json.loads(line)

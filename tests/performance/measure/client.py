"""One client at one size: natively, on Venus, and on Venus in a session."""

import re
from pathlib import Path

from session import Session, no_figures

MODES = ("native", "venus", "waiting", "mailbox", "fifo")
SCENES = ("cube", "vertex", "texture", "shading", "effect2d", "desktop", "clear")
CLIENTS = ("vkcube", *(f"vkmark-{scene}" for scene in SCENES))
QUICK = ("vkcube", "vkmark-cube")


class Run:
    def __init__(self, stack, name, size, arguments):
        self._stack, self._name, self._size, self._out = stack, name, size, Path(arguments.out)
        self._seconds, self._frames, self._modes = arguments.seconds, arguments.frames, arguments.modes.split(",")
        self._failed = []

    def measure(self):
        """Its figures; zeros for modes that are not wanted."""
        native = self._alone("native", self._stack.native("nowhere"))
        venus = self._alone("venus", self._stack.venus("nowhere"))
        waiting = self._alone("waiting", dict(self._stack.venus("nowhere"), NOWHERE_WAIT="1"))
        # As on a display of 60 Hz that shows the newest frame, and as fast as each single frame can be shown.
        mailbox = self._in_session("mailbox", "60")
        fifo = self._in_session("fifo", "0")
        return {"client": self._name, "size": self._size, "native_fps": native, "venus_fps": venus, "waiting_fps": waiting,
                "mailbox": mailbox, "fifo": fifo,
                "mailbox_of_native": _share(mailbox["commits_per_s"], native), "venus_of_native": _share(venus, native),
                "failed": self._failed}

    def _arguments(self, mode):
        width, height = self._size.split("x")
        if self._name == "vkcube":
            return ("vkcube", "--wsi", "wayland", "--width", width, "--height", height, "--c", str(self._frames),
                    "--present_mode", "2" if mode == "fifo" else "1")
        scene = self._name.split("-", 1)[1]
        return ("vkmark", "--winsys", "wayland" if mode in ("mailbox", "fifo") else "headless", "--winsys-dir",
                f"{self._stack.here}/lib/vkmark", "--data-dir", f"{self._stack.here}/share/vkmark", "--pixel-format",
                "B8G8R8A8Unorm", "--size", self._size, "--present-mode", "fifo" if mode == "fifo" else "mailbox",
                "--benchmark", f"{scene}:duration={self._seconds}")

    def _alone(self, mode, environment):
        """Frames a second with a window system that shows nothing."""
        if mode not in self._modes:
            return 0.0
        name, *arguments = self._arguments(mode)
        if name == "vkcube":  # wants a compositor, which then shows nothing
            command = self._stack.client_script(name, environment, *arguments)
            with Session(self._stack, self._size, "--renderer", "cpu", command=[command]) as session:
                session.wait()
                output = session.text()
        else:
            output = self._stack.run(name, environment, *arguments)
        found = re.findall(r"nowhere: \d+ frames, ([0-9.]+) a second", output)
        if not found:
            self._failed.append(f"{mode}: {output.strip()[-400:]}")
        return float(found[-1]) if found else 0.0

    def _in_session(self, mode, refresh):
        if mode not in self._modes:
            return no_figures()
        name, *arguments = self._arguments(mode)
        command = self._stack.client_script(name, self._stack.venus(), *arguments)
        before = len(self._stack.server_log())
        with Session(self._stack, self._size, "--refresh", refresh, "--renderer", "vulkan", command=[command]) as session:
            status = session.wait()
            figures = session.figures()
            output = session.text()
        figures["shadow_copied_bytes"] = _shadow_copies(self._stack.server_log()[before:])
        if self._name == "vkcube":
            (self._out / f"trace-{self._size}-{mode}.json").write_bytes(session.trace.read_bytes())
        if status != 0 or figures["shown_per_s"] == 0:
            self._failed.append(f"{mode}: status {status}: {output.strip()[-600:]}; server: {self._stack.server_log()[-300:]}")
        return figures


def _shadow_copies(log):
    """Bytes a frame that the host layer copied for a client, as it says when the client ends."""
    found = re.findall(r"shadow images: .* copied a frame: (\d+) bytes", log)
    return int(found[-1]) if found else 0


def _share(rate, native):
    return round(rate / native, 3) if native else None

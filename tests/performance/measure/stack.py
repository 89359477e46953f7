"""The programs that were carried here, and what surrounds them: the driver, the layers, the render server."""

import json
import os
import re
import subprocess
import time
from pathlib import Path

DRIVERS = ("/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json", "/usr/share/vulkan/icd.d/nvidia_icd.json",
           "/etc/vulkan/icd.d/nvidia_icd.json")
# Where a driver's own libraries are; after ours, for its machine may have older ones.
DRIVER_FOLDERS = ("/usr/local/nvidia/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib64")
DEADLINE = 20  # seconds for a process to be ready


class StackError(Exception):
    """One line for a person."""


class Stack:
    """A render server with the host layer, and the environments of those who draw natively or through it."""

    def __init__(self, here, folder, driver):
        self.here, self.folder = here, folder
        self._server = None
        self._driver = driver or next((path for path in DRIVERS if os.path.exists(path)), None)
        if not self._driver or not os.path.exists(self._driver):
            raise StackError(f"no Vulkan driver at {self._driver or ', '.join(DRIVERS)}: name its manifest with --driver")
        self._driver = os.path.abspath(self._driver)
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
        folder.chmod(0o700)
        self._make_manifests()
        self._log = open(folder / "server.log", "w")

    def __enter__(self):
        self._start_server()
        return self

    def __exit__(self, *_):
        self._server.terminate()
        self._server.wait(DEADLINE)

    def program(self, name):
        """A script that runs a carried program with the carried loader and libraries."""
        script = self.folder / name
        if not script.exists():
            libraries = ":".join([str(self.here / "lib"), *DRIVER_FOLDERS])
            self._write_script(script, f"exec '{self.here}/lib/ld.so' --library-path '{libraries}' '{self.here}/bin/{name}' \"$@\"")
        return str(script)

    def native(self, *layers):
        """Drawing on the driver itself, under layers."""
        return self._environment(VK_DRIVER_FILES=self._driver, VK_INSTANCE_LAYERS=self._layers(layers))

    def venus(self, *layers):
        """Drawing through the render server."""
        return self._environment(VK_DRIVER_FILES=str(self.folder / "venus.json"), VK_INSTANCE_LAYERS=self._layers(layers),
                                 VN_DEBUG="vtest", VTEST_SOCKET_NAME=str(self.folder / "vtest"))

    def worker(self):
        """What vitrine is started with: its worker draws on the driver and reads what the render server's clients share."""
        # Where the worker cannot draw into LINEAR it copies the damage alone, which a shadow image cannot know.
        return dict(self.native("host"), VITRINE_WORKER=self.program("vitrine-render"), VITRINE_HOST_SHADOW="none")

    def client_script(self, name, environment, *arguments):
        """A command for vitrine that starts a client in an environment of its own."""
        script = self.folder / f"client-{name}"
        lines = [f"unset VITRINE_WORKER {' '.join(sorted(set(self.worker()) - set(os.environ) - set(environment)))}"]
        lines += [f"export {key}='{value}'" for key, value in environment.items() if os.environ.get(key) != value]
        quoted = " ".join(f"'{argument}'" for argument in arguments)
        self._write_script(script, "\n".join([*lines, f"exec '{self.program(name)}' {quoted}"]))
        return str(script)

    def server_log(self):
        return (self.folder / "server.log").read_text(errors="replace")

    def describe(self):
        """What the driver is and how fast shared memory can be filled."""
        figures = self.run("host-figures", dict(self.native("host"), VITRINE_HOST_SHADOW="none"))
        found = re.search(r"device: (.*)", figures)
        if not found:
            raise StackError(f"the driver {self._driver} does not work: {figures.strip()[-500:]}")
        speeds = dict(re.findall(r"filling (\S+) memory: ([0-9.]+) GB/s", figures))
        # Shadow images are not for the worker, but for clients.
        frame = dict(re.findall(r"(handing a frame over|fetching a frame by its \w+): ([0-9.]+) ms",
                                figures + self.run("host-figures", self.native("host"))))
        return {"device": found.group(1), "driver": self._driver_version(), "date": time.strftime("%Y-%m-%d"),
                "kernel": os.uname().release, "processors": os.cpu_count(),
                "linear_is_drawn": "colour attachment: yes" in figures,
                "shared_gb_per_s": float(speeds.get("shared", 0)), "local_gb_per_s": float(speeds.get("device-local", 0)),
                "frame_ms": {what: float(took) for what, took in frame.items()}}

    def run(self, name, environment, *arguments, seconds=120):
        """All that a program says."""
        ended = subprocess.run([self.program(name), *arguments], env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=seconds)
        return ended.stdout.decode(errors="replace")

    def _driver_version(self):
        version = Path("/proc/driver/nvidia/version")
        if version.exists():
            return version.read_text().splitlines()[0]
        return json.loads(Path(self._driver).read_text())["ICD"]["library_path"]

    def _environment(self, **variables):
        common = {"VK_LAYER_PATH": str(self.folder), "VITRINE_HOST_LOG": "1", "XKB_CONFIG_ROOT": str(self.here / "share" / "xkb")}
        return {key: value for key, value in {**os.environ, **common, **variables}.items() if value}

    @staticmethod
    def _layers(names):
        return ":".join(f"VK_LAYER_VITRINE_{name}" for name in names)

    def _make_manifests(self):
        for name in ("host", "nowhere"):
            manifest = json.loads((self.here / f"VkLayer_vitrine_{name}.json").read_text())
            manifest["layer"]["library_path"] = str(self.here / "lib" / f"libvitrine_{name}.so")
            (self.folder / f"{name}.json").write_text(json.dumps(manifest))
        venus = {"api_version": "1.4.0", "library_path": str(self.here / "lib" / "libvulkan_virtio.so")}
        (self.folder / "venus.json").write_text(json.dumps({"file_format_version": "1.0.0", "ICD": venus}))

    def _start_server(self):
        # The preload keeps virglrenderer up to 1.1 from loading the driver before it forks (docs/host.md).
        script = self.folder / "render-server"
        self._write_script(script, f"export VITRINE_HOST_SERVER=$$ LD_PRELOAD='{self.here}/lib/libvitrine_preload.so'\n"
                                   f"{Path(self.program('virgl_render_server')).read_text().splitlines()[1]}")
        environment = dict(self.native("host"), RENDER_SERVER_EXEC_PATH=str(script))
        self._server = subprocess.Popen([self.program("virgl_test_server"), "--venus", "--no-virgl", "--multi-clients",
                                         f"--socket-path={self.folder}/vtest"], env=environment, stdin=subprocess.DEVNULL,
                                        stdout=self._log, stderr=self._log)
        end = time.monotonic() + DEADLINE
        while not (self.folder / "vtest").exists():
            if self._server.poll() is not None or time.monotonic() > end:
                raise StackError(f"the render server does not start: {self.server_log()}")
            time.sleep(0.05)

    @staticmethod
    def _write_script(path, body):
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

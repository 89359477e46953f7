"""A swapchain of shadow images: vkcube on Venus by vtest, shown by Vitrine without a virtual machine.

swapchain.py FOLDERS VITRINE: virglrenderer's Vulkan is lavapipe under the host layer, which is made to shadow; Vitrine's
worker has lavapipe under the layer as well, and imports what the client shares.
"""

import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDERS, VITRINE = sys.argv[1:]
RUNTIME = tempfile.mkdtemp(prefix="swapchain")
BACKGROUND = (51, 51, 51)  # vkcube's, 0.2 of each channel
DEADLINE = 60  # seconds for anything to happen


def until(what, condition):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {DEADLINE} s: {what}")


class Program:
    """A program on lavapipe under layers, with its log."""

    def __init__(self, name, layers, *command, **environment):
        self.log = os.path.join(RUNTIME, name)
        with open(self.log, "w") as log:
            # The shell says its process id and becomes the program: with-layers itself cleans up after it.
            self.process = subprocess.Popen(
                [os.path.join(HERE, "with-layers"), FOLDERS, layers, "sh", "-c", 'echo "pid $$"; exec "$@"', "sh", *command],
                stdout=log, stderr=log, env={**os.environ, "XDG_RUNTIME_DIR": RUNTIME, "VITRINE_HOST_LOG": "1", **environment})

    def text(self):
        return open(self.log).read()

    def wait_for(self, pattern):
        return until(f"{pattern} in {self.log}", lambda: re.search(pattern, self.text()))

    def end(self):
        os.kill(int(self.wait_for(r"pid (\d+)\n").group(1)), 15)
        self.process.wait(DEADLINE)
        print(self.text())


def cube(*arguments):
    return subprocess.Popen(["vkcube", "--wsi", "wayland", *arguments], env={
        **os.environ, "XDG_RUNTIME_DIR": RUNTIME, "WAYLAND_DISPLAY": "wayland-0", "VN_DEBUG": "vtest",
        "VTEST_SOCKET_NAME": f"{RUNTIME}/vtest", "VK_DRIVER_FILES": "/usr/share/vulkan/icd.d/virtio_icd.json"})


def server(layers):
    program = Program("server", layers, "virgl_test_server", "--venus", "--no-virgl", "--multi-clients",
                      f"--socket-path={RUNTIME}/vtest", VITRINE_HOST_SHADOW="force")
    until("the server's socket", lambda: os.path.exists(f"{RUNTIME}/vtest"))
    return program


def picture():
    """The screen's pixels, as grim sees it: width, height, rows of (red, green, blue)."""
    data = subprocess.run(["grim", "-t", "ppm", "-"], check=True, stdout=subprocess.PIPE, env={
        **os.environ, "XDG_RUNTIME_DIR": RUNTIME, "WAYLAND_DISPLAY": "wayland-0"}).stdout
    header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
    width, height = int(header.group(1)), int(header.group(2))
    pixels = data[header.end():]
    return width, height, [tuple(pixels[i:i + 3]) for i in range(0, 3 * width * height, 3)]


def shows_the_cube():
    width, height, pixels = picture()
    corners = {pixels[0], pixels[width - 1], pixels[(height - 1) * width], pixels[-1]}
    return corners == {BACKGROUND} and len(set(pixels)) > 100


vitrine = Program("vitrine", "host", VITRINE, "--backend", "headless", "--size", "640x480", "--renderer", "vulkan")
vitrine.wait_for("socket: wayland-0")

# To its end, with validation below: every frame is copied once, and nothing is copied back.
host = server("host:below")
assert cube("--c", "30").wait(DEADLINE) == 0
counted = host.wait_for(r"handed over: (\d+) \(\d+ bytes\), taken back: (\d+) ")
host.end()
assert counted.groups() == ("30", "0")
# vkcube's texture is a LINEAR image that starts PREINITIALIZED in a guest's host-visible memory, which is a host pointer:
# the image would have to name that, and may then not start so (VUID-VkImageCreateInfo-pNext-01443).
messages = set(re.findall(r"Validation (?:Error|Warning): \[ (\S+) ", host.text()))
assert messages <= {"VUID-VkBindImageMemoryInfo-memory-02989"}, messages
os.unlink(f"{RUNTIME}/vtest")

# Until it is seen.
host = server("host")
client = cube()
until("vkcube on the screen", shows_the_cube)
client.terminate()
client.wait(DEADLINE)
host.end()
vitrine.end()

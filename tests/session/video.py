"""mpv, playing a clip that ffmpeg makes, through shared memory and through dma-bufs; vkcube in every present mode.

video.py VITRINE PATTERN TEST [LAYERS]: as session.py; with LAYERS under tests/render/with-venus. mpv's output dmabuf-wayland
wants a decoder of the hardware (VA-API), which neither this machine nor virtio-gpu has: its dma-bufs are a swapchain's.
"""

import os
import re

from programs import SIZE, Desktop, main, needs, on_venus
from session import RUNTIME
from vitrine_vm.picture import box, colours, difference  # programs tells where this is

SCENES = (("red", "blue"), ("lime", "white"))  # left and right
COLORS = {"red": (255, 0, 0), "blue": (0, 0, 255), "lime": (0, 255, 0), "white": (255, 255, 255)}
GREY = (51, 51, 51)  # vkcube clears with 0.2
LAVAPIPE = "/usr/share/vulkan/icd.d/lvp_icd.json"
NEAR = 4  # of 255, for scaling and dithering


def clip(desktop):
    """A second of each scene, lossless, half as wide and high as the screen."""
    path = os.path.join(RUNTIME, "clip.mkv")
    sides = [f"color={color}:s=160x240:r=10:d=1,format=gbrp[{color}]" for scene in SCENES for color in scene]
    scenes = [f"[{left}][{right}]hstack[{left}-{right}]" for left, right in SCENES]
    joined = "".join(f"[{left}-{right}]" for left, right in SCENES) + f"concat=n={len(SCENES)}"
    desktop.run("ffmpeg", "-v", "error", "-filter_complex", ";".join([*sides, *scenes, joined]), "-c:v", "ffv1", path)
    return path


def play(desktop, *output):
    desktop.program("mpv", "--no-config", "--no-audio", "--osc=no", "--really-quiet", "--osd-level=0", "--keep-open", *output,
                    clip(desktop))
    width, height = SIZE

    def shows(picture, scene):
        halves = [box(picture, COLORS[color], NEAR) for color in scene]
        edge = width // 2
        return None not in halves and all(abs(a - b) <= 8 for half, wanted in zip(
            halves, ((0, 0, edge, height), (edge, 0, width, height))) for a, b in zip(half, wanted))
    first, last = SCENES
    desktop.sees("the last scene, which stays", lambda picture: shows(picture, last))
    desktop.say("wtype", "-k", "Left")  # back by more than the clip has
    desktop.sees("the first scene", lambda picture: shows(picture, first))
    assert desktop.end() == 0
    return desktop


@needs("wl_shm_pool", "wl_buffer", "wp_viewport", "xdg_toplevel", "zwp_idle_inhibitor_v1")
def test_mpv_shm():
    return play(Desktop(), "--vo=wlshm")


@needs("zwp_linux_buffer_params_v1", "wl_buffer", "wp_presentation", "xdg_toplevel", "zwp_idle_inhibitor_v1")
def test_mpv_dmabuf(layers):
    return play(Desktop(**on_venus(layers)), "--vo=gpu-next", "--gpu-api=vulkan", "--gpu-context=waylandvk", "--gpu-sw")


MODES = {"IMMEDIATE": (0, "wp_tearing_control_v1", "set_presentation_hint"), "MAILBOX": (1, "wl_surface", "commit"),
         "FIFO": (2, "wp_fifo_v1", "wait_barrier")}  # VkPresentModeKHR, and what Mesa asks for it


@needs("xdg_toplevel", "wl_shm_pool", *(interface for _, interface, _ in MODES.values()))
def test_vkcube():
    """In every present mode that the driver offers here the cube is in the middle, of many colours, and turns."""
    desktop = Desktop(VK_DRIVER_FILES=LAVAPIPE)
    offered = set(re.findall(r"PRESENT_MODE_(\w+)_KHR", desktop.say("env", f"VK_DRIVER_FILES={LAVAPIPE}", "vulkaninfo")))
    assert offered == set(MODES), offered
    for name, (mode, interface, request) in MODES.items():
        program = desktop.program("vkcube", "--wsi", "wayland", "--present_mode", str(mode), VK_DRIVER_FILES=LAVAPIPE)

        def is_cube(picture):
            corners = {picture.getpixel((x, y)) for x in (2, SIZE[0] - 3) for y in (2, SIZE[1] - 3)}
            middle = picture.crop((SIZE[0] // 2 - 60, SIZE[1] // 2 - 60, SIZE[0] // 2 + 60, SIZE[1] // 2 + 60))
            return corners == {GREY} and colours(middle) > 100 and not box(middle, GREY)
        picture = desktop.sees(f"a cube by {name}", is_cube)
        desktop.sees("another side", lambda shown: difference(shown, picture) > 500)
        program.wait_for(rf"{interface}[#@]\d+\.{request}\(")
        program.end()
    assert desktop.end() == 0
    return desktop


if __name__ == "__main__":
    main(globals())

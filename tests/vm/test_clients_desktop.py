"""Programs that people use, in the machine: what the host's display shows of them, and what its keyboard and its pointer
do in them. tests/session looks at the same programs more closely, without a machine, and there at Chromium too: TCG takes
more than three minutes to its first page."""

import shlex

import pytest
from pattern import CLIENT, picture
from PIL import Image
from vitrine_vm.picture import box, difference

TEXT, MENU, WHITE = (0x10, 0x20, 0x30), (0xFF, 0, 0xFF), (255, 255, 255)
SIZE = (1280, 800)


def write(machine, path, text):
    machine.run(f"mkdir -p $(dirname {path}); cat >{path} <<'END'\n{text}\nEND")


def grim(machine, *options):
    """What grim in the guest sees."""
    machine.run(f"WAYLAND_DISPLAY=wayland-0 grim -l 0 {shlex.join(options)} /run/exchange/grim.png")
    return Image.open(machine.guest.exchange / "grim.png").convert("RGB")


@pytest.mark.needs("zwlr_screencopy_frame_v1")
@pytest.mark.gpus("venus", "2d")
def test_grim_sees_what_the_host_sees(machine, vitrine):
    session = vitrine(f"{CLIENT} --shm --seed 3")
    session.shows(picture(machine.size, seed=3))
    assert difference(grim(machine), machine.screenshot()) == 0
    part = (301, 77, 301 + 500, 77 + 400)
    assert difference(grim(machine, "-g", "301,77 500x400"), machine.screenshot().crop(part)) == 0


@pytest.mark.needs("xdg_toplevel", "xdg_popup", "xdg_positioner", "wl_keyboard", "wl_pointer")
@pytest.mark.gpus("venus")
def test_gtk(machine, vitrine):
    write(machine, "/root/.config/gtk-4.0/gtk.css",
          "textview, textview text { background: #102030; color: #ffffff; } popover contents { background: #ff00ff; }")
    session = vitrine("gtk4-demo-application", environment="GSK_RENDERER=cairo GSETTINGS_BACKEND=memory")
    empty = session.picture(lambda shown: box(shown, TEXT) and box(shown, TEXT)[2] >= SIZE[0] - 1, timeout=120)
    inside = box(empty, TEXT)
    machine.pointer(640, 400)
    machine.click()
    machine.type("Hello, Vitrine")
    session.picture(lambda shown: (box(shown.crop(inside), WHITE) or (0, 0, 0))[2] > 60)
    machine.pointer(18, 10)
    machine.click()
    menu = box(session.picture(lambda shown: box(shown, MENU)), MENU)
    assert menu[0] <= 2 and 16 <= menu[1] <= 28 and menu[2] < 260 and menu[3] < 240, menu
    machine.pointer(menu[0] + 40, menu[3] - 20)  # Quit
    machine.click()
    assert session.job.wait(60).status == 0


@pytest.mark.needs("xdg_toplevel", "xdg_popup", "xdg_positioner", "wl_keyboard", "wl_pointer")
@pytest.mark.gpus("2d")
def test_qt(machine, vitrine):
    write(machine, "/root/text", "first")
    session = vitrine("featherpad /root/text", environment="QT_QPA_PLATFORM=wayland")
    before = session.picture(lambda shown: shown.getpixel((640, 400)) == WHITE and shown.getpixel((1200, 10)) != WHITE,
                             timeout=120)
    machine.type("typed ")
    machine.key("ctrl", "s")
    session.wait(lambda: machine.run("cat /root/text").output == "typed first\n", "did not save", 60, pause=0.3)
    machine.pointer(20, 8)
    machine.click()
    part = (150, 0, 640, 500)
    session.picture(lambda shown: difference(shown.crop(part), before.crop(part)) > 5000)
    machine.key("esc")
    session.picture(lambda shown: difference(shown.crop(part), before.crop(part)) < 500)
    machine.key("ctrl", "q")
    assert session.job.wait(60).status == 0


@pytest.mark.needs("zwp_linux_buffer_params_v1", "xdg_toplevel", "wp_presentation")
@pytest.mark.gpus("venus")
def test_mpv_dmabuf(machine, vitrine):
    machine.run("ffmpeg -v error -f lavfi -i color=red:s=320x200:r=5:d=2 -f lavfi -i color=blue:s=320x200:r=5:d=2 "
                "-filter_complex '[0][1]concat' -c:v ffv1 -pix_fmt gbrp -y /tmp/clip.mkv")
    session = vitrine("mpv --no-config --no-audio --osc=no --loop --vo=gpu-next --gpu-api=vulkan --gpu-context=waylandvk "
                      "--gpu-sw /tmp/clip.mkv")
    for colour in ((255, 0, 0), (0, 0, 255), (255, 0, 0)):
        session.picture(lambda shown: box(shown, colour, 4) == (0, 0, *SIZE), timeout=120)
    session.end()

"""Chromium with its Ozone Wayland platform: a page's colours, typing into it, its clipboard and a list that opens.

browser.py VITRINE PATTERN TEST [LAYERS]: as session.py; with LAYERS under tests/render/with-venus.
"""

import os

from programs import SIZE, Desktop, main, needs, on_venus
from session import RUNTIME, until
from vitrine_vm.picture import box  # programs tells where this is

PAGE, RIGHT, WRONG, LIST, SCENE = "#204060", "#008000", "#800000", "#ff00ff", "#4080c0"
TYPED = "Vitrine 42 äß€"
# The page turns green when the right text stands in its field. One square has the colour that WebGL read back from what it
# drew (the canvas itself stays empty with ANGLE on Vulkan where there is no GBM, on plain lavapipe too); another is green
# when what drew it has the wanted name.
HTML = """<!doctype html><meta charset=utf-8><title>page</title>
<body style="margin:0;background:%(PAGE)s">
<input autofocus style="position:absolute;left:20px;top:20px;width:400px;font-size:30px;border:0;outline:0"
 oninput="document.body.style.background = this.value == '%(TYPED)s' ? '%(RIGHT)s' : '%(PAGE)s'">
<select style="position:absolute;left:20px;top:100px;width:120px;font-size:30px">
<option>one<option style="background:%(LIST)s">two<option style="background:%(LIST)s">three</select>
<div id=drawn style="position:absolute;left:400px;top:300px;width:100px;height:100px"></div>
<div id=named style="position:absolute;left:520px;top:300px;width:100px;height:100px"></div>
<script>
const gl = document.createElement("canvas").getContext("webgl");
if (gl) {
	gl.clearColor(0x40 / 255, 0x80 / 255, 0xc0 / 255, 1);
	gl.clear(gl.COLOR_BUFFER_BIT);
	const pixel = new Uint8Array(4);
	gl.readPixels(10, 10, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
	drawn.style.background = `rgb(${pixel[0]}, ${pixel[1]}, ${pixel[2]})`;
	const info = gl.getExtension("WEBGL_debug_renderer_info");
	const name = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
	console.log("drawn by " + name);
	named.style.background = name.includes("%(device)s") ? "%(RIGHT)s" : "%(WRONG)s";
}
</script>"""


def rgb(color):
    return tuple(bytes.fromhex(color[1:]))


def browse(desktop, device, *options):
    """device: part of the name of what draws; None: WebGL is not to be had."""
    page = os.path.join(RUNTIME, "page.html")
    with open(page, "w") as file:
        file.write(HTML % {**globals(), "device": device})
    program = desktop.program("chromium", "--ozone-platform=wayland", "--no-sandbox", "--test-type", "--no-first-run",
                              f"--user-data-dir={RUNTIME}/chromium", "--enable-logging=stderr", *options, "--kiosk", page)
    width, height = SIZE
    picture = desktop.sees("the page", lambda picture: box(picture, rgb(PAGE)) == (0, 0, width, height) and
                           box(picture, (255, 255, 255)))
    if device:
        picture = desktop.sees("WebGL's colour", lambda picture: box(picture, rgb(SCENE), 1))
        assert box(picture, rgb(SCENE), 1) == (400, 300, 500, 400)
        assert box(picture, rgb(RIGHT)) == (520, 300, 620, 400), program.wait_for("drawn by .*").group()
        print(program.wait_for("drawn by [^\"]*").group())

    desktop.pointer.click(200, 40)
    desktop.say("wtype", TYPED)
    desktop.sees("the right text", lambda picture: box(picture, rgb(RIGHT)) == (0, 0, width, height))
    desktop.say("wtype", "-M", "ctrl", "ac", "-m", "ctrl")
    until("the text in the clipboard", lambda: desktop.pasted() == TYPED)
    desktop.say("wl-copy", text="other")
    desktop.say("wtype", "-M", "ctrl", "av", "-m", "ctrl")
    desktop.sees("another text", lambda picture: box(picture, rgb(PAGE)) == (0, 0, width, height))

    # The list opens below its field, as wide; a click into it chooses and closes it.
    desktop.pointer.click(80, 120)
    opened = box(desktop.sees("the list", lambda picture: box(picture, rgb(LIST))), rgb(LIST))
    print(f"the list's last two lines are at {opened}")
    assert 20 <= opened[0] <= 22 and 138 <= opened[2] <= 140 and 140 < opened[1] < 200 and opened[3] < 270, opened
    desktop.pointer.click(80, opened[3] - 10)
    desktop.sees("no list", lambda picture: not box(picture, rgb(LIST)))
    assert desktop.end() == 0
    return desktop


NEEDED = ("xdg_toplevel", "xdg_popup", "xdg_positioner", "wp_viewport", "wl_keyboard", "wl_pointer",
          "wl_data_source", "wl_data_offer", "zwp_text_input_v3")


@needs(*NEEDED, "wl_shm_pool")
def test_chromium():
    return browse(Desktop(), None, "--disable-gpu")


@needs(*NEEDED)
def test_chromium_on_venus(layers):
    return browse(Desktop(**on_venus(layers)), "Venus", "--use-gl=angle", "--use-angle=vulkan", "--ignore-gpu-blocklist")


if __name__ == "__main__":
    main(globals())

"""Who is measured: compositors as Debian packages them, each with every renderer that it has, and how a command
becomes their session; and what the display can do without any."""

from dataclasses import dataclass, field

OURS, FLOOR = "vitrine", "floor"
BOTH = ("venus", "2d")
# Windows of all peers are to cover the screen: cage, weston's kiosk shell and Vitrine do that by themselves. sway 1.10 gives no frame
# callbacks to a fullscreen window that is opened over another one, so there they float.
SWAY = ("default_border none\\nfor_window [app_id=.*] fullscreen disable, floating enable, resize set width 100 ppt height 100 ppt, "
        "move absolute position 0 0\\nexec {command}\\n")
LABWC = ('<labwc_config><windowRules><windowRule identifier="*"><action name="ToggleFullscreen"/></windowRule>'
         "</windowRules></labwc_config>")


@dataclass
class Peer:
    name: str
    start: str  # shell; {command}: the session's command, itself one word of the shell
    processes: str  # a pattern of pgrep -x for its processes
    environment: dict = field(default_factory=dict)
    gpus: tuple = BOTH
    is_floor: bool = False  # no compositor: it draws itself, and has no session for clients
    flips: str = None  # shell: shows {frames} frames as fast as they can be, and says "frames N in S s"
    is_pixman: bool = False  # on 2d; else it draws OpenGL by the CPU, which takes long
    cube: str = None  # shell: vkmark's cube in the display's {size} for {seconds}, as fast as each frame is shown; {mode}: fifo, mailbox


def _wlroots(program, renderer, start, gpus=BOTH):
    return Peer(f"{program}-{renderer}", start, program,
                {"WLR_RENDERER": renderer, "WLR_RENDERER_ALLOW_SOFTWARE": "1"}, gpus, is_pixman=renderer == "pixman")


def _weston(renderer):
    return Peer(f"weston-{renderer}",
                f"weston --no-config --backend=drm --renderer={renderer} --shell=kiosk --idle-time=0 -- {{command}}",
                "weston.*", is_pixman=renderer == "pixman")


# Alone on the display, by Vulkan and KMS. Debian 13's vkcube can neither be headless nor alone on a display.
CUBE = "vkmark --pixel-format B8G8R8A8Unorm --size {size} --benchmark cube:duration={seconds}"
CUBE_ALONE = ("env NOWHERE_DISPLAY=1 VK_LAYER_PATH=/build/tests/performance VK_INSTANCE_LAYERS=VK_LAYER_VITRINE_nowhere "
              f"{CUBE} --winsys headless --present-mode fifo")
# The figures begin anew once Vitrine has shown itself.
CUBE_IN_VITRINE = (f"/build/compositor/vitrine --refresh 0 -- sh -c '{CUBE} --winsys wayland --present-mode {{mode}} & "
                   "sleep 1; kill -s USR1 $PPID; wait'")

PEERS = (
    Peer(FLOOR, "/build/tests/performance/floor", "floor", is_floor=True,
         flips="/build/tests/performance/floor {frames} end", cube=CUBE_ALONE),
    Peer(OURS, "/build/compositor/vitrine -- {command}", "vitrine|vitrine-render",
         flips="/build/compositor/vitrine --refresh 0 -- /build/tests/performance/load --end --frames {frames}",
         cube=CUBE_IN_VITRINE, is_pixman=True),
    *(_wlroots("cage", renderer, "cage -- {command}", gpus)
      for renderer, gpus in (("gles2", BOTH), ("pixman", BOTH), ("vulkan", ("venus",)))),
    *(_weston(renderer) for renderer in ("gl", "pixman")),
    *(_wlroots("sway", renderer, f"printf '{SWAY}' >/tmp/sway.config; exec sway --config /tmp/sway.config")
      for renderer in ("gles2", "pixman")),
    *(_wlroots("labwc", renderer, f"mkdir -p /tmp/labwc; echo '{LABWC}' >/tmp/labwc/rc.xml; "
                                  "exec labwc --config-dir /tmp/labwc --startup {command}")
      for renderer in ("gles2", "pixman")),
)

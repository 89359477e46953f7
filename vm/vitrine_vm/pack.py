"""vm/pack: gathers in FOLDER what a machine with only a Vulkan driver needs to run a session of Vitrine and clients on
Venus, natively: virglrenderer's servers, the host layer, the Venus driver, vitrine and its worker, vkcube, vkmark and the
pattern, with their libraries and loader, but no Vulkan driver of its own.

Carry FOLDER to that machine and run there: python3 FOLDER/measure --help. It needs Python 3.8 and nothing else.
"""

import re
import shutil
import subprocess
from pathlib import Path

from . import options
from .build import BUILD, build
from .errors import VmError

LIMIT = 60_000_000  # bytes
LIBRARIES = "/usr/lib/x86_64-linux-gnu"
PROGRAMS = ("/usr/bin/virgl_test_server", "/usr/libexec/virgl_render_server", "/usr/bin/vkcube", "/usr/bin/vkmark",
            "/usr/bin/grim", f"{BUILD}/compositor/vitrine", f"{BUILD}/render/vitrine-render",
            f"{BUILD}/tests/clients/pattern", f"{BUILD}/tests/host/host-figures")
# What programs and drivers open by name: the Vulkan and Wayland libraries, and, for NVIDIA's driver, libEGL.
OPENED = (f"{LIBRARIES}/libvulkan_virtio.so", f"{BUILD}/host/libvitrine_host.so", f"{BUILD}/host/libvitrine_preload.so",
          f"{BUILD}/tests/performance/libvitrine_nowhere.so", f"{LIBRARIES}/libvulkan.so.1", f"{LIBRARIES}/libwayland-client.so.0",
          f"{LIBRARIES}/libEGL.so.1", f"{LIBRARIES}/libGLdispatch.so.0")
LOADER = "/lib64/ld-linux-x86-64.so.2"
MANIFESTS = (f"{BUILD}/host/VkLayer_vitrine_host.json", f"{BUILD}/tests/performance/VkLayer_vitrine_nowhere.json")
KEYBOARD = ("rules", "keycodes", "types", "compat", "symbols")  # of the headless seat
VKMARK_WINDOWS = ("headless.so", "wayland.so")


def main(argv):
    parser = options.parser("pack", description=__doc__)
    parser.add_argument("folder", metavar="FOLDER", help="made anew; one with other things in it is refused")
    folder = options.user_path(parser.parse_args(argv).folder)
    build("gcc")
    size = pack(folder)
    print(f"{size / 1e6:.1f} MB (of {LIMIT / 1e6:.0f} at most). On the other machine: python3 {folder.name}/measure")
    return 0


def pack(folder):
    """Returns the bytes that it takes; above the limit it is refused."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "measure" / "stack.py").exists():
        raise VmError(f"{folder.name} has other things in it: name an empty folder, or one that is not there yet")
    shutil.rmtree(folder, ignore_errors=True)
    binaries = [*_copy(PROGRAMS, folder / "bin"), *_copy(OPENED, folder / "lib"),
                *_copy([f"{LIBRARIES}/vkmark/{name}" for name in VKMARK_WINDOWS], folder / "lib" / "vkmark")]
    _copy(_libraries(binaries), folder / "lib")
    shutil.copy(LOADER, folder / "lib" / "ld.so")
    _copy(MANIFESTS, folder)
    shutil.copytree("/usr/share/vkmark", folder / "share" / "vkmark")
    for part in KEYBOARD:
        shutil.copytree(f"/usr/share/X11/xkb/{part}", folder / "share" / "xkb" / part, ignore=shutil.ignore_patterns("*.xml", "*.lst"))
    shutil.copytree("/src/tests/performance/measure", folder / "measure", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["strip", "--strip-unneeded", *(path for path in binaries)], check=True)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > LIMIT:
        shutil.rmtree(folder)
        raise VmError(f"the folder would take {size / 1e6:.1f} MB, above {LIMIT / 1e6:.0f}: leave something out of vm/vitrine_vm/pack.py")
    return size


def _copy(paths, folder):
    """What the links lead to, under the names of the links."""
    folder.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copy(path, folder)) for path in paths]


def _libraries(binaries):
    """All that they are linked against, the C library included: the other machine may have an older one."""
    found = set()
    for binary in binaries:
        output = subprocess.run(["ldd", str(binary)], check=True, stdout=subprocess.PIPE, text=True).stdout
        missing = re.findall(r"(\S+) => not found", output)
        if missing:
            raise VmError(f"{binary.name} wants {', '.join(missing)}, which the sysroot has not")
        found.update(re.findall(r"=> (/\S+)", output))
    return sorted(found)

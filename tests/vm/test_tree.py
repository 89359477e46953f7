"""Rules that every source file keeps: its layout, and which folder may include which."""

import re
import subprocess
from pathlib import Path

SOURCE = Path("/src")
FOLDERS = ("common", "kms", "render", "protocol", "compositor", "host", "tests")

# Which folders' headers a folder may include besides its own; a name with a dot is one header.
MAY_INCLUDE = {
    "common": (),
    "kms": ("common",),
    "render": ("common",),
    "protocol": ("common",),
    "compositor": ("common", "kms", "protocol", "render/client.h"),
    "host": (),
}
# System headers that belong to one part of the tree.
BELONGS = {
    r"xf86drm(Mode)?\.h|gbm\.h|drm_mode\.h|virtgpu_drm\.h": ("kms/",),
    r"vulkan/.*": ("render/", "host/"),
    r"libinput\.h": ("compositor/input",),
}
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def sources(*folders):
    return sorted(path for folder in folders for path in (SOURCE / folder).rglob("*.[ch]"))


def broken_includes(name, text):
    """What a file of that name (from the root) may not include, a line each."""
    folder = name.split("/")[0]
    allowed = (folder, *MAY_INCLUDE[folder])
    for quoted, system in INCLUDE.findall(text):
        if quoted and "/" in quoted and not any(quoted == part or quoted.startswith(part + "/") for part in allowed):
            yield f"{name}: includes {quoted}; {folder}/ may use {', '.join(allowed)}"
        if quoted and "/" not in quoted and (SOURCE / name).with_name(quoted).exists():
            yield f"{name}: includes {quoted} without its folder"
        for pattern, places in BELONGS.items():
            if re.fullmatch(pattern, system) and not name.startswith(places):
                yield f"{name}: includes {system}, which is for {', '.join(places)} only"


def test_includes():
    broken = [line for path in sources(*MAY_INCLUDE)
              for line in broken_includes(str(path.relative_to(SOURCE)), path.read_text())]
    assert not broken, "\n".join(broken)


def test_includes_finds_what_is_wrong():
    text = '#include "common/fd.h"\n#include "render/wire.h"\n#include <vulkan/vulkan.h>\n#include <gbm.h>\n'
    assert len(list(broken_includes("compositor/server.c", text))) == 3
    assert len(list(broken_includes("render/main.c", text))) == 1
    assert len(list(broken_includes("host/layer.c", text))) == 3
    assert not list(broken_includes("compositor/input.c", "#include <libinput.h>\n#include \"render/client.h\"\n"))


def test_format():
    files = [str(path) for path in sources(*FOLDERS)]
    ended = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=SOURCE, capture_output=True, text=True)
    wrong = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error:", ended.stderr, re.MULTILINE)))
    assert not wrong, f"vm/enter clang-format -i {' '.join(wrong)}"
    assert ended.returncode == 0, ended.stderr

"""Wrong use and a missing environment: a clear line, a non-zero exit, nothing left half-set."""

import re

import pytest
from vitrine_vm.session import ENVIRONMENT, VITRINE

WORDS = {  # what is wrong: (shell text before, vitrine's arguments, what its line says)
    "unknown-option": ("", "--nonsense -- true", ["--nonsense"]),
    "unknown-rung": ("", "--scanout nonsense -- true", ["nonsense", "vk-export"]),
    "unknown-renderer": ("", "--renderer nonsense -- true", ["nonsense"]),
    "unknown-backend": ("", "--backend nonsense -- true", ["nonsense"]),
    "no-runtime-dir": ("unset XDG_RUNTIME_DIR;", "-- true", ["XDG_RUNTIME_DIR"]),
    "relative-runtime-dir": ("export XDG_RUNTIME_DIR=somewhere;", "-- true", ["XDG_RUNTIME_DIR"]),
    "missing-runtime-dir": ("export XDG_RUNTIME_DIR=/run/nowhere;", "-- true", ["/run/nowhere"]),
    "open-runtime-dir": ("mkdir -m 777 -p /run/open; export XDG_RUNTIME_DIR=/run/open;", "-- true", ["/run/open"]),
    "no-device": ("mount -t tmpfs none /dev/dri; mount -t tmpfs none /sys/class/drm;", "-- true", ["DRM device"]),
    "no-permission": ("export LIBSEAT_BACKEND=noop; chmod 711 /root; mkdir -p /run/user/9; chmod 700 /run/user/9;"
                      "chown 9 /run/user/9; export XDG_RUNTIME_DIR=/run/user/9; setpriv --reuid 9 --clear-groups",
                      "-- true", ["permission"]),
    "no-worker": ("export VITRINE_WORKER=/nowhere/vitrine-render;", "-- true", ["/nowhere/vitrine-render"]),
}


def errors(result):
    """vitrine's own lines."""
    return [line for line in result.output.splitlines() if re.match(r"(\S*/)?vitrine: ", line)]


@pytest.mark.gpus("2d")
@pytest.mark.parametrize("wrong", WORDS)
def test_wrong(machine, built, wrong):
    before, arguments, words = WORDS[wrong]
    machine.run("rm -f /run/user/0/*")
    script = f"{ENVIRONMENT}; {before} {VITRINE} {arguments}"
    result = machine.run(f"exec unshare -m sh -c '{script}'", timeout=30)
    assert result.status not in (0, 127, 139, 134), result.output
    assert any(all(word in line for word in words) for line in errors(result)), result.output
    assert machine.run("pgrep vitrine; ls /run/user/0").output == ""


@pytest.mark.gpus("2d")
def test_wrong_command_not_found(machine, vitrine):
    result = vitrine("/nowhere/client").job.wait(30)
    assert result.status == 127
    assert any("/nowhere/client" in line for line in errors(result)), result.output


@pytest.mark.gpus("2d")
def test_wrong_another_master(machine, vitrine):
    first = vitrine("sleep 100")
    first.verdict()
    second = vitrine("true", "--socket other")
    result = second.job.wait(30)
    assert result.status != 0
    assert any("master" in line or "another" in line for line in errors(result)), result.output
    assert first.job.poll() is None


@pytest.mark.gpus("2d")
def test_connector_that_comes_later(machine, vitrine):
    status = "/sys/class/drm/card0-Virtual-1/status"
    machine.run(f"echo off >{status}")
    try:
        session = vitrine("foot --override=colors.background=405060")
        session.job.wait_for("connected")
        assert session.job.poll() is None
    finally:
        machine.run(f"echo detect >{status}")
    machine.resize(1024, 768)  # the kernel tells of the display
    try:
        session.picture(lambda shown: shown.size == (1024, 768) and shown.getpixel((5, 700)) == (0x40, 0x50, 0x60))
    finally:
        machine.resize(*machine.size)

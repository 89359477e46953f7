"""A session as people start it: as an ordinary user through seatd, and by the files that display managers and systemd read."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pattern import CLIENT, picture
from vitrine_vm.build import build
from vitrine_vm.picture import difference

USER = 1000  # no such name in the guest: the number is enough
RUNTIME = f"/run/user/{USER}"
AS_USER = (f"setpriv --reuid {USER} --regid {USER} --groups video,input,render --inh-caps=-all --bounding-set=-all "
           "--no-new-privs")


@pytest.mark.gpus("venus", "2d")
def test_an_ordinary_user(machine, vitrine):
    """No root, no capabilities: seatd opens the devices, the groups do the rest; input arrives, and VTs switch."""
    machine.run(f"install -d -m 700 -o {USER} -g {USER} {RUNTIME}")
    machine.start("exec seatd -g video", "seatd")
    session = vitrine(f"{CLIENT} --shm --seed 6", launcher=AS_USER,
                      environment=f"LIBSEAT_BACKEND=seatd XDG_RUNTIME_DIR={RUNTIME} HOME={RUNTIME}")
    expected = picture(machine.size, seed=6)
    session.picture(lambda shown: difference(shown, expected) == 0)
    status = machine.run(f"cat /proc/{session.job.pid()}/status").output
    assert f"Uid:\t{USER}\t{USER}\t{USER}\t{USER}" in status and "CapEff:\t0000000000000000" in status, status
    machine.key("ctrl", "alt", "f5")
    session.picture(lambda shown: difference(shown, expected) != 0)
    machine.key("ctrl", "alt", "f1")
    session.picture(lambda shown: difference(shown, expected) == 0)
    assert session.end().status == 0


def test_session_files(built, tmp_path):
    """What an installed Vitrine gives to display managers and systemd names programs that are there."""
    subprocess.run(["meson", "install", "-C", build("gcc"), "--no-rebuild", "--destdir", tmp_path], check=True,
                   stdout=subprocess.DEVNULL)
    prefix = tmp_path / "usr/local"
    entry = (prefix / "share/wayland-sessions/vitrine.desktop").read_text()
    assert "Exec=/usr/local/bin/vitrine-session\n" in entry
    assert (prefix / "bin/vitrine-session").stat().st_mode & 0o111 == 0o111
    # Among systemd's own units only: Debian's foot-server.socket makes a cycle with any graphical-session.target.
    units = tmp_path / "units"
    units.mkdir()
    for kind in ("target", "slice"):
        for own in Path("/usr/lib/systemd/user").glob(f"*.{kind}"):
            shutil.copy(own, units)
    # The program's absolute path is not there outside of the destination folder.
    (units / "vitrine.service").write_text(
        (prefix / "lib/systemd/user/vitrine.service").read_text().replace("/usr/local", str(prefix)))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", units / "vitrine.service"],
        env={**os.environ, "SYSTEMD_UNIT_PATH": str(units)}, capture_output=True, text=True, timeout=60)
    assert verified.returncode == 0 and not verified.stderr, verified

"""A session as people start it: as an ordinary user through seatd, and by the files that display managers and systemd read."""

import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from pattern import CLIENT, picture
from terminals import ACTIVE_VT, activate_vt
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
    session.shows(expected)
    status = machine.run(f"cat /proc/{session.job.pid()}/status").output
    assert f"Uid:\t{USER}\t{USER}\t{USER}\t{USER}" in status and "CapEff:\t0000000000000000" in status, status
    worker = machine.run(f"cd /proc/$(pgrep -x -P {session.job.pid()} vitrine-render) && cat status limits").output
    assert "NoNewPrivs:\t1" in worker and "Seccomp:\t2" in worker, worker
    assert re.search(r"^Max core file size +0 +0 ", worker, re.MULTILINE), worker
    machine.key("ctrl", "alt", "f5")
    session.picture(lambda shown: difference(shown, expected) != 0)
    machine.key("ctrl", "alt", "f1")
    session.shows(expected)
    assert session.end().status == 0


# What an installed Vitrine has, and a user "kiosk" for session/greetd.toml; libseat is asked to use logind and no other.
KIOSK = f"""
set -e
useradd -M -d /run/kiosk -s /bin/sh -u {USER} -G video,input,render kiosk
install -d -o kiosk /run/kiosk /run/kiosk/.config /run/kiosk/.config/vitrine
echo 'options="--scanout cpu --log-level debug" command="{CLIENT} --shm --seed 8"
exec >>/run/kiosk/log 2>&1' >/run/kiosk/.config/vitrine/session
mount -t tmpfs tmpfs /usr/local/bin
sed s,@bindir@,/build/compositor, /src/session/vitrine-session.in >/usr/local/bin/vitrine-session
chmod +x /usr/local/bin/vitrine-session
echo LIBSEAT_BACKEND=logind >>/etc/environment
mkdir -p /var/lib/greetd
cp /src/session/greetd.toml /etc/greetd/config.toml
"""


@pytest.mark.gpus("2d")
def test_greetd_starts_a_kiosk_under_logind(machine, built):
    """systemd, logind and greetd as they are: the user "kiosk" is logged in, the picture is there, VTs switch and come back, and
    at the session's end agreety asks for a name."""
    home = int(machine.run(ACTIVE_VT).output.strip().removeprefix("tty"))
    system = machine.start(f"SYSTEM_SETUP={shlex.quote(KIOSK)} exec system greetd.service", "system")
    expected = picture(machine.size, seed=8)

    def shows(wanted, seconds):
        deadline = time.monotonic() + seconds
        while (difference(machine.screenshot(), expected) == 0) != wanted:
            assert time.monotonic() < deadline, machine.run("cat /run/kiosk/log; dmesg | tail -30").output
            assert system.poll() is None, system.output()
            time.sleep(0.3)
    try:
        shows(True, 120)
        log = machine.run("cat /run/kiosk/log").output
        assert "Seat opened with backend 'logind'" in log, log
        assert machine.run(ACTIVE_VT).output.strip() == "tty7"
        # From outside: without polkit, which is not there, logind lets no user's program switch.
        activate_vt(machine, 5)
        shows(False, 30)
        activate_vt(machine, 7)
        shows(True, 30)
        machine.run("pkill -x pattern")
        assert machine.run("for i in $(seq 600); do pgrep -x agreety && exit; sleep 0.1; done; exit 1", timeout=120).status == 0
    finally:
        system.kill("KILL")
        activate_vt(machine, home, text=(7, home))


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

"""A session as people start it: as an ordinary user through seatd, and by the files that display managers and systemd read."""

import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from pattern import CLIENT, is_splash, picture
from terminals import ACTIVE_VT, activate_vt
from vitrine_vm.build import build
from vitrine_vm.picture import difference, share

USER = 1000  # no such name in the guest: the number is enough
RUNTIME = f"/run/user/{USER}"
SEAT = 991  # the group of seatd's socket, as upstream and most others call it; Debian gives that to "video"


def as_user(groups):
    return f"setpriv --reuid {USER} --regid {USER} --groups {groups} --inh-caps=-all --bounding-set=-all --no-new-privs"


AS_USER = as_user(f"video,input,{SEAT}")
SEATD = (f"exec unshare -m sh -c 'cp /etc/group /run/group && echo seat:x:{SEAT}: >>/run/group && mount --bind /run/group /etc/group "
         "&& exec seatd -g seat'")
BACKGROUND = (0x10, 0x20, 0x30)


@pytest.mark.gpus("venus", "2d")
def test_splash_until_the_command_is_back(machine, vitrine):
    """A kiosk's client is killed: three dots, and then its window again."""
    machine.run("mkdir -p /run/splash; touch /run/splash/go")
    session = vitrine(f"sh -c 'while ! [ -e /run/splash/go ]; do sleep 0.1; done; exec {CLIENT} --shm --seed 6'",
                      "--restart on-failure --cursor never")
    session.shows(picture(machine.size, seed=6))
    machine.run("rm /run/splash/go; pkill -KILL -x pattern")
    session.picture(is_splash)
    machine.run("touch /run/splash/go")
    session.shows(picture(machine.size, seed=6))
    assert session.end().status == 0


@pytest.mark.gpus("venus", "2d")
def test_an_ordinary_user(machine, vitrine):
    """No root, no capabilities: seatd opens the devices, the groups do the rest; VTs switch, and input arrives after that."""
    machine.run(f"install -d -m 700 -o {USER} -g {USER} {RUNTIME}")
    machine.start(SEATD, "seatd").wait_for("seatd started")
    # Venus is reached by the render node, which Debian's udev keeps to a group of its own.
    user = AS_USER if machine.gpu == "2d" else as_user(f"video,input,render,{SEAT}")
    # A terminal's shell starts where it is started itself.
    session = vitrine(f"foot --override=colors.background=102030 sh -c 'read -r line; exec {CLIENT} --shm --seed 6'",
                      launcher=f"env -C {RUNTIME} {user}",
                      environment=f"LIBSEAT_BACKEND=seatd XDG_RUNTIME_DIR={RUNTIME} HOME={RUNTIME}")

    def terminal(shown):
        return share(shown, lambda pixel: pixel == BACKGROUND) > 0.9
    session.picture(terminal)
    status = machine.run(f"cat /proc/{session.job.pid()}/status").output
    assert f"Uid:\t{USER}\t{USER}\t{USER}\t{USER}" in status and "CapEff:\t0000000000000000" in status, status
    worker = machine.run(f"cd /proc/$(pgrep -x -P {session.job.pid()} vitrine-render) && cat status limits").output
    assert "NoNewPrivs:\t1" in worker and "Seccomp:\t2" in worker, worker
    assert re.search(r"^Max core file size +0 +0 ", worker, re.MULTILINE), worker
    machine.key("ctrl", "alt", "f5")
    session.picture(lambda shown: not terminal(shown))
    machine.key("ctrl", "alt", "f1")
    session.picture(terminal)
    machine.key("ret")
    session.shows(picture(machine.size, seed=6))
    assert session.end().status == 0


# What an installed Vitrine has, and a user "kiosk" for session/greetd.toml; libseat is asked to use logind and no other. The
# user's session is vitrine-session, and when that ends the unit, whose watchdog has less patience here.
KIOSK = f"""
set -e
useradd -M -d /run/kiosk -s /bin/sh -u {USER} -G video,input,render kiosk
install -d -o kiosk /run/kiosk /run/kiosk/.config /run/kiosk/.config/vitrine
echo 'options="--scanout cpu --log-level debug" command="{CLIENT} --shm --seed 8"
exec >>/run/kiosk/log 2>&1' >/run/kiosk/.config/vitrine/session
mount -t tmpfs tmpfs /usr/local/bin
sed s,@bindir@,/build/compositor, /src/session/vitrine-session.in >/usr/local/bin/vitrine-session
echo 'vitrine-session; systemctl --user start vitrine
while systemctl --user show vitrine | grep -Eq "^ActiveState=(active|.*ing)$"; do sleep 2; done' >/usr/local/bin/kiosk
chmod +x /usr/local/bin/*
echo LIBSEAT_BACKEND=logind >>/etc/environment
mkdir -p /var/lib/greetd /etc/systemd/user/vitrine.service.d
sed 's,^command = "vitrine-session",command = "kiosk",' /src/session/greetd.toml >/etc/greetd/config.toml
sed s,@bindir@,/usr/local/bin, /src/session/vitrine.service.in >/etc/systemd/user/vitrine.service
cat >/etc/systemd/user/vitrine.service.d/test.conf <<END
[Service]
WatchdogSec=4
Environment=LIBSEAT_BACKEND=logind LOST_FLIPS=/run/kiosk/lost LD_PRELOAD=/build/tests/clients/lost-flips.so
ExecStopPost=/bin/sh -c 'echo \\$\\$SERVICE_RESULT >>/run/kiosk/results; rm -f /run/kiosk/lost'
END
"""


class Unit:
    """vitrine.service of the user in the namespace of `system`."""

    def __init__(self, machine):
        self.machine = machine

    def systemctl(self, command):
        result = self.machine.run(
            f"nsenter --mount --pid --target $(pgrep -o -x systemd) setpriv --reuid {USER} --regid {USER} --clear-groups "
            f"env XDG_RUNTIME_DIR={RUNTIME} systemctl --user {command}")
        return dict(line.split("=", 1) for line in result.output.splitlines() if "=" in line)

    def wait(self, condition, seconds=60):
        """Until that is true of its properties."""
        deadline = time.monotonic() + seconds
        while not condition(shown := self.systemctl("show vitrine")):
            assert time.monotonic() < deadline, (shown, self.machine.run("tail -30 /run/kiosk/log; dmesg | tail -20").output)
            time.sleep(0.5)
        return shown


def lives_by_its_watchdog(machine, unit, shows):
    """READY with its picture, fed by what it shows, and ended and started again when its flips never end. Returns how long the
    start and that took, seconds."""
    begun = time.monotonic()
    ready = unit.wait(lambda shown: shown.get("ActiveState") == "active")
    assert ready["StatusText"].startswith("scanout: cpu") and ready["WatchdogUSec"] == "4s", ready
    shows(True, 30)
    started = time.monotonic()
    unit.wait(lambda shown: shown["WatchdogTimestampMonotonic"] != ready["WatchdogTimestampMonotonic"])
    machine.run("touch /run/kiosk/lost; pkill -USR1 -x pattern")  # a menu, of which no flip is heard
    again = unit.wait(lambda shown: shown.get("NRestarts") == "1" and shown["ActiveState"] == "active")
    assert machine.run("cat /run/kiosk/results").output == "watchdog\n" and again["MainPID"] != ready["MainPID"]
    shows(True, 30)
    ended = time.monotonic()
    unit.systemctl("stop vitrine")
    assert machine.run("tail -1 /run/kiosk/results").output == "success\n"
    return f"{started - begun:.1f} + {ended - started:.1f}"


@pytest.mark.gpus("2d")
def test_greetd_starts_a_kiosk_under_logind(machine, built, record_property):
    """systemd, logind and greetd as they are: the user "kiosk" is logged in, the picture is there, VTs switch and come back; then
    the same as a unit of the user's; and at the session's end agreety asks for a name."""
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
        record_property("the unit's start, and its watchdog, seconds", lives_by_its_watchdog(machine, Unit(machine), shows))
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

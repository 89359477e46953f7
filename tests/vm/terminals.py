"""The guest's virtual terminals, and the console on the first one: the kernel draws it in its own time."""

import time

from vitrine_vm.picture import difference

ACTIVE_VT = "cat /sys/class/tty/tty0/active"


def activate_vt(machine, number, text=(), wait=False):
    """Switches to that virtual terminal, as chvt does, and may wait until the kernel has; those of text are made text first,
    whoever had them."""
    machine.run(f"""python3 -c '
import fcntl
VT_ACTIVATE, VT_WAITACTIVE, KDSETMODE, VT_SETMODE = 0x5606, 0x5607, 0x4B3A, 0x5602
for number in {list(text)}:
    with open(f"/dev/tty{{number}}", "rb+", buffering=0) as terminal:
        fcntl.ioctl(terminal, VT_SETMODE, bytes(8))
        fcntl.ioctl(terminal, KDSETMODE, 0)
console = open("/dev/tty0")
fcntl.ioctl(console, VT_ACTIVATE, {number})
if {wait}:
    fcntl.ioctl(console, VT_WAITACTIVE, {number})
'""")


def console(machine, seconds=10):
    """Writes something on the console; its picture, once that is drawn: twice the same, and not empty."""
    machine.run("printf 'the console' >/dev/tty1")
    deadline = time.monotonic() + seconds
    now, before = machine.screenshot(), None
    while before is None or difference(now, before) or not now.getbbox():
        assert time.monotonic() < deadline, f"the console is still being drawn after {seconds} s"
        time.sleep(0.2)
        now, before = machine.screenshot(), now
    return now


def difference_in_the_end(machine, before, seconds=10):
    """How many pixels still differ from an earlier picture after at most so long."""
    deadline = time.monotonic() + seconds
    while difference(machine.screenshot(), before) and time.monotonic() < deadline:
        time.sleep(0.2)
    return difference(machine.screenshot(), before)

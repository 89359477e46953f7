"""vm/shell: a root shell, or a script, in the machine that vm/run boots."""

import os
import shutil
import sys
import time
from pathlib import Path

from . import options, requests
from .errors import VmError
from .machine import Machine

EPILOG = """\
The guest's root is the sysroot, read-only; the tree is at /src, the build folder at /build (nothing is built here:
vm/run does that, or vm/enter ninja -C /build). /run, /tmp and /root are writable and vanish with the machine.
In the guest, `host COMMAND` acts on the display from outside: host screenshot FILE, host resize WxH,
host key ctrl-c, host type TEXT, host pointer X Y, host click [left|middle|right].
FILE is a file of yours, relative to the folder where vm/shell was started.

Example: vm/shell --gpu 2d -c 'vulkaninfo --summary; echo hello >/dev/tty1; host screenshot console.png'
"""


def main(argv):
    arguments = options.parser("shell", description=__doc__, epilog=EPILOG)
    options.add_machine(arguments)
    arguments.add_argument("-c", dest="script", metavar="SCRIPT",
                           help="run this shell script instead, print its output, exit with its status")
    arguments.add_argument("--seconds", type=float, metavar="N", help="end SCRIPT after N seconds, with status 124")
    arguments = arguments.parse_args(argv)
    if arguments.script is None and not sys.stdin.isatty():
        raise VmError("vm/shell needs a terminal; without one, give it a script with -c")
    folder = Path(os.environ["VITRINE_RUN"])
    with Machine(arguments.gpu, arguments.size, folder, terminal=arguments.script is None) as machine:
        print(f"accel: {machine.accel} ({machine.accel_reason})\ndisplay: vnc+unix:{machine.display}", file=sys.stderr)
        if arguments.script is None:
            return _interact(machine)
        return _run(machine, arguments.script, arguments.seconds)


def _interact(machine):
    columns, rows = shutil.get_terminal_size()
    job = machine.start("exec <>/dev/hvc0 >&0 2>&1\n"
                        f"stty cols {columns} rows {rows}\n"
                        f"export TERM={os.environ.get('TERM', 'linux')}\n"
                        "exec setsid -c -w bash -l", "shell")
    while job.poll() is None:
        machine.guest.listen(0.1)
        requests.serve(machine)
    return job.status


def _run(machine, script, seconds):
    deadline = time.monotonic() + seconds if seconds else None
    job = machine.start(script, "shell")
    shown = 0
    while True:
        status = job.poll()
        output = job.log.read_bytes() if job.log.exists() else b""
        sys.stdout.buffer.write(output[shown:])
        sys.stdout.flush()
        shown = len(output)
        if status is not None:
            return status
        if deadline and time.monotonic() > deadline:
            return 124
        machine.guest.listen(0.05)
        requests.serve(machine)

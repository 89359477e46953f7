"""vm/run: boots the virtual machine, starts Vitrine with one client as its session, and shows that the client's pixels
reach the display of the host. Exit status 0 only if they do.
"""

import argparse
import os
import shlex
import sys
import time
from pathlib import Path

from . import options
from .build import build
from .errors import VmError
from .guest import tail
from .machine import Machine
from .picture import shows_client
from .session import Session

PICTURE_SECONDS = 60
EPILOG = """\
Examples:
  vm/run                                       vkcube on Venus
  vm/run --gpu 2d -- weston-simple-shm         another client, another GPU
  vm/run --scanout copy --seconds 0 -- foot    until Ctrl-C; connect a viewer to the display that is printed
"""


def main(argv):
    arguments = _parse(argv)
    build("gcc")
    folder = Path(os.environ["VITRINE_RUN"])
    with Machine(arguments.gpu, arguments.size, folder) as machine:
        print(f"accel: {machine.accel} ({machine.accel_reason})\ngpu: {arguments.gpu}\ndisplay: vnc+unix:{machine.display}", flush=True)
        return _session(machine, arguments)


def _parse(argv):
    parser = options.parser("run", description=__doc__, epilog=EPILOG)
    options.add_machine(parser)
    parser.add_argument("--scanout", metavar="ORDER", help="vitrine's rungs in the order to try, such as gbm-import,auto")
    parser.add_argument("--screenshot", default="vitrine.png", metavar="FILE",
                        help="where the picture of the display goes (PNG), default vitrine.png")
    parser.add_argument("--seconds", type=_seconds, default=20, metavar="N",
                        help="how long to go on after the first picture, default 20; 0: until interrupted")
    parser.add_argument("--window", action="store_true", help="open this machine's VNC viewer on the display")
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", default=["vkcube", "--wsi", "wayland"],
                        help="the client, default vkcube --wsi wayland")
    arguments = parser.parse_args(argv)
    folder = options.user_path(arguments.screenshot).parent
    if not os.access(folder, os.W_OK):
        parser.error(f"--screenshot {arguments.screenshot}: its folder is not there, or not writable")
    return arguments


def _seconds(text):
    if not text.replace(".", "", 1).isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return float(text)


def _session(machine, arguments):
    before = machine.screenshot()
    order = f"--scanout {shlex.quote(arguments.scanout)}" if arguments.scanout else ""
    session = Session(machine, shlex.join(arguments.command), order, scanout="")
    print(session.verdict(), flush=True)
    picture = None
    try:
        picture = _first_picture(machine, session, before)
        _go_on(session, arguments.seconds)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    if session.job.poll() is None:
        print("frame rate: {fps} fps, copied {copied} bytes a frame, frames: {frames}, of them {direct} the client's buffers "
              "as they are".format(**session.statistics().groupdict()))
        picture = machine.screenshot()
    elif session.job.status != 0:
        raise VmError(f"the session ended with {session.job.status}: {tail(session.log())}")
    if not picture or not shows_client(picture, before):
        raise VmError("the client's pixels did not reach the display")
    picture.save(options.user_path(arguments.screenshot), format="PNG")
    print(f"picture: {arguments.screenshot} ({picture.width}x{picture.height})")
    return 0


def _first_picture(machine, session, before):
    deadline = time.monotonic() + PICTURE_SECONDS
    while time.monotonic() < deadline:
        ended = session.job.poll() is not None
        picture = machine.screenshot()
        if shows_client(picture, before):
            return picture
        if ended:
            raise VmError(f"the session ended with {session.job.status} and showed nothing: {tail(session.log())}")
        time.sleep(0.3)
    raise VmError(f"the client showed nothing in {PICTURE_SECONDS} s: {tail(session.log())}")


def _go_on(session, seconds):
    """Lets the session run for so long (0: for ever), or until it ends."""
    deadline = time.monotonic() + seconds if seconds else None
    while session.job.poll() is None and not (deadline and time.monotonic() > deadline):
        time.sleep(0.1)

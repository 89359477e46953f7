"""Arguments that the commands share."""

import argparse
import os
from pathlib import Path

from .machine import GPUS


def parser(name, **arguments):
    return argparse.ArgumentParser(prog=f"vm/{name}", formatter_class=argparse.RawDescriptionHelpFormatter, **arguments)


def add_machine(arguments):
    """--gpu and --size."""
    arguments.add_argument("--gpu", choices=GPUS, default="venus", metavar="KIND",
                           help="the machine's GPU: " + "; ".join(f"{kind} ({text})" for kind, text in GPUS.items())
                           + "; default venus")
    arguments.add_argument("--size", type=_size, default=(1280, 800), metavar="WxH",
                           help="the display's size in pixels, default 1280x800")


def user_path(name):
    """Where the file that the user calls NAME is, seen from inside the sandbox."""
    return Path(os.path.normpath(f"/run/host/{name}" if name.startswith("/") else
                                 Path(os.environ["VITRINE_FOLDER"]) / name))


def _size(text):
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and 16 <= int(width) <= 8192
            and 16 <= int(height) <= 8192):
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT in pixels, 16 to 8192 each")
    return int(width), int(height)

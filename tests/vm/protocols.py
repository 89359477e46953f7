"""Which files of protocol/ speak an interface, so that what a program needs leads to them when it fails."""

import functools
import re
from pathlib import Path

PROTOCOL = Path(__file__).resolve().parents[2] / "protocol"


@functools.cache
def _implementations():
    found = {}
    for pattern in (r"const struct ([a-z0-9_]+)_interface\b", r"&([a-z0-9_]+)_interface\b"):  # else who hands it on
        for path in sorted(PROTOCOL.glob("*.c")):
            for name in re.findall(pattern, path.read_text()):
                found.setdefault(name, f"protocol/{path.name}")
    return found


def described(interfaces):
    """One line of the interfaces, each with its file; KeyError: nothing in protocol/ speaks one of them."""
    return ", ".join(f"{name} ({_implementations()[name]})" for name in interfaces)

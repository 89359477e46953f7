"""Answers what a script in the guest asks of the host with the command `host` (vm/guest/bin/host)."""

from .errors import VmError
from .options import user_path


def serve(machine):
    """Answers every request that waits in the exchange share."""
    for request in sorted(machine.guest.exchange.glob("request.*")):
        if request.suffix in (".part", ".error"):
            continue
        words = request.read_text().split("\0")[:-1]
        try:
            _answer(machine, words)
        except (VmError, KeyError, ValueError, TypeError, OSError) as error:
            request.with_name(request.name + ".error").write_text(f"host {' '.join(words)}: {error}\n")
        request.unlink()


def _answer(machine, words):
    commands = {
        "screenshot": lambda file: machine.screenshot().save(user_path(file)),
        "resize": lambda size: machine.resize(*map(int, size.split("x"))),
        "key": lambda names: machine.key(*names.split("-")),
        "type": machine.type,
        "pointer": lambda x, y: machine.pointer(int(x), int(y)),
        "click": machine.click,
    }
    if not words or words[0] not in commands:
        raise VmError(f"unknown: it knows {', '.join(commands)}")
    commands[words[0]](*words[1:])

"""python3 -m vitrine_vm bench|fuzz|pack|run|shell|test [ARGS...]: started by vm/command, inside the sysroot."""

import importlib
import signal
import sys

from .errors import VmError

COMMANDS = ("bench", "fuzz", "pack", "run", "shell", "test")


def main():
    # vm/command ignores SIGINT so that bubblewrap outlives Ctrl-C; here it means: end cleanly.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"usage: python3 -m vitrine_vm {'|'.join(COMMANDS)} [ARGS...]")
    try:
        command = importlib.import_module(f".{sys.argv[1]}", __package__)
        sys.exit(command.main(sys.argv[2:]))
    except VmError as error:
        sys.exit(f"vitrine: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

"""Clients' dma-bufs in every format that is offered, some bytes into their memory.

formats.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

from programs import Desktop, main
from session import PATTERN, until

import pattern  # programs tells where this is


def test_every_format(renderer):
    """Memfds stand for dma-bufs, as lavapipe and the CPU take them. The size is one whose rows lavapipe does not pad."""
    for fourcc in pattern.FORMATS:
        # lavapipe, without explicit layouts, wants the first row at the start
        offset = 4096 if renderer == "cpu" else 0
        session = Desktop("--", *PATTERN, "--memfd", "--format", fourcc, "--offset", str(offset), "--frames", "2", "--seed", "9",
                          renderer=renderer)
        until(f"the picture in {fourcc}", lambda: pattern.is_picture(session.grim(), fourcc, seed=9, frames=2))
        assert session.end() == 0


if __name__ == "__main__":
    main(globals())

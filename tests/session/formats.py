"""Clients' dma-bufs in every format that is offered.

formats.py VITRINE PATTERN TEST [LAYERS]: runs one of the tests below; a failed assertion is its failure. With LAYERS under
tests/render/with-venus.
"""

from programs import Desktop, main, on_venus
from session import PATTERN, until

import pattern  # programs tells where this is


def test_every_format(renderer):
    """Memfds stand for dma-bufs, as lavapipe and the CPU take them. Lavapipe pads no row of the screen's size."""
    for fourcc in pattern.FORMATS:
        # lavapipe, without explicit layouts, wants the first row at the start
        offset = 4096 if renderer == "cpu" else 0
        session = Desktop("--", *PATTERN, "--memfd", "--format", fourcc, "--offset", str(offset), "--frames", "2", "--seed", "9",
                          renderer=renderer)
        until(f"the picture in {fourcc}", lambda: pattern.is_picture(session.grim(), fourcc, seed=9, frames=2))
        assert session.end() == 0


def test_every_format_on_venus(layers):
    """In memory that Venus exports, as its clients' is. Video is not offered, for lavapipe does not tell where planes lie."""
    desktop = Desktop(**on_venus(layers))
    for seed, fourcc in enumerate(fourcc for fourcc in pattern.FORMATS if fourcc not in pattern.VIDEO):
        client = desktop.program(*PATTERN, "--memory", "--format", fourcc, "--seed", str(seed), traced=False)
        desktop.sees(f"the picture in {fourcc}", lambda shown: pattern.is_picture(shown, fourcc, seed=seed))
        client.end()
    assert desktop.end() == 0


if __name__ == "__main__":
    main(globals())

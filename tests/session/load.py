"""What other clients do never delays one client's input by more than one frame.

load.py VITRINE VICTIM HOSTILE ATTACK SLOWER: a small client moves the pointer over itself and waits for every answer
(tests/protocol/hostile_victim.c), alone and then while hostile clients do ATTACK again and again. How late an answer was is
told by the clock, less what the small client and the compositor waited for a processor, for this machine's other work is not
the compositor's doing. SLOWER: by so much is this build slower than one for users. With `stalls` for ATTACK the compositor
itself stands still for two frames again and again, which must be noticed.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading

VICTIM = sys.argv[2]
HOSTILE = sys.argv.pop(3)

from session import RUNTIME, Session  # noqa: E402: reads the arguments, and tells where the next is
from vitrine_vm import tally  # noqa: E402

MOTIONS = 300
FRAME_MS = 1000 / 60
# Those that lay other surfaces above the small client's, or move the pointer themselves.
RUDE = ("noise",)


def input_delay():
    said = subprocess.run([VICTIM, str(MOTIONS)], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=True, timeout=100).stdout
    print("figures:", said.strip())
    numbers = re.search(r"(\d+) came back, late \S+ ms .median. (\S+) ms .99 %.*, work \S+ ms .median. (\S+) ms .99 %. (\S+) ms",
                        said).groups()
    return dict(zip(("came_back", "late", "work", "worst_work"), map(float, numbers)))


ENVIRONMENT = {**os.environ, "XDG_RUNTIME_DIR": RUNTIME, "WAYLAND_DISPLAY": "load"}


@contextlib.contextmanager
def attacked(attack):
    attacker = subprocess.Popen(["sh", "-c", 'while :; do "$0" "$1" 2>/dev/null; done', HOSTILE, attack], env=ENVIRONMENT,
                                start_new_session=True)
    try:
        yield
    finally:
        os.killpg(attacker.pid, signal.SIGKILL)
        attacker.wait()


@contextlib.contextmanager
def stalled(pid, seconds):
    """The process stands still for so long, and then does not for half as long."""
    over = threading.Event()

    def stall():
        while not over.is_set():
            os.kill(pid, signal.SIGSTOP)
            over.wait(seconds)
            os.kill(pid, signal.SIGCONT)
            over.wait(seconds / 2)
    thread = threading.Thread(target=stall)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def is_late(figures, slower):
    """By more than a frame, of 99 in 100 motions; and the worst, as far as it was the compositor's own work, by three: what a
    shared processor does at the wrong moment is counted, too."""
    return figures["late"] > FRAME_MS * slower or figures["worst_work"] > 3 * FRAME_MS * slower


def test(attack, slower):
    session = Session("--socket", "load", "--size", "640x480", "--renderer", "cpu")
    session.wait_for("socket:")
    alone = input_delay()
    assert alone["came_back"] == MOTIONS and not is_late(alone, slower), alone
    if attack == "stalls":
        with stalled(session.process.pid, 2 * FRAME_MS * slower / 1000):
            assert is_late(input_delay(), slower), "a compositor that stands still is not noticed"
    else:
        with attacked(attack):
            under = input_delay()
        tally.say("hostile clients, input late by", 1, int(not is_late(under, slower)), waits=[under["late"]])
        assert not is_late(under, slower), (alone, under)
        assert under["came_back"] == MOTIONS or attack in RUDE, under
    assert session.end() == 0


if __name__ == "__main__":
    test(sys.argv[3], int(sys.argv[4]))

"""The locked session, on a whole one without a virtual machine: what the lock ends, and when its client is told. That client and the
others are the test itself.

locks.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import os
import signal
import struct

from programs import SIZE, main
from screens import BOTH, LEFT
from windows import BLUE, GREEN, RED, Bare, Client, Windows

FRAME = 3  # wl_surface's request


class Cover(Bare):
    """A lock surface, on the nth output."""

    def __init__(self, locker, nth):
        super().__init__(locker, (0, 0), BLUE)
        output = locker.bind("wl_output", 1, nth=nth)
        self.role = locker.make(locker.lock, 1, self.surface, output, handler=self._handle)

    def _handle(self, opcode, arguments):
        self.client.send(self.role, 1, arguments[:4])
        self.client.make(self.surface, FRAME, handler=lambda *_: self.client.told.append(self))
        self.draw(struct.unpack_from("=II", arguments, 4))


class Locker(Client):
    def __init__(self, session):
        super().__init__(session)
        self.told = []  # "locked", and the covers that were shown
        self.lock = self.make(self.bind("ext_session_lock_manager_v1", 1), 1, handler=self._handle)

    def unlock(self):
        self.send(self.lock, 2)
        self.roundtrip()

    def _handle(self, opcode, arguments):
        assert opcode == 0, "the lock is refused"
        self.told.append("locked")


def test_locked_is_said_when_every_output_shows_it():
    """After both outputs' frames that were under way: not between the two that show it first."""
    session = Windows(*BOTH)
    session.client.open((300, 200), RED)
    session.say("wlopm", "--off", "*")
    worker = session.worker()
    os.kill(worker, signal.SIGSTOP)
    session.say("wlopm", "--on", "*")
    locker = Locker(session)
    covers = [Cover(locker, nth) for nth in range(2)]
    locker.until("two covers", lambda: all(cover.size != (0, 0) for cover in covers))
    assert not locker.told
    os.kill(worker, signal.SIGCONT)
    locker.until("all of it", lambda: len(locker.told) == 3)
    assert "locked" in locker.told and locker.told[1] != "locked", locker.told
    assert session.end() == 0


def test_locked_is_said_when_no_output_shows_anything():
    """Of those that do not show the lock, for the worker does not draw it: they go, or are turned off."""
    for outputs, command in ((), ("wlopm", "--off", "*")), (BOTH, ("wlr-randr", "--output", LEFT, "--off")):
        session = Windows(*outputs)
        session.client.open((300, 200), RED)
        worker = session.worker()
        os.kill(worker, signal.SIGSTOP)
        locker = Locker(session)
        locker.roundtrip()
        assert not locker.told
        session.run(*command)
        locker.until("locked", lambda: locker.told)
        os.kill(worker, signal.SIGCONT)
        assert session.end() == 0


def test_what_was_drawn_before_the_lock_is_not_shown_after_it():
    """Of a frame that was under way when the display went dark, and that ends when it is on again."""
    session = Windows()
    client = session.client
    window = client.open((300, 200), RED)
    worker = session.worker()
    client.roundtrip()
    session.stats()
    os.kill(worker, signal.SIGSTOP)
    window.color = GREEN
    window.draw(window.size)
    client.roundtrip()
    locker = Locker(session)
    cover = Cover(locker, 0)
    session.say("wlopm", "--off", "*")
    locker.until("locked", lambda: locker.told)
    session.say("wlopm", "--on", "*")
    os.kill(worker, signal.SIGCONT)
    locker.until("the cover shown", lambda: cover in locker.told)
    assert session.stats()[0] == 1, "another frame was shown before it"
    assert session.end() == 0


def test_the_pointer_is_on_its_output_s_cover():
    session = Windows(*BOTH)
    locker = Locker(session)
    covers = [Cover(locker, nth) for nth in range(2)]
    locker.until("locked", lambda: "locked" in locker.told)
    session.pointer.push(-2000, -2000)
    for cover, distance, place in (covers[1], (SIZE[0] + 100, 50), (100, 50)), (covers[0], (-200, 20), (SIZE[0] - 100, 70)):
        session.pointer.push(*distance)
        locker.until("the cover with the pointer", lambda: locker.pointed == cover.surface)
        assert locker.entered == place, locker.entered
    assert session.end() == 0


def move(client, window):
    window.ask("move", struct.pack("=II", client.seat, client.pressed))


def drag(client, window):
    """Something that only the client itself may have, without an icon."""
    device = client.make(client.bind("wl_data_device_manager", 3), 1, client.seat)
    client.send(device, 0, struct.pack("=IIII", 0, window.surface, 0, client.pressed))


def test_the_pointer_is_let_go_of():
    """By what has it while a button is held."""
    session = Windows("--windows")
    client = session.client
    window = client.open((300, 200), RED)
    for start in move, drag:
        place = window.place()
        client.press(window)
        client.until("a window with the pointer", lambda: client.pointed == window.surface)
        start(client, window)
        client.until("it without the pointer", lambda: client.pointed is None)
        locker = Locker(session)
        cover = Cover(locker, 0)
        locker.until("the cover with the pointer", lambda: locker.pointed == cover.surface)
        session.pointer.move(1, 1)
        session.pointer.press(down=False)
        session.pointer.roundtrip()
        locker.until("locked", lambda: "locked" in locker.told)
        assert not locker.pressed
        locker.unlock()
        client.until("the window where it was", lambda: window.place() == place)
        locker.close()
    assert session.end() == 0


if __name__ == "__main__":
    main(globals())

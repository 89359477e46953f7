"""Which surface has the pointer, on a whole session without a virtual machine: while a button is held, a menu is open, or the pointer is
locked or confined. The client is the test itself.

grabs.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import struct

from pointer import BUTTONS
from programs import main
from windows import BLUE, GREEN, RED, Bare, Client, Panel, Windows

ENTER, LEAVE, MOTION, BUTTON = range(4)  # events of a wl_pointer
SUB_SURFACE, DESTROY = 1, 0              # requests of wl_subcompositor and wl_surface
LOCK, CONFINE = 1, 2                     # requests of zwp_pointer_constraints_v1
ONESHOT, PERSISTENT = 1, 2               # lifetimes there
NAMES = {code: name for name, code in BUTTONS.items()}


class Pointed(Client):
    """A client that keeps what its pointer is told."""

    def __init__(self, session):
        self.heard = []
        super().__init__(session)

    def hears(self):
        """What it was told since the last time: ("enter", surface, x, y), ("leave", surface), ("motion", x, y), ("left", pressed)."""
        self.session.pointer.roundtrip()
        self.roundtrip()
        heard, self.heard = self.heard, []
        return heard

    def add_part(self, window, size=(100, 100)):
        """A sub-surface over the window's upper left corner; its wl_subsurface, too."""
        part = Bare(self, size, GREEN)
        role = self.make(self.bind("wl_subcompositor", 1), SUB_SURFACE, part.surface, window.surface)
        part.draw(size)
        window.commit()
        return part, role

    def constrain(self, window, kind, lifetime=PERSISTENT):
        """Locks or confines the pointer to a window; a list of whether it is, each time that changes."""
        told = []
        constraints = self.bind("zwp_pointer_constraints_v1", 1)
        self.make(constraints, kind, window.surface, self.make(self.seat, 0), 0, lifetime,
                  handler=lambda opcode, _: told.append(opcode == 0))
        return told

    def _handle_pointer(self, opcode, arguments):
        super()._handle_pointer(opcode, arguments)
        if opcode == ENTER:
            surface, x, y = struct.unpack_from("=Iii", arguments, 4)
            self.heard.append(("enter", surface, x / 256, y / 256))
        elif opcode == LEAVE:
            self.heard.append(("leave", *struct.unpack_from("=I", arguments, 4)))
        elif opcode == MOTION:
            self.heard.append(("motion", *(value / 256 for value in struct.unpack_from("=ii", arguments, 4))))
        elif opcode == BUTTON:
            button, state = struct.unpack_from("=II", arguments, 8)
            self.heard.append((NAMES[button], bool(state)))


class Grabs(Windows):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.client = Pointed(self)


def test_button_is_not_held_on():
    """A surface goes while a button is held on it, and another button is pressed on what was below it."""
    session = Grabs()
    client = session.client
    window = client.open((300, 200), RED)
    part, role = client.add_part(window)
    client.until("a part", part.place)
    session.pointer.move(50, 50)
    session.pointer.press("left")
    client.until("the press", lambda: ("left", True) in client.heard)
    client.send(role, DESTROY)
    client.send(part.viewport, DESTROY)
    client.send(part.surface, DESTROY)
    window.commit()
    client.until("the window with the pointer", lambda: client.pointed == window.surface)
    client.hears()
    session.pointer.press("right")
    session.pointer.press("left", False)
    session.pointer.press("right", False)
    assert client.hears() == [("right", True), ("right", False)]
    assert session.end() == 0


def test_press_goes_on_into_the_menu_that_it_opens():
    """And back, and out of all of the client's surfaces; the release is the menu's. Then clicks are what they were before."""
    session = Grabs("--windows")
    client = session.client
    window = client.open((300, 200), RED)
    client.press(window)
    menu = client.open_menu(window, size=(100, 80))
    left, top = menu.place()[:2]
    client.hears()
    session.pointer.move(left + 50, top + 40)
    assert client.hears() == [("leave", window.surface), ("enter", menu.surface, 50, 40)]
    session.pointer.move(left + 150, top + 40)
    assert [event[:2] for event in client.hears()] == [("leave", menu.surface), ("enter", window.surface)]
    session.pointer.move(left + 50, top + 40)
    client.hears()
    session.pointer.move(left + 50, 479)
    assert client.hears() == [("motion", 50, 479 - top)]
    session.pointer.move(left + 60, top + 40)
    session.pointer.press(down=False)
    assert client.hears() == [("motion", 60, 40), ("left", False)]
    assert not menu.over
    session.pointer.press()
    session.pointer.press(down=False)
    assert client.hears() == [("left", True), ("left", False)]
    session.pointer.click(left + 150, top + 40)
    assert [event[0] for event in client.hears()] == ["leave", "enter", "left", "left"]
    menu.unmap()
    client.until("the window with the keyboard", window.has_keyboard)
    assert session.end() == 0


def test_press_in_another_client_s_window_stays_there():
    """A menu of whoever is there opens meanwhile, where the pointer goes."""
    session = Grabs("--windows")
    client = session.client
    window = client.open((300, 200), RED)
    client.click(window)
    other = Pointed(session)
    held = other.open((100, 80), BLUE)
    other.press(held)
    client.hears()
    menu = client.open_menu(window, size=(200, 150))
    other.hears()
    left, top = menu.place()[:2]
    session.pointer.move(left + 20, top + 20)
    assert not client.hears() and [event[0] for event in other.hears()] == ["motion"]
    session.pointer.press(down=False)
    assert other.hears()[0] == ("left", False)
    assert client.hears()[0][:2] == ("enter", menu.surface)
    assert session.end() == 0


def test_confined_pointer_is_where_the_mouse_is():
    """A mouse of places, that goes beyond what the pointer is confined to and comes back."""
    session = Grabs("--windows")
    client = session.client
    window = client.open((200, 200), RED)
    left, top = window.place()[:2]
    session.pointer.move(left + 150, top + 100)
    client.until("the window with the pointer", lambda: client.pointed == window.surface)
    told = client.constrain(window, CONFINE)
    client.until("a confined pointer", lambda: told)
    client.hears()
    seen = []
    for x in 190, 300, 250, 150, 100:
        session.pointer.move(left + x, top + 100)
        seen += [round(x) for what, x, _ in client.hears() if what == "motion"]
    assert seen[0] == 190 and 199 <= seen[1] <= 200 and seen[-2:] == [150, 100], seen
    session.pointer.push(300, 0)
    session.pointer.push(-50, 0)
    last = client.hears()[-1]
    assert last[0] == "motion" and 149 <= last[1] <= 150, last
    assert told == [True]
    assert session.end() == 0


def constrained(session, place, *constraint):
    """A window of the whole screen that has constrained the pointer there, and whether it was told so."""
    client = session.client
    window = client.open((640, 480), RED)
    session.pointer.move(*place)
    client.until("the window with the pointer", lambda: client.pointed == window.surface)
    told = client.constrain(window, *constraint)
    client.until("a constrained pointer", lambda: told)
    client.hears()
    return window, told


def test_locked_pointer_outlives_what_appears_over_it():
    """A panel that wants no keyboard, and a part of the window itself. A lock for once would not come back."""
    session = Grabs()
    client = session.client
    window, told = constrained(session, (20, 20), LOCK, ONESHOT)
    client.open_panel((60, 40), BLUE, Panel.TOP, 0)
    part, _ = client.add_part(window)
    client.until("a part", part.place)
    session.pointer.move(30, 30)
    assert client.hears() == [] and told == [True]
    window.unmap()
    client.until("a free pointer", lambda: told == [True, False])
    assert session.end() == 0


def test_confined_pointer_passes_below_what_lies_above():
    session = Grabs()
    client = session.client
    _, told = constrained(session, (200, 20), CONFINE)
    client.open_panel((60, 40), BLUE, Panel.TOP, 0)
    client.hears()
    session.pointer.move(30, 30)
    assert client.hears() == [("motion", 30, 30)] and told == [True]
    assert session.end() == 0


def test_constraint_ends_with_its_window_s_turn():
    """Another window has the keyboard, a menu has it, the window moves away from below the cursor."""
    session = Grabs("--windows")
    client = session.client
    other = client.open((100, 80), BLUE, "other")
    window = client.open((300, 200), RED)
    client.click(window)
    told = client.constrain(window, LOCK)
    client.until("a locked pointer", lambda: told == [True])
    session.key("Tab")
    client.until("a free pointer", lambda: told == [True, False])
    client.until("the other window with the keyboard", other.has_keyboard)
    session.key("Tab")
    client.until("a locked pointer again", lambda: told == [True, False, True])
    menu = client.open_menu(window)
    client.until("a pointer that a menu freed", lambda: told == [True, False] * 2)
    menu.unmap()
    client.until("a locked pointer again", lambda: told == [True, False] * 2 + [True])
    session.key("Right")
    client.until("a pointer that the window left", lambda: told == [True, False] * 3)
    assert session.end() == 0


if __name__ == "__main__":
    main(globals())

"""Text fields and the input method between them and the keys, on a whole session without a virtual machine. The clients of both are
the test itself.

text.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import struct

from programs import SIZE, main
from windows import BLUE, RED, Bare, Client, Windows
from wire import string

TOP_LEFT, NONE, EXCLUSIVE = 1 | 4, 0, 1  # of zwlr_layer_surface_v1
MARGIN = 30
RECTANGLE = (10, 5, 1, 20)  # of the field's cursor
A_KEY, SHIFT = 30, 1
KEYMAP, KEY = 0, 1  # events of a grab
KEYBOARD_KEYMAP, KEYBOARD_KEY = 0, 3  # of wl_keyboard


class Layer(Bare):
    """At the upper left corner but for MARGIN."""

    def __init__(self, client, size, color, keyboard):
        super().__init__(client, size, color)
        shell = client.bind("zwlr_layer_shell_v1", 4)
        name = string("layer")
        self.role = client.make(shell, 0, self.surface, 0, 2, *struct.unpack(f"={len(name) // 4}I", name), handler=self._handle)
        client.send(self.role, 0, struct.pack("=II", *size))
        client.send(self.role, 1, struct.pack("=I", TOP_LEFT))
        client.send(self.role, 3, struct.pack("=4i", MARGIN, 0, 0, MARGIN))
        client.send(self.role, 4, struct.pack("=I", keyboard))
        self.commit()
        client.until("a layer", self.place)

    def _handle(self, opcode, arguments):
        if opcode == 0:
            self.client.send(self.role, 6, arguments[:4])
            self.draw(self.size)


class Typist(Client):
    """A client that has keys: of a virtual keyboard with a keymap that another client was told of, or of a grab."""

    def __init__(self, session):
        super().__init__(session)
        self.heard = []  # the opcodes of its grab's events
        self.keymap = self.virtual = None

    def grab(self):
        manager = self.bind("zwp_input_method_manager_v2", 1)
        method = self.make(manager, 0, before=struct.pack("=I", self.seat))
        self.make(method, 5, handler=self._handle_grab)
        self.roundtrip()

    def take(self, keymap):
        """keymap: (file, size)."""
        manager = self.bind("zwp_virtual_keyboard_manager_v1", 1)
        self.virtual = self.make(manager, 0, before=struct.pack("=I", self.seat))
        file, size = keymap
        self.send(self.virtual, 0, struct.pack("=II", 1, size), [file])

    def type(self, down, modifiers):
        self.send(self.virtual, 2, struct.pack("=4I", modifiers, 0, 0, 0))
        self.send(self.virtual, 1, struct.pack("=3I", 0, A_KEY, down))
        self.roundtrip()

    def _handle_grab(self, opcode, arguments):
        self.heard.append(opcode)
        if opcode == KEYMAP:
            self.keymap = self.files[-1], struct.unpack_from("=I", arguments, 4)[0]


def test_keymap_of_a_grab_goes_back_and_forth():
    """An input method's own keyboard has the keymap that it was told of: no client notices whose key it is."""
    session = Windows()
    field = session.client
    field.open(SIZE, RED)
    heard = []
    field.make(field.seat, 1, handler=lambda opcode, arguments: heard.append(opcode))
    other, method = Typist(session), Typist(session)
    method.grab()
    for each in other, method:
        each.take(method.keymap)
    field.roundtrip()
    heard.clear()
    method.heard.clear()
    for down in True, False:
        other.type(down, SHIFT)
        method.roundtrip()
        method.type(down, SHIFT)
        field.roundtrip()
    assert method.heard.count(KEY) == 2 and KEYMAP not in method.heard, method.heard
    assert heard.count(KEYBOARD_KEY) == 2 and KEYBOARD_KEYMAP not in heard, heard
    assert session.end() == 0


def test_popup_of_a_field_in_a_layer():
    session = Windows()
    client, method = session.client, Client(session)
    layer = Layer(client, (200, 40), RED, EXCLUSIVE)
    client.until("it with the keyboard", layer.has_keyboard)
    field = client.make(client.bind("zwp_text_input_manager_v3", 1), 1, client.seat)
    client.send(field, 1)
    client.send(field, 6, struct.pack("=4i", *RECTANGLE))
    client.send(field, 7)
    client.roundtrip()
    manager = method.bind("zwp_input_method_manager_v2", 1)
    composer = method.make(manager, 0, before=struct.pack("=I", method.seat))
    popup = Bare(method, (50, 30), BLUE)
    method.make(composer, 4, popup.surface)
    popup.draw(popup.size)
    left, top = MARGIN + RECTANGLE[0], MARGIN + RECTANGLE[1] + RECTANGLE[3]
    method.until("the popup below the cursor", lambda: popup.place() == (left, top, left + 50, top + 30))
    assert layer.place() == (MARGIN, MARGIN, MARGIN + 200, MARGIN + 40)
    assert session.end() == 0


def test_menu_outlives_presses_on_what_types_into_it():
    """On an on-screen keyboard and on an input method's own surface; not on another program's."""
    session = Windows("--windows")
    client, typist = session.client, Client(session)
    window = client.open((300, 200), RED)
    keys = Layer(typist, (40, 40), BLUE, NONE)
    client.click(window)
    menu = client.open_menu(window)
    for manager, destroy in ("zwp_virtual_keyboard_manager_v1", 3), ("zwp_input_method_manager_v2", 6):
        means = typist.make(typist.bind(manager, 1), 0, before=struct.pack("=I", typist.seat))
        typist.click(keys)
        client.roundtrip()
        assert menu.has_keyboard() and not menu.over, manager
        typist.send(means, destroy)
    typist.click(keys)
    client.until("the menu's end", lambda: menu.over and window.has_keyboard())
    assert session.end() == 0


if __name__ == "__main__":
    main(globals())

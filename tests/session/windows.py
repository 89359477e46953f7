"""Windows with --windows, on a whole session without a virtual machine: what they are told, where they are seen, which has the
keyboard. Their client is the test itself.

windows.py VITRINE PATTERN TEST: runs one of the tests below; a failed assertion is its failure.
"""

import os
import struct
import tempfile

from PIL import Image

from programs import SIZE, Desktop, main
from session import RUNTIME, until
from wire import Wire, string

from vitrine_vm.picture import box  # programs tells where this is

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
STATES = (None, "maximized", "fullscreen", "resizing", "activated", "left", "right", "top", "bottom", "suspended")
REQUESTS = {"parent": 1, "title": 2, "move": 5, "resize": 6, "maximize": 9, "unmaximize": 10, "fullscreen": 11, "unfullscreen": 12,
            "minimize": 13}
UNIT = 0xFFFFFFFF // 0xFF  # of a colour, whose largest value is 255 here
LEFT, BOTTOM_RIGHT = 4, 10  # edges of a resize
IDLED, RESUMED = 0, 1  # events of an ext_idle_notification_v1
CORNER = 5  # pixels from a window's corner to where it is clicked, which its dialogs and menus leave free


class Bare:
    """A surface of one colour, without a role."""

    def __init__(self, client, size, color):
        self.client, self.size, self.color = client, size, color
        self.surface = client.make(client.compositor, 0)
        self.viewport = client.make(client.viewporter, 1, self.surface)

    def commit(self):
        self.client.send(self.surface, 6)

    def draw(self, size):
        self.size = size
        pixel = self.client.make(self.client.pixels, 1, *(UNIT * band for band in (*self.color, 255)))
        self.client.send(self.viewport, 2, struct.pack("=II", *size))
        self.client.send(self.surface, 1, struct.pack("=III", pixel, 0, 0))
        self.client.send(self.surface, 9, struct.pack("=IIII", 0, 0, 1, 1))
        self.commit()

    def unmap(self):
        self.client.send(self.surface, 1, struct.pack("=III", 0, 0, 0))
        self.commit()

    def place(self):
        """Where it is seen: left, top, right, bottom; None: it is not."""
        return box(self.client.session.grim(), self.color)

    def has_keyboard(self):
        return self.client.keyboard == self.surface


class Surface(Bare):
    """An xdg_surface. Its role is what it is made with: (opcode, arguments after the id, handler of its events)."""

    def __init__(self, client, size, color, role):
        super().__init__(client, size, color)
        opcode, arguments, handler = role
        self.xdg = client.make(client.wm_base, 2, self.surface, handler=self._handle_configure)
        self.role = client.make(self.xdg, opcode, *arguments, handler=handler)

    def _handle_configure(self, opcode, arguments):
        self.client.send(self.xdg, 4, arguments)
        self.draw(self.size)


class Window(Surface):
    def __init__(self, client, size, color, title, parent=None):
        super().__init__(client, size, color, (1, (), self._handle))
        self.told = []  # of each configure: ((width, height), set of states)
        self.ask("title", string(title))
        if parent:
            self.ask("parent", struct.pack("=I", parent.role))
        self.commit()

    def ask(self, what, arguments=b""):
        if what == "fullscreen" and not arguments:
            arguments = bytes(4)  # on any output
        self.client.send(self.role, REQUESTS[what], arguments)

    def is_told(self, states, size=None):
        return self.told and self.told[-1][1] == states and size in (None, self.told[-1][0])

    def _handle(self, opcode, arguments):
        if opcode != 0:
            return
        width, height, length = struct.unpack_from("=iiI", arguments)
        states = struct.unpack_from(f"={length // 4}I", arguments, 12)
        self.told.append(((width, height), {STATES[state] for state in states}))
        if width > 0 and height > 0:
            self.size = (width, height)


class Late(Window):
    """Does not draw before start()."""
    configure = None  # the arguments of the last one

    def start(self):
        super()._handle_configure(0, self.configure)

    def _handle_configure(self, opcode, arguments):
        self.configure = arguments


class Panel(Bare):
    """A layer surface in the upper left corner. layer and keyboard: the protocol's numbers."""
    BOTTOM, TOP = 1, 2
    EXCLUSIVE, ON_DEMAND = 1, 2
    UPPER_LEFT = 1 | 4

    def __init__(self, client, size, color, layer, keyboard):
        super().__init__(client, size, color)
        shell = client.bind("zwlr_layer_shell_v1", 4)
        self.role = client.make(shell, 0, self.surface, 0, layer, handler=self._handle, after=string("panel"))
        self.xdg = 0  # that a menu hangs on
        for opcode, arguments in (0, size), (1, (self.UPPER_LEFT,)), (4, (keyboard,)):
            client.send(self.role, opcode, struct.pack(f"={len(arguments)}I", *arguments))
        self.commit()

    def adopt(self, popup):
        self.client.send(self.role, 5, struct.pack("=I", popup))

    def _handle(self, opcode, arguments):
        if opcode == 0:
            self.client.send(self.role, 6, arguments[:4])
            self.draw(self.size)


class Menu(Surface):
    """With a grab. At its parent's upper left corner, but for CORNER."""

    def __init__(self, parent, size, color):
        client = parent.client
        positioner = client.make(client.wm_base, 1)
        client.send(positioner, 1, struct.pack("=II", *size))
        client.send(positioner, 2, struct.pack("=IIII", 2 * CORNER, 2 * CORNER, 1, 1))
        client.send(positioner, 3, struct.pack("=I", 5))  # the rectangle's upper left corner
        client.send(positioner, 4, struct.pack("=I", 8))  # to the lower right of that
        self.over = False
        super().__init__(client, size, color, (2, (parent.xdg, positioner), self._handle))
        if not parent.xdg:
            parent.adopt(self.role)
        client.send(self.role, 1, struct.pack("=II", client.seat, client.pressed))
        self.commit()

    def _handle(self, opcode, arguments):
        if opcode == 1:
            self.over = True


class Client(Wire):
    def __init__(self, session):
        super().__init__(os.path.join(RUNTIME, session.socket))
        self.session = session
        self.keyboard = None  # the surface that has it
        self.pointed = None   # the surface that has the pointer
        self.entered = None   # where the pointer came to its surface
        self.pressed = 0      # the serial of the last button that was pressed
        self.compositor = self.bind("wl_compositor", 4)
        self.viewporter = self.bind("wp_viewporter", 1)
        self.pixels = self.bind("wp_single_pixel_buffer_manager_v1", 1)
        self.wm_base = self.bind("xdg_wm_base", 6)
        self.dialogs = self.bind("xdg_wm_dialog_v1", 1)
        self.seat = self.bind("wl_seat", 5)
        self.make(self.seat, 0, handler=self._handle_pointer)
        self.make(self.seat, 1, handler=self._handle_keyboard)

    def until(self, what, condition):
        """Waits until condition() holds, and goes on as a client meanwhile."""
        return until(what, lambda: self.roundtrip() or condition())

    def open(self, size, color, title="window"):
        """A window, once it is seen and has the keyboard."""
        window = Window(self, size, color, title)
        self.until(f"{title} with the keyboard", lambda: window.has_keyboard() and window.place())
        return window

    def open_dialog(self, parent, size, color):
        """A modal one."""
        dialog = self.open(size, color, "dialog")
        dialog.ask("parent", struct.pack("=I", parent.role))
        self.send(self.make(self.dialogs, 1, dialog.role), 1)
        return dialog

    def open_panel(self, size, color, layer, keyboard):
        panel = Panel(self, size, color, layer, keyboard)
        self.until("a panel", panel.place)
        return panel

    def open_menu(self, parent, size=(60, 40), color=(255, 255, 0)):
        menu = Menu(parent, size, color)
        self.until("a menu with the keyboard", lambda: menu.has_keyboard() and menu.place())
        return menu

    def press(self, surface, down=True):
        """A button near the surface's corner."""
        left, top = surface.place()[:2]
        self.session.pointer.move(left + CORNER, top + CORNER)
        before = self.pressed
        self.session.pointer.press(down=down)
        if down:
            self.until("a button", lambda: self.pressed != before)

    def click(self, surface):
        self.press(surface)
        self.session.pointer.press(down=False)

    def _handle_pointer(self, opcode, arguments):
        if opcode in (0, 1):
            self.pointed = struct.unpack_from("=I", arguments, 4)[0] if opcode == 0 else None
        if opcode == 0:
            self.entered = tuple(fixed / 256 for fixed in struct.unpack_from("=ii", arguments, 8))
        if opcode == 3 and arguments[12:16] == struct.pack("=I", 1):
            self.pressed = struct.unpack_from("=I", arguments)[0]

    def _handle_keyboard(self, opcode, arguments):
        if opcode in (1, 2):
            self.keyboard = struct.unpack_from("=I", arguments, 4)[0] if opcode == 1 else None


class Others(Wire):
    """A taskbar of one window."""
    STATES = "maximized", "minimized", "activated", "fullscreen"
    TOPLEVEL, STATE = 0, 4  # events

    def __init__(self, session):
        super().__init__(os.path.join(RUNTIME, session.socket))
        self.states = None
        self.bind("zwlr_foreign_toplevel_manager_v1", 3, handler=self._handle_manager)

    def until_told(self, states):
        until(f"others that are told {states}", lambda: self.roundtrip() or self.states == states)

    def _handle_manager(self, opcode, arguments):
        if opcode == self.TOPLEVEL:
            self.hear(*struct.unpack("=I", arguments), self._handle_window)

    def _handle_window(self, opcode, arguments):
        if opcode == self.STATE:
            length = struct.unpack_from("=I", arguments)[0]
            self.states = {self.STATES[state] for state in struct.unpack_from(f"={length // 4}I", arguments, 4)}


class Keyboard:
    """A virtual one with several layouts, whose keys the windows obey. Keys: evdev's codes."""
    LOGO = 1 << 6  # the modifier
    F, Y, Z = 33, 21, 44

    def __init__(self, client, layouts):
        self.client = client
        self.keys = []  # that came to the client: pressed only
        self.role = client.make(client.bind("zwp_virtual_keyboard_manager_v1", 1), 0, before=struct.pack("=I", client.seat))
        symbols = "+".join(f"{layout}:{group}" for group, layout in enumerate(layouts, 1))
        text = f"""xkb_keymap {{ xkb_keycodes {{ include "evdev+aliases(qwerty)" }}; xkb_types {{ include "complete" }};
            xkb_compat {{ include "complete" }}; xkb_symbols {{ include "pc+{symbols}+inet(evdev)" }}; }};""".encode() + b"\0"
        with tempfile.TemporaryFile() as file:
            file.write(text)
            file.flush()
            client.send(self.role, 0, struct.pack("=II", 1, len(text)), [file.fileno()])
        client.make(client.seat, 1, handler=self._handle)

    def press(self, key, group):
        """With the key that the windows obey, in the group's layout. Returns whether it was for the client."""
        self.keys.clear()
        self.client.send(self.role, 2, struct.pack("=IIII", self.LOGO, 0, 0, group))
        for pressed in 1, 0:
            self.client.send(self.role, 1, struct.pack("=III", 0, key, pressed))
        self.client.send(self.role, 2, struct.pack("=IIII", 0, 0, 0, group))
        self.client.roundtrip()
        return self.keys == [key]

    def _handle(self, opcode, arguments):
        if opcode == 3:
            key, pressed = struct.unpack_from("=II", arguments, 8)
            self.keys += [key] * pressed


class Windows(Desktop):
    def __init__(self, *arguments, size=SIZE, **environment):
        super().__init__(*arguments, size=size, **environment)
        self.pointer.move(0, 0)  # so that there is one before the client wants it
        self.pointer.roundtrip()
        self.client = Client(self)

    def key(self, name, shift=False):
        """With the key that the windows obey."""
        held = ("-M", "shift") if shift else ()
        self.say("wtype", "-M", "logo", *held, "-k", name, "-m", "logo")

    def turn(self, output, on):
        self.run("wlr-randr", "--output", output, "--on" if on else "--off")

    def is_told_of(self, title, state):
        """Whether others are told that a window is "minimized" or the like."""
        return self.run("wlrctl", "toplevel", "find", f"title:{title}", f"state:{state}", check=False).returncode == 0


def resize(client, window, dx, dy):
    """By the user, with the pointer at the window's lower right corner."""
    width, height = window.size
    client.press(window)
    window.ask("resize", struct.pack("=III", client.seat, client.pressed, BOTTOM_RIGHT))
    client.until("a window that is resized", lambda: "resizing" in window.told[-1][1])
    left, top = window.place()[:2]
    client.session.pointer.move(left + CORNER + dx, top + CORNER + dy)
    client.until("its new size", lambda: window.told[-1][0] == (width + dx, height + dy))
    client.session.pointer.press(down=False)
    client.until("the end of it", lambda: "resizing" not in window.told[-1][1])


def test_minimised_dialog_comes_back_with_its_parent():
    session = Windows("--windows")
    client = session.client
    parent = client.open((300, 200), RED)
    dialog = client.open_dialog(parent, (100, 80), GREEN)
    dialog.ask("minimize")
    client.until("no dialog, and the parent's keyboard", lambda: not dialog.place() and parent.has_keyboard())
    client.click(parent)
    client.until("the dialog with the keyboard", dialog.has_keyboard)
    client.until("it in sight", dialog.place)
    assert dialog.is_told({"activated"}) and not session.is_told_of("dialog", "minimized"), dialog.told
    assert session.end() == 0


def test_dialogs_are_minimised_with_their_parent():
    session = Windows("--windows")
    client = session.client
    other = client.open((400, 300), BLUE, "other")
    parent = client.open((300, 200), RED, "parent")
    dialog = client.open_dialog(parent, (100, 80), GREEN)
    client.until("the dialog with the keyboard", lambda: dialog.has_keyboard() and dialog.is_told({"activated"}))
    for _ in range(2):
        parent.ask("minimize")
        client.until("the other window with the keyboard", other.has_keyboard)
        client.until("a dialog that knows", lambda: dialog.is_told({"suspended"}) and parent.is_told({"suspended"}))
        assert not dialog.place() and not parent.place()
        client.until("others that know", lambda: session.is_told_of("parent", "minimized") and session.is_told_of("dialog", "minimized"))
        for _ in range(2):  # the other one is the lowest
            session.key("Tab")
        client.until("the dialog with the keyboard again", lambda: dialog.has_keyboard() and dialog.is_told({"activated"}))
        client.until("both in sight", lambda: dialog.place() and parent.place())
        assert not session.is_told_of("parent", "minimized") and not session.is_told_of("dialog", "minimized")
    assert session.end() == 0


def test_menu_ends_when_another_window_has_the_focus():
    session = Windows("--windows")
    client = session.client
    other = client.open((100, 80), BLUE, "other")
    window = client.open((300, 200), RED)
    for key in "Tab", "Down":
        client.click(window)
        menu = client.open_menu(window)
        session.key(key)
        client.until("the other window with the keyboard", other.has_keyboard)
        assert menu.over and not menu.place()
    client.until("others that know", lambda: session.is_told_of("window", "minimized"))
    client.click(other)  # the last one
    menu = client.open_menu(other)
    session.key("Down")
    client.until("nobody with the keyboard", lambda: client.keyboard is None)
    assert menu.over
    assert session.end() == 0


def test_menu_outlives_clicks_of_its_window():
    """Also the click by which its window gets the focus."""
    session = Windows("--windows")
    client = session.client
    window = client.open((300, 200), RED)
    client.click(window)
    menu = client.open_menu(window)
    client.click(window)
    client.click(menu)
    client.roundtrip()
    assert menu.has_keyboard() and not menu.over
    menu.unmap()
    client.until("the window with the keyboard", window.has_keyboard)
    other = client.open((100, 80), BLUE)
    menu = client.open_menu(window)
    client.click(menu)
    client.until("the menu's window with the focus", lambda: window.is_told({"activated"}) and other.is_told(set()))
    assert menu.has_keyboard() and not menu.over
    assert session.end() == 0


def test_size_that_the_client_chose_is_kept():
    """Also when it was told another one before."""
    session = Windows("--windows", size=(800, 600))
    client = session.client
    window = client.open((300, 200), RED)
    resize(client, window, 100, 50)
    assert window.is_told({"activated"}, (400, 250))
    window.draw((450, 350))
    client.until("it larger", lambda: window.place() and window.place()[2] - window.place()[0] == 450)
    client.open((100, 80), BLUE)
    client.until("it without the focus", lambda: window.is_told(set()))
    assert window.told[-1][0] == (450, 350), window.told
    # What it is restored to is that size, too.
    window.ask("maximize")
    client.until("it maximised", lambda: window.is_told({"maximized"}, (800, 600)))
    window.ask("unmaximize")
    client.until("it restored", lambda: window.is_told(set()))
    assert window.told[-1][0] == (450, 350), window.told
    assert session.end() == 0


def test_floating_window_is_not_restored():
    """A client may ask for what it has; to an older size it does not go back then."""
    session = Windows("--windows", size=(800, 600))
    client = session.client
    window = client.open((300, 200), RED)
    window.ask("maximize")
    client.until("it maximised", lambda: window.is_told({"activated", "maximized"}, (800, 600)))
    window.ask("unmaximize")
    client.until("it restored", lambda: window.is_told({"activated"}, (300, 200)))
    resize(client, window, 100, 50)
    for what in "unmaximize", "unfullscreen":
        before = len(window.told)
        window.ask(what)
        client.until("an answer", lambda: len(window.told) > before)
        assert window.told[before:] == [((400, 250), {"activated"})], window.told[before:]
    assert session.end() == 0


def test_restored_size_outlives_a_change_of_mind():
    """Restored and bound again before the client has followed: the size and place to come back to are the floating window's."""
    session = Windows("--windows")
    client = session.client
    window = client.open((300, 200), RED)
    place = window.place()
    for ask, state in ("fullscreen", "fullscreen"), ("maximize", "maximized"):
        window.ask(ask)
        client.until(state, lambda: window.is_told({"activated", state}, SIZE))
        client.until("it all over the screen", lambda: window.place() == (0, 0, *SIZE))
        before = len(window.told)
        window.ask(f"un{ask}")
        window.ask(ask)
        client.until("an answer", lambda: len(window.told) > before and window.is_told({"activated", state}, SIZE))
        window.ask(f"un{ask}")
        client.until("it floating", lambda: window.is_told({"activated"}))
        assert window.told[-1][0] == (300, 200), window.told
        client.until("it in its place", lambda: window.place() == place)
    assert session.end() == 0


def test_unmapped_window_starts_anew():
    """It is told nothing until it wants to be mapped again, and then nothing of what it was; but it comes where it was."""
    session = Windows("--windows")
    client = session.client
    window = client.open((300, 200), RED)
    place = window.place()
    for ask, state in ("minimize", "suspended"), ("maximize", "maximized"), ("fullscreen", "fullscreen"):
        window.ask(ask)
        client.until(state, lambda: state in window.told[-1][1])
        client.roundtrip()
        before = len(window.told)
        window.unmap()
        client.until("the screen empty", lambda: session.grim().tobytes() == Image.new("RGB", SIZE).tobytes())
        assert len(window.told) == before, window.told[before:]
        window.size = (300, 200)
        window.commit()
        client.until("it with the keyboard", lambda: window.has_keyboard() and window.is_told({"activated"}))
        assert window.told[before:] == [((0, 0), set()), ((0, 0), {"activated"})], window.told[before:]
        client.until("it in its place", lambda: window.place() == place)
    # A size that it was told while it floated, and a state that it asks for before it is mapped.
    resize(client, window, 100, 50)
    client.roundtrip()
    window.unmap()
    window.size = (300, 200)
    window.ask("maximize")
    before = len(window.told)
    window.commit()
    client.until("it maximised", lambda: window.is_told({"activated", "maximized"}))
    assert [size for size, _ in window.told[before:]] == [SIZE] * 2, window.told[before:]
    window.size = (300, 200)
    window.ask("unmaximize")
    client.until("it floating", lambda: window.is_told({"activated"}, (0, 0)))
    client.until("it in its place", lambda: window.place() == place)
    assert session.end() == 0


def test_window_of_a_kiosk_stays_fullscreen_when_it_starts_anew():
    session = Windows()
    client = session.client
    window = client.open((300, 200), RED)
    client.until("it active", lambda: window.is_told({"activated", "fullscreen"}))
    before = len(window.told)
    window.unmap()
    client.roundtrip()
    assert len(window.told) == before
    window.commit()
    client.until("it with the keyboard", lambda: window.has_keyboard() and window.is_told({"activated", "fullscreen"}))
    assert window.told[before] == (SIZE, {"fullscreen"}), window.told[before:]
    assert session.end() == 0


def test_panel_gives_the_keyboard_back():
    """To the window that is chosen, by a key or from a list, also where that is active already."""
    session = Windows("--windows")
    client = session.client
    windows = client.open((300, 200), RED, "first"), client.open((200, 100), GREEN, "second")
    panel = client.open_panel((100, 30), BLUE, Panel.TOP, Panel.ON_DEMAND)
    client.until("the new panel with the keyboard", panel.has_keyboard)
    session.key("Tab")
    client.until("the next window with the keyboard", windows[0].has_keyboard)
    for title, window in zip(("first", "second"), windows):
        client.click(panel)
        client.until("the panel with the keyboard", panel.has_keyboard)
        session.run("wlrctl", "toplevel", "focus", f"title:{title}")
        client.until("the chosen window with it", window.has_keyboard)
    assert session.end() == 0


def test_panel_below_the_windows_keeps_the_keyboard():
    """What it commits after the click takes nothing from it."""
    session = Windows("--windows")
    client = session.client
    panel = client.open_panel((100, 30), BLUE, Panel.BOTTOM, Panel.EXCLUSIVE)
    window = client.open((300, 200), RED)
    client.click(panel)
    client.until("the panel with the keyboard", panel.has_keyboard)
    panel.draw((100, 30))
    client.roundtrip()
    assert panel.has_keyboard()
    client.click(window)
    client.until("the window with the keyboard", window.has_keyboard)
    assert session.end() == 0


def test_menu_of_a_panel_has_the_keyboard():
    """Of one that wants it for itself alone, too."""
    session = Windows("--windows")
    client = session.client
    panel = client.open_panel((100, 30), BLUE, Panel.TOP, Panel.EXCLUSIVE)
    client.until("the panel with the keyboard", panel.has_keyboard)
    client.click(panel)
    menu = client.open_menu(panel)
    client.roundtrip()
    assert menu.has_keyboard() and not menu.over
    assert session.end() == 0


def test_windows_with_dialogs_are_gone_through_both_ways():
    session = Windows("--windows")
    client = session.client
    other = client.open((300, 200), BLUE, "other")
    parent = client.open((300, 200), RED, "parent")
    dialog = client.open((100, 80), GREEN, "dialog")
    dialog.ask("parent", struct.pack("=I", parent.role))
    client.roundtrip()
    for shift in True, False:
        session.key("Tab", shift)
        client.until("the other window with the keyboard", other.has_keyboard)
        session.key("Tab", shift)
        client.until("the parent or its dialog with it", lambda: parent.has_keyboard() or dialog.has_keyboard())
        client.until("the dialog above it", dialog.place)
    assert session.end() == 0


def test_dialogs_keep_their_order():
    """The newer one lies over the older, however often their parent is chosen."""
    session = Windows("--windows")
    client = session.client
    parent = client.open((300, 200), RED)
    dialogs = [client.open((100, 80), GREEN, "older"), client.open((100, 80), BLUE, "newer")]
    for dialog in dialogs:
        dialog.unmap()
        client.roundtrip()
        dialog.ask("parent", struct.pack("=I", parent.role))
        dialog.commit()
        client.until("the dialog over its parent", lambda: dialog.has_keyboard() and dialog.place())
    both = dialogs[1].place()[:2]  # the newer one's upper left corner lies over the older one
    for _ in range(2):
        client.click(parent)
        client.until("the parent with the keyboard", parent.has_keyboard)
        assert session.grim().getpixel(both) == BLUE
        client.click(dialogs[1])
        client.until("the dialog with the keyboard", dialogs[1].has_keyboard)
    assert session.end() == 0


def open_at_once(client):
    """A window and its dialog, of which the dialog is drawn first, until both are seen."""
    parent = Late(client, (300, 200), RED, "parent")
    dialog = Window(client, (100, 80), GREEN, "dialog", parent)
    client.until("the dialog alone", lambda: dialog.place() and dialog.has_keyboard())
    parent.start()
    client.until("its parent", parent.place)
    client.until("the dialog above it with the keyboard", lambda: dialog.place() and dialog.has_keyboard())
    client.until("it active", lambda: dialog.is_told({"activated"}) and "activated" not in parent.told[-1][1])
    return parent, dialog


def test_dialog_that_is_opened_at_once_with_its_window():
    session = Windows("--windows")
    client = session.client
    parent, dialog = open_at_once(client)
    parent.ask("minimize")
    client.until("no dialog", lambda: not dialog.place() and not parent.place())
    assert session.end() == 0


def test_dialog_that_is_opened_at_once_with_a_kiosk_s_window():
    session = Windows()
    client = session.client
    dialog = open_at_once(client)[1]
    assert all("fullscreen" not in states for _, states in dialog.told), dialog.told
    assert dialog.place() == ((SIZE[0] - 100) // 2, (SIZE[1] - 80) // 2, (SIZE[0] + 100) // 2, (SIZE[1] + 80) // 2), dialog.place()
    assert session.end() == 0


def test_window_is_let_go_when_it_becomes_fullscreen():
    """Its size is the screen's then, wherever the pointer goes on to."""
    session = Windows("--windows")
    client = session.client
    window = client.open((300, 200), RED)
    client.press(window)
    window.ask("resize", struct.pack("=III", client.seat, client.pressed, BOTTOM_RIGHT))
    client.until("a window that is resized", lambda: "resizing" in window.told[-1][1])
    session.key("f")
    client.until("it fullscreen", lambda: window.is_told({"activated", "fullscreen"}, SIZE))
    session.pointer.move(SIZE[0] // 2, SIZE[1] // 2)
    session.pointer.roundtrip()
    session.pointer.press(down=False)
    client.until("it all over the screen", lambda: window.place() == (0, 0, *SIZE))
    assert window.is_told({"activated", "fullscreen"}, SIZE), window.told
    assert session.end() == 0


def test_dragged_window_stays_on_its_output():
    """And at the pointer, when the output to the left of it has another size; one that is resized keeps its other edge there."""
    session = Windows("--windows", "--size", "640x480,800x600", size=(1440, 600))
    client, mouse = session.client, session.pointer
    window = client.open((100, 80), RED)

    def lies(*place):
        client.until(f"it at {place}: {window.place()}", lambda: window.place() == place)
    client.press(window)
    window.ask("move", struct.pack("=II", client.seat, client.pressed))
    client.until("a window without the pointer", lambda: client.pointed is None)
    mouse.move(900 + CORNER, 200 + CORNER)
    lies(900, 200, 1000, 280)
    session.run("wlr-randr", "--output", "HEADLESS-1", "--custom-mode", "740x480")
    lies(1000, 200, 1100, 280)
    mouse.push(10, 5)
    lies(1010, 205, 1110, 285)
    mouse.press(down=False)
    mouse.size = (1540, 600)
    client.press(window)
    window.ask("resize", struct.pack("=III", client.seat, client.pressed, LEFT))
    client.until("a window that is resized", lambda: "resizing" in window.told[-1][1])
    mouse.push(-20, 0)
    lies(990, 205, 1110, 285)
    session.run("wlr-randr", "--output", "HEADLESS-1", "--custom-mode", "640x480")
    lies(890, 205, 1010, 285)
    mouse.push(-10, 0)
    lies(880, 205, 1010, 285)
    mouse.press(down=False)
    client.until("the end of it", lambda: "resizing" not in window.told[-1][1])
    lies(880, 205, 1010, 285)
    assert session.end() == 0


def test_window_that_was_elsewhere_is_in_sight():
    """Which floated where a smaller output is not; which was unmapped while its output moved."""
    session = Windows("--windows", "--size", "800x600,300x200", size=(1100, 600))
    client = session.client
    window = client.open((100, 80), RED)
    client.press(window)
    window.ask("move", struct.pack("=II", client.seat, client.pressed))
    client.roundtrip()
    left, top = window.place()[:2]
    session.pointer.move(left + CORNER, top + CORNER)
    session.pointer.move(700 + CORNER, 500 + CORNER)
    client.until("it in the far corner", lambda: window.place() == (700, 500, 800, 580))
    session.pointer.press(down=False)
    window.ask("fullscreen", struct.pack("=I", client.bind("wl_output", 1, nth=1)))
    client.until("it all over the other output", lambda: window.place() == (800, 0, 1100, 200))
    window.ask("unfullscreen")
    client.until("all of it there", lambda: window.place() == (1000, 120, 1100, 200))
    session.turn("HEADLESS-1", False)
    client.until("the output in its place", lambda: window.place() == (200, 120, 300, 200))
    window.unmap()
    client.until("it gone", lambda: not window.place())
    session.turn("HEADLESS-1", True)
    window.commit()
    client.until("it where it was", lambda: window.place() == (1000, 120, 1100, 200))
    assert session.end() == 0


def test_others_are_told_of_a_half():
    session = Windows("--windows")
    client = session.client
    others = Others(session)
    window = client.open((300, 200), RED)
    session.key("Up")
    client.until("it maximised", lambda: window.is_told({"activated", "maximized"}))
    others.until_told({"maximized", "activated"})
    session.key("Left")
    client.until("it in the left half", lambda: window.told[-1][0] == (SIZE[0] // 2, SIZE[1]))
    others.until_told({"activated"})


def test_keys_are_found_in_any_layout():
    """By the layout that is in use; where its letter is not Latin, by the keymap's others."""
    path = os.path.join(RUNTIME, "keys.ini")
    with open(path, "w") as file:
        file.write("[keys]\nmaximize = Super+z\n")
    for other, cases in (
            ("ru", ((0, "F", "fullscreen"), (1, "F", "fullscreen"), (0, "Z", "maximized"), (1, "Z", "maximized"), (1, "Y", None))),
            ("de", ((0, "F", "fullscreen"), (1, "F", "fullscreen"), (0, "Z", "maximized"), (0, "Y", None), (1, "Z", None),
                    (1, "Y", "maximized")))):
        session = Windows("--windows", "--config", path)
        client = session.client
        window = client.open((300, 200), RED)
        keyboard = Keyboard(client, ("us", other))
        for group, name, state in cases:
            for states in ({"activated", state} if state else {"activated"}, {"activated"}):
                assert keyboard.press(getattr(keyboard, name), group) == (state is None), (other, group, name)
                client.until(f"{other}, {group}, {name}: {states}", lambda: window.is_told(states))
        assert session.end() == 0


def test_inhibitor_counts_while_its_sub_surface_is_seen():
    """Also when that is for another surface's sake: its own client has committed it before, or commits nothing of it."""
    session = Windows()
    client = session.client
    told = []
    notifier = client.bind("ext_idle_notifier_v1", 1)
    client.make(notifier, 1, 0, client.seat, handler=lambda opcode, arguments: told.append(opcode))
    client.until("idle", lambda: told and told[-1] == IDLED)
    window = Window(client, (300, 200), RED, "film")
    parts = [Bare(client, size, color) for size, color in (((200, 100), GREEN), ((100, 50), BLUE))]
    subcompositor = client.bind("wl_subcompositor", 1)
    for part, parent in zip(parts, (window, parts[0])):
        client.make(subcompositor, 1, part.surface, parent.surface)
    client.make(client.bind("zwp_idle_inhibit_manager_v1", 1), 1, parts[1].surface)
    for part in reversed(parts):
        part.draw(part.size)
    client.until("not idle while the film is seen", lambda: told[-1] == RESUMED)
    window.unmap()
    client.until("idle without its window", lambda: told[-1] == IDLED)
    window.commit()
    client.until("not idle again", lambda: told[-1] == RESUMED)
    parts[0].unmap()
    window.commit()
    client.until("idle without what the film lies on", lambda: told[-1] == IDLED)
    assert session.end() == 0


if __name__ == "__main__":
    main(globals())

"""Programs of GTK 4 and Qt 6, and a terminal: their picture, what is typed into them, their clipboards, menus and dialogs.

toolkits.py VITRINE PATTERN TEST: as session.py.
"""

import os
import time

from programs import SIZE, Desktop, main, needs
from session import RUNTIME, until
from vitrine_vm.picture import box, changed  # programs tells where this is

TEXT = (0x10, 0x20, 0x30)
MENU = (0xFF, 0x00, 0xFF)
TYPED = "Vitrine 42 äß€"


def type_keys(desktop, *keys):
    """keys: as wtype knows them; "ctrl+a" holds the first."""
    for key in keys:
        held, _, name = key.rpartition("+")
        desktop.say("wtype", *(("-M", held, name, "-m", held) if held else ("-k", name)))


def copies_and_pastes(desktop, line):
    """What was typed is copied, what another program copied replaces it, and what the pointer marks is the primary
    selection. line: the height at which the first line of text is."""
    def copied():
        type_keys(desktop, "ctrl+a", "ctrl+c")
        return desktop.pasted()
    until("the typed text in the clipboard", lambda: copied() == TYPED)
    type_keys(desktop, "End")  # nothing is marked, else the pointer would drag it
    desktop.pointer.drag((2, line), (desktop.size[0] - 60, line))
    until("the marked text", lambda: desktop.pasted("-p") == TYPED)
    desktop.say("wl-copy", text="from elsewhere")
    type_keys(desktop, "ctrl+a", "ctrl+v")
    until("what was pasted", lambda: copied() == "from elsewhere")


def gtk_program(desktop):
    """GTK's editor, with colours of ours."""
    folder = os.path.join(RUNTIME, ".config/gtk-4.0")
    os.makedirs(folder)
    with open(f"{folder}/gtk.css", "w") as css:
        css.write("textview, textview text { background: #%02x%02x%02x; color: #ffffff; }"
                  "popover contents { background: #%02x%02x%02x; border-radius: 0; }" % (*TEXT, *MENU))
    # Its own choice, OpenGL by llvmpipe, compiles shaders for longer than a test may take.
    return desktop.program("gtk4-demo-application", GSK_RENDERER="cairo", GSETTINGS_BACKEND="memory")


@needs("xdg_toplevel", "xdg_popup", "xdg_positioner", "wl_keyboard", "wl_pointer", "wl_data_source", "wl_data_offer",
       "zwp_primary_selection_source_v1", "zwp_text_input_v3", "wp_presentation")
def test_gtk():
    desktop = Desktop()
    program = gtk_program(desktop)
    width, height = SIZE

    def fullscreen(picture):
        left, top, right, bottom = box(picture, TEXT) or (width, height, 0, 0)
        return left <= 1 and top < 60 and right >= width - 1 and bottom > height - 40
    empty = desktop.sees("the text's background all over the window", fullscreen)

    desktop.pointer.click(width // 2, height // 2)
    desktop.say("wtype", TYPED)
    typed = desktop.sees("the first line of text", lambda picture: box(picture.crop(box(empty, TEXT)), (255, 255, 255)))
    letters = box(typed.crop(box(empty, TEXT)), (255, 255, 255))
    assert letters[0] < 10 and letters[1] < 10 and 60 < letters[2] < 200 and letters[3] < 24, letters
    copies_and_pastes(desktop, box(empty, TEXT)[1] + letters[3] // 2)

    # The menu bar's first menu opens below its word, a context menu near the corner beside the pointer, all on the screen.
    desktop.pointer.click(18, 10)
    menu = box(desktop.sees("the menu", lambda picture: box(picture, MENU)), MENU)
    assert menu[0] <= 2 and 16 <= menu[1] <= 28 and menu[2] < 260 and menu[3] < 240, menu
    type_keys(desktop, "Escape")
    desktop.sees("no menu", lambda picture: not box(picture, MENU))
    corner = (width - 20, height - 60)
    desktop.pointer.click(*corner, "right")
    context = box(desktop.sees("the context menu", lambda picture: box(picture, MENU)), MENU)
    assert context[2] in range(corner[0] - 4, width + 1) and context[3] in range(corner[1] - 4, height + 1), context
    print(f"the menu at {menu}, the context menu of {corner} at {context}")
    desktop.pointer.click(10, height // 2)  # elsewhere: it goes
    desktop.sees("no context menu", lambda picture: not box(picture, MENU))

    desktop.pointer.click(18, 10)
    menu = box(desktop.sees("the menu again", lambda picture: box(picture, MENU)), MENU)
    desktop.pointer.click(menu[0] + 40, menu[3] - 20)  # Quit
    assert program.process.wait(30) == 0
    assert desktop.end() == 0
    return desktop


@needs("xdg_toplevel", "xdg_surface", "wl_region", "wl_pointer")
def test_gtk_window():
    """A window that floats has a title, by which it is moved, and is maximized by two clicks and back by two more."""
    desktop = Desktop("--windows", size=(800, 600))
    program = gtk_program(desktop)
    floating = box(desktop.sees("the text's background", lambda picture: box(picture, TEXT)), TEXT)
    title = ((floating[0] + floating[2]) // 2, floating[1] - 78)
    desktop.pointer.move(*title)
    desktop.pointer.press()
    begin = (title[0] + 30, title[1] + 10)  # far enough for GTK to see a wish to move
    desktop.pointer.move(*begin)
    program.is_dragged()
    desktop.pointer.move(begin[0] + 100, begin[1] + 50)
    moved = tuple(at + (100, 50)[i % 2] for i, at in enumerate(floating))
    desktop.sees("it elsewhere", lambda picture: box(picture, TEXT) == moved)
    desktop.pointer.press(down=False)
    # Two other clicks come later than GTK's time for two (0.4 s), else they are a third and a fourth one.
    for name, wanted, place in (("maximized", (0, 800), 100), ("floating again", (moved[0], moved[2]), 200)):
        at = box(desktop.grim(), TEXT)
        time.sleep(1)
        for _ in range(2):
            desktop.pointer.click(at[0] + place, at[1] - 78)
        desktop.sees(name, lambda picture: box(picture, TEXT) and all(abs(a - b) <= 1 for a, b in zip(
            box(picture, TEXT)[::2], wanted)))
    print(f"from {floating} to {moved}")
    assert desktop.end() == 0
    return desktop


@needs("xdg_toplevel", "xdg_popup", "xdg_positioner", "wl_keyboard", "wl_pointer", "wl_data_source", "wl_data_offer",
       "zwp_primary_selection_source_v1", "zwp_text_input_v3")
def test_qt():
    width, height = size = 800, 600
    desktop = Desktop(size=size)
    desktop.program("featherpad", QT_QPA_PLATFORM="wayland")
    white = (255, 255, 255)
    empty = desktop.sees("the page", lambda picture: picture.getpixel((width // 2, height // 2)) == white and
                         box(picture, white)[2] == width)
    top = box(empty.crop((width - 20, 0, width, height)), white)[1]  # of the page
    assert 60 < top < 120, top
    desktop.say("wtype", TYPED)
    line = (0, top, width, top + 24)
    desktop.sees("a line of text", lambda picture: (changed(picture.crop(line), empty.crop(line)) or [0] * 4)[2] > 60)
    copies_and_pastes(desktop, top + 12)

    # A menu opens below its word; one at the pointer, too near to the edge to go right of it, does not leave the screen.
    type_keys(desktop, "End")
    before = desktop.grim()
    part = (150, 0, width, height - 90)  # right of the text with its cursor; below, a warning of root's comes and goes

    def shown(picture):
        found = changed(before.crop(part), picture.crop(part))
        return found and tuple(at + part[i % 2] for i, at in enumerate(found))
    desktop.pointer.click(20, 8)
    menu = shown(desktop.sees("the menu", shown))
    assert menu[0] == part[0] and 14 <= menu[1] <= 20 and 200 < menu[2] < 400, menu
    type_keys(desktop, "Escape")
    desktop.sees("no menu", lambda picture: not shown(picture))
    place = (width - 20, 200)
    desktop.pointer.click(*place, "right")
    context = shown(desktop.sees("the context menu", shown))
    assert place[0] < context[2] <= width and abs(context[1] - place[1]) <= 4, context
    print(f"the menu at {menu}, the context menu of {place} at {context}")
    type_keys(desktop, "Escape")
    desktop.sees("no context menu", lambda picture: not shown(picture))

    # A dialog stands in the middle of its window, and takes the keys.
    type_keys(desktop, "ctrl+o")
    picture = desktop.sees("the dialog", shown)
    _, above, right, below = shown(picture)
    left = changed(*(each.crop((0, top + 24, width, height - 90)) for each in (before, picture)))[0]  # without the cursor
    print(f"the dialog from {left}, {above} to {right}, {below}")
    assert abs(left + right - width) <= 2 and abs(above + below - height) <= 2, (left, above, right, below)
    type_keys(desktop, "Escape")
    desktop.sees("no dialog", lambda picture: not shown(picture))
    assert desktop.end() == 0
    return desktop


@needs("xdg_toplevel", "wl_shm_pool", "wl_keyboard", "wl_pointer", "zwp_primary_selection_source_v1", "wp_fractional_scale_v1")
def test_foot():
    """Coloured cells stand side by side; what is typed appears below them; what the pointer marks can be pasted."""
    red, green, text = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    desktop = Desktop()
    desktop.program("foot", "--override=main.term=xterm", "--override=colors.background=000000",
                    "--override=colors.foreground=0000ff", "--override=cursor.blink=no", "sh", "-c",
                    "printf '\\033[48;2;255;0;0m%10s\\033[48;2;0;255;0m%10s\\033[0m\\n'; exec cat")
    picture = desktop.sees("the cells", lambda picture: box(picture, green))
    left, right = box(picture, red), box(picture, green)
    assert left[2] == right[0] and left[1::2] == right[1::2] and left[2] - left[0] == right[2] - right[0], (left, right)
    cell = ((left[2] - left[0]) // 10, left[3] - left[1])
    desktop.say("wtype", "Hello")
    line = (left[0], left[3], left[0] + 5 * cell[0], left[3] + cell[1])
    # By its own colour, so not the cursor; letters are smoothed, so their colour is not everywhere the whole one.
    desktop.sees("the word", lambda picture: (box(picture.crop(line), text, 60) or (0, 0, 0))[2] > 4 * cell[0])
    middle = line[1] + cell[1] // 2
    desktop.pointer.drag((line[0] + 1, middle), (line[2] - 1, middle))
    until("the marked word", lambda: desktop.pasted("-p") == "Hello")
    print(f"cells of {cell} at {left} and {right}")
    assert desktop.end() == 0
    return desktop


if __name__ == "__main__":
    main(globals())

"""Weston's demonstration programs that are used by pointer and keyboard; surfaces.py has those that are only looked at.

weston.py VITRINE PATTERN TEST: as session.py.
"""

from programs import Desktop, main, needs
from session import until
from vitrine_vm.picture import box, changed  # programs tells where this is

BLACK, WHITE, GREY = (0, 0, 0), (255, 255, 255), (128, 128, 128)
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


@needs("wl_data_device", "wl_data_source", "wl_data_offer", "wl_surface", "wl_pointer")
def test_weston_dnd():
    """One of the coloured shapes is dragged to another place, and is below the pointer meanwhile."""
    desktop = Desktop()
    desktop.program("weston-dnd")
    cell = (0, 70, 90, 170)  # of the left shape in the second row
    before = desktop.sees("the shapes", lambda picture: picture.crop(cell).getbbox())
    shape = before.crop(cell).getbbox()
    size = shape[2] - shape[0], shape[3] - shape[1]
    assert min(size) > 30, shape  # weston-dnd draws flowers of any size
    start = tuple(cell[i] + (shape[i] + shape[i + 2]) // 2 for i in range(2))
    end = (500, 350)
    desktop.pointer.drag(start, end, steps=10, drop=False)
    near = (end[0] - 60, end[1] - 60, end[0] + 60, end[1] + 60)
    dragged = desktop.sees("the shape below the pointer", lambda picture: picture.crop(near).getbbox())
    moved = dragged.crop(near).getbbox()
    print(f"a shape of {size} at {start}, dragged to {end}, has {moved} of {near}")
    assert abs(moved[2] - moved[0] - size[0]) <= 4 and abs(moved[3] - moved[1] - size[1]) <= 4, (moved, size)
    desktop.pointer.press(down=False)
    dropped = desktop.sees("it there and no longer here", lambda picture: picture.crop(near).getbbox() and
                           not picture.crop(cell).getbbox())
    assert dropped.crop(near).getpixel((60, 60)) == before.getpixel(start)
    rest = changed(before, dropped)
    assert rest[0] < 90 and rest[3] > 300, rest
    assert desktop.end() == 0
    return desktop


@needs("zwp_pointer_constraints_v1", "zwp_confined_pointer_v1", "wl_pointer")
def test_weston_constraints():
    """A click confines the pointer to the grey part, and what the pointer draws there shows where it went."""
    desktop = Desktop()
    program = desktop.program("weston-constraints")
    grey = box(desktop.sees("the grey part", lambda picture: box(picture, GREY) and box(picture, WHITE)), GREY)
    middle = (grey[0] + grey[2]) // 2, (grey[1] + grey[3]) // 2
    desktop.pointer.click(*middle)
    program.wait_for(r"zwp_confined_pointer_v1[#@]\d+\.confined")
    for step in range(1, 6):
        drawn = program.text().count(".commit()")
        desktop.pointer.move(middle[0] + 30 * step, middle[1] + 4 * step)
        until("the way there", lambda: program.text().count(".commit()") > drawn)
    white = box(desktop.grim(), WHITE)

    def line(picture):
        found = box(picture.crop(white), BLACK)
        return found and tuple(at + white[i % 2] for i, at in enumerate(found))
    drawn = line(desktop.sees("a line to the edge", lambda picture: line(picture) and line(picture)[2] >= grey[2] - 2))
    print(f"the line at {drawn}, within {grey}")
    assert all(drawn[i] >= grey[i] - 1 and drawn[i + 2] <= grey[i + 2] + 1 for i in range(2)), (drawn, grey)
    assert desktop.end() == 0
    return desktop


@needs("wl_surface", "xdg_toplevel", "wl_keyboard", "wl_pointer")
def test_weston_fullscreen():
    """A window that floats is fullscreen and floats again; with whatever scale and transform of its buffers the square
    under the pointer is the red one."""
    desktop = Desktop("--windows", size=(800, 600))
    desktop.program("weston-fullscreen")
    floating = box(desktop.sees("a floating window", lambda picture: box(picture, BLUE)), BLUE)
    assert floating[2] - floating[0] == 640 and floating[3] - floating[1] == 480, floating
    desktop.say("wtype", "f")
    picture = desktop.sees("a fullscreen window", lambda picture: box(picture, BLUE) == (0, 0, *desktop.size))
    x, y = (at + 20 for at in box(picture, GREEN)[:2])  # in the first square
    desktop.pointer.move(x, y)
    for key in "ttttttttss":
        before = desktop.sees("a red square below the pointer", lambda picture: picture.getpixel((x, y)) == RED)
        assert box(before, BLUE) == (0, 0, *desktop.size)
        red = box(before, RED)
        assert red[2] - red[0] <= 60 and red[3] - red[1] <= 60, red
        desktop.say("wtype", key)
        desktop.sees("the next picture", lambda picture: changed(before, picture))
    desktop.say("wtype", "f")
    desktop.sees("the floating window", lambda picture: box(picture, BLUE) == floating)
    assert desktop.end() == 0
    return desktop


if __name__ == "__main__":
    main(globals())

"""Whether the pixels are right, by a screenshot of the session."""

import time

from session import Session

CELL = 16
BORDER = (0xFF, 0x00, 0xFF)
MASK = 0xFFFFFFFF
SIZE = "1280x800"


def check_pattern(stack, out):
    """The client pattern draws what anybody can compute (tests/clients/pattern.h), into a swapchain on Venus."""
    command = stack.client_script("pattern", stack.venus(), "--vulkan", "--frames", "5", "--seconds", "60")
    path = out / "pattern.ppm"
    with Session(stack, SIZE, "--renderer", "vulkan", command=[command]) as session:
        shown = session.wait_for("presented 5 of 5") and session.screenshot(path)
        if not shown:
            print(session.text(), flush=True)
    return {"pattern": shown and read_ppm(path) == expected_pattern(*map(int, SIZE.split("x")), seed=5)}


def check_cube(stack, out):
    """vkcube draws a cube before a grey ground: most pixels are the ground's, many others are not."""
    command = stack.client_script("vkcube", stack.venus(), "--wsi", "wayland", "--width", "1280", "--height", "800")
    path = out / "vkcube.ppm"
    with Session(stack, SIZE, "--renderer", "vulkan", command=[command]) as session:
        shown = session.wait_for("Selected GPU") and _wait_for_frames(session) and session.screenshot(path)
        if not shown:
            print(session.text(), flush=True)
    if not shown:
        return {"vkcube": False}
    width, _, rows = read_ppm(path)
    pixels = [row[i:i + 3] for row in rows for i in range(0, 3 * width, 3)]
    counts = {pixel: pixels.count(pixel) for pixel in set(pixels[::997])}
    ground = max(counts.values()) / len(pixels)
    return {"vkcube": 0.4 < ground < 0.95 and len(set(pixels)) > 100}


def _wait_for_frames(session):
    """Some frames of the client were committed: the trace is written in blocks, so enough for one."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if session.trace.exists() and session.trace.read_text().count('"commit"') > 20:
            return True
        time.sleep(0.1)
    return False


def expected_pattern(width, height, seed):
    rows = []
    for y in range(height):
        if y in (0, height - 1):
            rows.append(bytes(BORDER) * width)
        elif y > 1 and y % CELL:
            rows.append(rows[-1])
        else:
            cells = b"".join(bytes(_colour(seed, x, y // CELL)) * CELL for x in range(-(-width // CELL)))
            rows.append(bytes(BORDER) + cells[3:3 * (width - 1)] + bytes(BORDER))
    return width, height, rows


def _colour(seed, column, row):
    value = (seed * 0x9E3779B1 + column * 0x85EBCA77 + row * 0xC2B2AE3D) & MASK
    value = (value ^ value >> 15) * 0x2C1B3C6D & MASK
    value ^= value >> 12
    return value >> 16 & 0xFF, value >> 8 & 0xFF, value & 0xFF


def read_ppm(path):
    """Width, height and rows of RGB, of the kind that grim writes: P6, 8 bits a band."""
    kind, width, height, most, pixels = path.read_bytes().split(maxsplit=4)
    if kind != b"P6" or most != b"255":
        raise ValueError(f"{path} is no picture that grim writes")
    width, height = int(width), int(height)
    stride = 3 * width
    return width, height, [pixels[i:i + stride] for i in range(0, stride * height, stride)]

"""Keyboard and pointer of the machine, as QMP's input-send-event knows them."""

AXIS_MAX = 0x7FFF  # of QEMU's absolute pointer, whatever the display's size

_PLAIN = {" ": "spc", "\n": "ret", "\t": "tab", "-": "minus", "=": "equal", "[": "bracket_left",
          "]": "bracket_right", ";": "semicolon", "'": "apostrophe", "`": "grave_accent", "\\": "backslash",
          ",": "comma", ".": "dot", "/": "slash"}
_SHIFTED = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./"))


def codes(character):
    """The key codes (QKeyCode) that type one character on a US keyboard, held together."""
    if character in _SHIFTED:
        return ["shift", *codes(_SHIFTED[character])]
    if character.isupper():
        return ["shift", character.lower()]
    return [_PLAIN.get(character, character)]


def press(names):
    """Events: the keys go down in order and up in the reverse order."""
    def event(name, down):
        return {"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": name}}}
    return [event(name, True) for name in names] + [event(name, False) for name in reversed(names)]


def move(x, y, size):
    """Events: the pointer goes to display pixel x, y of a display of that size."""
    def event(axis, value, extent):
        return {"type": "abs", "data": {"axis": axis, "value": round(value * AXIS_MAX / max(extent - 1, 1))}}
    return [event("x", x, size[0]), event("y", y, size[1])]


def button(name, down):
    """Event: left, middle, right, wheel-up or wheel-down goes down or up."""
    return {"type": "btn", "data": {"down": down, "button": name}}

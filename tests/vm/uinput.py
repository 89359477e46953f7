"""In the guest: a touch screen, a pen on a drawing tablet or a mouse, made by uinput (linux/uinput.h), and played.

uinput.py touch|pen|mouse GO: makes the device, plays once the file GO is there, and takes the device away.
"""

import fcntl
import os
import struct
import sys
import time

EV_SYN, EV_KEY, EV_REL, EV_ABS = 0, 1, 2, 3
REL_X, REL_Y = 0, 1
BTN_LEFT, BTN_RIGHT = 0x110, 0x111
BTN_TOOL_PEN, BTN_STYLUS, BTN_TOUCH = 0x140, 0x14b, 0x14a
ABS_X, ABS_Y, ABS_PRESSURE = 0, 1, 0x18
ABS_MT_SLOT, ABS_MT_X, ABS_MT_Y, ABS_MT_ID = 0x2f, 0x35, 0x36, 0x39
PROP_DIRECT = 1
UI_SET_EVBIT, UI_SET_KEYBIT, UI_SET_RELBIT, UI_SET_ABSBIT, UI_SET_PROPBIT = (
    0x40045564, 0x40045565, 0x40045566, 0x40045567, 0x4004556e)
UI_DEV_SETUP, UI_ABS_SETUP, UI_DEV_CREATE, UI_DEV_DESTROY = 0x405c5503, 0x401c5504, 0x5501, 0x5502
SIZE = 1000  # of each axis, so that a place is in thousandths of the screen


class Device:
    """axes: (which, the largest value, units a millimetre) each; a device without any tells movements in place of places."""

    def __init__(self, name, keys, axes=()):
        self.file = os.open("/dev/uinput", os.O_WRONLY)
        for kind in (EV_KEY, EV_ABS if axes else EV_REL):
            fcntl.ioctl(self.file, UI_SET_EVBIT, kind)
        for key in keys:
            fcntl.ioctl(self.file, UI_SET_KEYBIT, key)
        if axes:
            fcntl.ioctl(self.file, UI_SET_PROPBIT, PROP_DIRECT)
        else:
            for axis in REL_X, REL_Y:
                fcntl.ioctl(self.file, UI_SET_RELBIT, axis)
        for axis, most, resolution in axes:
            fcntl.ioctl(self.file, UI_SET_ABSBIT, axis)
            fcntl.ioctl(self.file, UI_ABS_SETUP, struct.pack("=H2x6i", axis, 0, 0, most, 0, 0, resolution))
        fcntl.ioctl(self.file, UI_DEV_SETUP, struct.pack("=4H80sI", 3, 0x1234, 0x5678, 1, name.encode(), 0))
        fcntl.ioctl(self.file, UI_DEV_CREATE)

    def play(self, *events):
        for kind, code, value in (*events, (EV_SYN, 0, 0)):
            os.write(self.file, struct.pack("=qqHHi", 0, 0, kind, code, value))
        time.sleep(0.02)  # what one frame of a device's takes

    def end(self):
        fcntl.ioctl(self.file, UI_DEV_DESTROY)


def touch(device):
    def finger(slot, identity, x, y):
        return ((EV_ABS, ABS_MT_SLOT, slot), (EV_ABS, ABS_MT_ID, identity), (EV_ABS, ABS_MT_X, x), (EV_ABS, ABS_MT_Y, y))
    device.play(*finger(0, 1, 250, 500), (EV_KEY, BTN_TOUCH, 1))
    device.play(*finger(1, 2, 750, 500))
    device.play((EV_ABS, ABS_MT_X, 500), (EV_ABS, ABS_MT_Y, 250))
    device.play((EV_ABS, ABS_MT_SLOT, 0), (EV_ABS, ABS_MT_ID, -1))
    device.play((EV_ABS, ABS_MT_SLOT, 1), (EV_ABS, ABS_MT_ID, -1), (EV_KEY, BTN_TOUCH, 0))


def pen(device):
    device.play((EV_KEY, BTN_TOOL_PEN, 1), (EV_ABS, ABS_X, 100), (EV_ABS, ABS_Y, 100))
    device.play((EV_ABS, ABS_X, 500), (EV_ABS, ABS_Y, 500))
    device.play((EV_KEY, BTN_TOUCH, 1), (EV_ABS, ABS_PRESSURE, 900))
    device.play((EV_ABS, ABS_X, 600), (EV_ABS, ABS_Y, 500))
    device.play((EV_KEY, BTN_TOUCH, 0), (EV_ABS, ABS_PRESSURE, 0))
    device.play((EV_KEY, BTN_TOOL_PEN, 0))


def mouse(device):
    """To the upper left corner of all screens, along the upper edge to the right, down, along the lower edge to the left, a click
    there, and back to the right. libinput makes more of a quick movement than of a slow one, so only edges are sure."""
    def push(dx, dy):
        for _ in range(30):
            device.play((EV_REL, REL_X, dx), (EV_REL, REL_Y, dy))
    push(-60, -60)
    push(60, 0)
    push(0, 60)
    push(-60, 0)
    device.play((EV_KEY, BTN_LEFT, 1))
    device.play((EV_KEY, BTN_LEFT, 0))
    push(60, 0)


DEVICES = {
    "touch": (touch, "a touch screen", (BTN_TOUCH,),
              ((ABS_X, SIZE, 0), (ABS_Y, SIZE, 0), (ABS_MT_SLOT, 4, 0), (ABS_MT_X, SIZE, 0), (ABS_MT_Y, SIZE, 0),
               (ABS_MT_ID, 65535, 0))),
    "pen": (pen, "a drawing tablet", (BTN_TOOL_PEN, BTN_STYLUS, BTN_TOUCH),
            ((ABS_X, SIZE, 10), (ABS_Y, SIZE, 10), (ABS_PRESSURE, 1000, 0))),
    "mouse": (mouse, "a mouse", (BTN_LEFT, BTN_RIGHT)),
}

if __name__ == "__main__":
    play, *made_of = DEVICES[sys.argv[1]]
    device = Device(*made_of)
    while not os.path.exists(sys.argv[2]):
        time.sleep(0.05)
    play(device)
    device.end()

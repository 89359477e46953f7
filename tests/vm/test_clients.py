"""Clients that others wrote show what they draw, as the host's display has it."""

import pytest
from vitrine_vm.picture import colours, difference, share

GREY = (51, 51, 51)  # vkcube clears with 0.2


@pytest.mark.needs("xdg_toplevel", "wl_buffer", "zwp_linux_buffer_params_v1", "wl_shm_pool", "wp_presentation")
@pytest.mark.gpus("venus", "2d")
def test_vkcube(machine, vitrine):
    session = vitrine("vkcube --wsi wayland")
    picture = session.picture(lambda shown: share(shown, lambda pixel: pixel == GREY) > 0.3 and colours(shown) > 100)
    assert picture.getpixel((2, 2)) == picture.getpixel((1277, 797)) == GREY
    session.picture(lambda shown: difference(shown, picture) > 500)  # it turns


@pytest.mark.needs("xdg_toplevel", "wl_shm_pool")
def test_weston_simple_shm(machine, vitrine):
    session = vitrine("weston-simple-shm")
    picture = session.picture(lambda shown: share(shown, any) > 0.02 and colours(shown) > 100)
    session.picture(lambda shown: difference(shown, picture) > 500)


@pytest.mark.needs("xdg_toplevel", "wl_buffer", "zwp_linux_buffer_params_v1")
def test_weston_simple_egl(machine, vitrine):
    session = vitrine("weston-simple-egl")

    def has_triangle(shown):
        return all(share(shown, lambda pixel: pixel[band] > 160 and sum(pixel) < pixel[band] + 120) > 0.001
                   for band in range(3))
    picture = session.picture(has_triangle)
    session.picture(lambda shown: difference(shown, picture) > 500)


@pytest.mark.needs("xdg_toplevel", "wl_shm_pool", "wl_subsurface", "wl_keyboard")
def test_foot(machine, vitrine):
    session = vitrine("foot --override=colors.background=102030")
    picture = session.picture(lambda shown: share(shown, lambda pixel: pixel == (0x10, 0x20, 0x30)) > 0.9)
    machine.type("clear; seq 1000 1040\n")
    session.picture(lambda shown: difference(shown, picture) > 2000)

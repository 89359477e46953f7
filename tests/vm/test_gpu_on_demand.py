"""A session begins without its GPU, and starts it when something is shown that is a GPU's to draw."""

import pytest
from pattern import CLIENT, picture

pytestmark = pytest.mark.gpus("venus")
SEED = 61
DRIVER = "/usr/share/vulkan/icd.d/virtio_icd.json"
BROKEN = "/tmp/virtio_icd.broken.json"
KILL_THE_OLDER_OF_TWO = ("for i in $(seq 50); do [ $(pgrep -cx vitrine-render) = 2 ] && exec pkill -KILL -ox vitrine-render; "
                         "sleep 0.05; done; exit 1")


def has_driver(machine):
    """Whether the worker has loaded the GPU's driver."""
    return machine.run("grep -c libvulkan_virtio /proc/$(pgrep -x vitrine-render)/maps || :").output.strip() != "0"


def test_shared_memory_needs_no_gpu(machine, vitrine):
    session = vitrine(f"{CLIENT} --shm --damage small --frames 200 --seed {SEED}", scanout="")
    assert session.verdict(90).startswith("scanout: cpu, ")
    session.shows(picture(machine.size, seed=SEED, frames=200, small=True), 90)
    assert session.verdict().startswith("scanout: cpu, ")
    assert not has_driver(machine)


def test_what_the_display_shows_as_it_is_needs_no_gpu_of_ours(machine, vitrine):
    session = vitrine(f"{CLIENT} --vulkan --frames 60 --seed {SEED}", scanout="")
    session.shows(picture(machine.size, seed=SEED, frames=60), 90)
    assert int(session.statistics()["direct"]) > 30
    assert session.verdict().startswith("scanout: cpu, ")
    assert not has_driver(machine)


def test_what_is_the_gpu_s_to_draw_starts_it(machine, vitrine):
    """Turned by the output, so it cannot be shown as it is. The picture is the same before, meanwhile and after."""
    session = vitrine(f"{CLIENT} --vulkan --frames 60 --seed {SEED}", "--transform 180", scanout="")
    session.says("scanout: cpu, ", 90)
    session.says("a GPU is wanted")
    session.says("scanout: vk-export, ", 90)
    session.shows(picture(machine.size, seed=SEED, frames=60).rotate(180), 90)
    assert has_driver(machine)
    assert "the renderer is gone" not in session.log()


def test_renderers_die_on_the_way_up(machine, vitrine):
    """The CPU's while the GPU's is being proved, which begins anew then; and the GPU's when it draws."""
    session = vitrine(f"{CLIENT} --vulkan --frames 60 --seed {SEED}", "--transform 180", scanout="")
    session.says("a GPU is wanted", 90)
    killed = machine.run(KILL_THE_OLDER_OF_TWO).status == 0
    print("figures: killed while the other one was proved:", killed)  # else it had taken over already
    if killed:
        session.says("a GPU is wanted(.|\\n)*the renderer is gone(.|\\n)*a GPU is wanted", 90)
    session.says("scanout: vk-export, ", 90)
    expected = picture(machine.size, seed=SEED, frames=60).rotate(180)
    session.shows(expected, 90)
    session.replace_worker()
    session.shows(expected, 90)
    assert session.verdict().startswith("scanout: vk-export, ")


def test_a_gpu_that_does_not_start_is_not_needed(machine, vitrine):
    machine.run(f"sed s/libvulkan_virtio/no_such_library/ {DRIVER} >{BROKEN}")
    session = vitrine(f"env VK_DRIVER_FILES={DRIVER} {CLIENT} --vulkan --frames 60 --seed {SEED}", "--transform 180",
                      f"VK_DRIVER_FILES={BROKEN}", scanout="")
    session.says("no better way than cpu yet: ", 90)
    session.shows(picture(machine.size, seed=SEED, frames=60).rotate(180), 90)
    assert session.verdict().startswith("scanout: cpu, ")


def test_programs_with_opengl_find_the_gpu(machine, vitrine):
    result = vitrine("sh -c 'echo by $MESA_LOADER_DRIVER_OVERRIDE'", scanout="").job.wait(90)
    assert "by zink" in result.output

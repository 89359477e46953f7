"""Vulkan programs on Venus, ours and others', through the host's layer."""

import re

import pytest

# What of the layer's own tests a guest can do; hostile makes the host refuse, which Mesa's Venus answers by abort().
SUITE = ("memory", "image", "entry", "properties", "sync")
OFFERED = ("VK_KHR_external_memory_fd", "VK_EXT_external_memory_dma_buf", "VK_EXT_image_drm_format_modifier",
           "VK_EXT_queue_family_foreign", "VK_KHR_external_semaphore_fd", "VK_KHR_external_fence_fd", "VK_KHR_swapchain")
SCENES = ("clear", "vertex", "texture", "shading:shading=phong")


def offered(machine):
    """What vulkaninfo says: (the text, those of OFFERED that it lists)."""
    result = machine.run("vulkaninfo 2>&1", timeout=120)
    assert result.status == 0, result.output[-2000:]
    assert re.search(r"deviceName\s+= Virtio-GPU Venus", result.output)
    return result.output, {name for name in OFFERED if re.search(rf"\b{name}\b", result.output)}


@pytest.mark.gpus("venus")
def test_host_vulkaninfo(machine, built):
    text, names = offered(machine)
    assert names == set(OFFERED)
    assert "MEMORY_PROPERTY_HOST_VISIBLE_BIT" in text


@pytest.mark.gpus("venus-stock")
def test_host_vulkaninfo_without_the_layer(machine):
    """What all this is for; if a newer Debian offers it by itself, the layer is out of work here."""
    _, names = offered(machine)
    assert names <= {"VK_EXT_queue_family_foreign"}, names  # lavapipe's own


@pytest.mark.gpus("venus")
@pytest.mark.parametrize("program", SUITE)
def test_host_suite(machine, built, program, record_property):
    result = machine.run(f"/build/tests/host/host-{program}")
    assert result.status == 0, result.output
    if program == "memory":  # one process has exported, another imported, and each saw what the other's GPU wrote
        assert "OK ] memory_in_another_process" in result.output, result.output
    if program == "sync":
        assert "looks for its guests' fences" in machine.log("qemu")
        record_property("fence", re.search(r"an empty batch until its fence's sync file: (.*)", result.output).group(1))


@pytest.mark.gpus("venus")
def test_host_vkmark(vitrine, record_property):
    benchmarks = " ".join(f"-b {scene}:duration=1" for scene in SCENES)
    # Its lines come in pieces, between which vitrine's own would be.
    session = vitrine(f"sh -c 'vkmark --winsys wayland -s 640x480 {benchmarks} >/tmp/vkmark 2>&1; status=$?; cat /tmp/vkmark; exit $status'")
    result = session.job.wait(150)
    rates = re.findall(r"\[(\w+)\].*FPS: (\d+)", result.output)
    assert result.status == 0, result.output
    assert [name for name, _ in rates] == [scene.split(":")[0] for scene in SCENES], result.output
    assert all(int(rate) > 0 for _, rate in rates), result.output
    record_property("frames a second", ", ".join(f"{name} {rate}" for name, rate in rates))

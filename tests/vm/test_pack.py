"""vm/pack's folder runs a session and its clients on a machine with only a Vulkan driver: here on lavapipe, by vtest, and as on
a driver that cannot draw into LINEAR images. Its figures mean something on a real GPU only (docs/performance.md)."""

import json
import os
import subprocess
import sys

import pytest
from vitrine_vm import pack
from vitrine_vm.build import build

DRIVER = "/usr/share/vulkan/icd.d/lvp_icd.json"


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    build("gcc")
    folder = tmp_path_factory.mktemp("pack") / "folder"
    assert 0 < pack.pack(folder) <= pack.LIMIT
    return folder


@pytest.mark.parametrize("shadow", ("", "force"), ids=("plain", "shadow"))
def test_pack_measures(packed, tmp_path, shadow):
    """With shadows as on a discrete GPU, where the worker fetches clients' frames too."""
    ended = subprocess.run([sys.executable, str(packed / "measure"), "--driver", DRIVER, "--quick", "--out", str(tmp_path)],
                           env=dict(os.environ, VITRINE_HOST_SHADOW=shadow, VITRINE_CLIENT_COPY=shadow), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True, timeout=280)
    assert ended.returncode == 0, ended.stdout[-6000:]
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["pictures"] == {"pattern": True, "vkcube": True}
    assert {run["client"] for run in figures["runs"]} == {"vkcube", "vkmark-cube"}
    for run in figures["runs"]:
        for rate in (run["native_fps"], run["venus_fps"], run["waiting_fps"], run["mailbox"]["commits_per_s"], run["fifo"]["shown_per_s"]):
            assert rate > 0, run
        latency = run["fifo"]["latency_ms"]
        assert 0 < latency["median"] <= latency["p99"], run
        drawing = run["fifo"]["drawing_ms"]
        assert 0 < drawing["gpu"] <= drawing["worker"] <= drawing["whole"], run
        # What the layer copies is a client's whole frame, and nothing where the driver draws into what is shared.
        assert run["fifo"]["shadow_copied_bytes"] == (640 * 480 * 4 if shadow else 0), run
        # And the worker, a little less where a frame shows nothing new of the client.
        assert 0.8 < run["fifo"]["gpu_copied_bytes"] / (640 * 480 * 4) <= 1 if shadow else not run["fifo"]["gpu_copied_bytes"], run


def test_pack_refuses_a_folder_with_other_things(tmp_path):
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(pack.VmError, match="other things"):
        pack.pack(tmp_path)
    assert (tmp_path / "precious").read_text() == "mine"


def test_pack_says_what_driver_is_missing(packed, tmp_path):
    ended = subprocess.run([sys.executable, str(packed / "measure"), "--driver", "/nonexistent.json", "--out", str(tmp_path)],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    assert ended.returncode == 1
    assert ended.stdout.strip() == "measure: no Vulkan driver at /nonexistent.json: name its manifest with --driver"

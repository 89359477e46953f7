"""vitrine doctor says what a machine can do, and lives through what kills a worker."""

import json

import pytest
from vitrine_vm.session import ENVIRONMENT, VITRINE

RUNGS = ("gbm-import", "vk-export", "host-pointer", "copy", "cpu")
PROVED = {"venus": {"vk-export", "copy", "cpu"}, "venus-stock": {"copy", "cpu"}, "2d": set(RUNGS) - {"vk-export"}}


@pytest.fixture
def doctor(machine, built):
    return lambda options: machine.run(f"{ENVIRONMENT}\n{VITRINE} doctor {options} 2>/tmp/doctor.log", timeout=120)


def test_doctor_for_a_person(machine, doctor):
    result = doctor("")
    assert result.status == 0
    assert all(rung in result.output for rung in RUNGS), result.output
    assert "virtio_gpu" in result.output and "1280x800" in result.output, result.output
    assert ("cpu until something is for the GPU" in result.output) == (machine.gpu != "2d"), result.output


def test_doctor_json(machine, doctor, record_property):
    result = doctor("--json")
    assert result.status == 0
    report = json.loads(result.output)
    assert report["gpu_on_demand"] == (machine.gpu != "2d")
    outcomes = {rung["rung"]: rung for rung in report["rungs"]}
    assert set(outcomes) == set(RUNGS)
    assert PROVED[machine.gpu] <= {name for name, rung in outcomes.items() if rung["outcome"] == "proved"}, outcomes
    assert all(rung["reason"] for rung in outcomes.values() if rung["outcome"] in ("failed", "skipped")), outcomes
    if machine.gpu == "venus":
        time = report["vulkan"]["sync_file_ms"]
        assert ("mend" in report["vulkan"]) == (time >= 9), report["vulkan"]
        record_property("an empty batch until its sync file", f"{time:.1f} ms")

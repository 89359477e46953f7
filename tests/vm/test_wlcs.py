"""The Wayland conformance suite, all of it, plain and under its runner with ASan, with Vitrine under ASan and UBSan. Needs no virtual
machine."""

import subprocess

import pytest
from vitrine_vm.build import SOURCE, build

RUNNERS = {"plain": ("", "gcc"), "asan": (".asan", "sanitizers")}


@pytest.mark.parametrize("wlcs", RUNNERS)
def test_wlcs(wlcs, capsys):
    suffix, kind = RUNNERS[wlcs]
    folder = build(kind)
    runner = subprocess.run(["pkg-config", "--variable=test_runner", "wlcs"], check=True, stdout=subprocess.PIPE,
                            text=True).stdout.strip()
    ended = subprocess.run(
        ["python3", f"{SOURCE}/tests/wlcs/wlcs.py", runner + suffix, f"{folder}/tests/wlcs/vitrine-wlcs.so",
         f"{folder}/render/vitrine-render", f"{SOURCE}/tests/wlcs/expected-failures"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=280)
    with capsys.disabled():
        print(ended.stdout.splitlines()[-1] if ended.stdout else "WLCS said nothing")
    assert ended.returncode == 0, ended.stdout[-6000:]

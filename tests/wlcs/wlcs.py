"""Runs the whole of WLCS against Vitrine's module, and compares what fails with what is expected to.

wlcs.py RUNNER MODULE WORKER EXPECTED: RUNNER is wlcs or one of its variants with sanitizers, WORKER vitrine-render,
EXPECTED the list of expected failures. Status 0: what failed is what the list says, no more and no less. WLCS itself skips
the tests of globals that the module does not name: those of OBSOLETE and of its own self-test. Any other skip is a failure.
"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SHARDS = min(os.cpu_count() or 1, 4)  # at the same time
# What came before a global that is offered, and no program of today needs: {global: what took its place}.
OBSOLETE = {
    "wl_shell": "xdg_wm_base",
    "zxdg_shell_v6": "xdg_wm_base",
    "gtk_primary_selection_device_manager": "zwp_primary_selection_device_manager_v1",
    "zwp_text_input_manager_v2": "zwp_text_input_manager_v3",
}
SANITIZER = re.compile(r"ERROR: (Address|Leak)Sanitizer|: runtime error: ")


def expected_failures(path):
    """The names in a list of lines "NAME: reason"; blank lines and those that begin with # do not count."""
    expected = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, reason = line.partition(": ")
        if not reason.strip():
            sys.exit(f"{path}:{number}: no reason: write NAME: REASON")
        expected[name] = reason
    return expected


def start(runner, module, worker, folder, shard):
    runtime = folder / f"runtime{shard}"
    runtime.mkdir(mode=0o700)
    environment = {
        **os.environ, "XDG_RUNTIME_DIR": str(runtime), "VITRINE_WORKER": worker,
        "GTEST_TOTAL_SHARDS": str(SHARDS), "GTEST_SHARD_INDEX": str(shard),
        # WLCS leaks by itself, and its clients end as they like: what Vitrine leaks its own tests say.
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    with open(folder / f"log{shard}", "w") as log:
        return subprocess.Popen([runner, module, f"--gtest_output=json:{folder}/result{shard}.json"], stdout=log,
                                stderr=log, stdin=subprocess.DEVNULL, env=environment)


def missing_global(suite, reason):
    """Which global a test was skipped for; None: for another reason than that it is obsolete."""
    if suite == "SelfTest":
        return "self-test"
    name = re.fullmatch(r"Missing extension: (\w+)>= \d+", reason)
    return name.group(1) if name and name.group(1) in OBSOLETE else None


def results(folder, shard):
    """(failed, passed) names of a shard, the global of each that was skipped, and what is wrong with the run itself, None if
    nothing is."""
    log = (folder / f"log{shard}").read_text(errors="replace")
    result = folder / f"result{shard}.json"
    if not result.exists() or SANITIZER.search(log):
        return set(), set(), [], f"WLCS did not come to its end:\n{log[-6000:]}"
    failed, passed, skipped = set(), set(), []
    for suite in json.loads(result.read_text())["testsuites"]:
        for test in suite["testsuite"]:
            if test["status"] != "RUN":
                continue
            name = f"{suite['name']}.{test['name']}"
            if "wlcs-skip-test" in test:
                missing = missing_global(suite["name"], str(test["wlcs-skip-test"]))
                if not missing:
                    return set(), set(), [], f"{name} was skipped: {test['wlcs-skip-test']}"
                skipped.append(missing)
            elif test.get("failures"):
                failed.add(name)
            else:
                passed.add(name)
    return failed, passed, skipped, None


def main(runner, module, worker, expected_path):
    expected = expected_failures(Path(expected_path))
    failed, passed, skipped, broken = set(), set(), [], []
    with tempfile.TemporaryDirectory(prefix="wlcs") as name:
        folder = Path(name)
        processes = [start(runner, module, worker, folder, shard) for shard in range(SHARDS)]
        for shard, process in enumerate(processes):
            process.wait()
            failed_here, passed_here, skipped_here, wrong = results(folder, shard)
            failed |= failed_here
            passed |= passed_here
            skipped += skipped_here
            broken += [wrong] if wrong else []
        for test in sorted(failed - expected.keys()):
            print(f"failed: {test}")
        for test in sorted(expected.keys() - failed):
            print(f"expected to fail and did not: {test}: take it off {expected_path}")
    print("\n".join(broken))
    print(f"WLCS: {len(passed)} passed, {len(failed & expected.keys())} failed as expected, "
          f"{len(failed - expected.keys())} failed; skipped by WLCS, for want of obsolete globals: "
          + ", ".join(f"{count} {name}" for name, count in sorted(collections.Counter(skipped).items())))
    return 1 if broken or failed != expected.keys() or not passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

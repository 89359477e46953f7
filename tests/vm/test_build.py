"""The tree builds without a warning, with both compilers, and its unit tests pass under ASan and UBSan, and those of the
host's layer, which many threads call at once, under TSan."""

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from vitrine_vm import fuzz, tally
from vitrine_vm.build import KINDS, build, unit_tests

FUZZ_SECONDS = 4
SKIPPED = 77  # the exit status by which a meson test says so
# The layer's variants differ in what one thread does: a driver that needs little and one that needs all are enough here.
# docs/host.md tells when all of them were run.
RACES = ("units", "memory host", "image host_quirks", "sync host", "sync host_quirks", "hostile host_quirks",
         "shadow_many host_quirks nodraw", "fuzz host")


def pytest_generate_tests(metafunc):
    if "unit" in metafunc.fixturenames:
        metafunc.parametrize("unit", unit_tests())


@pytest.mark.parametrize("kind", KINDS)
def test_build(kind):
    build(kind)


def test_the_host_s_side_alone(tmp_path):
    """Without the guest's, and what is installed finds its parts."""
    subprocess.run(["meson", "setup", "-Dguest=false", tmp_path / "build", "/src"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["meson", "install", "-C", tmp_path / "build", "--destdir", tmp_path / "root"], check=True,
                   stdout=subprocess.DEVNULL)
    installed = {path.name: path for path in (tmp_path / "root").rglob("*") if path.is_file()}
    assert set(installed) == {"VkLayer_vitrine_host.json", "libvitrine_host.so", "libvitrine_preload.so", "vitrine-render-server",
                              "libvitrine_egl.so", "vitrine_egl.json", "libvitrine_fences.so"}
    layer = json.loads(installed["VkLayer_vitrine_host.json"].read_text())["layer"]["library_path"]
    vendor = json.loads(installed["vitrine_egl.json"].read_text())["ICD"]["library_path"]
    assert (installed["VkLayer_vitrine_host.json"].parent / layer).is_file() and (tmp_path / "root" / vendor[1:]).is_file()


@pytest.fixture(scope="session")
def unit_runs(request):
    """All that were asked for, as many at once as there are processors: each one's end, by name."""
    build("sanitizers")
    names = [item.callspec.params["unit"] for item in request.session.items if item.originalname == "test_unit"]
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        yield {name: pool.submit(_run_unit, name) for name in names}
    finally:
        pool.shutdown(cancel_futures=True)


def _run_unit(unit):
    folder = build("sanitizers")
    test = unit_tests()[unit]
    environment = dict(os.environ, ASAN_OPTIONS="abort_on_error=1", UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1",
                       **test["env"])
    return subprocess.run(test["cmd"], cwd=test["workdir"] or folder, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=test["timeout"] * 2)


def record(said, record_property):
    """What a test says for people to read, and for the table at the end."""
    for name, text in re.findall(rf"^(figures|{tally.KEY}): (.*)$", said, re.MULTILINE):
        record_property(name, text)


def test_unit(unit, unit_runs, record_property):
    ended = unit_runs[unit].result()
    if ended.returncode == SKIPPED:
        pytest.skip(ended.stdout.strip().splitlines()[-1] if ended.stdout.strip() else "no reason given")
    record(ended.stdout, record_property)
    assert ended.returncode == 0, ended.stdout[-6000:]


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_fuzz(target, record_property):
    """The kept seeds and some seconds more; vm/fuzz goes on for longer."""
    found, figures = fuzz.run(target, FUZZ_SECONDS)
    record_property("figures", figures)
    inputs = int((re.match(r"\d+", figures) or [0])[0])
    tally.record(record_property, "inputs of libFuzzer", inputs or 1, inputs)
    assert not found, found


def meson_test(kind, name, option="--print-errorlogs"):
    """Runs one of meson's tests in a build of that kind; returns what it said."""
    log = re.sub(r"\W", "-", name)  # of its own: another may run
    ended = subprocess.run(["meson", "test", "-C", str(build(kind)), "--no-rebuild", option, "--logbase", log, "--timeout-multiplier",
                            "2", name],
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           errors="replace")
    assert ended.returncode == 0, ended.stdout[-6000:]
    return ended.stdout


@pytest.fixture(scope="session")
def plain_runs(request):
    """All that were asked for, as many at once as there are processors: what each said, by name."""
    build("gcc")
    names = [item.callspec.params["name"] for item in request.session.items if item.originalname == "test_without_sanitizers"]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {name: pool.submit(meson_test, "gcc", name, "--verbose") for name in names}


@pytest.mark.parametrize("name", ["soak cpu", "faults vulkan", "faults cpu", "soak vulkan", "deaths no-memory-is-a-death"])
def test_without_sanitizers(name, plain_runs, record_property):
    """They keep what was freed, which is what the soak counts, their allocator has the place that the faults' shim takes, and no
    limit is large enough for them."""
    record(plain_runs[name].result(), record_property)


def test_load(record_property):
    """By itself: it measures how late a client's input is."""
    record(meson_test("gcc", "load *", "--verbose"), record_property)


@pytest.mark.parametrize("race", RACES)
def test_races(race):
    meson_test("threads", f"host {race}")

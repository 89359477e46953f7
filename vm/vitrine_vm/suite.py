"""What vm/test wants of pytest beyond its own: short names, a line a test, a time limit, what helps after a failure."""

import contextlib
import os
import re
import signal
import time
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from _pytest.terminal import TerminalReporter

from .build import BUILD, user_name
from .errors import VmError
from .machine import GPUS
from .tally import KEY, Tally

RESULTS = BUILD / "test-results"
TEST_SECONDS = 300
LONG_SECONDS = 12 * 3600
REASON = 300  # characters
LEFTOVER_SECONDS = 20  # a busy render server sees the end of its QEMU in its own time
LEFTOVERS = ("qemu-system", "virtiofsd", "virgl_render", "virgl_test")


def name_of(item):
    """unit/wire, format, vm/venus/vkcube: what the user sees and what PATTERNs are looked up in."""
    name = item.originalname.removeprefix("test_").replace("_", "-")
    parameters = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    gpu = parameters.pop("booted", None)
    parts = ["vm", gpu] if gpu else []
    return "/".join([*parts, name, *map(str, parameters.values())]).replace(" ", "-")


class Suite:
    """A pytest plugin and terminal reporter."""

    def __init__(self, patterns, only_list, long_run):
        self._patterns = patterns
        self._only_list = only_list
        self._long_run = long_run
        self._machine = None  # the one that the running test uses
        self._lost = 0  # machines that stood still, and were booted again for the next test
        self._outcomes = {}  # name: passed, failed or skipped
        self._failures = []  # a line for each test that failed, for the end of what may be cut at its beginning
        self._tally = Tally()
        self._began = time.monotonic()

    def finish(self, status):
        """Closes the report, after pytest has ended with a status (pytest.ExitCode); returns the exit status."""
        left = _leftovers()
        if left:
            self._outcomes["leftovers"] = "failed"
            self._failures.append(f"failed  leftovers: {', '.join(left)}")
        counts = [list(self._outcomes.values()).count(outcome) for outcome in ("passed", "failed", "skipped")]
        if not self._outcomes:
            print("no test has such a name: vm/test --list")
        is_whole = status in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if self._outcomes and not is_whole:
            self._failures.append(f"stopped before the end: {pytest.ExitCode(status).name.lower().replace('_', ' ')}")
        for line in self._tally.lines():
            print(line)
        for line in self._failures:
            print(line)
        print(f"{time.monotonic() - self._began:.0f} s, {self._lost} machines lost")
        print("{} passed, {} failed, {} skipped".format(*counts), flush=True)
        return 0 if is_whole and self._outcomes and not counts[1] else 1

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config):
        """Silences pytest's reporter. It has to be there: assertions ask it how to write what they compared."""
        config.long_run = self._long_run
        plugins = config.pluginmanager
        plugins.unregister(name="terminalreporter")
        plugins.register(TerminalReporter(config, open(os.devnull, "w", encoding="utf-8")), "terminalreporter")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, config, items):
        yield
        items.sort(key=_machine_order)  # what needs none, then one kind of machine after the other
        if self._patterns:
            items[:] = [item for item in items if any(pattern in name_of(item) for pattern in self._patterns)]
        if self._only_list:
            for item in items:
                print(name_of(item))
            items.clear()

    def pytest_collectreport(self, report):
        if report.failed:
            self._report(report.nodeid, "failed", 0, report.longreprtext)

    def pytest_runtest_protocol(self, item, nextitem):
        """Runs a test; once more, and says so, when QEMU or the host's Venus broke under it."""
        for attempt in (1, 2):
            self._hang = None
            with _time_limit(LONG_SECONDS if self._long_run else TEST_SECONDS):
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
            failed = any(report.failed for report in reports)
            broken = (_broken_qemu(self._machine) or self._hang) if failed else None
            if not broken or attempt == 2:
                break
            print(f"again   {name_of(item)}: {broken}", flush=True)
            item._initrequest()  # as pytest-rerunfailures does: fixtures of the test alone start afresh
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        report.name = name_of(item)
        self._machine = item.funcargs.get("booted")
        self._count_losses(report)
        if report.failed and self._machine:
            if not item.get_closest_marker("stuck"):
                self._hang = self._hang or _hang(self._machine)
            report.sections.extend(_evidence(self._machine, report.name))
        return report

    def pytest_runtest_logreport(self, report):
        if report.when == "call":
            for name, value in report.user_properties:
                if name == KEY:
                    self._tally.add(value)
        if report.outcome == "passed" and report.when != "call":
            return
        details = ""
        if report.failed:
            details = "\n".join([report.longreprtext, *(f"--- {title}\n{text}" for title, text in report.sections)])
        elif report.skipped and isinstance(report.longrepr, tuple):
            details = report.longrepr[2].removeprefix("Skipped: ")
        elif report.user_properties:  # figures, by pytest's record_property
            details = "; ".join(f"{name}: {value}" for name, value in report.user_properties if name != KEY)
        self._report(report.name, report.outcome, report.duration, details)

    def _count_losses(self, report):
        """A test passes whose machine stands still after it; that it did is said all the same."""
        if self._machine and self._machine.lost:
            self._lost += self._machine.lost
            self._machine.lost = 0
            print(f"lost    {report.name}: the machine stood still, or something in it could not be killed", flush=True)

    def _report(self, name, outcome, seconds, details):
        if self._outcomes.get(name) == "failed":
            return  # its teardown failed as well: said once
        self._outcomes[name] = outcome
        more = f": {details}" if details and outcome != "failed" else ""
        print(f"{outcome:7} {name} ({seconds:.1f} s){more}", flush=True)
        if outcome == "failed":
            print("\n".join(f"        {line}" for line in details.splitlines()), flush=True)
            self._failures.append(f"failed  {name}: {_reason(details)}")


def _reason(details):
    """What pytest says was raised, in its lines that begin with "E", cut to a line; else the first line."""
    lines = details.splitlines()
    raised = [line[1:].strip() for line in lines if line.startswith("E ")] or lines[:1]
    return " ".join(raised)[:REASON]


def _machine_order(item):
    gpu = item.callspec.params.get("booted") if hasattr(item, "callspec") else None
    return list(GPUS).index(gpu) if gpu else -1


@contextlib.contextmanager
def _time_limit(seconds):
    def expire(*_):
        raise VmError(f"the test took longer than {seconds} s")
    before = signal.signal(signal.SIGALRM, expire)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _broken_qemu(machine):
    """The assertion of its own that ended a machine's QEMU, or that it runs and answers nobody; None if it is well.
    QEMU 10.0 under TCG may meet "iotlb_to_section: Assertion" when memory is mapped while the guest runs, and may stand
    still for ever once a ring of Venus has broken. See vm/README.md."""
    if not machine or machine.is_alive():
        return None
    if machine.is_running():
        return "the machine stands still: " + (machine.log("qemu").splitlines() or ["QEMU says nothing"])[-1]
    return next((line for line in machine.log("qemu").splitlines()
                 if line.startswith("qemu-system") and "Assertion" in line), None)


def _hang(machine):
    """Mesa's word that a Venus client in the guest waits for its host in vain; None if there is none.
    See vm/README.md."""
    output = "".join(job.output() for job in machine.guest.jobs) if machine.guest else ""
    return next((line for line in output.splitlines() if "MESA-VIRTIO" in line and "stuck in" in line), None)


def _evidence(machine, name):
    """The ends of the logs, the virtual CPU, and a picture of the display, of a machine on which a test just failed."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    base = RESULTS / re.sub(r"[^\w.-]+", "-", name)
    jobs = machine.guest.jobs if machine.guest else []
    for job in [job for job in jobs if job.output() and (job is jobs[-1] or not job.name.startswith("run-"))]:
        path = base.with_name(f"{base.name}.{job.name}.log")
        path.write_text(job.output())
        yield f"guest: {job.name}, whole in {user_name(path)}", "\n".join(job.output().splitlines()[-25:])
    for title, text in (("kernel console", machine.console()), ("QEMU", machine.log("qemu"))):
        yield title, "\n".join(text.splitlines()[-10:])
    with contextlib.suppress(VmError, OSError):
        base.with_name(f"{base.name}.cpu.txt").write_text(machine.processor())
    try:
        machine.screenshot().save(base.with_name(f"{base.name}.png"))
        yield "display", user_name(base.with_name(f"{base.name}.png"))
    except (OSError, EOFError) as error:
        yield "display", f"no picture: {error}"


def _leftovers():
    """Processes of a virtual machine that still run in this sandbox, also some time after its end."""
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while (found := _running()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def _running():
    found = []
    for path in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            name = path.read_text().strip()
            if name.startswith(LEFTOVERS):
                found.append(f"{name} ({path.parent.name})")
    return found

"""The virtual machine for tests: a test that takes `machine` runs once on each kind of GPU it names with
@pytest.mark.gpus(...), by default on those of virtio-gpu. One machine is booted for each kind, and one runs at a time."""

import contextlib

import protocols
import pytest
from vitrine_vm.build import build
from vitrine_vm.errors import VmError
from vitrine_vm.machine import VIRTIO, Machine
from vitrine_vm.session import Session


def pytest_configure(config):
    config.addinivalue_line("markers", "gpus(*kinds): the kinds of GPU that a test of the machine is for")
    config.addinivalue_line("markers", "each_gpu(name, {kind: [value, ...]}): kinds of GPU, and a parameter's values")
    config.addinivalue_line("markers", "stuck(reason): Mesa is to say that it is 'stuck in' something, which excuses no failure")
    config.addinivalue_line("markers", "needs(*interfaces): what the test's programs speak; a failure names the files")


def pytest_itemcollected(item):
    """Here, for a name that no protocol has is to be found at once, not when a test fails."""
    marker = item.get_closest_marker("needs")
    item.needs = protocols.described(marker.args) if marker else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed and item.needs:
        report.sections.append(("needs", item.needs))
    return report


def pytest_generate_tests(metafunc):
    if "machine" not in metafunc.fixturenames:
        return
    each = metafunc.definition.get_closest_marker("each_gpu")
    if each:
        name, values = each.args
        metafunc.parametrize(("booted", name), [(kind, value) for kind in values for value in values[kind]],
                             indirect=["booted"], scope="session")
    else:
        marker = metafunc.definition.get_closest_marker("gpus")
        metafunc.parametrize("booted", marker.args if marker else VIRTIO, indirect=True, scope="session")


@pytest.fixture(scope="session")
def booted(request):
    """A machine with that kind of GPU, for all tests that want one."""
    with contextlib.suppress(VmError):  # before the boot, for the guest keeps what it saw
        build("gcc")
    with Machine(request.param, preload="/build/tests/clients/deaf-host.so") as machine:
        yield machine


@pytest.fixture
def machine(booted):
    """The machine, idle: a test's jobs end with it, and a guest that no longer answers, or in which something cannot
    be killed, is booted again."""
    booted.revive()
    # a known picture: no text, and no cursor, which blinks
    booted.run("printf '\\033c\\033[?25l' >/dev/tty1")
    booted.guest.jobs.clear()
    yield booted
    booted.end_jobs()


@pytest.fixture
def built():
    """Fails a test that needs vitrine where it could not be built."""
    try:
        build("gcc")
    except VmError:
        pytest.fail("vitrine could not be built: see build/build.log", pytrace=False)


@pytest.fixture
def vitrine(machine, built):
    """Starts a session: vitrine(client, options="", environment="")."""
    def start(*arguments, **named):
        return Session(machine, *arguments, **named)
    return start


@pytest.fixture
def long_run(request):
    """Whether vm/test --long was asked for."""
    return request.config.long_run


@pytest.fixture
def connect(machine):
    """Connects another display than the first in a size; the test leaves it as it was, disconnected."""
    with contextlib.ExitStack() as stack:
        def connect_head(size, head=1):
            stack.callback(machine.resize, 0, 0, head=head)
            machine.resize(*size, head=head)
        yield connect_head


@pytest.fixture
def device(machine):
    """Makes a device of tests/vm/uinput.py; what it gives plays it, and takes it away."""
    def make(kind):
        machine.run("modprobe uinput; rm -f /tmp/go")
        job = machine.start(f"python3 /src/tests/vm/uinput.py {kind} /tmp/go")

        def play():
            machine.run("touch /tmp/go")
            assert job.wait(30).status == 0
        return play
    return make

"""The host's renderer dies under a session, as by a driver's fault or the host's want of memory: what was last seen stays on the
display, no client is disconnected, and the session goes on with what still works, and says why."""

import re
import time

import pytest
from host_state import contexts, kill_contexts, kill_render_server
from pattern import CLIENT, TOGGLE_MENU, picture, with_menu
from vitrine_vm import tally
from vitrine_vm.picture import difference

VENUS_CLIENT = "/build/tests/host/host-client 1 </dev/null"
GONE = "the renderer is gone"
NO_CONTEXT = "vk-export failed: worker exited with status 1: no Vulkan: "
RIGHT_WITHIN = 60
QUIET = 8  # seconds; a death is noticed within that
BY_GPU = "VITRINE_CPU_FRAMES=none"  # else a client in shared memory needs no renderer of the host

pytestmark = pytest.mark.gpus("venus")


class Watched:
    """A session with a client in shared memory, whose picture changes when a menu comes or goes."""

    def __init__(self, vitrine, record, environment=""):
        self.record = record
        self.session = vitrine(f"{CLIENT} --shm --seed 41", environment=environment)
        self.machine = self.session.machine
        plain = picture(self.machine.size, seed=41)
        self._shown, self._next = plain, with_menu(plain)
        self.session.shows(plain, 90)
        self._processes = self._running()

    def changes(self):
        """What the client does next is seen, whatever happened to the renderer."""
        assert difference(self.machine.screenshot(), self._shown) == 0
        self._shown, self._next = self._next, self._shown
        began = time.monotonic()
        self.machine.run(TOGGLE_MENU)
        self.session.shows(self._shown, RIGHT_WITHIN)
        assert self._running() == self._processes
        return time.monotonic() - began

    def changes_after_a_death(self, where):
        seconds = self.changes()
        self.record(f"right again {where}", f"{seconds:.1f} s")
        tally.record(self.record, "host's renderer killed", 1, 1, waits=[seconds * 1000])

    def _running(self):
        return self.machine.run("pgrep -ax 'vitrine|pattern'").output


@pytest.fixture
def doomed(machine):
    """A machine whose render server may die: nothing starts another one, so the next test has another machine."""
    yield machine
    machine.close()


def test_host_deaths_of_a_context(machine, vitrine, record_property):
    """The render server lives, and with it Venus: the same rung once more, then the next one, and when all has been quiet the first
    again."""
    watched = Watched(vitrine, record_property, environment=f"{BY_GPU} VITRINE_QUIET={QUIET}")
    assert watched.session.verdict().startswith("scanout: vk-export, ")
    for rung in ("vk-export", "copy"):
        assert kill_contexts() == 1
        watched.changes_after_a_death(f"at {rung}")
        assert watched.session.verdict().startswith(f"scanout: {rung}, "), watched.session.log()
    assert re.search("vk-export failed: worker keeps dying, last killed by signal", watched.session.verdict())
    assert watched.session.log().count(GONE) == 2
    watched.session.says(r"scanout: copy, [\s\S]*scanout: vk-export, ", RIGHT_WITHIN)
    record_property("and on the way back up", f"{watched.changes():.1f} s")
    assert watched.session.end().status == 0


def test_host_deaths_that_nobody_needs(machine, vitrine, record_property):
    """What shared memory shows is drawn by the guest's CPU: it is seen, and nobody is told of a renderer that is gone."""
    watched = Watched(vitrine, record_property)
    assert watched.session.verdict().startswith("scanout: vk-export, ")
    assert kill_contexts() == 1
    for _ in range(4):
        watched.changes()
    assert GONE not in watched.session.log()
    assert watched.session.end().status == 0


def test_host_deaths_of_the_render_server(doomed, vitrine, record_property):
    """A context that is there goes on without it, and no other can be made: the session ends up on the CPU, finds that nothing
    better has come back, and so does the next session."""
    watched = Watched(vitrine, record_property, environment=f"{BY_GPU} VITRINE_QUIET=2")
    kill_render_server()
    record_property("without the server", f"{watched.changes():.1f} s")
    assert GONE not in watched.session.log()
    assert doomed.run(VENUS_CLIENT).status != 0
    assert kill_contexts() == 1
    watched.changes_after_a_death("on the CPU")
    verdict = watched.session.verdict()
    assert verdict.startswith("scanout: cpu, ") and NO_CONTEXT in verdict, verdict
    watched.session.says("no better way than cpu yet: .*no Vulkan")
    watched.changes()
    assert watched.session.end().status == 0
    assert not contexts()
    assert Watched(vitrine, record_property).session.verdict().startswith("scanout: cpu, ")

"""Many clients on Venus, and some that are killed while they render: the host holds nothing of them afterwards."""

import pytest
from host_state import held, nothing_left

CLIENT = "/build/tests/host/host-client"
DRAWN = "rendering on Virtio-GPU Venus"
SERIAL, PARALLEL, KILLED = 100, 64, 5
CLIENT_SECONDS = 20  # it takes about one

pytestmark = pytest.mark.gpus("venus")


@pytest.fixture
def host(machine, built):
    """A client has come and gone on it before: drivers and allocators keep what they need for any."""
    machine.run(f"{CLIENT} 1 </dev/null")
    return machine


def test_host_clients_killed(host, record_property):
    with nothing_left(record_property):
        for _ in range(KILLED):
            job = host.start(f"exec {CLIENT} 0 </dev/null")
            job.wait_for(DRAWN)
            job.kill("KILL")
            assert job.status == 128 + 9


def test_host_clients_one_after_the_other(host, record_property):
    with nothing_left(record_property):
        job = host.start(f"for i in $(seq {SERIAL}); do {CLIENT} 3 </dev/null || exit; done")
        for client in range(SERIAL):
            job.wait_for(DRAWN, CLIENT_SECONDS, times=client + 1)
        result = job.wait(CLIENT_SECONDS)
    assert result.status == 0, result.output


def test_host_clients_at_once(host, record_property):
    """Each has drawn before the first may go, and draws once more before it goes."""
    host.run("rm -f /tmp/clients; mkfifo /tmp/clients")
    with nothing_left(record_property):
        gate = host.start("exec sleep 1000 >/tmp/clients")
        job = host.start(f"for i in $(seq {PARALLEL}); do {CLIENT} 1 </tmp/clients & all=\"$all $!\"; done\n"
                         "for client in $all; do wait $client || exit; done")
        job.wait_for(DRAWN, times=PARALLEL, timeout=250)
        record_property("meanwhile", str(held()))
        gate.kill()
        result = job.wait(60)
    assert result.status == 0, result.output

"""vm/bench: Vitrine and what people would use instead, measured one after the other on the same boot of the virtual
machine, again and again, on each kind of GPU; for each kind one table: the figures of all, and how Vitrine's compares with the
best other one and with what the display can do without a compositor. It takes about an hour at most.

It is a benchmark, no test: figures differ from machine to machine, only ratios of one run are to be compared.
"""

import json
import sys
import time

from .. import options
from ..build import build
from ..errors import VmError
from ..machine import Machine
from . import table
from .peers import PEERS
from .rows import ROWS
from .run import Run

GPU_KINDS = ("venus", "2d")
MINUTES = {False: 60, True: 15}  # by --quick
RUNS = {False: 5, True: 1}
EPILOG = """\
Examples:
  vm/bench --quick                                       every row once, at most 15 minutes
  vm/bench --gpu 2d --peer vitrine --peer cage-pixman    some of it
  vm/bench --exact --row shm --row layers                guest CPU that is the same again, on a busy machine too
  vm/bench --json figures.json                           all figures of all runs, too
"""


def main(argv):
    arguments = _parse(argv)
    build("gcc")
    deadline = time.monotonic() + 60 * MINUTES[arguments.quick]
    figures = []
    for number, gpu in enumerate(arguments.gpu):
        share = (deadline - time.monotonic()) / (len(arguments.gpu) - number)
        figures += _measure(arguments, gpu, time.monotonic() + share)
    print(table.text(figures), flush=True)
    if arguments.json:
        options.user_path(arguments.json).write_text(json.dumps(figures, indent=1) + "\n")
    return 0 if any(figure["figures"] for figure in figures) else 1


def _parse(argv):
    parser = options.parser("bench", description=__doc__, epilog=EPILOG)
    parser.add_argument("--quick", action="store_true", help="every row once, with fewer frames")
    parser.add_argument("--exact", action="store_true", help="count the guest's instructions, 4 ns each, instead of time, and of ten "
                        "times the frames where pixman draws; 2d only")
    parser.add_argument("--json", metavar="FILE", help="write every figure of every run there, too")
    parser.add_argument("--gpu", action="append", choices=GPU_KINDS, metavar="KIND",
                        help=f"only this kind of GPU ({', '.join(GPU_KINDS)}); may be repeated")
    parser.add_argument("--peer", action="append", choices=[peer.name for peer in PEERS], metavar="NAME",
                        help="only this one of " + ", ".join(peer.name for peer in PEERS) + "; may be repeated")
    parser.add_argument("--row", action="append", choices=[row.name for row in ROWS], metavar="NAME",
                        help="only this one of " + ", ".join(row.name for row in ROWS) + "; may be repeated")
    arguments = parser.parse_args(argv)
    if arguments.exact and "venus" in (arguments.gpu or []):
        parser.error("--exact: Venus does not run on a processor whose instructions are counted")
    arguments.gpu = arguments.gpu or (["2d"] if arguments.exact else list(GPU_KINDS))
    if arguments.json and not options.user_path(arguments.json).parent.is_dir():
        parser.error(f"--json {arguments.json}: its folder is not there")
    return arguments


def _measure(arguments, gpu, deadline):
    """Round after round, in each every peer once; a peer that failed is not tried again. [{gpu, peer, run, figures,
    error}, ...]"""
    peers = [peer for peer in PEERS if gpu in peer.gpus and peer.name in (arguments.peer or [peer.name])]
    rows = [row for row in ROWS if gpu in row.gpus and row.name in (arguments.row or [row.name])]
    results = []
    with Machine(gpu, exact=arguments.exact) as machine:
        for number in range(RUNS[arguments.quick]):
            for peer in list(peers):
                left = deadline - time.monotonic()
                if left <= 0:
                    _say(f"{gpu}: time is up after {number} whole rounds")
                    return results
                result = _run(machine, gpu, peer, rows, number, arguments.quick)
                results.append(result)
                if result["error"]:
                    peers.remove(peer)
                _say(f"{gpu}, round {number + 1}, {peer.name}: {result['error'] or 'done'} "
                     f"({left - (deadline - time.monotonic()):.0f} s; at most {left / 60:.0f} minutes left)")
    return results


def _run(machine, gpu, peer, rows, number, quick):
    result = {"gpu": gpu, "peer": peer.name, "run": number, "figures": {}, "failed": {}, "error": None}
    machine.revive()
    machine.guest.jobs.clear()
    try:
        with Run(machine, peer, quick) as run:
            for row in (row for row in rows if row.floor or not peer.is_floor):
                try:
                    result["figures"].update(row.measure(run))
                except VmError as error:
                    result["failed"][row.name] = str(error)
                    run.check()
    except (VmError, OSError, EOFError) as error:
        result["error"] = str(error)
    machine.end_jobs()
    return result


def _say(text):
    print(text, file=sys.stderr, flush=True)

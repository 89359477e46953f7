"""vm/bench: Vitrine and what people would use instead, measured one after the other on the same boot of the virtual
machine, again and again, on each kind of GPU; for each kind one table: the figures of all, and how Vitrine's compares with the
best other one and with what the display can do without a compositor. It takes about an hour at most.

A first, quick round measures all. Five rounds more measure, row by row, Vitrine, the display alone and whoever was best in the
first: of these the table has medians and their spread, of all others that one run.

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
from .choice import contenders
from .peers import PEERS
from .rows import ROWS
from .run import Run

GPU_KINDS = ("venus", "2d")
MINUTES = {False: 60, True: 15}  # by --quick
ROUNDS = 5  # after the quick one
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
    plans = {gpu: plan for gpu in arguments.gpu if (plan := _plan(arguments, gpu))}
    if not plans:
        raise VmError("nothing to measure: no such --peer has such a --row on such a --gpu")
    rows_left = sum(map(_rows, plans.values()))
    for gpu, plan in plans.items():
        share = (deadline - time.monotonic()) * _rows(plan) / rows_left
        rows_left -= _rows(plan)
        figures += _measure(arguments, gpu, plan, time.monotonic() + share)
    print(table.text(figures), flush=True)
    if arguments.json:
        options.user_path(arguments.json).write_text(json.dumps(figures, indent=1) + "\n")
    return 0 if any(figure["figures"] for figure in figures) else 1


def _parse(argv):
    parser = options.parser("bench", description=__doc__, epilog=EPILOG)
    parser.add_argument("--quick", action="store_true", help="every row once, with fewer frames; whoever has no turn in 15 minutes is left out")
    parser.add_argument("--exact", action="store_true", help="count the guest's instructions, 4 ns each, instead of time, and of "
                        "many more frames where pixman draws; 2d only")
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


def _plan(arguments, gpu):
    """[(peer, its rows), ...]"""
    rows = [row for row in ROWS if gpu in row.gpus and row.name in (arguments.row or [row.name])]
    plan = [(peer, [row for row in rows if row.floor or not peer.is_floor]) for peer in PEERS
            if gpu in peer.gpus and peer.name in (arguments.peer or [peer.name])]
    return [(peer, rows) for peer, rows in plan if rows]


def _rows(plan):
    return sum(len(rows) for _, rows in plan)


def _measure(arguments, gpu, plan, deadline):
    """[{gpu, peer, run, figures, failed, error, seconds, rows}, ...]: of the quick round, and of the rounds after it."""
    with Machine(gpu, exact=arguments.exact) as machine:
        results, in_time = _round(machine, gpu, plan, 0, deadline)
        if arguments.quick:
            return results
        plan = contenders(plan, results)
        for number in range(1, ROUNDS + 1):
            if not in_time:
                break
            more, in_time = _round(machine, gpu, plan, number, deadline)
            results += more
    return results


def _round(machine, gpu, plan, number, deadline):
    """Every peer once, its rows; number: 0 is the quick one. Returns what was measured, and whether there was time for all."""
    results = []
    for peer, rows in list(plan):
        left = deadline - time.monotonic()
        if left <= 0:
            _say(f"{gpu}: time is up in round {number}, before {peer.name}")
            return results, False
        result = _run(machine, gpu, peer, rows, number)
        results.append(result)
        if result["error"]:
            plan.remove((peer, rows))  # it is not tried again, nor is a row that failed
        rows[:] = [row for row in rows if row.name not in result["failed"]]
        _say(f"{gpu}, round {number}, {peer.name}: {result['error'] or 'done'} "
             f"({left - (deadline - time.monotonic()):.0f} s; at most {left / 60:.0f} minutes left)")
    return results, True


def _run(machine, gpu, peer, rows, number):
    result = {"gpu": gpu, "peer": peer.name, "run": number, "figures": {}, "failed": {}, "error": None, "seconds": {}, "rows": {}}
    machine.revive()
    machine.guest.jobs.clear()
    try:
        began = time.monotonic()
        with Run(machine, peer, quick=number == 0, cold="start" in [row.name for row in rows]) as run:
            for row in rows:
                try:
                    measured = row.measure(run)
                    result["figures"].update(measured)
                    result["rows"][row.name] = list(measured)
                except VmError as error:
                    result["failed"][row.name] = str(error)
                    run.check()
                now = time.monotonic()
                result["seconds"][row.name], began = now - began, now
    except (VmError, OSError, EOFError) as error:
        result["error"] = str(error)
    machine.end_jobs()
    return result


def _say(text):
    print(text, file=sys.stderr, flush=True)

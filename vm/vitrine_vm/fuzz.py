"""vm/fuzz: lets libFuzzer, under ASan and UBSan, look for bytes that break a TARGET (tests/fuzz/TARGET.c), or every one.

The seeds in tests/fuzz/seeds/TARGET are where it begins; what it finds further stays in build/fuzz/corpus/TARGET, where the
next run goes on. `wayland` is no libFuzzer: clients, two at once, with random requests to every global, against a whole headless
session under the sanitizers, with other random numbers at each run (a seed that broke it belongs into tests/protocol/hostile-seeds).
What broke is said, with the bytes (in build/fuzz/crashes) or the command that do it again, and the exit status is 1.
"""

import os
import re
import shlex
import subprocess
import time

from . import options
from .build import BUILD, SOURCE, build, user_name

FOLDER = f"{SOURCE}/tests/fuzz"
TARGETS = sorted(name.removesuffix(".c") for name in os.listdir(FOLDER)
                 if name.endswith(".c") and name not in ("packets.c", "replay.c"))
WAYLAND = "wayland"
NOISES = 75  # seeds that one session takes, with two clients each: HOSTILE_NOISES
ENVIRONMENT = {"ASAN_OPTIONS": "abort_on_error=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}


def main(argv):
    parser = options.parser("fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join([*TARGETS, WAYLAND])}; default all")
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="for each target, default 60")
    parser.add_argument("--keep", action="store_true", help="add what reaches further than the seeds to the seeds")
    arguments = parser.parse_args(argv)
    wrong = set(arguments.targets) - {*TARGETS, WAYLAND}
    if wrong:
        parser.error(f"no such target: {', '.join(sorted(wrong))}")
    failed = 0
    for target in arguments.targets or [*TARGETS, WAYLAND]:
        found, figures = run(target, arguments.seconds, arguments.keep)
        print(f"{target:10} {figures}", flush=True)
        if found:
            print(found)
            failed += 1
    return 1 if failed else 0


def run(target, seconds, keep=False):
    """What broke it, or None; and a line of figures."""
    if target == WAYLAND:
        return _run_wayland(seconds)
    program = f"{build('fuzz')}/tests/fuzz/fuzz-{target}"
    corpus, crashes = BUILD / "fuzz/corpus" / target, BUILD / "fuzz/crashes"
    seeds = f"{FOLDER}/seeds/{target}"
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    # The programs' own messages would be all that is seen; SIGBUS is the worker's own to handle.
    fixed = [program, "-close_fd_mask=2", "-handle_bus=0", "-timeout=10", f"-artifact_prefix={crashes}/{target}-"]
    ended = _start([*fixed, f"-max_total_time={seconds}", "-print_final_stats=1", str(corpus), seeds])
    if ended.returncode != 0:
        path = re.search(r"Test unit written to (\S+)", ended.stdout)
        end = ended.stdout[ended.stdout.find("ERROR:"):][:4000] if "ERROR:" in ended.stdout else ended.stdout[-4000:]
        return f"{end}\nthe bytes: {user_name(path.group(1)) if path else 'not written'}", "broken"
    if keep:
        _start([*fixed, "-merge=1", seeds, str(corpus)])
    runs = re.search(r"number_of_executed_units: (\d+)", ended.stdout).group(1)
    reached = re.findall(r"cov: (\d+) ft: \d+ corp: (\d+)/", ended.stdout)[-1]
    return None, f"{runs} runs, {reached[0]} edges, {reached[1]} inputs, {len(os.listdir(seeds))} of them kept: nothing broke"


def _start(command, **environment):
    return subprocess.run(command, env={**os.environ, **ENVIRONMENT, **environment}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", cwd=BUILD)


def _run_wayland(seconds):
    folder = build("sanitizers")
    end, sessions, seed = time.monotonic() + seconds, 0, int(time.time()) * 100
    command = [f"{SOURCE}/tests/protocol/survives", f"{folder}/compositor/vitrine", f"{folder}/render/vitrine-render",
               f"{folder}/tests/protocol/hostile-client", "noise-all"]
    while time.monotonic() < end or sessions == 0:
        ended = _start(command, HOSTILE_SEED=str(seed))
        if ended.returncode != 0:
            return f"{ended.stdout[-4000:]}\nHOSTILE_SEED={seed} {shlex.join(command)}", "broken"
        seed += NOISES
        sessions += 1
    return None, f"{sessions} sessions, {sessions * NOISES * 2} connections: nothing broke"

"""Measures Vitrine on a machine that has no more than a Vulkan driver, such as a server with an NVIDIA GPU.

Runs from the folder that vm/pack made, with Python 3.8 or later: python3 FOLDER/measure. Clients draw natively, on Venus,
and on Venus in a session of Vitrine whose worker draws natively; then a table tells their frame rates and latencies.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from client import CLIENTS, MODES, QUICK, Run
from picture import check_pattern, check_cube
from report import parts, table
from stack import DRIVERS, Stack, StackError

SIZES = ("1280x800", "1920x1080", "3840x2160")


def parse(argv):
    parser = argparse.ArgumentParser(prog="measure", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--driver", metavar="ICD", help=f"the driver's manifest (default: the first of {', '.join(DRIVERS)})")
    parser.add_argument("--sizes", default=",".join(SIZES), metavar="WxH,...", help="default %(default)s")
    parser.add_argument("--clients", default=",".join(CLIENTS), metavar="NAME,...", help="default %(default)s")
    parser.add_argument("--modes", default=",".join(MODES), metavar="NAME,...", help="default %(default)s")
    parser.add_argument("--seconds", type=int, default=3, help="a vkmark scene takes (default 3)")
    parser.add_argument("--frames", type=int, default=3000, help="vkcube draws (default 3000)")
    parser.add_argument("--quick", action="store_true", help=f"one size, {', '.join(QUICK)} only, as short as can be")
    parser.add_argument("--out", default=".", metavar="FOLDER",
                        help="where figures.json, the pictures and one trace are written (default: here)")
    arguments = parser.parse_args(argv)
    if arguments.quick:
        arguments.sizes, arguments.clients, arguments.seconds, arguments.frames = "640x480", ",".join(QUICK), 1, 30
    for what, wanted, known in (("client", arguments.clients, CLIENTS), ("mode", arguments.modes, MODES)):
        unknown = set(wanted.split(",")) - set(known)
        if unknown:
            parser.error(f"no such {what}: {', '.join(sorted(unknown))}")
    return arguments


def measure(stack, arguments):
    """All of it, as one object for JSON."""
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    figures = {"machine": stack.describe(), "pictures": {}, "runs": []}
    print(json.dumps(figures["machine"], indent=2), flush=True)
    for check in (check_pattern, check_cube):
        figures["pictures"].update(check(stack, out))
    print(json.dumps(figures["pictures"], indent=2), flush=True)
    if not all(figures["pictures"].values()):
        return figures  # what shows wrong pictures is not worth a figure, and may hang
    for size in arguments.sizes.split(","):
        for name in arguments.clients.split(","):
            run = Run(stack, name, size, arguments)
            figures["runs"].append(run.measure())
            print(json.dumps(figures["runs"][-1]), flush=True)
    return figures


def main():
    arguments = parse(sys.argv[1:])
    here = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory(prefix="vitrine-") as folder, Stack(here, Path(folder), arguments.driver) as stack:
        figures = measure(stack, arguments)
    (Path(arguments.out) / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(table(figures))
    print(parts(figures))
    wrong = [name for name, right in figures["pictures"].items() if not right]
    failed = [run for run in figures["runs"] if run["failed"]]
    for name in wrong:
        print(f"wrong picture: {name}")
    for run in failed:
        print(f"failed: {run['client']} {run['size']}: {'; '.join(run['failed'])}")
    return 1 if wrong or failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StackError as error:
        sys.exit(f"measure: {error}")

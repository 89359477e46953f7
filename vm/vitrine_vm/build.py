"""Builds the tree with meson and ninja, saying how far it is."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

from .errors import VmError

BUILD = Path("/build")
SOURCE = "/src"
KINDS = {  # name: (folder, meson's options, environment of its set-up, source folders to build or none for all)
    "gcc": (BUILD, [], {"CC": "gcc"}, ()),
    "clang": (BUILD / "clang", ["-Dbuildtype=plain"], {"CC": "clang"}, ()),  # for its warnings
    "sanitizers": (BUILD / "sanitizers", ["-Db_sanitize=address,undefined", "-Db_lundef=false"], {"CC": "gcc"}, ()),
    "fuzz": (BUILD / "fuzz", ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dfuzzers=true"], {"CC": "clang"},
             ("tests/fuzz",)),
    "threads": (BUILD / "threads", ["-Db_sanitize=thread", "-Db_lundef=false"], {"CC": "gcc"}, ("host", "tests/host")),
}


def once(function):
    """Remembers what a function of one argument returned or raised."""
    ended = {}

    @functools.wraps(function)
    def remembering(argument):
        if argument not in ended:
            try:
                ended[argument] = function(argument), None
            except VmError as error:
                ended[argument] = None, error
        value, error = ended[argument]
        if error:
            raise error
        return value
    return remembering


@once
def build(kind):
    """Builds all of one kind, once a process; returns its folder. The output is in FOLDER/build.log."""
    folder = set_up(kind)
    _run(["ninja", "-C", str(folder), *_targets(folder, KINDS[kind][3])], folder, {})
    return folder


@once
def set_up(kind):
    """Lets meson make the folder of one kind; returns it."""
    folder, options, environment, _ = KINDS[kind]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "build.log").unlink(missing_ok=True)
    if not (folder / "build.ninja").exists():
        _run(["meson", "setup", *options, str(folder), SOURCE], folder, environment)
    return folder


@functools.cache
def unit_tests():
    """meson's tests in the build with sanitizers, by name, as its introspection tells of them."""
    output = subprocess.run(["meson", "introspect", "--tests", str(set_up("sanitizers"))], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    return {test["name"]: test for test in json.loads(output)}


def _targets(folder, sources):
    """What is made from these source folders, as ninja calls it."""
    if not sources:
        return []
    output = subprocess.run(["meson", "introspect", "--targets", str(folder)], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    return [os.path.relpath(path, folder) for target in json.loads(output) for path in target["filename"]
            if os.path.relpath(os.path.dirname(target["defined_in"]), SOURCE) in sources]


def user_name(path):
    """How the user calls a file that is in /build here."""
    return str(path).replace(str(BUILD), "build", 1)


def _run(command, folder, environment):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors="replace", env=dict(os.environ, **environment))
    lines = []
    with open(folder / "build.log", "a", encoding="utf-8") as log:
        for line in process.stdout:
            log.write(line)
            log.flush()
            lines.append(line.rstrip())
            _progress(f"building: {line.strip()}")
    status = process.wait()
    _progress("")
    if status != 0:
        causes = [line for line in lines if "error:" in line or "FAILED:" in line or "ERROR:" in line][:20]
        raise VmError("\n".join([f"the build failed, see {user_name(folder)}/build.log:", *(causes or lines[-10:])]))


def _progress(line):
    """One line that the next replaces, for a terminal only."""
    if sys.stderr.isatty():
        width = max(os.get_terminal_size(sys.stderr.fileno()).columns - 1, 20)
        sys.stderr.write(f"\r{line[:width]}\x1b[K")
        sys.stderr.flush()

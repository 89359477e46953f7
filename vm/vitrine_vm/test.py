"""vm/test: builds and runs every test there is, or those whose names hold one of the PATTERNs.

The tests are in tests/: unit tests run under sanitizers, the tree is checked, and in the virtual machine, one boot
for each kind of GPU, a session's pictures are compared on the host's display. Of what fails, logs and a picture of the display
stay in build/test-results. Exit status 0 only if nothing failed.
"""

import pytest

from . import options
from .suite import Suite


def main(argv):
    parser = options.parser("test", description=__doc__)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN", help="run the tests whose names hold this text")
    parser.add_argument("--long", action="store_true", help="let tests of endurance, such as soak, do all that they can")
    parser.add_argument("--list", action="store_true", help="name the tests instead of running them")
    arguments = parser.parse_args(argv)
    suite = Suite(arguments.patterns, arguments.list, arguments.long)
    status = pytest.main(["/src/tests/vm", "--rootdir=/src/tests", "-c", "/dev/null", "--tb=short",
                          "-p", "no:cacheprovider", "-p", "no:logging"], plugins=[suite])
    if arguments.list:
        return 0 if status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else 1
    return suite.finish(status)

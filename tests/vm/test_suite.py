"""What vm/test says and returns at its end."""

import subprocess
import sys

RUN = """
import sys
import pytest
from vitrine_vm.suite import Suite
suite = Suite([], False, False)
status = pytest.main([sys.argv[1], "-c", "/dev/null", "-p", "no:cacheprovider"], plugins=[suite])
sys.exit(suite.finish(status))
"""


def test_a_run_that_was_stopped_is_no_success(tmp_path):
    (tmp_path / "test_one.py").write_text("def test_first():\n    pass\n\n\ndef test_second():\n    raise KeyboardInterrupt\n")
    run = subprocess.run([sys.executable, "-c", RUN, tmp_path], cwd="/src/vm", capture_output=True, text=True, timeout=60)
    assert "stopped before the end: interrupted" in run.stdout
    assert "1 passed" in run.stdout
    assert run.returncode != 0

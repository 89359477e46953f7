"""Whether KVM works here. That /dev/kvm exists says little (nested virtualization may not run a kernel), so it is tried."""

import functools
import os
import subprocess
from pathlib import Path

PROBE_SECONDS = 5


@functools.cache
def choose():
    """"kvm" when it boots the kernel as far as its complaint that there is no root, else "tcg"."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    kernel = sorted(Path("/boot").glob("vmlinuz-*"))[-1]
    command = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-no-reboot", "-machine", "q35,accel=kvm",
               "-cpu", "host", "-smp", "2", "-m", "256M", "-kernel", str(kernel), "-display", "none", "-serial", "stdio",
               "-append", "console=ttyS0 panic=-1"]
    try:
        probe = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_SECONDS)
    except subprocess.TimeoutExpired:
        return "tcg"
    return "kvm" if b"Unable to mount root fs" in probe.stdout else "tcg"

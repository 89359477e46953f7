"""Whether KVM works here. That /dev/kvm exists says little: nested virtualization may not run a kernel. So it is tried."""

import functools
import os
import subprocess
from pathlib import Path

PROBE_SECONDS = 5


@functools.cache
def choose():
    """("kvm", why) when it boots the kernel as far as its complaint that there is no root, else ("tcg", why)."""
    if not os.path.exists("/dev/kvm"):
        return "tcg", "no /dev/kvm"
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg", "no permission for /dev/kvm: join its group"
    try:
        probe = subprocess.run(
            ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-no-reboot", "-machine", "q35,accel=kvm",
             "-cpu", "host", "-smp", "2", "-m", "512M", "-kernel", str(kernel()), "-display", "none",
             "-serial", "stdio", "-append", "console=ttyS0 panic=-1"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_SECONDS)
    except subprocess.TimeoutExpired:
        return "tcg", "/dev/kvm does not boot a kernel"
    if b"Unable to mount root fs" in probe.stdout:
        return "kvm", "/dev/kvm works"
    return "tcg", "/dev/kvm does not boot a kernel"


def kernel():
    """The guest's kernel: the sysroot's newest."""
    return sorted(Path("/boot").glob("vmlinuz-*"))[-1]

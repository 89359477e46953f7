"""The virtual machine: QEMU, the two virtiofsd that feed it, and what one does to it from outside.

Its root is this sandbox's own root, read-only, so the guest sees the sysroot, /src and /build as they are here.
"""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from . import accel, keys
from .errors import VmError
from .guest import Guest, tail
from .qmp import Qmp
from .rfb import Rfb

GPUS = {
    "venus": "virtio-gpu-gl with Venus, and Vitrine's host layer in its renderer",
    "venus-stock": "the same without the host layer",
    "2d": "plain virtio-gpu; Vulkan is the guest's own lavapipe",
    "bochs": "QEMU's standard VGA",
    "qxl": "QXL, without SPICE",
    "cirrus": "a Cirrus CLGD 5446",
}
VIRTIO = ("venus", "venus-stock", "2d")  # what a test runs on unless it says otherwise
# hostmem is address space: a Venus client takes about 10 MiB of it, and fails where there is none.
VENUS = "virtio-gpu-gl-pci,id=gpu,max_outputs=2,hostmem=4G,blob=true,venus=true,xres={},yres={}"
HEADS = {"venus": 2, "venus-stock": 2, "2d": 4}  # displays, where there are several; four have Venus boot seconds later
DEVICES = {
    "venus": VENUS,
    "venus-stock": VENUS,
    "2d": "virtio-gpu-pci,id=gpu,max_outputs=4,xres={},yres={}",
    "bochs": "VGA,xres={},yres={}",
    "qxl": "qxl-vga,xres={},yres={}",
    "cirrus": "cirrus-vga",
}
# TCG runs one virtual CPU. With two, QEMU 10.0 ends within 20 clients of Venus, whose every blob changes the memory map
# ("iotlb_to_section: Assertion", see vm/README.md). With thread=single TCG leaves out the guest's memory barriers, on which Venus's
# rings in memory shared with the host rely: the host sleeps and the guest waits, for ever. A thread of its own, and room for
# a second CPU that never comes, keep them (mttcg_start_vcpu_thread() of QEMU: max_cpus > 1).
ACCELERATORS = {"kvm": ("kvm", "host", "2"), "tcg": ("tcg,thread=multi", "max", "1,maxcpus=2")}
# The guest's clock counts its instructions, 4 ns each: what it takes for processor time depends on nothing else.
EXACT, EXACT_CLOCK = ("tcg,thread=single", "max", "1"), ("-icount", "shift=2,sleep=on")
BOOT_SECONDS = 90
SLEEP_SECONDS = 30
SLEEPS = "PM: suspend-to-idle"  # the kernel's last word, on a console that it leaves on
# The console's cursor blinks on while devices sleep already; virtio-gpu of Linux 6.12 misses the wake-up after such a command.
FALL_ASLEEP = """modprobe button
echo 0 >/sys/class/graphics/fbcon/cursor_blink
echo N >/sys/module/printk/parameters/console_suspend
echo 1 >/sys/power/pm_debug_messages
dmesg --console-level debug
echo {} >/sys/power/state
status=$?
dmesg --console-level err
exit $status
"""
DISK_BYTES = 1 << 32  # a second: QEMU would leave some for others
SOCKETS = ("root.fs", "exchange.fs", "qmp", "agent")
LAVAPIPE = "/usr/share/vulkan/icd.d/lvp_icd.json"
HOST = Path("/build/host")


class Machine:
    """One boot. Use it as a context manager: leaving it ends QEMU and everything inside."""

    def __init__(self, gpu="venus", size=(1280, 800), folder=None, terminal=False, display=None, preload="", exact=False):
        """folder: logs and sockets. terminal: this process's own terminal becomes the guest's /dev/hvc0.
        display: the path of the VNC socket, shorter than 100 bytes; in folder when None. preload: a library for QEMU.
        exact: the guest's time is its instructions; without Venus."""
        self.gpu = gpu
        self.heads = HEADS.get(gpu, 1)
        self.size = size
        self.folder = Path(folder or tempfile.mkdtemp(prefix="vm-"))
        self.display = Path(display or self.folder / "display")
        self.terminal = terminal
        self.preload = preload
        self.exact = exact
        self.accel = self.accel_reason = None
        self.guest = None
        self.lost = 0  # how often the guest did not answer, or something in it could not be killed
        self._pointed = {}  # head: where its mouse was moved to last
        self._qmp = None
        self._processes = []

    def __enter__(self):
        try:
            self.boot()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def boot(self):
        shutil.rmtree(self.folder / "exchange", ignore_errors=True)
        (self.folder / "exchange").mkdir(parents=True)
        self.accel, self.accel_reason = accel.choose()
        qemu = self._start()
        self.guest = self._connected(lambda: Guest(self.folder / "agent", self.folder / "exchange"), qemu)
        self._wait_for(self._is_ready, qemu, BOOT_SECONDS)

    def _start(self, *options):
        """Starts QEMU and what feeds it; returns QEMU, once it listens."""
        for name in SOCKETS:
            (self.folder / name).unlink(missing_ok=True)
        # virtiofsd keeps a file open for each that the guest has seen.
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        self._share("root", "/", "--readonly", "--cache=always")
        self._share("exchange", self.folder / "exchange", "--cache=never")
        qemu = self._spawn("qemu", ["qemu-system-x86_64", *self._arguments(), *options], env=self._environment(),
                           stdin=None if self.terminal else subprocess.DEVNULL,
                           stdout=None if self.terminal else subprocess.PIPE)
        self._qmp = self._connected(lambda: Qmp(str(self.folder / "qmp")), qemu)
        return qemu

    def is_alive(self):
        """Whether the guest answers, and its console, which waits for the GPU's driver, takes what is written to it."""
        try:
            return self.guest is not None and self.run("printf '\\r' >/dev/tty1", timeout=20).status == 0
        except (VmError, OSError):
            return False

    def revive(self):
        """Boots it again if the guest no longer answers; returns whether it did."""
        if self.is_alive():
            return False
        self.lost += bool(self.guest)
        self.close()
        self.boot()
        return True

    def end_jobs(self):
        """Ends all that its jobs have left; a guest in which that cannot be done is closed."""
        if not self.guest:
            return  # closed by who broke it
        try:
            ended = self.is_alive() and self.guest.kill_all()
        except (VmError, OSError):
            ended = False
        if not ended:
            self.lost += 1
            self.close()

    def is_running(self):
        """Whether QEMU has not ended, answer or not."""
        return bool(self._processes) and all(process.poll() is None for process in self._processes)

    def close(self):
        """Ends the machine at once: nothing in the guest outlives it, so there is nothing to shut down."""
        for closable in (self.guest, self._qmp):
            if closable:
                closable.close()
        self.guest = self._qmp = None
        self._end()

    def _end(self):
        for process in reversed(self._processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._processes.clear()

    def run(self, script, timeout=60):
        """Runs a shell script in the guest; returns its Result (status, output)."""
        return self.guest.run(script, timeout)

    def start(self, script, name="job"):
        """Starts a shell script in the guest; returns its Job."""
        return self.guest.start(script, name)

    def screenshot(self, head=0):
        """What the host's display shows now, an RGB image. head: 1 is the second, of virtio-gpu only."""
        with self._view(head) as rfb:
            return rfb.picture()

    def cursor(self, head=0):
        """The pointer that the guest wants drawn on that display: (RGBA image, hotspot); None where there is none."""
        with self._view(head) as rfb:
            return rfb.cursor()

    def resize(self, width, height, head=0):
        """Resizes the display as a viewer's window would: the guest sees another preferred mode. Another head than the first, of
        virtio-gpu, is connected by it, and with a size of 0 by 0 disconnected."""
        with self._view(head) as rfb:
            rfb.resize(width, height)

    def pause(self, seconds):
        """Stops the machine for a while, as a host does that is suspended: the guest is not told."""
        self._qmp.run("stop")
        time.sleep(seconds)
        self._qmp.run("cont")

    def save(self):
        """Writes what the machine is to a file, and ends it; restore() goes on from there. VmError: QEMU says why it cannot."""
        self._qmp.run("stop")
        try:
            self._qmp.run("migrate-set-parameters", **{"max-bandwidth": DISK_BYTES})
            self._qmp.run("migrate", uri=f"file:{self._state}")
        except VmError:
            self._qmp.run("cont")
            raise
        self._migrate()
        self._qmp.close()
        self.guest.close()
        self._end()

    def restore(self):
        """Starts QEMU again with what save() has written."""
        self._connected(self.guest.connect, self._start("-incoming", "defer"))
        self._qmp.run("migrate-incoming", uri=f"file:{self._state}")
        self._migrate()
        self._state.unlink()
        self._qmp.run("cont")

    @contextlib.contextmanager
    def asleep(self, state):
        """The guest, of "2d" only, sleeps for as long as the context lasts. state: what the kernel calls it, "freeze" (s2idle, which
        its power button ends) or "mem" (S3). VmError: it does not fall asleep, or does not wake up."""
        known = self.console().count(SLEEPS)
        job = self.start(FALL_ASLEEP.format(state), "sleep")
        deadline = time.monotonic() + SLEEP_SECONDS
        while not (self.console().count(SLEEPS) > known if state == "freeze" else
                   self._qmp.run("query-status")["status"] == "suspended"):
            if job.poll() is not None or time.monotonic() > deadline:
                raise VmError(f"the guest does not fall asleep: {tail(job.output())}; {tail(self.console())}")
            time.sleep(0.05)
        yield
        self._qmp.run("system_powerdown" if state == "freeze" else "system_wakeup")
        if job.wait(SLEEP_SECONDS).status != 0:
            raise VmError(f"the guest did not sleep: {tail(job.output())}")

    @contextlib.contextmanager
    def deaf(self):
        """For as long as the context lasts, the host takes nothing from the GPU (tests/clients/deaf_host.c, preloaded)."""
        self._deafness.touch()
        try:
            yield
        finally:
            self._deafness.unlink()

    def key(self, *names):
        """Presses keys together, by their QKeyCode names, and lets them go."""
        self._input(keys.press(names))

    def type(self, text):
        """Types text on a US keyboard."""
        for character in text:
            self.key(*keys.codes(character))

    def pointer(self, x, y, head=0):
        """Moves the pointer to that pixel of the display: by way of the next one where it is there, for that the guest is not told."""
        with self._view(head) as rfb:
            size = rfb.size
        places = [(x ^ 1, y), (x, y)] if self._pointed.get(head) == (x, y) else [(x, y)]
        for place in places:
            self._input(keys.move(*place, size), **({"device": "gpu", "head": head} if head else {}))
        self._pointed[head] = x, y

    def press(self, button="left", down=True):
        self._input([keys.button(button, down)])

    def click(self, button="left"):
        for down in (True, False):
            self.press(button, down)

    def processor(self):
        """What QEMU knows of the virtual CPU: the interrupts that wait or are being served, and its registers."""
        if not self._qmp:
            raise VmError("the machine is closed")
        return "\n".join(self._qmp.run("human-monitor-command", **{"command-line": f"info {what}"})
                         for what in ("lapic", "registers"))

    def console(self):
        """What the guest's kernel and init have said."""
        return self.log("console")

    def log(self, name):
        """What the process of that name has said: qemu, virtiofsd-root, virtiofsd-exchange."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def _deafness(self):
        return self.folder / "deaf"

    @property
    def _state(self):
        return self.folder / "state"

    def _migrate(self):
        """Waits until QEMU's state is in the file, or has come from it."""
        deadline = time.monotonic() + BOOT_SECONDS
        while (status := self._qmp.run("query-migrate"))["status"] != "completed":
            if status["status"] == "failed" or time.monotonic() > deadline:
                raise VmError(f"QEMU's state is not transferred: {status.get('error-desc', status['status'])}")
            time.sleep(0.05)

    def _view(self, head):
        return Rfb(str(self.display) + (f".{head}" if head else ""))

    def _input(self, events, **where):
        self._qmp.run("input-send-event", events=events, **where)
        time.sleep(0.02)  # QEMU's queue for the guest holds few events

    def _is_ready(self):
        self.guest.listen(0.1)
        return self.guest.ready

    def _share(self, tag, path, *options):
        process = self._spawn(f"virtiofsd-{tag}", ["/usr/libexec/virtiofsd", f"--socket-path={self.folder}/{tag}.fs",
                                                   f"--shared-dir={path}", "--sandbox=none", "--seccomp=none",
                                                   "--rlimit-nofile=0", *options])
        deadline = time.monotonic() + 10
        while not (self.folder / f"{tag}.fs").exists():
            if time.monotonic() > deadline or process.poll() is not None:
                raise VmError(f"virtiofsd does not start: {tail(self.log(f'virtiofsd-{tag}'))}")
            time.sleep(0.02)

    def _spawn(self, name, command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=None):
        """Starts a process in a session of its own, so that the terminal's Ctrl-C does not end it before us."""
        with open(self.folder / f"{name}.log", "wb") as log:
            process = subprocess.Popen(command, stdin=stdin, stdout=log if stdout else None, stderr=log, env=env,
                                       start_new_session=True)
        self._processes.append(process)
        return process

    def _connected(self, connect, qemu):
        """What connect() returns, once QEMU listens on the socket that it wants."""
        def connected():
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                return [connect()]
        return self._wait_for(connected, qemu, 20)[0]

    def _wait_for(self, condition, qemu, seconds):
        """Returns what condition() does when that holds."""
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            if qemu.poll() is not None:
                raise VmError(f"QEMU ended with {qemu.returncode}: {tail(self.log('qemu'))}")
            if time.monotonic() > deadline:
                raise VmError(f"the guest did not start in {seconds} s: {tail(self.console())}")
            time.sleep(0.02)
        return value

    def _arguments(self):
        folder = self.folder
        accelerator, processor, processors = EXACT if self.exact else ACCELERATORS[self.accel]
        return [
            "-nodefaults", "-no-user-config", "-no-reboot",
            "-machine", "q35,memory-backend=memory,i8042=off",
            "-accel", accelerator, "-cpu", processor, "-smp", processors, *(EXACT_CLOCK if self.exact else ()),
            "-m", "3G", "-object", "memory-backend-memfd,id=memory,size=3G,share=on",
            "-kernel", str(accel.kernel()),
            "-append", "root=root rootfstype=virtiofs ro init=/src/vm/guest/init console=ttyS0 quiet panic=-1 "
                       f"mitigations=off random.trust_cpu=on VITRINE_GPU={self.gpu}",
            "-chardev", f"socket,id=root,path={folder}/root.fs",
            "-chardev", f"socket,id=exchange,path={folder}/exchange.fs",
            "-chardev", f"file,id=console,path={folder}/console.log", "-serial", "chardev:console",
            *self._devices(),
            "-chardev", "stdio,id=terminal,signal=off" if self.terminal else "null,id=terminal",
            "-device", "virtconsole,chardev=terminal,nr=0",
            "-chardev", f"socket,id=agent,path={folder}/agent,server=on,wait=off",
            "-device", "virtserialport,chardev=agent,nr=1",
            "-qmp", f"unix:{folder}/qmp,server=on,wait=off",
            *(["-display", "egl-headless,rendernode=/dev/null"] if DEVICES[self.gpu] == VENUS else []),
            "-vnc", f"unix:{self.display}",
            *(argument for head in range(1, self.heads)
              for argument in ("-vnc", f"unix:{self.display}.{head},display=gpu,head={head}")),
        ]

    def _devices(self):
        """Those of "2d" are each on a PCI Express port of its own, where they have power management and keep their state while
        the guest sleeps. Linux 6.12 starts any other anew, which its drivers of virtio-gpu and virtiofs do not know how to do."""
        devices = ["vhost-user-fs-pci,chardev=root,tag=root", "vhost-user-fs-pci,chardev=exchange,tag=exchange",
                   "virtio-serial-pci", "virtio-keyboard-pci", "virtio-tablet-pci", DEVICES[self.gpu].format(*self.size)]
        devices += [f"virtio-tablet-pci,display=gpu,head={head}" for head in range(1, self.heads)]
        if self.gpu != "2d":
            return [argument for device in devices for argument in ("-device", device)]
        return [argument for number, device in enumerate(devices) for argument in (
            "-device", f"pcie-root-port,id=port{number},chassis={number}",
            "-device", f"{device},bus=port{number},x-pcie-pm-no-soft-reset=on")]

    def _environment(self):
        """QEMU's, and so its renderer's: software drivers, and for "venus" all parts of host/: the Vulkan layer, the EGL
        vendor that lets egl-headless show shared memory without a DRM device, and what looks for fences more often."""
        environment = dict(os.environ, LIBGL_ALWAYS_SOFTWARE="1", GBM_ALWAYS_SOFTWARE="1", VK_DRIVER_FILES=LAVAPIPE,
                           DEAF_HOST=str(self._deafness))
        preload = [self.preload]
        if self.gpu == "venus":
            environment.update(VK_LAYER_PATH=str(HOST), VK_INSTANCE_LAYERS="VK_LAYER_VITRINE_host",
                               __EGL_VENDOR_LIBRARY_FILENAMES=str(HOST / "vitrine_egl.json"))
            preload.append(str(HOST / "libvitrine_fences.so"))
        return environment | {"LD_PRELOAD": ":".join(filter(None, preload))}

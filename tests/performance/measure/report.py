"""The figures as one table, in the Markdown of docs/performance.md."""

PARTS = ("client", "size", "drawn natively", "the shadow's copy", "the worker's share", "what is left", "session",
         "each frame: recorded", "on the GPU", "waits", "its way there and back")
FRAME = 1920 * 1080 * 4  # bytes of the frame whose ways were measured
HEAD = ("client", "size", "native", "Venus", "Venus, waiting", "session", "of native", "each frame", "latency ms", "GPU copies MB")


def table(figures):
    rows = [HEAD, tuple("---" for _ in HEAD), *map(_row, figures["runs"])]
    machine = figures["machine"]
    return "\n".join([f"{machine['device']}, {machine['driver']}, {machine['date']}; shared memory is filled at "
                      f"{machine['shared_gb_per_s']} GB/s, the device's own at {machine['local_gb_per_s']} GB/s; pictures: " +
                      ", ".join(f"{name} {'right' if right else 'WRONG'}" for name, right in figures["pictures"].items()),
                      "", *("| " + " | ".join(row) + " |" for row in rows)])


def parts(figures):
    """Where milliseconds go: of the client's frames, then of the worker's where each is shown."""
    frame = figures["machine"]["frame_ms"]
    rows = [PARTS, tuple("---" for _ in PARTS), *(_parts(run, frame["handing a frame over"]) for run in figures["runs"])]
    return "\n".join(["A frame of 1920x1080: " + ", ".join(f"{what} {took} ms" for what, took in frame.items()), "",
                      *("| " + " | ".join(row) + " |" for row in rows)])


def _parts(run, handing_over):
    native, session = (1000 / rate if rate else 0 for rate in (run["native_fps"], run["mailbox"]["commits_per_s"]))
    copy = handing_over * run["mailbox"]["shadow_copied_bytes"] / FRAME
    # The GPU draws the screen meanwhile, for so much of each second.
    share = session * run["mailbox"]["shown_per_s"] * (run["mailbox"]["drawing_ms"]["gpu"] or 0) / 1000
    whole, worker, record, gpu = (run["fifo"]["drawing_ms"][part] or 0 for part in ("whole", "worker", "record", "gpu"))
    times = (native, copy, share, session - native - copy - share, session, record, gpu, worker - record - gpu, whole - worker)
    return (run["client"], run["size"], *(f"{time:.2f}" for time in times))


def _row(run):
    mailbox, fifo = run["mailbox"], run["fifo"]
    latency = fifo["latency_ms"]
    rates = (run["native_fps"], run["venus_fps"], run["waiting_fps"], mailbox["commits_per_s"])
    return (run["client"], run["size"], *(f"{rate:.0f}" for rate in rates), str(run["mailbox_of_native"]),
            f"{fifo['shown_per_s']:.0f}", f"{latency['median']} / {latency['p99']}",
            f"{(fifo['gpu_copied_bytes'] + fifo['shadow_copied_bytes']) / 1e6:.1f}")

"""The figures as one table, in the Markdown of docs/performance.md."""

PARTS = ("client", "size", "drawn natively", "Venus", "its wait for each frame", "the session", "worker: whole", "recording",
         "on the GPU", "its way there and back")
HEAD = ("client", "size", "native", "Venus", "session", "of native", "each frame", "latency ms", "GPU copies MB")


def table(figures):
    rows = [HEAD, tuple("---" for _ in HEAD), *map(_row, figures["runs"])]
    machine = figures["machine"]
    return "\n".join([f"{machine['device']}, {machine['driver']}, {machine['date']}; shared memory is filled at "
                      f"{machine['shared_gb_per_s']} GB/s, the device's own at {machine['local_gb_per_s']} GB/s; pictures: " +
                      ", ".join(f"{name} {'right' if right else 'WRONG'}" for name, right in figures["pictures"].items()),
                      "", *("| " + " | ".join(row) + " |" for row in rows)])


def parts(figures):
    """Where a frame's milliseconds go: those of the client, then those of the worker's drawing it."""
    rows = [PARTS, tuple("---" for _ in PARTS), *map(_parts, figures["runs"])]
    frame = figures["machine"]["frame_ms"]
    return "\n".join(["A frame of 1920x1080: " + ", ".join(f"{what} {took} ms" for what, took in frame.items()), "",
                      *("| " + " | ".join(row) + " |" for row in rows)])


def _parts(run):
    rates = (run["native_fps"], run["venus_fps"], run["waiting_fps"], run["mailbox"]["commits_per_s"])
    steps = [1000 / rate if rate else 0 for rate in rates]
    client = [steps[0], *(after - before for before, after in zip(steps, steps[1:]))]
    draw = run["fifo"]["drawing_ms"]
    drawing = [draw[part] or 0 for part in ("whole", "record", "gpu")]
    drawing.append((draw["whole"] or 0) - (draw["worker"] or 0))
    return (run["client"], run["size"], *(f"{part:.2f}" for part in client + drawing))


def _row(run):
    mailbox, fifo = run["mailbox"], run["fifo"]
    latency = fifo["latency_ms"]
    return (run["client"], run["size"], f"{run['native_fps']:.0f}", f"{run['venus_fps']:.0f}", f"{mailbox['commits_per_s']:.0f}",
            str(run["mailbox_of_native"]), f"{fifo['shown_per_s']:.0f}", f"{latency['median']} / {latency['p99']}",
            f"{(fifo['gpu_copied_bytes'] + fifo['shadow_copied_bytes']) / 1e6:.1f}")

"""The figures as one table, in the Markdown of docs/performance.md."""

HEAD = ("client", "size", "native", "Venus", "session", "of native", "each frame", "latency ms", "GPU copies MB")


def table(figures):
    rows = [HEAD, tuple("---" for _ in HEAD), *map(_row, figures["runs"])]
    machine = figures["machine"]
    return "\n".join([f"{machine['device']}, {machine['driver']}, {machine['date']}; shared memory is filled at "
                      f"{machine['shared_gb_per_s']} GB/s, the device's own at {machine['local_gb_per_s']} GB/s; pictures: " +
                      ", ".join(f"{name} {'right' if right else 'WRONG'}" for name, right in figures["pictures"].items()),
                      "", *("| " + " | ".join(row) + " |" for row in rows)])


def _row(run):
    mailbox, fifo = run["mailbox"], run["fifo"]
    latency = fifo["latency_ms"]
    return (run["client"], run["size"], f"{run['native_fps']:.0f}", f"{run['venus_fps']:.0f}", f"{mailbox['commits_per_s']:.0f}",
            str(run["mailbox_of_native"]), f"{fifo['shown_per_s']:.0f}", f"{latency['median']} / {latency['p99']}",
            f"{(fifo['gpu_copied_bytes'] + fifo['shadow_copied_bytes']) / 1e6:.1f}")

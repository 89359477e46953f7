"""The figures as one table in Markdown: medians, their spread, and Vitrine's beside the best other one."""

import statistics

from .choice import latest
from .peers import FLOOR, OURS
from .rows import more_is_better, unit


def text(results):
    """One table a kind of GPU, and below it what failed and how."""
    parts = []
    results = latest(results)
    for gpu in dict.fromkeys(result["gpu"] for result in results):
        of_gpu = [result for result in results if result["gpu"] == gpu]
        parts += [f"{gpu}:", "", *_table(of_gpu), "", *_failures(of_gpu), ""]
    return "\n".join(parts)


def _table(results):
    peers = list(dict.fromkeys(result["peer"] for result in results))
    figures = dict.fromkeys(name for result in results for name in result["figures"])
    rows = [["figure", *peers, "ours to the best other", "ours to the floor"], ["---"] * (len(peers) + 3)]
    for name in figures:
        values = {peer: [value for result in results if result["peer"] == peer
                         if (value := result["figures"].get(name)) is not None] for peer in peers}
        best = ", more is best" if more_is_better(name) else ""
        rows.append([f"{name}, {unit(name)}{best}", *(_cell(values[peer]) for peer in peers),
                     _to_best(name, _comparable(name, results, values)), _to_floor(values)])
    return ["| " + " | ".join(row) + " |" for row in rows]


def _cell(values):
    """The median, and from the least to the most where there is more than one."""
    if not values:
        return "-"
    spread = f" ({_short(min(values))}-{_short(max(values))})" if len(values) > 1 else ""
    return _short(statistics.median(values)) + spread


def _to_floor(values):
    ours, floor = (values.get(peer) for peer in (OURS, FLOOR))
    return f"{statistics.median(ours) / statistics.median(floor):.2f}" if ours and floor and any(floor) else "-"


def _comparable(name, results, values):
    """Where other peers were measured again, only these: a quick round's figure is of fewer frames, and of one run."""
    again = {result["peer"] for result in results if result["run"] > 0 and name in result["figures"]}
    return {peer: list_ for peer, list_ in values.items() if peer in again or again <= {OURS, FLOOR}}


def _to_best(name, values):
    others = [statistics.median(list_) for peer, list_ in values.items() if peer not in (OURS, FLOOR) and list_]
    if not values.get(OURS) or not others:
        return "-"
    best = max(others) if more_is_better(name) else min(others)
    ours = statistics.median(values[OURS])
    return f"{ours / best:.2f}" if best else ("1.00" if ours == best else "-")


def _failures(results):
    said = {}
    for result in results:
        for row, why in ([("all", result["error"])] if result["error"] else []) + list(result["failed"].items()):
            said.setdefault((result["peer"], row), why)
    return [f"- {peer}, {row}: {why}" for (peer, row), why in said.items()]


def _short(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"

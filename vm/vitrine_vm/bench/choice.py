"""Who is measured again after the first round, and which of the results count."""

from .peers import OURS
from .rows import has_goal, more_is_better


def contenders(plan, results):
    """What of plan, [(peer, rows), ...], to measure again: all of ours and of the floor's, and the rows in which another peer has the
    best figure of those that there is a goal for."""
    ours = {peer.name for peer, _ in plan if peer.is_floor or peer.name == OURS}
    others = {peer.name for peer, _ in plan} - ours
    best = {}  # figure: (value, peer's name, row's name)
    for result in (result for result in results if result["peer"] in others):
        for row, figures in result["rows"].items():
            for figure in filter(has_goal, figures):
                value = result["figures"][figure]
                if value is not None and (figure not in best or _is_better(figure, value, best[figure][0])):
                    best[figure] = value, result["peer"], row
    wanted = {(peer, row) for _, peer, row in best.values()}
    plan = [(peer, [row for row in rows if peer.name in ours or (peer.name, row.name) in wanted]) for peer, rows in plan]
    return [(peer, rows) for peer, rows in plan if rows]


def latest(results):
    """What counts: of the quick round, run 0, only the rows that were not measured again."""
    again = {(result["gpu"], result["peer"], row) for result in results if result["run"] > 0 for row in result["rows"]}
    return [result if result["run"] > 0 else _without(result, {row for gpu, peer, row in again
                                                               if (gpu, peer) == (result["gpu"], result["peer"])})
            for result in results]


def _without(result, rows):
    left_out = {figure for row in rows for figure in result["rows"].get(row, ())}
    return {**result, "figures": {figure: value for figure, value in result["figures"].items() if figure not in left_out},
            "failed": {row: why for row, why in result["failed"].items() if row not in rows}}


def _is_better(figure, value, other):
    return value > other if more_is_better(figure) else value < other

"""Who is measured again after the first round, and which of the results count."""

from .peers import OURS
from .rows import has_goal, more_is_better


def contenders(plan, results):
    """What of plan, [(peer, rows), ...], to measure again: all of ours and of the floor's, and the rows in which another peer has the best
    figure of those that there is a goal for."""
    best = {}  # figure: who has it, and its value
    wanted = set()  # (peer, row)
    for result in results:
        if any(peer.name == result["peer"] and not (peer.is_floor or peer.name == OURS) for peer, _ in plan):
            for figure, value in result["figures"].items():
                if has_goal(figure) and value is not None and (figure not in best or _is_better(figure, value, best[figure][1])):
                    best[figure] = result["peer"], value
    for result in results:
        for row, figures in result["rows"].items():
            if any(best.get(figure, (None,))[0] == result["peer"] for figure in figures):
                wanted.add((result["peer"], row))
    plan = [(peer, [row for row in rows if peer.is_floor or peer.name == OURS or (peer.name, row.name) in wanted])
            for peer, rows in plan]
    return [(peer, rows) for peer, rows in plan if rows]


def latest(first, later):
    """All results; what of the first was measured again is left out of it."""
    again = {(result["peer"], figure) for result in later for figure in result["figures"]}
    return [{**result, "figures": {figure: value for figure, value in result["figures"].items() if (result["peer"], figure) not in again}}
            for result in first] + later


def _is_better(figure, value, other):
    return value > other if more_is_better(figure) else value < other

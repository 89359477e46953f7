"""What was done to sessions, and what became of them: tests write rows, vm/test prints them as one table at its end.

Tests record() a row, those that meson runs say() it.
"""

import json
import statistics

KEY = "tally"
HEAD = ("what", "tried", "survived", "ended well", "right again, median", "worst", "held before -> after")


def row(what, tried, survived, ended=0, waits=(), held=""):
    """One line of text. Rows of one `what` are added up. ended: so many sessions ended, said why, and left the console as it was;
    waits: milliseconds until the next right frame; held: what was held before and after."""
    return json.dumps({"what": what, "tried": tried, "survived": survived, "ended": ended, "waits": [round(wait, 1) for wait in waits],
                       "held": held})


def record(record_property, *arguments, **more):
    """For pytest's record_property: row() of the arguments."""
    record_property(KEY, row(*arguments, **more))


def say(*arguments, **more):
    """For tests of meson, whose output is looked through: row() of the arguments."""
    print(f"{KEY}: {row(*arguments, **more)}")


class Tally:
    """All rows of a run."""

    def __init__(self):
        self._rows = {}  # what: the sum

    def add(self, text):
        new = json.loads(text)
        known = self._rows.setdefault(new["what"], {"tried": 0, "survived": 0, "ended": 0, "waits": [], "held": []})
        for name in ("tried", "survived", "ended", "waits"):
            known[name] += new[name]
        known["held"] += [new["held"]] if new["held"] else []

    def lines(self):
        """The table, or nothing if there are no rows."""
        if not self._rows:
            return []
        rows = [HEAD, *(_columns(what, figures) for what, figures in self._rows.items())]
        widths = [max(map(len, column)) for column in zip(*rows)]
        return ["  ".join(text.ljust(width) for text, width in zip(columns, widths)).rstrip() for columns in rows]


def _columns(what, figures):
    waits = figures["waits"]
    return (what, f"{figures['tried']}", f"{figures['survived']}", f"{figures['ended'] or ''}",
            _time(statistics.median(waits)) if waits else "", _time(max(waits)) if waits else "", "; ".join(figures["held"]))


def _time(milliseconds):
    return f"{milliseconds / 1000:.1f} s" if milliseconds >= 10000 else f"{milliseconds:.0f} ms"

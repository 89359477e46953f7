"""The table that vm/test prints at its end."""

from vitrine_vm.tally import Tally, row


def test_tally_adds_rows_up():
    tally = Tally()
    tally.add(row("workers", 2, 2, waits=[10, 20.4]))
    tally.add(row("calls", 3, 1, ended=2))
    tally.add(row("workers", 3, 2, waits=[12000, 30]))
    tally.add(row("soak", 5, 5, held="4 files -> 4 files"))
    head, *rows = [line.split("  ") for line in tally.lines()]
    assert head[0] == "what"
    assert [[text.strip() for text in columns if text] for columns in rows] == [
        ["workers", "5", "4", "25 ms", "12.0 s"], ["calls", "3", "1", "2"], ["soak", "5", "5", "4 files -> 4 files"]]


def test_tally_of_nothing_is_no_table():
    assert Tally().lines() == []

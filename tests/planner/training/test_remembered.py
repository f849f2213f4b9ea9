from __future__ import annotations

from dataclasses import dataclass, replace

from dcbench_planner.training.remembered import remembered


@dataclass(frozen=True)
class Table:
    size: int


calls = []


@remembered
def doubled(table):
    """Twice."""
    calls.append(table.size)
    return 2 * table.size


def test_a_table_is_asked_once_and_another_for_itself():
    calls.clear()
    table = Table(3)

    assert (doubled(table), doubled(table), doubled(replace(table, size=5))) == (6, 6, 10)
    assert calls == [3, 5]


def test_an_equal_table_stays_equal():
    asked, fresh = Table(4), Table(4)
    doubled(asked)

    assert asked == fresh
    assert repr(asked) == repr(fresh)
    assert doubled.__doc__ == "Twice."

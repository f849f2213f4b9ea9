"""What follows from one table alone is computed once for it and kept with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Table = TypeVar("Table")
Answer = TypeVar("Answer")


def remembered(function: Callable[[Table], Answer]) -> Callable[[Table], Answer]:
    """Keep the answer of a function of one frozen table in the table.

    A step asks for the layers of a stage or the parameters of a layer a dozen times. The tables
    are frozen and their columns are never written to, so the first answer stays right; it is freed
    with its table. Fields, equality and `dataclasses.replace` do not see it.

    Args:
        function: takes one dataclass of columns and nothing else.
    """
    key = f"_remembered_{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def once(table: Table) -> Answer:
        known = vars(table)
        if key not in known:
            known[key] = function(table)
        answer: Answer = known[key]
        return answer

    return once

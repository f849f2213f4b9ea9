"""Tables as frozen dataclasses of float64 columns: many runs in, many answers out.

Every model function of this package takes and gives such columns. A column has shape (rows,) or
(1,), and the usual NumPy broadcasting joins them, so one transformer against 10,000 layouts and
900 transformers with one layout each run through the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]

T = TypeVar("T")


def as_number(mask: Mask) -> Column:
    """Give 1.0 where true, else 0.0."""
    return mask.astype(np.float64)


def stack(table: type[T], rows: Sequence[object]) -> T:
    """Make a table of columns from objects that have its fields as attributes."""
    names = _names(table)
    return table(**{n: np.array([float(getattr(row, n)) for row in rows]) for n in names})


def take(table: T, index: Index) -> T:
    """Give the rows at `index` of every column; columns and tables of one row stay as they are."""
    picked = {name: _take(getattr(table, name), index) for name in _names(type(table))}
    if all(column is getattr(table, name) for name, column in picked.items()):
        return table
    return type(table)(**picked)


def repeat(table: T, index: Index) -> T:
    """Give the rows at `index` of every column, also of columns of one row."""
    return type(table)(**{name: getattr(table, name)[index] for name in _names(type(table))})


def _take(value: object, index: Index) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return take(value, index)
    column = np.asarray(value)
    return column if column.size == 1 else column[index]


def _names(table: type) -> list[str]:
    return [item.name for item in fields(table)]

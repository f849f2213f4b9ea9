"""A table of rows that are looked up by id, name or alias."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Generic, TypeVar

from dcbench.catalog.rows import Row
from dcbench.errors import InputError, unknown_name

R = TypeVar("R", bound=Row)

MAX_NAME_LENGTH = 200


def fold(name: str) -> str:
    """Give the form in which names are compared: `Luleå` and `lulea`, `H100 SXM` and `h100-sxm`.

    Case and accents do not count; runs of space, `_` and `-` count as one `-`.
    """
    plain = unicodedata.normalize("NFKD", name[:MAX_NAME_LENGTH])
    letters = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return re.sub(r"[\s_-]+", "-", letters.casefold()).strip("-")


class Table(Generic[R]):
    """Rows in the order of the data file."""

    def __init__(self, kind: str, rows: Iterable[R]) -> None:
        """`kind` names one row in messages, such as "site"."""
        self.kind = kind
        self.rows = tuple(rows)

    def __iter__(self) -> Iterator[R]:
        """Go through the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def ids(self) -> tuple[str, ...]:
        """Give the ids in the order of the rows."""
        return tuple(row.id for row in self.rows)

    def find(self, name: str) -> R | None:
        """Give the row with that id, name or alias; None if there is none."""
        return self._by_name.get(fold(name))

    def resolve(self, name: str, *, where: str = "") -> R:
        """Give the row with that id, name or alias.

        Args:
            name: compared as `fold` describes.
            where: flag or file that holds the name, for the message.

        Raises:
            InputError: no row has the name; the closest names are given.
        """
        row = self.find(name)
        if row is None:
            raise self.unknown(name, where)
        return row

    def unknown(self, name: str, where: str) -> InputError:
        """Give the error for a name that does not resolve."""
        return InputError(unknown_name(where or self.kind, self.kind, name, self.known_names()))

    def known_names(self) -> list[str]:
        """Give every name that resolves: ids first, so that suggestions prefer them."""
        names = list(self.ids())
        for row in self.rows:
            names += [name for name in (row.name, *row.aliases) if name not in names]
        return names

    def names_of(self, row: R) -> tuple[str, ...]:
        """Give the names under which one row is found."""
        return (row.id, row.name, *row.aliases)

    @cached_property
    def _by_name(self) -> dict[str, R]:
        """Ids win over names, names over aliases of other rows."""
        index: dict[str, R] = {}
        for row in self.rows:
            index.setdefault(fold(row.id), row)
        for row in self.rows:
            for name in self.names_of(row):
                index.setdefault(fold(name), row)
        return index

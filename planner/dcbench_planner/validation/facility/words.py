"""The cooling system that a source describes in words."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import cast

from dcbench.records.scenario import Cooling

_ABSENT = re.compile(
    r"\b(?:no|without|zero)\s+(?:mechanical\s+)?"
    r"(?:chillers?|compressors?|cooling towers?|towers?|liquid|water)\b|\bchiller-?(?:free|less)\b"
)


@dataclass(frozen=True, kw_only=True)
class Worded:
    """What words say of a cooling system."""

    cooling: Cooling
    otherwise: Cooling | None
    """Where the words name a second system for climates that the first does not suit."""
    phrase: str
    """The line of `cooling_words.csv` that matched."""


@lru_cache(maxsize=1)
def _lines() -> tuple[tuple[tuple[re.Pattern[str], ...], Worded], ...]:
    table = resources.files(__package__) / "cooling_words.csv"
    return tuple(
        (
            tuple(_starts_a_word(word) for word in row["words"].split(" & ")),
            Worded(cooling=cast("Cooling", row["cooling"]), phrase=row["words"],
                   otherwise=cast("Cooling", row["otherwise"]) if row["otherwise"] else None),
        )
        for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    )  # fmt: skip


def read_words(text: str) -> Worded | None:
    """Give the first line of `cooling_words.csv` of which all words are in the text.

    Args:
        text: free text such as `evaporative cooling towers with waterside economizer`; what it
            says is absent (`no chillers`) does not count.
    """
    said = _ABSENT.sub(" ", text.casefold())
    for patterns, worded in _lines():
        if all(pattern.search(said) for pattern in patterns):
            return worded
    return None


def _starts_a_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word.casefold())}")
